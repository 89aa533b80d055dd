/** Shapes of the check's answers. */
import type { Geometry } from "geojson";

export type Advice = "against" | "consult" | "none";

export interface Use {
  id: string;
  title: string;
  title_en: string;
  group: string;
}

export interface Uses {
  uses: Use[];
  rule_set: string;
  rule_version: string;
  source: string;
  largest_m: number;
}

export interface Called {
  layer: string;
  id: number;
  code: string | null;
  name: string | null;
  grade: 1 | 2 | 3 | 4 | null;
}

export interface Reason {
  rule: string;
  advice: Advice;
  advice_text: string;
  advice_text_en: string;
  title: string;
  title_en: string;
  text: string;
  text_en: string;
  source: string;
  feature: Called | null;
  distance_m: number | null;
  limit_m: number | null;
  detail: string | null;
  detail_en: string | null;
  others: number;
}

export interface Around extends Called {
  layer_title: string;
  layer_title_en: string;
  distance_m: number;
  bearing_deg: number | null;
}

export interface Answer {
  advice: Advice;
  advice_text: string;
  advice_text_en: string;
  geometry: Geometry;
  reasons: Reason[];
  criterion: { target: string; target_en: string; limit_per_year: number; source: string } | null;
  comparison: { title: string; title_en: string; zone: string; zone_en: string; sensitivity: number; answer: string; answer_en: string; source: string } | null;
  around: Around[];
  around_within_m: number;
  around_is_cut: boolean;
  rule_set: string;
  rule_version: string;
  source: string;
  notes: string[];
}

/** What is asked: the body of the request. */
export interface Asked {
  use: string;
  geometry: unknown;
  crs: string;
  name?: string;
  persons?: number;
  households?: number;
  storeys?: number;
  risk_per_year?: number;
}
