/** The map of the first rows, over the base map and the outlines; nothing of it is written yet. */
import type { FeatureCollection, Position } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, StyleSpecification } from "maplibre-gl";
import * as maplibre from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import { get } from "../api";
import { atHome } from "../style";
import { draw } from "../symbols";
import type { Base, Box } from "../types";
import type { ImportPage } from "./part";
import mapWordsEn from "../words_en.json";
import mapWordsZh from "../words_zh.json";

maplibre.setWorkerUrl(workerUrl);

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const GRADE: ExpressionSpecification = ["match", ["coalesce", ["get", "grade"], 0], 1, "risk-1", 2, "risk-2", 3, "risk-3", 4, "risk-4", "risk-none"];
const ACCENT = { light: "#0B5CAD", dark: "#7CC4FF" };
const CLOSE = 15;

export class Stage {
  readonly map: maplibre.Map;
  private data: FeatureCollection = EMPTY;

  private constructor(page: ImportPage, holder: HTMLElement, style: StyleSpecification, private base: Base) {
    this.map = new maplibre.Map({
      container: holder, style, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 19,
      bounds: page.city.views.land ?? page.city.views.city, fitBoundsOptions: { padding: 10 },
      locale: page.words.shared.language === "en" ? mapWordsEn : mapWordsZh,
      cooperativeGestures: window.matchMedia("(max-width: 720px)").matches,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    this.map.on("style.load", () => {
      draw(this.map, page.words.shared, this.base);
      this.show(this.data, false);
    });
  }

  /** Read the style and make the map. */
  static async make(page: ImportPage, holder: HTMLElement, base: Base): Promise<Stage> {
    return new Stage(page, holder, await styleOf(base), base);
  }

  /** Change between light and dark. */
  async change(base: Base): Promise<void> {
    this.base = base;
    this.map.setStyle(await styleOf(base), { diff: false });
  }

  /** Draw rows, and go where they are. */
  show(data: FeatureCollection, move = true): void {
    this.data = data;
    (this.map.getSource("incoming") as GeoJSONSource | undefined)?.setData(data);
    const box = boxOf(data);
    if (move && box) this.map.fitBounds(box, { padding: 40, maxZoom: CLOSE, animate: false });
  }

  /** Go to a row and mark it. */
  go(row: number): void {
    const features = this.data.features.filter((each) => each.properties?.["row"] === row);
    const box = boxOf({ type: "FeatureCollection", features });
    if (!box) return;
    if (this.map.getLayer("chosen")) this.map.setFilter("chosen", ["==", ["get", "row"], row]);
    this.map.fitBounds(box, { padding: 60, maxZoom: CLOSE, duration: 400 });
  }
}

async function styleOf(base: Base): Promise<StyleSpecification> {
  const style = await get<StyleSpecification>(`/api/styles/${base}.json`);
  const kept = style.layers.filter((layer) => !("source" in layer) || String(layer.source).startsWith("base-"));
  const sources = Object.fromEntries(Object.entries(style.sources).filter(([name]) => name.startsWith("base-")).map(([name, source]) => [name, atHome(source)]));
  return { ...style, sources: { ...sources, incoming: { type: "geojson", data: EMPTY } }, layers: [...kept, ...incoming(base)] };
}

function incoming(base: Base): LayerSpecification[] {
  const colour = ACCENT[base];
  const isPoint: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
  return [
    { id: "incoming-fill", type: "fill", source: "incoming", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.25 } },
    { id: "incoming-line", type: "line", source: "incoming", filter: ["!", isPoint], paint: { "line-color": colour, "line-width": 2.5 } },
    { id: "incoming-point", type: "symbol", source: "incoming", filter: isPoint, layout: { "icon-image": GRADE, "icon-size": 0.85, "icon-allow-overlap": true } },
    { id: "chosen", type: "circle", source: "incoming", filter: ["==", ["get", "row"], -1], paint: { "circle-radius": 17, "circle-color": "transparent", "circle-stroke-color": colour, "circle-stroke-width": 4 } },
  ];
}

function boxOf(data: FeatureCollection): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const widen = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] !== "number") return part.forEach(widen);
    const [x, y] = part as Position as [number, number];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  for (const { geometry } of data.features) widen((geometry as { coordinates?: unknown }).coordinates);
  return Number.isFinite(box[0]) ? box : null;
}
