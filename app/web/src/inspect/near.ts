/** What is near me, the nearest first; counted anew at every position, from what is kept. */
import { button, el, replace } from "../dom";
import { symbol } from "../symbols";
import { gradeOf } from "../types";
import { Ground, nearest } from "./ground";
import type { Inspection } from "./inspection";
import { KEPT_M } from "./inspection";
import type { Beside, Position } from "./types";
import { far } from "./where";

const RADII = [50, 100, 200, 500] as const;
const MOST_ROWS = 60;
/** Degrees that a radius of the list surely fits into, in these latitudes. */
const DEGREES_PER_M = 1 / 85_000;

interface Near {
  thing: Beside;
  metres: number;
  bearing: number;
  certain: boolean;
}

interface Boxed {
  thing: Beside;
  box: [west: number, south: number, east: number, north: number];
}

/** The list with its filters. */
export function near(inspection: Inspection, show: (lon: number, lat: number) => void): HTMLElement {
  const { words } = inspection;
  const filters = el("div", { class: "filters" });
  const told = el("p", { class: "told-near", test: "near-told", attributes: { role: "status" } });
  const list = el("ol", { class: "things", test: "things" });
  const part = el("section", { class: "tab-near", test: "tab-near" }, filters, told, list);
  let radius = 200;
  let hidden = new Set<string>();
  let opened: string | null = null;
  let boxed: Boxed[] = [];
  let of: unknown = null;
  const render = (): void => {
    if (inspection.tab !== "near") return;
    const { kept, position } = inspection;
    if (kept !== of) {
      of = kept;
      boxed = (kept?.beside ?? []).map((thing) => ({ thing, box: boxOf(thing) }));
    }
    const found = kept && position ? within(boxed, position, radius) : [];
    const kinds = [...new Set(found.map(({ thing }) => thing.layer))].sort();
    const shown = found.filter(({ thing }) => !hidden.has(thing.layer));
    replace(filters, radii(), kindChips(kinds, found));
    told.textContent = sentence(inspection, radius, found.length, shown);
    replace(list, ...shown.slice(0, MOST_ROWS).map((each) => el("li", {}, row(each))));
  };
  const radii = (): HTMLElement => el("div", { class: "chips", attributes: { role: "group", "aria-label": words.say("within") } },
    ...RADII.map((metres) => button({ class: "chip", text: `${metres} m`, test: `within-${metres}`, attributes: { "aria-pressed": metres === radius, "data-key": `within-${metres}` } }, () => {
      radius = metres;
      render();
    })));
  const kindChips = (kinds: string[], found: Near[]): HTMLElement => el("div", { class: "chips is-kinds", attributes: { role: "group", "aria-label": words.say("kinds") } },
    ...kinds.map((kind) => button({
      class: "chip", test: `kind-${kind}`, text: `${nameOf(inspection, kind)} ${found.filter(({ thing }) => thing.layer === kind).length}`,
      attributes: { "aria-pressed": !hidden.has(kind), "data-key": `kind-${kind}` },
    }, () => {
      // The first press shows one kind alone; further ones add to it or take away; none means all.
      const all = kinds.filter((each) => !hidden.has(each));
      if (all.length === kinds.length) hidden = new Set(kinds.filter((each) => each !== kind));
      else if (hidden.has(kind)) hidden.delete(kind);
      else hidden.add(kind);
      if (kinds.every((each) => hidden.has(each))) hidden.clear();
      render();
    })));
  const row = ({ thing, metres, bearing, certain }: Near): HTMLElement => {
    const key = `${thing.layer}/${thing.id}`;
    const layer = inspection.layers.get(thing.layer);
    const grade = gradeOf(thing.grade);
    const head = button({ class: "thing", test: "thing", attributes: { "data-key": key, "data-layer": thing.layer, "data-id": thing.id, "data-metres": metres.toFixed(2), "aria-expanded": opened === key } }, () => {
      opened = opened === key ? null : key;
      render();
    },
    layer?.graded ? symbol(words.shared.look(grade), 26) : el("span", { class: "thing-plain", attributes: { "aria-hidden": true } }),
    el("span", { class: "thing-text" },
      el("span", { class: "thing-name", text: layer ? words.shared.named(layer, thing.properties, thing.id) : key }),
      el("span", { class: "thing-below", text: below(inspection, thing) })),
    el("span", { class: "thing-far" },
      el("span", { class: "number", text: far(metres) }),
      el("span", { class: certain ? "sign is-certain" : "sign is-possible", text: words.say(certain ? "certain" : "possible") }),
      metres < 1 ? null : el("span", { class: "arrow", style: { transform: `rotate(${Math.round(bearing)}deg)` }, text: "↑", attributes: { "aria-label": words.shared.bearing(bearing) } })));
    return opened === key ? el("div", {}, head, details(inspection, thing, show)) : head;
  };
  inspection.on(["position", "line", "tab", "network"], render);
  inspection.look.on(["language"], render);
  render();
  return part;
}

function within(boxed: Boxed[], position: Position, radius: number): Near[] {
  const { lon, lat } = position;
  const accuracy = position.accuracy ?? 0;
  const reach = radius + accuracy;
  const ground = new Ground(lon, lat);
  const degrees = reach * DEGREES_PER_M;
  const found: Near[] = [];
  for (const { thing, box: [west, south, east, north] } of boxed) {
    if (west - degrees > lon || east + degrees < lon || south - degrees > lat || north + degrees < lat) continue;
    const at = nearest(thing.geometry, ground);
    if (at.metres > reach) continue;
    // What is nearer than the distance less the accuracy is sure to be within it; the service says it so too.
    found.push({ thing, metres: at.metres, bearing: ground.bearing(at.lon, at.lat), certain: at.metres <= radius - accuracy });
  }
  return found.sort((one, other) => one.metres - other.metres);
}

function boxOf({ geometry }: Beside): Boxed["box"] {
  const box: Boxed["box"] = [Infinity, Infinity, -Infinity, -Infinity];
  const widen = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] !== "number") return part.forEach(widen);
    const [x, y] = part as [number, number];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  widen((geometry as { coordinates?: unknown }).coordinates);
  return box;
}

function sentence(inspection: Inspection, radius: number, all: number, shown: Near[]): string {
  const { words, kept, position } = inspection;
  if (!kept) return inspection.fault ?? words.say(inspection.loading ? "line_loading" : "choose_first");
  if (!position) return words.say(inspection.blind);
  const offset = inspection.feet()[0]?.offset ?? 0;
  const parts = [all === 0 ? words.say("near_none", { n: radius }) : words.say("near_count", { n: radius, count: shown.length, certain: shown.filter(({ certain }) => certain).length })];
  if (shown.length > MOST_ROWS) parts.push(words.say("near_part", { n: MOST_ROWS }));
  if (offset + radius > KEPT_M) parts.push(words.say("near_outside", { n: KEPT_M }));
  else if (kept.cut) parts.push(words.say("near_cut"));
  return parts.join(" ");
}

function nameOf(inspection: Inspection, id: string): string {
  const layer = inspection.layers.get(id);
  return layer ? inspection.words.shared.layer(layer) : id;
}

function below(inspection: Inspection, thing: Beside): string {
  const { words } = inspection;
  const stretch = thing.stake_from && thing.stake_from !== thing.stake_to ? `${thing.stake_from}–${thing.stake_to}` : thing.stake;
  const side = words.say(`side_short_${thing.side}`);
  return [nameOf(inspection, thing.layer), `${stretch} ${side}`].join(" · ");
}

/** The fields of the card, who answers, and the way onto the map. */
function details(inspection: Inspection, thing: Beside, show: (lon: number, lat: number) => void): HTMLElement {
  const { words, layers, position } = inspection;
  const layer = layers.get(thing.layer);
  const lines = (layer ? [...layer.card_fields, ...layer.owner_fields] : []).flatMap((name) => {
    const value = words.shared.value(name, thing.properties[name], layer?.fields[name]);
    return value === null ? [] : [el("dt", { text: words.shared.field(name, layer?.fields[name]) }), el("dd", { text: value })];
  });
  const phone = Object.entries(thing.contact ?? {}).find(([name, value]) => /phone/.test(name) && typeof value === "string" && value)?.[1];
  return el("div", { class: "thing-open", test: "thing-open" },
    el("div", { class: "thing-acts" },
      typeof phone === "string" ? el("a", { class: "big", href: `tel:${phone.replace(/[^\d+]/g, "")}`, text: words.say("call", { phone }) }) : null,
      button({ class: "big", text: words.say("on_map") }, () => {
        const at = position ? nearest(thing.geometry, new Ground(position.lon, position.lat)) : null;
        if (at) show(at.lon, at.lat);
      })),
    el("dl", { class: "thing-fields" }, ...lines));
}
