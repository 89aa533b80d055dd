/** Shapes of the answers about imports. */
import type { FeatureCollection } from "geojson";

export type Phase = "waiting" | "running" | "done" | "failed" | "undone";
export type Mapping = Record<string, string | null>;

export interface Reject {
  row: number;
  field: string;
  value: string;
  reason: string;
  reason_en: string;
}

export interface PreviewRow {
  row: number;
  cells: string[];
  grade: number | null;
  located?: boolean;
  reject: { field: string; reason: string; reason_en: string } | null;
}

export interface Preview {
  columns: { header: string; field: string | null; values: string[] }[];
  missing: string[];
  rows: PreviewRow[];
  features: FeatureCollection;
  crs: string | null;
  remembered: boolean;
}

export interface Counted {
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  rejected: number;
  unlocated: number;
}

/** An import: its progress, and its report when it is done. */
export interface Import extends Counted {
  id: number;
  layer: string;
  file: string;
  crs: string;
  /** Whether a person said it; older imports tell nothing. */
  crs_declared?: boolean;
  timezone?: string | null;
  actor: string | null;
  dry_run: boolean;
  state: Phase;
  elapsed_s?: number;
  rows_per_s?: number | null;
  /** Which share of the file is read. */
  share?: number | null;
  left_s?: number | null;
  warnings: string[];
  rejects: Reject[];
  mapping: Mapping | null;
  upload?: string | null;
  preview?: Preview | null;
  problem?: { title: string; detail: string } | null;
  imported_at?: string;
  undone_at?: string | null;
}

/** An import as the list has it. */
export type Past = Omit<Import, "warnings" | "rejects" | "mapping" | "dry_run">;

export interface Undone {
  id: number;
  deleted: number;
  restored: number;
  warnings: string[];
}
