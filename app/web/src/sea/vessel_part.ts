/** What the card of a vessel says beside its register: where it was last, its warnings, its way of the day. */
import { get, query } from "../api";
import { button, el, replace } from "../dom";
import type { Page } from "../page";
import { symbol } from "../symbols";
import type { Item, Items, Values } from "../types";
import { gradeOf } from "../types";
import { ago } from "./bar";
import { ageOf, boatSign } from "./boats";
import { dayOf, Recorded } from "./recorded";
import { tellVoyage } from "./voyage";

const KNOT_PER_MS = 3600 / 1852;

/** The part of the card. */
export function vesselPart(page: Page, item: Item): HTMLElement {
  const { words } = page;
  const warnings = el("div", { class: "vessel-events", test: "vessel-events" }, el("p", { class: "hint", text: words.say("loading") }));
  const way = el("p", { class: "hint", test: "vessel-way", text: words.say("loading") });
  const mmsi = String(item.properties["mmsi"] ?? "");
  void tellWarnings(page, mmsi, warnings);
  void tellWay(page, item.properties, mmsi, way);
  const voyage = el("p", { class: "hint", test: "vessel-voyage", text: words.say("loading") });
  void tellVoyage(page, mmsi, voyage);
  return el("section", { class: "card-section card-vessel", test: "vessel" },
    el("h4", { text: words.say("vessel_last") }), lastSeen(page, item, mmsi),
    button({ class: "plain", text: words.say("rescue_boat"), test: "rescue-boat" }, () => {
      const boat = page.fleet?.boats.get(mmsi);
      const [lon, lat] = boat ? [boat.lon, boat.lat] : item.geometry?.type === "Point" ? item.geometry.coordinates : [];
      if (lon !== undefined && lat !== undefined) page.store.set({ selected: null, nearby: null, distress: { lng: lon, lat, mmsi } });
    }),
    el("h4", { text: words.say("vessel_events") }), warnings,
    el("h4", { text: words.say("vessel_voyage") }), voyage,
    el("h4", { text: words.say("vessel_way") }), way);
}

/** Position, age, speed and course; from the live feed where the page has it. */
function lastSeen(page: Page, item: Item, mmsi: string): HTMLElement {
  const { words, fleet } = page;
  const boat = fleet?.boats.get(mmsi);
  const place = item.geometry?.type === "Point" ? item.geometry.coordinates : [];
  const seen = boat?.seen ?? Date.parse(String(item.properties["seen_at"] ?? ""));
  const [lon, lat] = boat ? [boat.lon, boat.lat] : place;
  if (Number.isNaN(seen) || lon === undefined || lat === undefined) return el("p", { class: "hint", test: "vessel-last", text: words.say("vessel_unheard") });
  const old = (fleet?.now() ?? Date.now()) - seen;
  const move = [boat?.speed == null ? null : `${words.number(boat.speed, 1)} kn`, boat?.course == null ? null : words.bearing(boat.course)].filter(Boolean).join(" · ");
  const wind = item.properties["wind_limit"];
  return el("dl", { class: "terms", test: "vessel-last" },
    el("dt", { text: words.say("vessel_when") }), el("dd", { class: "vessel-when" }, boatSign(ageOf(old), 16), el("span", { class: "number", text: `${words.instant(new Date(seen).toISOString())}，${ago(page, old)}` })),
    el("dt", { text: words.say("vessel_where") }), el("dd", { class: "number", text: `${lon.toFixed(4)}, ${lat.toFixed(4)}` }),
    ...(move ? [el("dt", { text: words.say("vessel_move") }), el("dd", { text: move })] : []),
    el("dt", { text: words.say("vessel_wind") }), el("dd", { test: "vessel-wind", text: typeof wind === "number" ? words.say("vessel_force", { n: wind }) : words.say("vessel_unknown") }));
}

async function tellWarnings(page: Page, mmsi: string, holder: HTMLElement): Promise<void> {
  const { words, store } = page;
  const layer = page.layers.get("vessel_events");
  if (!layer || !/^\d{9}$/.test(mmsi)) return replace(holder);
  const filter = `(mmsi = '${mmsi}' OR other_mmsi = '${mmsi}') AND ended_at IS NULL`;
  const items = await get<Items>(query("/api/collections/vessel_events/items", { filter, sortby: "-started_at", limit: 20 })).catch(() => null);
  if (!items) return replace(holder, el("p", { class: "hint", text: words.say("failed", { why: words.say("vessel_events") }) }));
  const text = (values: Values, name: string): string => words.value(name, values[name], layer.fields[name]) ?? "";
  replace(holder, items.features.length === 0 ? el("p", { class: "hint", text: words.say("vessel_calm") }) : null,
    ...items.features.map(({ id, properties }) => button({ class: "near-row", test: "vessel-event" }, () => store.set({ selected: { layer: "vessel_events", fid: Number(id) } }),
      symbol(words.look(gradeOf(properties["grade"])), 18),
      el("span", { class: "near-text" }, el("span", { class: "near-name", text: text(properties, "kind") }),
        el("span", { class: "near-below", text: words.say("sea_since", { when: words.instant(String(properties["started_at"])) }) })))));
}

async function tellWay(page: Page, values: Values, mmsi: string, holder: HTMLElement): Promise<void> {
  const { words, store } = page;
  const day = dayOfLast(page, values, mmsi);
  if (!day) return void (holder.textContent = words.say("vessel_unheard"));
  const recorded = await Recorded.read(day, mmsi).catch(() => null);
  const seconds = recorded?.told.vessels[0]?.seconds ?? [];
  if (!recorded || seconds.length === 0) return void (holder.textContent = words.say("play_none"));
  const instant = (at: number | undefined): string => words.instant(new Date(recorded.from + (at ?? 0) * 1000).toISOString()).slice(11);
  const metres = recorded.metres();
  const hours = ((seconds.at(-1) ?? 0) - (seconds[0] ?? 0)) / 3600;
  const mean = hours > 0 ? (metres / (hours * 3600)) * KNOT_PER_MS : 0;
  replace(holder, words.say("vessel_way_told", { day, from: instant(seconds[0]), to: instant(seconds.at(-1)), n: words.number(recorded.told.numberReturned), km: words.number(metres / 1000, 1), kn: words.number(mean, 1) }), " ",
    button({ class: "link", text: words.say("play_title", { day }) }, () => store.set({ replay: { day, from: 0, to: 24 } })));
}

/** The day of the last position, by the city's clock; null where there is none. */
export function dayOfLast(page: Page, values: Values, mmsi: string): string | null {
  const seen = page.fleet?.boats.get(mmsi)?.seen ?? Date.parse(String(values["seen_at"] ?? ""));
  return Number.isNaN(seen) ? null : dayOf(seen, page.city.time_zone);
}
