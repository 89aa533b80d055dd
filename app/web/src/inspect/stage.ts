/** The map of the walk: base map, the pipeline, what lies beside it, me with the radius of my position. */
import type { Feature, FeatureCollection } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, StyleSpecification } from "maplibre-gl";
import * as maplibre from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import { circle } from "../nearby";
import { atHome } from "../style";
import { draw } from "../symbols";
import type { Base } from "../types";
import mapWordsEn from "../words_en.json";
import mapWordsZh from "../words_zh.json";
import { ask } from "./ask";
import type { Inspection } from "./inspection";
import type { Position } from "./types";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const GRADE: ExpressionSpecification = ["match", ["coalesce", ["get", "grade"], 0], 1, "risk-1", 2, "risk-2", 3, "risk-3", 4, "risk-4", "risk-plain"];
const CLOSE = 16;
type SourceName = "line" | "beside" | "me" | "waypoints";

export class Stage {
  readonly map: maplibre.Map;
  /** Whether the map goes where I go; a finger on the map ends it. */
  following = true;
  private readonly data = new Map<SourceName, FeatureCollection>();

  private constructor(private readonly inspection: Inspection, holder: HTMLElement, style: StyleSpecification, private base: Base) {
    const { views } = inspection.city;
    this.map = new maplibre.Map({
      container: holder, style, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 20,
      bounds: views.land ?? views.city, fitBoundsOptions: { padding: 8 },
      locale: inspection.words.shared.language === "en" ? mapWordsEn : mapWordsZh,
      fadeDuration: navigator.webdriver ? 0 : 200,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-left");
    this.map.on("style.load", () => {
      draw(this.map, inspection.words.shared, this.base);
      for (const [name, data] of this.data) this.put(name, data);
    });
    this.map.on("dragstart", () => {
      this.following = false;
      inspection.tell("position");
    });
    inspection.on(["line"], () => this.line());
    inspection.on(["position"], () => this.me());
    this.line();
    this.me();
  }

  /** Read the style and make the map. */
  static async make(inspection: Inspection, holder: HTMLElement, base: Base): Promise<Stage> {
    // The map's own thread is not under the page's worker unless it comes from the page itself.
    const thread = await (await fetch(workerUrl)).blob();
    maplibre.setWorkerUrl(URL.createObjectURL(new Blob([thread], { type: "text/javascript" })));
    return new Stage(inspection, holder, await styleOf(base), base);
  }

  /** Change between light and dark. */
  async change(base: Base): Promise<void> {
    this.base = base;
    this.map.setStyle(await styleOf(base), { diff: false });
  }

  /** Go to me, and stay with me. */
  follow(): void {
    this.following = true;
    this.me();
  }

  /** Go to a thing of the list. */
  go(lon: number, lat: number): void {
    this.following = false;
    this.map.easeTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), CLOSE), duration: 400 });
    this.inspection.tell("position");
  }

  /** The place under the cross in the middle of the map. */
  middle(): Position {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat, accuracy: null, at: Date.now() };
  }

  private line(): void {
    const { kept, position } = this.inspection;
    if (!kept) return;
    const { parts, waypoints } = kept.stakes;
    this.put("line", collection([{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: parts.map((part) => part.map(([lon, lat]) => [lon, lat])) } }]));
    this.put("beside", collection(kept.beside.map(({ layer, id, grade, geometry }) => ({ type: "Feature", id, properties: { layer, grade }, geometry }))));
    this.put("waypoints", collection(waypoints.map((point) => ({ type: "Feature", properties: { name: point.layer === "pipeline_markers" ? point.stake : point.name }, geometry: { type: "Point", coordinates: [point.lon, point.lat] } }))));
    if (position) return this.me();
    const [lons, lats] = [0, 1].map((axis) => parts.flat().map((vertex) => vertex[axis]!)) as [number[], number[]];
    this.map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 30, animate: false });
  }

  private me(): void {
    const { position } = this.inspection;
    if (!position) return;
    const { lon, lat, accuracy } = position;
    const features: Feature[] = [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } }];
    if (accuracy) features.push(...circle(lon, lat, accuracy).features);
    const foot = this.inspection.feet()[0];
    if (foot) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [[lon, lat], [foot.lon, foot.lat]] } });
    this.put("me", collection(features));
    if (this.following) this.map.easeTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), CLOSE - 1), duration: navigator.webdriver ? 0 : 500 });
  }

  private put(name: SourceName, data: FeatureCollection): void {
    this.data.set(name, data);
    (this.map.getSource(name) as GeoJSONSource | undefined)?.setData(data);
  }
}

function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

async function styleOf(base: Base): Promise<StyleSpecification> {
  const style = (await ask<StyleSpecification>(`/api/styles/${base}.json`)).content;
  const kept = style.layers.filter((layer) => !("source" in layer) || String(layer.source).startsWith("base-"));
  // Read here, not in the map's thread: what must be there without a network fails early, where it is seen.
  const sources = Object.fromEntries(await Promise.all(Object.entries(style.sources).filter(([name]) => name.startsWith("base-")).map(async ([name, source]) => [name, await inside(source)] as const)));
  const own = Object.fromEntries(["line", "beside", "me", "waypoints"].map((name) => [name, { type: "geojson" as const, data: EMPTY }]));
  return { ...style, sources: { ...sources, ...own }, layers: [...kept, ...layers(base)] };
}

async function inside(source: StyleSpecification["sources"][string]): Promise<StyleSpecification["sources"][string]> {
  const home = atHome(source);
  if (home.type !== "geojson" || typeof home.data !== "string") return home;
  return { ...home, data: (await ask<FeatureCollection>(new URL(home.data).pathname)).content };
}

function layers(base: Base): LayerSpecification[] {
  const [pipe, me, ink, paper] = base === "light" ? ["#7A1FA2", "#0B5CAD", "#15212B", "#FFFFFF"] : ["#E2A6FF", "#7CC4FF", "#EAF1F6", "#06121B"];
  const isPoint: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
  const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
  return [
    { id: "beside-fill", type: "fill", source: "beside", filter: isArea, paint: { "fill-color": ink!, "fill-opacity": 0.16 } },
    { id: "beside-line", type: "line", source: "beside", filter: ["!", isPoint], paint: { "line-color": ink!, "line-width": 1.6, "line-opacity": 0.7 } },
    { id: "pipe-halo", type: "line", source: "line", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": paper!, "line-width": 9 } },
    { id: "pipe", type: "line", source: "line", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": pipe!, "line-width": 5 } },
    { id: "me-foot", type: "line", source: "me", filter: isLine, paint: { "line-color": me!, "line-width": 3, "line-dasharray": [1.5, 1.2] } },
    { id: "waypoint", type: "circle", source: "waypoints", minzoom: 11, paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 3, 15, 7], "circle-color": paper!, "circle-stroke-color": pipe!, "circle-stroke-width": 3 } },
    { id: "beside-point", type: "symbol", source: "beside", filter: isPoint, minzoom: 12, layout: { "icon-image": GRADE, "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.5, 16, 1], "icon-allow-overlap": true, "symbol-sort-key": ["-", 9, ["coalesce", ["get", "grade"], 9]] } },
    { id: "waypoint-name", type: "symbol", source: "waypoints", minzoom: 13, layout: { "text-field": ["get", "name"], "text-font": ["Noto Sans CJK SC", "Microsoft YaHei", "sans-serif"], "text-size": 14, "text-variable-anchor": ["left", "right"], "text-radial-offset": 0.9 }, paint: { "text-color": ink!, "text-halo-color": paper!, "text-halo-width": 2 } },
    { id: "me-reach", type: "fill", source: "me", filter: isArea, paint: { "fill-color": me!, "fill-opacity": 0.16, "fill-outline-color": me! } },
    { id: "me-halo", type: "circle", source: "me", filter: isPoint, paint: { "circle-radius": 12, "circle-color": paper! } },
    { id: "me-point", type: "circle", source: "me", filter: isPoint, paint: { "circle-radius": 9, "circle-color": me! } },
  ];
}
