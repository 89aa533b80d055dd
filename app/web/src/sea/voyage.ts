/** Voyages for people: the newest of a vessel in a sentence, and where a track lay, stood and came in. */
import { get, query } from "../api";
import { button, el, replace } from "../dom";
import type { Page } from "../page";
import type { Item, Items, Values } from "../types";
import type { Words } from "../words";

interface Stop {
  from: string;
  until: string | null;
  lon: number;
  lat: number;
  in_port: boolean;
  haven: string | null;
}

/** The stops of a track, in order of time; null where it has none. */
export function stopsPart(page: Page, item: Item): HTMLElement | null {
  const { words } = page;
  const rows = stopsOf(item.properties).map((stop) => {
    const where = stop.haven ?? words.say(stop.in_port ? "stop_shore" : "stop_sea", { lon: stop.lon.toFixed(4), lat: stop.lat.toFixed(4) });
    const until = stop.until === null ? words.say("stop_lasts") : words.instant(stop.until);
    return [el("dt", { text: where }), el("dd", { class: "number", text: words.say("stop_times", { from: words.instant(stop.from), until }) })];
  });
  if (rows.length === 0) return null;
  return el("section", { class: "card-section card-stops", test: "stops" },
    el("h4", { text: words.say("stops_title") }), el("dl", { class: "terms" }, ...rows.flat()));
}

/** What a track tells of its stops; none where a file brought something else under that name. */
function stopsOf(track: Values): Stop[] {
  try {
    const told: unknown = JSON.parse(String(track["stopped"] ?? "[]"));
    return Array.isArray(told) ? (told as Stop[]).filter((each) => typeof each?.lon === "number" && typeof each.lat === "number") : [];
  } catch {
    return [];
  }
}

/** Fill a place of the card; where there is no track it says so. */
export async function tellVoyage(page: Page, mmsi: string, holder: HTMLElement): Promise<void> {
  const { words, store } = page;
  if (!/^\d{9}$/.test(mmsi)) return replace(holder);
  const asked = { filter: `mmsi = '${mmsi}'`, sortby: "-started_at", limit: 1 };
  const items = await get<Items>(query("/api/collections/vessel_tracks/items", asked)).catch(() => null);
  if (!items) return replace(holder, words.say("failed", { why: words.say("vessel_voyage") }));
  const track = items.features[0];
  if (!track) return replace(holder, words.say("vessel_no_voyage"));
  replace(holder, el("span", { text: voyage(words, track.properties) }), " ",
    button({ class: "link", text: words.say("vessel_track"), test: "voyage-track" }, () => store.set({ selected: { layer: "vessel_tracks", fid: Number(track.id) } })));
}

/** The sentence; what is not known of an end is said of its position. */
export function voyage(words: Words, track: Values): string {
  const started = String(track["started_at"]);
  const ended = String(track["ended_at"]);
  const stops = stopsOf(track);
  const left = stops.some((each) => each.in_port && each.until !== null && same(each.until, started));
  const reached = stops.some((each) => each.in_port && same(each.from, ended));
  const end = (said: "voyage_left" | "voyage_reached", port: unknown, lay: boolean, at: string): string => {
    const when = words.instant(at);
    if (typeof port === "string") return words.say(said, { when, port });
    return words.say(lay ? `${said}_shore` as const : `${said}_heard` as const, { when });
  };
  const many = Number(track["stops"] ?? 0);
  return [
    end("voyage_left", track["from_port"], left, started),
    many > 0 ? words.say("voyage_stops", { n: words.number(many) }) : null,
    end("voyage_reached", track["to_port"], reached, ended),
    words.say("voyage_length", { km: words.number(Number(track["length_km"]), 1) }),
  ].filter((part) => part !== null).join(words.say("voyage_comma"));
}

/** Whether two texts tell one instant; those of stops are whole seconds. */
function same(text: string, other: string): boolean {
  return Math.abs(Date.parse(text) - Date.parse(other)) < 1000;
}
