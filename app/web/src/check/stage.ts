/** The map of the check: the city's layers, the site, and the shape that is being drawn. */
import type { FeatureCollection, Geometry, Position } from "geojson";
import type { GeoJSONSource, LayerSpecification, StyleSpecification } from "maplibre-gl";
import * as maplibre from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import { get } from "../api";
import { FONTS } from "../map";
import { atHome } from "../style";
import { draw } from "../symbols";
import type { Base, Box } from "../types";
import mapWordsEn from "../words_en.json";
import mapWordsZh from "../words_zh.json";
import type { CheckPage } from "./part";

maplibre.setWorkerUrl(workerUrl);

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const ACCENT = { light: "#0B5CAD", dark: "#7CC4FF" };
const CLOSEST = 16;

export class Stage {
  readonly map: maplibre.Map;
  private pointer: Position | null = null;

  private constructor(private readonly page: CheckPage, holder: HTMLElement, style: StyleSpecification, private base: Base) {
    this.map = new maplibre.Map({
      container: holder, style, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 19,
      bounds: page.city.views.land ?? page.city.views.city, fitBoundsOptions: { padding: 10 }, localIdeographFontFamily: FONTS,
      locale: page.words.shared.language === "en" ? mapWordsEn : mapWordsZh,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    this.map.on("styleimagemissing", () => draw(this.map, page.words.shared, this.base));
    this.map.on("style.load", () => {
      draw(this.map, page.words.shared, this.base);
      this.show();
    });
    this.take();
    page.drawing.on(() => this.follow());
    page.desk.on(() => this.show());
  }

  /** Read the style and make the map. */
  static async make(page: CheckPage, holder: HTMLElement, base: Base): Promise<Stage> {
    return new Stage(page, holder, await styleOf(base), base);
  }

  /** Change between light and dark. */
  async change(base: Base): Promise<void> {
    this.base = base;
    this.map.setStyle(await styleOf(base), { diff: false });
  }

  /** Go to the site. */
  fit(): void {
    const geometry = this.geometry();
    const box = geometry && boxOf(geometry);
    if (box) this.map.fitBounds(box, { padding: 80, maxZoom: CLOSEST, animate: false });
  }

  private take(): void {
    const { drawing } = this.page;
    this.map.on("click", (event) => drawing.add([round(event.lngLat.lng), round(event.lngLat.lat)]));
    this.map.on("mousemove", (event) => {
      if (!drawing.kind) return;
      this.pointer = [event.lngLat.lng, event.lngLat.lat];
      this.sketch();
    });
    document.addEventListener("keydown", (event) => {
      if (!drawing.kind || (event.target as HTMLElement).matches("input, textarea, select")) return;
      const act = { Enter: () => drawing.finish(), Escape: () => drawing.cancel(), Backspace: () => drawing.undo() }[event.key];
      if (!act || (event.key === "Enter" && (event.target as HTMLElement).matches("button, a"))) return;
      event.preventDefault();
      act();
    });
  }

  private follow(): void {
    const { kind } = this.page.drawing;
    this.map.getCanvas().style.cursor = kind ? "crosshair" : "";
    // A second click soon after the first is a corner, not a wish to come nearer.
    this.map.doubleClickZoom[kind ? "disable" : "enable"]();
    this.pointer = null;
    this.sketch();
  }

  private sketch(): void {
    (this.map.getSource("sketch") as GeoJSONSource | undefined)?.setData(this.page.drawing.so_far(this.pointer));
  }

  private show(): void {
    const geometry = this.geometry();
    const data: FeatureCollection = geometry ? { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry }] } : EMPTY;
    (this.map.getSource("site") as GeoJSONSource | undefined)?.setData(data);
  }

  /** The site in degrees: as the service answered it, or as it was drawn. */
  private geometry(): Geometry | null {
    const { answer, site } = this.page.desk;
    if (answer) return answer.geometry;
    return site && site.crs === "CRS84" ? plain(site.geometry) : null;
  }
}

/** The shapes of a GeoJSON document as one geometry. */
function plain(document: Record<string, unknown>): Geometry | null {
  if (document["type"] === "Feature") return plain((document["geometry"] ?? {}) as Record<string, unknown>);
  if (document["type"] !== "FeatureCollection") return "coordinates" in document || "geometries" in document ? (document as unknown as Geometry) : null;
  const features = Array.isArray(document["features"]) ? (document["features"] as Record<string, unknown>[]) : [];
  return { type: "GeometryCollection", geometries: features.flatMap((each) => plain(each) ?? []) };
}

async function styleOf(base: Base): Promise<StyleSpecification> {
  const style = await get<StyleSpecification>(`/api/styles/${base}.json`);
  const sources = Object.fromEntries(Object.entries(style.sources).map(([name, source]) => [name, atHome(source)]));
  const empty = { type: "geojson", data: EMPTY } as const;
  return { ...style, sources: { ...sources, site: empty, sketch: empty }, layers: [...style.layers, ...above(base)] };
}

function above(base: Base): LayerSpecification[] {
  const colour = ACCENT[base];
  const circle = { "circle-radius": 6, "circle-color": colour, "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 2 };
  return [
    { id: "site-fill", type: "fill", source: "site", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.35 } },
    { id: "site-line", type: "line", source: "site", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": 3 } },
    { id: "site-point", type: "circle", source: "site", filter: ["==", ["geometry-type"], "Point"], paint: { ...circle, "circle-radius": 9 } },
    { id: "sketch-line", type: "line", source: "sketch", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": colour, "line-width": 2.5, "line-dasharray": [2, 1.5] } },
    { id: "sketch-point", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"], paint: circle },
  ];
}

function boxOf(geometry: Geometry): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const widen = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] !== "number") return part.forEach(widen);
    const [x, y] = part as [number, number];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  const parts = geometry.type === "GeometryCollection" ? geometry.geometries : [geometry];
  for (const part of parts) widen((part as { coordinates?: unknown }).coordinates);
  return Number.isFinite(box[0]) && Math.max(Math.abs(box[0]), Math.abs(box[2])) <= 180 && Math.max(Math.abs(box[1]), Math.abs(box[3])) <= 85 ? box : null;
}

function round(degrees: number): number {
  return Number(degrees.toFixed(7));
}
