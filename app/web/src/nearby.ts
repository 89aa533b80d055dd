/** What is near a place: the circle on the map and the list, nearest first. */
import type { FeatureCollection } from "geojson";

import { get, query } from "./api";
import { button, el } from "./dom";
import type { Page } from "./page";
import type { State } from "./state";
import { symbol } from "./symbols";
import { boxOf } from "./townships";
import type { Neighbour } from "./types";
import { gradeOf } from "./types";

export const RADII = [200, 500, 1000];
const LIMIT = 100;
const EARTH = 6_371_008.8;

/** Ask for what is near. */
export async function readNearby({ lng, lat, within }: NonNullable<State["nearby"]>, signal: AbortSignal): Promise<Neighbour[]> {
  const path = query("/api/nearby", { lon: lng.toFixed(6), lat: lat.toFixed(6), within_m: within, limit: LIMIT });
  return (await get<{ features: Neighbour[] }>(path, signal)).features;
}

/** Buttons that ask around a place, one for each radius. */
export function nearbyButtons(page: Page, [lng, lat]: [number, number], now: number | null): HTMLElement {
  const { words, store } = page;
  return el("div", { class: "radii", attributes: { role: "group", "aria-label": words.say("nearby") } },
    el("span", { class: "radii-word", text: words.say("nearby") }),
    ...RADII.map((within) => button({
      class: "plain", text: words.say("metres", { n: within }), test: `near-${within}`,
      attributes: { "aria-pressed": now === within, "data-key": `near-${within}` },
    }, () => {
      store.set({ selected: null, distress: null, nearby: { lng, lat, within } });
      const { features } = circle(lng, lat, within);
      page.stage?.fit(boxOf(features[0]?.geometry ?? null));
    })));
}

/** The list of what was found. */
export function nearbyList(page: Page, found: Neighbour[]): HTMLElement[] {
  const { words, store } = page;
  const { nearby } = store.state;
  if (!nearby) return [];
  const word = found.length === 0 ? "nearby_none" : found.length === LIMIT ? "nearby_part" : "nearby_count";
  return [
    nearbyButtons(page, [nearby.lng, nearby.lat], nearby.within),
    el("p", { class: "hint", test: "near-told", attributes: { role: "status" }, text: words.say(word, { n: nearby.within, count: found.length }) }),
    el("ol", { class: "near", test: "near-list" }, ...found.map((feature) => el("li", {}, row(page, feature)))),
  ];
}

function row(page: Page, feature: Neighbour): HTMLElement {
  const { words, store } = page;
  const values = feature.properties;
  // A row may have fields of the same name: what stands at the top of the feature is the answer's own.
  const top = feature as unknown as Partial<Neighbour["properties"]>;
  const id = top.layer ?? values.layer;
  const layer = page.layers.get(id);
  const grade = gradeOf(values.grade);
  const metres = top.distance_m ?? values.distance_m;
  const bearing = top.bearing_deg ?? values.bearing_deg;
  const fid = Number(feature.id);
  return button({ class: "near-row", test: "near-row", attributes: { "data-distance": metres } },
    () => store.set({ selected: { layer: id, fid } }),
    layer?.graded ? symbol(words.look(grade), 18) : el("span", { class: "found-blank" }),
    el("span", { class: "near-text" },
      el("span", { class: "near-name", text: layer ? words.named(layer, values, fid) : String(values.name ?? id) }),
      el("span", { class: "near-below", text: [layer ? words.layer(layer) : id, layer?.graded ? words.gradeShort(grade) : null].filter(Boolean).join(" · ") })),
    el("span", { class: "near-far" }, el("span", { class: "number", text: words.metres(metres) }),
      el("span", { class: "near-below", text: metres < 0.5 ? "" : words.bearing(bearing) })));
}

/** A circle on the globe as an area of the map. */
export function circle(lng: number, lat: number, within: number): FeatureCollection {
  const angle = within / EARTH;
  const north = (lat * Math.PI) / 180;
  const ring = Array.from({ length: 73 }, (_none, at) => {
    const bearing = (at * 5 * Math.PI) / 180;
    const to = Math.asin(Math.sin(north) * Math.cos(angle) + Math.cos(north) * Math.sin(angle) * Math.cos(bearing));
    const east = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(north), Math.cos(angle) - Math.sin(north) * Math.sin(to));
    return [lng + (east * 180) / Math.PI, (to * 180) / Math.PI];
  });
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } }] };
}
