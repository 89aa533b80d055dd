/** What every part of the page shares. */
import type { Figures } from "./figures";
import type { Fleet } from "./sea/fleet";
import type { Player } from "./sea/player";
import type { Store } from "./state";
import type { Townships } from "./townships";
import type { Box, City, Collection } from "./types";
import type { Words } from "./words";

/** What the lists may ask of the map; it is absent where WebGL2 is. */
export interface Stage {
  fit(box: Box): void;
  go(lng: number, lat: number, zoom?: number): void;
  bounds(): Box;
  /** Resolves once everything is drawn. */
  settled(): Promise<void>;
}

export interface Page {
  store: Store;
  city: City;
  layers: Map<string, Collection>;
  words: Words;
  townships: Townships;
  figures: Figures;
  /** Boats at sea; null where there is no layer of vessels. */
  fleet: Fleet | null;
  /** Plays back a stretch of the past at sea. */
  player: Player | null;
  stage: Stage | null;
  /** Whether the browser can draw the map. */
  able: boolean;
  /** Make room for the map where a phone's sheet covers it. */
  reveal: () => void;
}

/** Layers that are shown now. */
export function chosen(page: Pick<Page, "store" | "layers">): string[] {
  return page.store.state.layers ?? [...page.layers.values()].filter((layer) => layer.drawn).map((layer) => layer.id);
}

/** Show or hide a layer. */
export function toggle(page: Page, id: string): void {
  const now = chosen(page);
  page.store.set({ layers: now.includes(id) ? now.filter((each) => each !== id) : [...now, id] });
}
