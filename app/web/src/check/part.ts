/** What every part of the check page shares. */
import type { Store } from "../state";
import type { City, Collection } from "../types";
import type { Desk } from "./desk";
import type { Drawing } from "./drawing";
import type { Uses } from "./types";
import type { CheckWords } from "./words";

export interface CheckPage {
  store: Store;
  city: City;
  layers: Map<string, Collection>;
  words: CheckWords;
  uses: Uses;
  desk: Desk;
  drawing: Drawing;
}

/** A part of the page that is drawn anew when the desk, the drawing or the language changes. */
export function keep(page: CheckPage, render: () => void): void {
  page.desk.on(render);
  page.drawing.on(render);
  page.store.on(["language"], render);
  render();
}
