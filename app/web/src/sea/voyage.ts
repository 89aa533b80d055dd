/** The newest voyage of a vessel in a sentence: when and where it went out, stood at sea and came in. */
import { get, query } from "../api";
import { button, el, replace } from "../dom";
import type { Page } from "../page";
import type { Items, Values } from "../types";
import type { Words } from "../words";

interface Stop {
  from: string;
  until: string | null;
  in_port: boolean;
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
  const stops = JSON.parse(String(track["stopped"] ?? "[]")) as Stop[];
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
