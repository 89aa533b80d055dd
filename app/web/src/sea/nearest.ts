/** Who reaches a place at sea soonest: the list, and the ways on the map. */
import type { FeatureCollection } from "geojson";

import { get, query } from "../api";
import { button, el } from "../dom";
import type { Page } from "../page";
import type { State } from "../state";
import { ago } from "./bar";
import { ageOf, boatSign } from "./boats";
import { crewLine, Register } from "./crew";

const LIMIT = 10;
/** Ways that are drawn. */
const DRAWN = 5;
/** Less land than this on the way may be a quay, metres. */
const QUAY = 300;

interface Candidate {
  fid: number;
  mmsi: string;
  name: string | null;
  gear: string | null;
  lon: number;
  lat: number;
  age_min: number;
  distance_m: number;
  bearing_deg: number | null;
  speed_kn: number;
  speed_assumed: boolean;
  minutes: number;
  earliest_min: number;
  latest_min: number;
  standing: "sure" | "uncertain" | "unknown";
  land_m: number;
}

export interface Nearest {
  lon: number;
  lat: number;
  at: string;
  numberMatched: number;
  vessels: Candidate[];
}

/** Ask who is soonest at a place or at a boat; while a day is played back, at its instant. */
export async function readNearest(page: Page, { lng, lat, mmsi }: NonNullable<State["distress"]>, signal?: AbortSignal): Promise<Nearest> {
  const { player } = page;
  const at = player?.recorded ? new Date(player.recorded.from + player.at * 1000).toISOString() : null;
  const where = mmsi ? { mmsi } : { lon: lng.toFixed(6), lat: lat.toFixed(6) };
  return get<Nearest>(query("/api/live/nearest", { ...where, at, limit: LIMIT }), signal);
}

/** What the card part holds. */
export async function nearestList(page: Page, signal: AbortSignal): Promise<HTMLElement[]> {
  const { words, store } = page;
  const { distress } = store.state;
  if (!distress) return [];
  const found = await readNearest(page, distress, signal);
  const register = new Register();
  await register.read(found.vessels.map(({ mmsi }) => mmsi));
  const unknown = found.vessels.every(({ standing }) => standing === "unknown");
  return [
    el("p", { class: "hint number", text: `${found.lon.toFixed(4)}, ${found.lat.toFixed(4)} · ${words.instant(found.at)}` }),
    found.vessels.length === 0 ? el("p", { class: "empty", text: words.say("rescue_none") }) : null,
    unknown && found.vessels.length > 0 ? el("p", { class: "stale", test: "rescue-old", text: words.say("rescue_old") }) : null,
    el("ol", { class: "near rescue", test: "rescue-list" }, ...found.vessels.map((each) => el("li", { class: `rescue-row is-${each.standing}`, test: "rescue-row", attributes: { "data-mmsi": each.mmsi, "data-minutes": each.minutes } }, ...row(page, each), crewLine(page, register.of(each.mmsi))))),
    el("p", { class: "hint", text: words.say("rescue_how") }),
  ].filter((part) => part !== null);
}

function row(page: Page, each: Candidate): HTMLElement[] {
  const { words, store } = page;
  const span = `${duration(page, each.earliest_min)}–${duration(page, each.latest_min)}`;
  const notes = [
    each.standing === "sure" ? null : words.say(`rescue_${each.standing}`, { ago: ago(page, each.age_min * 60_000), span }),
    each.speed_assumed ? words.say("rescue_assumed") : null,
    each.land_m > QUAY ? words.say("rescue_land", { km: words.number(each.land_m / 1000, 1) }) : null,
  ].filter(Boolean).join("；");
  return [
    button({ class: "near-row", attributes: { "data-key": `rescue-${each.mmsi}` } }, () => {
      store.set({ selected: { layer: "vessels", fid: each.fid } });
      page.stage?.go(each.lon, each.lat);
    },
    boatSign(ageOf(each.age_min * 60_000), 18),
    el("span", { class: "near-text" }, el("span", { class: "near-name", text: each.name ?? each.mmsi }),
      el("span", { class: "near-below", text: `${words.number(each.distance_m / 1852, 1)} nm · ${words.number(each.speed_kn, 1)} kn${each.bearing_deg === null ? "" : ` · ${words.bearing(each.bearing_deg)}`}` })),
    el("span", { class: "near-far" }, el("span", { class: "number", text: duration(page, each.minutes) }))),
    ...(notes ? [el("p", { class: "rescue-note hint", text: notes })] : []),
  ];
}

function duration(page: Page, minutes: number): string {
  const { words } = page;
  if (minutes < 100) return words.say("minutes", { n: Math.round(minutes) });
  return words.say("hours", { n: words.number(minutes / 60, 1) });
}

/** The place and the straight ways of the first boats. */
export function nearestDrawn(found: Nearest): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: found.vessels.slice(0, DRAWN).map(({ lon, lat }) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [[lon, lat], [found.lon, found.lat]] } })),
  };
}
