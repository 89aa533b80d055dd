/** The card of one record: how grave, why, who answers, what it is, and what to do next. */
import { blackSpotPart } from "./black_spot";
import { button, el } from "./dom";
import { nearbyButtons } from "./nearby";
import { ownerRows, placeOf } from "./owner";
import type { Page } from "./page";
import { reasonPart } from "./reason";
import { eventName, eventPart } from "./sea/event_part";
import { vesselPart } from "./sea/vessel_part";
import { stopsPart } from "./sea/voyage";
import { symbol } from "./symbols";
import { boxOf, middleOf } from "./townships";
import { treatmentPart } from "./treatment";
import type { Collection, Item, Reason, Row, Values } from "./types";
import { countOf, gradeOf, GRADES } from "./types";

/** Fields that a part of their own tells. */
const TOLD_ELSEWHERE: Record<string, string[]> = {
  vessels: ["seen_at", "wind_limit"],
  vessel_events: ["mmsi", "name", "other_mmsi", "evidence"],
};

/** What the card holds, top to bottom. */
export function card(page: Page, id: string, item: Item, reason: Reason | null): HTMLElement[] {
  const { words } = page;
  const layer = page.layers.get(id);
  if (!layer) return [el("p", { class: "empty", text: words.say("gone") })];
  const values = item.properties;
  const place = middleOf(item.geometry);
  const owners = ownerRows(page, layer, values);
  const area = areaOf(page, layer, item);
  const facts = factRows(page, layer, values);
  return [
    badge(page, layer, item, reason, area),
    el("h3", { class: "card-name", test: "card-name", text: layer.id === "vessel_events" ? eventName(page, item, reason) : words.named(layer, values, item.id) }),
    el("p", { class: "card-place", text: layer.id === "townships" ? String(values["name_latin"] ?? "") : placeOf(page, layer, values) }),
    reason?.stale ? el("p", { class: "stale", test: "stale", text: reason.valid_until ? words.say("stale_until", { date: reason.valid_until }) : words.say("stale") }) : null,
    owners.length > 0 ? section("owner", words.say("owner"), el("dl", { class: "terms" }, ...owners)) : null,
    layer.id === "vessels" ? vesselPart(page, item) : null,
    layer.id === "vessel_tracks" ? stopsPart(page, item) : null,
    reason ? reasonPart(page, reason) : null,
    layer.id === "vessel_events" ? eventPart(page, item) : null,
    area ? areaPart(page, area) : null,
    layer.id === "road_segments" ? blackSpotPart(page, item) : null,
    layer.id === "road_segments" ? treatmentPart(page, item) : null,
    facts.length > 0 ? section("facts", words.say("facts"), el("dl", { class: "terms" }, ...facts)) : null,
    item.geometry && !item.geometry.type.endsWith("Polygon") ? nearbyButtons(page, place, null) : null,
    actions(page, layer, place, item),
  ].filter((part) => part !== null);
}

function areaOf(page: Page, layer: Collection, item: Item): Row | undefined {
  return layer.id === "townships" ? page.figures.area(String(item.properties["code"])) : undefined;
}

/** What an area holds over the whole city, and what decided its grade. */
function areaPart(page: Page, area: Row): HTMLElement {
  const { words } = page;
  const decided = words.either(area.decided_by, area.decided_by_en);
  const rows = GRADES.map((grade) => el("span", { class: "chip" }, symbol(words.look(grade), 16),
    el("span", { text: words.gradeShort(grade) }), el("strong", { class: "number", text: words.number(countOf(area.counts, grade)) })));
  return section("area", words.say("why", { grade: words.grade(gradeOf(area.grade)) }),
    ...(decided ? [el("p", { class: "decided", test: "decided", text: words.shortened(decided) })] : []),
    el("p", { class: "hint", text: words.say("area_legend") }), el("div", { class: "chips area-chips" }, ...rows));
}

function badge(page: Page, layer: Collection, item: Item, reason: Reason | null, area: Row | undefined): HTMLElement {
  const { words } = page;
  if (!layer.graded && !area) return el("p", { class: "badge-line" }, el("span", { class: "hint", text: words.layer(layer) }));
  const grade = gradeOf(area ? area.grade : (reason?.grade ?? item.properties["grade"]));
  return el("p", { class: "badge-line" },
    el("span", { class: `badge grade-${grade || "none"}`, test: "card-grade", attributes: { "data-grade": grade } }, symbol(words.look(grade), 26), el("strong", { text: words.grade(grade) })),
    el("span", { class: "hint", text: area ? `${words.say("area_grade")} · ${words.say("index")} ${area.index?.toFixed(1) ?? "–"}` : words.layer(layer) }));
}

function section(name: string, title: string, ...content: HTMLElement[]): HTMLElement {
  return el("section", { class: `card-section card-${name}` }, el("h4", { text: title }), ...content);
}

function factRows(page: Page, layer: Collection, values: Values): HTMLElement[] {
  const told = TOLD_ELSEWHERE[layer.id] ?? [];
  const names = layer.card_fields.filter((name) => name !== layer.label && name !== "address" && !told.includes(name));
  return names.flatMap((name) => {
    const text = page.words.value(name, values[name], layer.fields[name]);
    if (text === null) return [];
    return [el("dt", { text: page.words.field(name, layer.fields[name]) }), el("dd", { text })];
  });
}

function actions(page: Page, layer: Collection, place: [number, number], item: Item): HTMLElement {
  const { words } = page;
  const share = button({ class: "plain", text: words.say("share"), test: "share" }, () => {
    void navigator.clipboard?.writeText(location.href).then(() => {
      share.textContent = words.say("shared");
    });
  });
  return el("div", { class: "card-actions" },
    page.able && item.geometry ? button({ class: "plain", text: words.say("show"), test: "show" }, () => {
      page.reveal();
      const box = boxOf(item.geometry);
      if (item.geometry?.type === "Point") page.stage?.go(place[0], place[1], 15);
      else page.stage?.fit(box);
    }) : null,
    navigator.clipboard ? share : null,
    el("a", {
      class: "plain", text: `${words.say("export")} · ${words.layer(layer)}`, title: words.say("export_title", { name: words.layer(layer) }), test: "card-export",
      href: `/api/collections/${layer.id}/export?f=geojson`, attributes: { download: `${layer.id}.geojson` },
    }));
}
