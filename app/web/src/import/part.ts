/** What every part of the import page shares. */
import type { City, Collection } from "../types";
import type { Store } from "../state";
import type { Desk } from "./desk";
import type { ImportWords } from "./words";

/** What the service lets through. */
export interface Limits {
  uploads: boolean;
  upload_mb: number;
}

export interface ImportPage {
  limits: Limits;
  store: Store;
  city: City;
  layers: Map<string, Collection>;
  words: ImportWords;
  desk: Desk;
  /** Show a row on the map. */
  go: (row: number) => void;
}

/** A part of the page that is drawn anew when the desk or the language changes. */
export function keep(page: ImportPage, render: () => void): void {
  page.desk.on(render);
  page.store.on(["language"], render);
  render();
}
