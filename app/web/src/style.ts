/** The server's style made ready for the page: own addresses, own sources, the filter of the grades. */
import type { FeatureCollection } from "geojson";
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from "maplibre-gl";

import { densityColour } from "./sea/density";
import { fleetLayers } from "./sea/fleet_map";
import { zoned, zoneLayers } from "./sea/zones";
import { colourOf, inkOf } from "./symbols";
import type { Townships } from "./townships";
import type { Base, Grade } from "./types";
import { GRADES } from "./types";
import type { Words } from "./words";

const ACCENT = { light: "#0B5CAD", dark: "#7CC4FF" };
const HALO = { light: "#FFFFFF", dark: "#06121B" };
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

/** The riskmap layer that a style layer draws. */
export function layerOf(part: LayerSpecification): string | null {
  const metadata = part.metadata as Record<string, unknown> | undefined;
  const id = metadata?.["riskmap:layer"];
  return typeof id === "string" ? id : null;
}

/** Whether the page draws a style layer itself, in place of the service's tiles. */
export function isOwn(part: LayerSpecification): boolean {
  return (part.metadata as Record<string, unknown> | undefined)?.["riskmap:own"] === true;
}

/** The style with the areas as read by the page, and with what the page draws on top. */
export function prepared(style: StyleSpecification, { areas, places }: Townships, words: Words, base: Base): StyleSpecification {
  const sources = { ...style.sources };
  for (const [name, source] of Object.entries(sources)) sources[name] = atHome(source);
  sources["townships"] = { type: "geojson", data: areas, promoteId: "code" };
  sources["townships-places"] = { type: "geojson", data: places };
  sources["reach"] = { type: "geojson", data: EMPTY };
  sources["picked"] = { type: "geojson", data: EMPTY };
  sources["fleet"] = { type: "geojson", data: EMPTY };
  sources["trail"] = { type: "geojson", data: EMPTY };
  const layers = style.layers.map((part) => zoned(tuned(part, words, base), base));
  return { ...style, sources, layers: [...withBelow(layers, base), ...zoneLayers(style.sources, base), ...fleetLayers(base), ...above(base)] };
}

/** Looks that only this page needs: areas that fade as one comes near, one name each, lesser points and grid cells quiet from afar. */
function tuned(part: LayerSpecification, words: Words, base: Base): LayerSpecification {
  if (part.id === "areas-fill" && part.type === "fill") {
    const [far, near] = base === "dark" ? [0.64, 0.2] : [0.36, 0.14];
    const graded = (opacity: number): ExpressionSpecification =>
      ["case", [">", ["coalesce", ["feature-state", "grade"], 0], 0], opacity, 0];
    return { ...part, paint: { ...part.paint, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 10.5, graded(far), 13, graded(near)] } };
  }
  if (part.id === "vessel_density-fill" && part.type === "fill") {
    return { ...part, paint: { "fill-color": densityColour(base), "fill-opacity": 0.78, "fill-outline-color": "rgba(0,0,0,0)" } };
  }
  if (part.id === "areas-name" && part.type === "symbol") {
    // The gravest name first, so that it is the last to give way; bold, for it stands on symbols.
    const first: ExpressionSpecification = ["-", 0, ["coalesce", ["get", "index"], 0]];
    const fonts = (part.layout?.["text-font"] ?? ["sans-serif"]) as string[];
    return {
      ...part, source: "townships-places",
      layout: { ...part.layout, "symbol-sort-key": first, "text-font": [`${fonts[0]} Bold`, ...fonts], "text-padding": 1 },
      paint: { ...part.paint, "text-halo-width": 2 },
    };
  }
  if (part.id.endsWith("-point") && part.type === "symbol") {
    const worst = ["coalesce", ["get", "grade"], 0];
    const size = ["interpolate", ["linear"], ["zoom"],
      9, ["match", worst, 1, 0.6, 2, 0.4, 3, 0.22, 4, 0.18, 0.2],
      11, ["match", worst, 1, 0.8, 2, 0.64, 3, 0.5, 4, 0.42, 0.42],
      14, ["match", worst, 1, 1.1, 2, 1, 3, 0.9, 4, 0.85, 0.85]] as unknown as ExpressionSpecification;
    return { ...part, layout: { ...part.layout, "icon-size": size } };
  }
  if (part.id.endsWith("-cell") && part.type === "symbol") return cell(part, words, base);
  return part;
}

/** A grid cell: the shape of its worst grade, and inside it how many there are, in place of the grade's number. */
function cell(part: SymbolLayerSpecification, words: Words, base: Base): SymbolLayerSpecification {
  const n: ExpressionSpecification = ["get", "n"];
  const byGrade = <T>(value: (grade: Grade) => T): ExpressionSpecification =>
    ["match", ["coalesce", ["get", "grade"], 0], 1, value(1), 2, value(2), 3, value(3), 4, value(4), value(0)] as unknown as ExpressionSpecification;
  const weight = byGrade((grade) => ({ 1: 1.1, 2: 0.95, 3: 0.72, 4: 0.66, 0: 0.66 })[grade]);
  const image = JSON.parse(JSON.stringify(part.layout?.["icon-image"]).replaceAll(/"risk-(\d|none)"/g, '"cell-$1"')) as ExpressionSpecification;
  return {
    ...part,
    layout: {
      ...part.layout,
      "icon-image": image,
      "icon-size": ["*", weight, ["interpolate", ["linear"], ["log10", ["max", 1, n]], 0, 0.36, 1, 0.62, 3, 1.1]],
      "text-field": ["case", [">=", n, 10], ["to-string", n], ""],
      "text-offset": [0, 0.1],
      "text-size": 9.5,
      "text-padding": 0,
    },
    paint: {
      ...part.paint,
      "text-color": byGrade((grade) => inkOf(words.look(grade), base)),
      "text-halo-color": byGrade((grade) => (grade === 0 ? HALO[base] : colourOf(words.look(grade), base))),
      "text-halo-width": 1.4,
    },
  };
}

/** Addresses of the service as this page reaches it, whatever stands before the server. */
export function atHome<T>(source: T): T {
  const text = JSON.stringify(source, (_key, value: unknown) =>
    typeof value === "string" && /^https?:\/\/[^/]+\/api\//.test(value)
      ? location.origin + value.replace(/^https?:\/\/[^/]+/, "")
      : value);
  return JSON.parse(text) as T;
}

function withBelow(layers: LayerSpecification[], base: Base): LayerSpecification[] {
  const accent = ACCENT[base];
  const hatch: LayerSpecification = {
    id: "areas-hatch", type: "fill", source: "townships", metadata: { "riskmap:layer": "townships" },
    paint: {
      "fill-pattern": "hatch-none",
      "fill-opacity": ["case", ["==", ["coalesce", ["feature-state", "grade"], 0], 0], 0.5, 0],
    },
  };
  const below: LayerSpecification[] = [
    { id: "reach-fill", type: "fill", source: "reach", paint: { "fill-color": accent, "fill-opacity": 0.12 } },
    { id: "reach-line", type: "line", source: "reach", paint: { "line-color": accent, "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "picked-area", type: "line", source: "picked", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": accent, "line-width": 4 } },
    { id: "picked-line", type: "line", source: "picked", filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": accent, "line-width": 14, "line-opacity": 0.45 } },
  ];
  const first = layers.findIndex((part) => {
    const layer = layerOf(part);
    return layer !== null && layer !== "townships";
  });
  const at = first < 0 ? layers.length : first;
  const fill = layers.findIndex((part) => part.id === "areas-fill");
  const lower = layers.slice(0, at);
  if (fill >= 0 && fill < at) lower.splice(fill + 1, 0, hatch);
  return [...lower, ...below, ...layers.slice(at)];
}

function above(base: Base): LayerSpecification[] {
  const point: FilterSpecification = ["==", ["geometry-type"], "Point"];
  return [
    { id: "picked-halo", type: "circle", source: "picked", filter: point,
      paint: { "circle-radius": 21, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": HALO[base], "circle-stroke-width": 6 } },
    { id: "picked-ring", type: "circle", source: "picked", filter: point,
      paint: { "circle-radius": 21, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": ACCENT[base], "circle-stroke-width": 3 } },
  ];
}

const N_OF: Record<Grade, string> = { 1: "n1", 2: "n2", 3: "n3", 4: "n4", 0: "n0" };

/** What a grid cell holds of the chosen grades, in place of what it holds at all. */
function cellCount(grades: Grade[]): ExpressionSpecification {
  return ["+", ...grades.map((grade) => ["coalesce", ["get", N_OF[grade]], 0])] as unknown as ExpressionSpecification;
}

function cellWorst(grades: Grade[]): ExpressionSpecification {
  const cases = grades.filter((grade) => grade !== 0)
    .flatMap((grade) => [[">", ["coalesce", ["get", N_OF[grade]], 0], 0], grade]);
  return (cases.length > 0 ? ["case", ...cases, 0] : ["literal", 0]) as unknown as ExpressionSpecification;
}

/** The filter of a style layer with the chosen grades. */
export function filtered(filter: FilterSpecification | undefined, isCell: boolean, grades: Grade[]): FilterSpecification | null {
  if (grades.length === GRADES.length) return filter ?? null;
  const chosen = isCell
    ? [">", cellCount(grades), 0]
    : ["in", ["coalesce", ["get", "grade"], 0], ["literal", grades]];
  return (filter ? ["all", filter, chosen] : chosen) as FilterSpecification;
}

/** A value of a cell's layout that counts the chosen grades only. */
export function recounted<T>(value: T, grades: Grade[]): T {
  if (grades.length === GRADES.length) return value;
  if (!Array.isArray(value)) return value;
  if (value[0] === "get" && value[1] === "n") return cellCount(grades) as T;
  if (value[0] === "get" && value[1] === "grade") return cellWorst(grades) as T;
  return value.map((part: unknown) => recounted(part, grades)) as T;
}
