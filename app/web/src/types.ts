/** Shapes of the answers of the service. */
import type { Feature, FeatureCollection, Geometry, Point } from "geojson";

/** 1 to 4; 0 stands for what is not assessed. */
export type Grade = 0 | 1 | 2 | 3 | 4;
export const GRADES: readonly Grade[] = [1, 2, 3, 4, 0];

export type Box = [number, number, number, number];
export type Language = "zh" | "en";
export type Base = "light" | "dark";

export interface City {
  id: string;
  name: string;
  name_en: string;
  title: string;
  title_en: string;
  notice: string;
  notice_en: string;
  views: { city: Box; sea?: Box; land?: Box };
  time_zone: string;
  attribution?: string[];
}

export interface Look {
  grade: 1 | 2 | 3 | 4 | null;
  label: string;
  label_en: string;
  short: string;
  colour: string;
  colour_dark: string;
  ink: string;
  symbol: "diamond" | "triangle" | "square" | "circle" | "ring";
  mark: string;
}

export interface Legend {
  grades: Look[];
  layers: { id: string; title: string; title_en: string; legend: string }[];
}

export interface Field {
  title: string;
  description: string;
  type?: string;
  unit: string | null;
  codes: Record<string, string>;
  private: boolean;
}

export interface Collection {
  id: string;
  title: string;
  title_en?: string;
  description: string;
  group: [string, string];
  geometry: string;
  graded: boolean;
  drawn: boolean;
  zooms: [number, number];
  harms: boolean;
  counted: boolean;
  label: string;
  tile_fields: string[];
  card_fields: string[];
  owner_fields: string[];
  legend: string;
  fields: Record<string, Field>;
  links?: { href: string; rel: string; title?: string }[];
  count?: number;
}

export type Counts = Record<"1" | "2" | "3" | "4" | "unassessed", number>;

export interface Row {
  key: string;
  name: string;
  grade: number | null;
  counts: Counts;
  total: number;
  length_m?: number;
  index?: number | null;
  stale?: number;
  decided_by?: string | null;
  decided_by_en?: string | null;
}

export interface Summary {
  layers: string[];
  rows: Row[];
  total: Row;
}

export type Values = Record<string, unknown>;
export type Item = Feature<Geometry | null, Values> & { id: number };
export type Items = FeatureCollection<Geometry | null, Values> & { numberMatched?: number };
export type Found = Feature<Point, {
  layer: string;
  name: string | null;
  grade: number | null;
  township_code: string | null;
  subtitle: string | null;
}>;
export type Neighbour = Feature<Geometry, Values & {
  layer: string;
  name?: string | null;
  distance_m: number;
  bearing_deg: number;
  grade: number | null;
}>;

/** One intermediate value; `_en` only where English differs. */
export interface Step {
  name: string;
  name_en?: string;
  value: unknown;
  value_en?: unknown;
  unit: string | null;
  unit_en?: string | null;
  formula: string | null;
  formula_en?: string | null;
}

/** An earlier state: true until it was replaced. */
export interface Change {
  grade: number | null;
  displayed_grade: number | null;
  decided_by: string | null;
  decided_by_en: string | null;
  replaced_at: string;
  replaced_by: string | null;
  reason: string | null;
}

export interface Reason {
  grade: number | null;
  method: string | null;
  rule_set: string | null;
  rule_version: string | null;
  steps?: Step[];
  decided_by?: string | null;
  decided_by_en?: string | null;
  source?: string | null;
  one_step_down?: string | null;
  one_step_down_en?: string | null;
  assessed_at: string | null;
  assessor: string | null;
  valid_until: string | null;
  changed_at: string | null;
  changed_by: string | null;
  stale: boolean;
  displayed?: {
    assessed: number | null;
    displayed: number | null;
    reasons: string[];
    reasons_en: string[];
    open: { layer: string; id: number; name: string | null }[];
  };
  history?: Change[];
}

/** What changed grade between two instants. */
export interface Changes {
  from: string;
  to: string;
  layers: { layer: string; title: string; title_en: string; changed: number; worse: number; better: number; new: number; gone: number; assessed: number; unassessed: number; matrix: Record<Rank, Record<Rank, number>> }[];
  numberMatched: number;
  features: { layer: string; id: number; name: string | null; from: Rank | number; to: Rank | number; changed_at: string | null; changed_by: string | null; reason: string | null; township_code: string | null }[];
  links: { rel: string; href: string }[];
}
export type Rank = "1" | "2" | "3" | "4" | "unassessed" | "absent";

/** The grade as a key of the filter. */
export function gradeOf(value: unknown): Grade {
  return value === 1 || value === 2 || value === 3 || value === 4 ? value : 0;
}

/** How many of one grade. */
export function countOf(counts: Counts, grade: Grade): number {
  return counts[grade === 0 ? "unassessed" : (String(grade) as "1" | "2" | "3" | "4")] ?? 0;
}
