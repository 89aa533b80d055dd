/** What the pointer meets on the map: tooltips, cards, grid cells, and empty places. */
import type { FeatureCollection } from "geojson";
import type { MapGeoJSONFeature, MapMouseEvent, PointLike } from "maplibre-gl";
import { Popup } from "maplibre-gl";

import { get } from "./api";
import { button, el } from "./dom";
import type { RiskMap } from "./map";
import { circle, RADII } from "./nearby";
import type { Page } from "./page";
import { layerOf } from "./style";
import { nearestDrawn, readNearest } from "./sea/nearest";
import { Recorded } from "./sea/recorded";
import { dayOfLast } from "./sea/vessel_part";
import type { State } from "./state";
import type { Item } from "./types";
import { gradeOf } from "./types";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const touch = window.matchMedia("(pointer: coarse)");

/** The number of a record on the map; boats have theirs beside that of their transmitter. */
function fidOf(feature: MapGeoJSONFeature): number | null {
  const fid = feature.source === "fleet" ? feature.properties["fid"] : feature.id;
  return fid === undefined || fid === null ? null : Number(fid);
}

/** Let the pointer pick features. */
export function pick(page: Page, stage: RiskMap): void {
  const { map } = stage;
  const { store } = page;
  const tip = el("div", { class: "tip", attributes: { hidden: "", "aria-hidden": true } });
  map.getContainer().append(tip);
  const popup = new Popup({ closeButton: false, focusAfterOpen: false, maxWidth: "260px", offset: 6 });

  const met = (event: MapMouseEvent): MapGeoJSONFeature | null => {
    const reach = touch.matches ? 16 : 5;
    const { x, y } = event.point;
    const around: [PointLike, PointLike] = [[x - reach, y - reach], [x + reach, y + reach]];
    const parts = map.getStyle().layers.filter((part) => {
      const id = layerOf(part);
      return id !== null && id !== "townships";
    });
    const found = map.queryRenderedFeatures(around, { layers: parts.map((part) => part.id) })
      .filter((feature) => fidOf(feature) !== null || feature.properties["n"] !== undefined);
    const rank = (feature: MapGeoJSONFeature): number =>
      (feature.geometry.type === "Point" ? 0 : 10) + (gradeOf(feature.properties["grade"]) || 5);
    return found.sort((one, two) => rank(one) - rank(two))[0] ?? null;
  };

  map.on("mousemove", (event) => {
    if (touch.matches) return;
    const feature = met(event);
    map.getCanvas().style.cursor = feature ? "pointer" : "";
    tip.hidden = feature === null;
    if (!feature) return;
    tip.textContent = told(page, feature);
    const { clientWidth } = map.getContainer();
    const left = event.point.x > clientWidth - 240;
    tip.style.transform = `translate(${event.point.x + (left ? -12 : 12)}px, ${event.point.y + 14}px)${left ? " translateX(-100%)" : ""}`;
  });
  map.on("mouseout", () => (tip.hidden = true));
  map.on("movestart", () => (tip.hidden = true));

  map.on("click", (event) => {
    tip.hidden = true;
    popup.remove();
    const feature = met(event);
    const layer = feature ? layerOf(feature.layer as never) : null;
    if (!feature || layer === null) {
      popup.setLngLat(event.lngLat).setDOMContent(offer(page, event, popup)).addTo(map);
    } else if (feature.properties["n"] !== undefined) {
      const [lng, lat] = feature.geometry.type === "Point" ? feature.geometry.coordinates : [event.lngLat.lng, event.lngLat.lat];
      stage.go(lng ?? event.lngLat.lng, lat ?? event.lngLat.lat, Math.min(18, map.getZoom() + 2));
    } else {
      store.set({ selected: { layer, fid: fidOf(feature) ?? 0 }, nearby: null, distress: null });
    }
  });
  store.on(["selected", "nearby", "distress"], () => popup.remove());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") popup.remove();
  });
}

/** Draw what the state has selected, from whatever part it was selected. */
export function mark(page: Page, stage: RiskMap): void {
  const { store } = page;
  let asked: State["distress"] = null;
  const ways = async (): Promise<void> => {
    const { distress } = store.state;
    asked = distress;
    stage.show("reach", EMPTY);
    const found = distress ? await readNearest(page, distress).catch(() => null) : null;
    if (found && store.state.distress === distress) stage.show("reach", nearestDrawn(found));
  };
  const show = async (): Promise<void> => {
    const { selected, nearby, distress } = store.state;
    if (distress !== asked) void ways();
    if (!distress) stage.show("reach", nearby ? circle(nearby.lng, nearby.lat, nearby.within) : EMPTY);
    if (!store.state.replay) stage.show("trail", EMPTY);
    if (!selected) {
      stage.show("picked", distress ? { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [distress.lng, distress.lat] } }] } : EMPTY);
      return;
    }
    const item = await get<Item>(`/api/collections/${selected.layer}/items/${selected.fid}`).catch(() => null);
    if (store.state.selected !== selected) return;
    stage.show("picked", item?.geometry ? { type: "FeatureCollection", features: [item as never] } : EMPTY);
    if (selected.layer === "vessels" && item) void way(page, stage, item, selected);
    if (item?.geometry?.type === "Point") {
      const [lng, lat] = item.geometry.coordinates;
      if (lng !== undefined && lat !== undefined) window.setTimeout(() => stage.uncover(lng, lat), 260);
    }
  };
  store.on(["selected", "nearby", "distress"], () => void show());
  void show();
}

/** The way of a boat on the day of its last position. */
async function way(page: Page, stage: RiskMap, item: Item, selected: State["selected"]): Promise<void> {
  const mmsi = String(item.properties["mmsi"] ?? "");
  const day = dayOfLast(page, item.properties, mmsi);
  const recorded = day ? await Recorded.read(day, mmsi).catch(() => null) : null;
  if (!recorded || page.store.state.selected !== selected || page.store.state.replay) return;
  stage.show("trail", { type: "FeatureCollection", features: recorded.whole() });
}

function told(page: Page, feature: MapGeoJSONFeature): string {
  const { words } = page;
  const values = feature.properties;
  if (values["n"] !== undefined) {
    const n = page.store.state.grades.reduce<number>((sum, grade) => sum + Number(values[`n${grade}`] ?? 0), 0);
    return words.say("cell", { n: words.number(n) });
  }
  const layer = page.layers.get(layerOf(feature.layer as never) ?? "");
  if (!layer) return "";
  if (layer.id === "vessel_density") return words.say("density_tip", { hours: words.number(Number(values["hours"]), 1), n: Number(values["vessels"]) });
  return [words.named(layer, values), layer.graded ? words.grade(gradeOf(values["grade"])) : null].filter(Boolean).join(" · ");
}

function offer(page: Page, event: MapMouseEvent, popup: Popup): HTMLElement {
  const { words, store } = page;
  const { lng, lat } = event.lngLat.wrap();
  const area = event.target.queryRenderedFeatures(event.point, { layers: ["areas-fill"].filter((id) => event.target.getLayer(id)) })[0];
  const code = area?.properties["code"] as string | undefined;
  const name = code ? page.townships.name(code, words.language) : null;
  const fid = code ? page.townships.fidOf(code) : null;
  return el("div", { class: "offer", test: "offer" },
    name && fid !== null ? button({ class: "link", text: words.say("view_town", { name }) }, () => {
      store.set({ selected: { layer: "townships", fid }, nearby: null });
      popup.remove();
    }) : null,
    page.fleet && page.fleet.state !== "off" ? button({ class: "plain", text: words.say("rescue_here"), test: "offer-rescue" },
      () => store.set({ selected: null, nearby: null, distress: { lng, lat, mmsi: null } })) : null,
    el("p", { text: words.say("nearby_here") }),
    el("div", { class: "radii" }, ...RADII.map((within) =>
      button({ class: "plain", text: words.say("metres", { n: within }), test: `offer-${within}` },
        () => store.set({ selected: null, distress: null, nearby: { lng, lat, within } })))),
    el("p", { class: "hint number", text: `${lng.toFixed(5)}, ${lat.toFixed(5)}` }));
}
