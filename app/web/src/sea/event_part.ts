/** What the card of an event at sea says: which boats, and what speaks for it. */
import { get, query } from "../api";
import { button, el, replace } from "../dom";
import type { Page } from "../page";
import type { Item, Items, Reason } from "../types";
import type { Words } from "../words";

/** Endings of names in the evidence, and the unit that they say; longest first. */
const UNITS: [RegExp, string][] = [
  [/_kn$/, "kn"], [/_nm$/, "nm"], [/_deg$/, "°"], [/beaufort$/, "unit_force"], [/_s$/, "unit_seconds"],
  [/(^|_)min(utes)?$/, "unit_minutes"], [/(^|_)hours$/, "unit_hours"], [/(^|_)days$/, "unit_days"],
];

/** Parts of the evidence that repeat what the card says elsewhere, or that only machines need. */
const UNTOLD = new Set(["zone", "rules", "to"]);

/** The part of the card. */
export function eventPart(page: Page, item: Item): HTMLElement {
  const { words } = page;
  const values = item.properties;
  const boats = [values["mmsi"], values["other_mmsi"]].map(String).filter((each) => /^\d{9}$/.test(each));
  const links = boats.map((mmsi) => el("p", { class: "hint", test: "event-boat", text: mmsi }));
  boats.forEach((mmsi, at) => void tellBoat(page, mmsi, links[at]!));
  const rows = proof(words, values["evidence"]).flatMap(([name, told]) =>
    [el("dt", { text: name }), el("dd", { text: told })]);
  return el("section", { class: "card-section card-event", test: "event" },
    el("h4", { text: words.say("event_boats") }), ...links,
    rows.length > 0 ? el("h4", { text: words.say("event_proof") }) : null,
    rows.length > 0 ? el("dl", { class: "terms", test: "event-proof" }, ...rows) : null);
}

/** What an event is called: its kind and the boat, not the code by which runs know it again. */
export function eventName(page: Page, item: Item, reason: Reason | null): string {
  const { words } = page;
  const values = item.properties;
  const title = words.value("kind", values["kind"], page.layers.get("vessel_events")?.fields["kind"]);
  const kind = words.language === "en" ? (reason?.decided_by_en ?? title) : title;
  return [kind, values["name"] ?? values["mmsi"]].filter(Boolean).join(" · ");
}

/** Name and value of every fact, in words; what the page has no word for is told as it stands. */
export function proof(words: Words, evidence: unknown): [string, string][] {
  if (typeof evidence !== "string") return [];
  const facts = JSON.parse(evidence) as Record<string, unknown>;
  return Object.entries(facts).filter(([name, value]) => !UNTOLD.has(name) && value !== null)
    .map(([name, value]) => [words.known(`evidence_${name}`) ?? name, told(words, name, value)]);
}

function told(words: Words, name: string, value: unknown): string {
  if (typeof value === "boolean") return words.say(value ? "yes" : "no");
  if (typeof value === "number") return measured(words, name, value);
  if (Array.isArray(value)) {
    return value.every((each) => typeof each === "number") && value.length === 2
      ? value.map((each) => Number(each).toFixed(5)).join(", ")
      : value.map(String).join(words.say("event_comma"));
  }
  const text = String(value);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? words.instant(text) : words.known(`evidence_${name}_${text}`) ?? text;
}

function measured(words: Words, name: string, value: number): string {
  if (name.endsWith("_m")) return words.metres(value);
  const unit = UNITS.find(([ending]) => ending.test(name))?.[1];
  if (!unit) return words.number(value, 3);
  return words.known(unit)?.replace("{n}", words.number(value, 3)) ?? `${words.number(value, 3)} ${unit}`;
}

/** The boat by its name, with a way to its card; a number that no register has stays a number. */
async function tellBoat(page: Page, mmsi: string, holder: HTMLElement): Promise<void> {
  const { store, words } = page;
  const found = await get<Items>(query("/api/collections/vessels/items", { mmsi, limit: 1 })).catch(() => null);
  const boat = found?.features[0];
  if (!boat) return;
  const name = [boat.properties["name"], mmsi].filter(Boolean).join(" · ");
  replace(holder, button({ class: "link", text: name, test: "event-vessel", title: words.say("event_vessel") },
    () => store.set({ selected: { layer: "vessels", fid: Number(boat.id) } })));
}
