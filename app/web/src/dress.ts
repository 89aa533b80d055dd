/** What a map must follow beside its style: layers, grades, language, grades of the areas. */
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre, StyleSpecification } from "maplibre-gl";

import type { Page } from "./page";
import { chosen } from "./page";
import { filtered, isOwn, layerOf, recounted } from "./style";
import { ROMAN } from "./symbols";
import type { Row } from "./types";

const CELL_LAYOUT = ["icon-image", "icon-size", "text-field", "symbol-sort-key"] as const;
const CELL_PAINT = ["text-color", "text-halo-color"] as const;

/**
 * Show the chosen layers, and of graded ones the chosen grades.
 * `own`: layers that the page draws itself now, in place of the service's tiles.
 */
export function filterLayers(map: MapLibre, style: StyleSpecification, page: Page, own: readonly string[] = []): void {
  const { grades } = page.store.state;
  const layers = new Set(chosen(page));
  for (const part of style.layers) {
    const id = layerOf(part);
    if (id === null || !map.getLayer(part.id)) continue;
    map.setLayoutProperty(part.id, "visibility", layers.has(id) && own.includes(id) === isOwn(part) ? "visible" : "none");
    if (!page.layers.get(id)?.graded) continue;
    const isCell = part.id.endsWith("-cell");
    map.setFilter(part.id, filtered("filter" in part ? part.filter : undefined, isCell, grades));
    if (isCell) recount(map, part, page);
  }
}

function recount(map: MapLibre, part: LayerSpecification, page: Page): void {
  const { grades } = page.store.state;
  const layout = part.layout as Record<string, unknown> | undefined;
  for (const name of CELL_LAYOUT) {
    const value = layout?.[name];
    if (value !== undefined) map.setLayoutProperty(part.id, name, recounted(value as ExpressionSpecification, grades));
  }
  const paint = part.paint as Record<string, unknown> | undefined;
  for (const name of CELL_PAINT) {
    const value = paint?.[name];
    if (value !== undefined) map.setPaintProperty(part.id, name, recounted(value as ExpressionSpecification, grades));
  }
}

/** Name the areas in the language of the page, each with the numeral of its grade. */
export function nameAreas(map: MapLibre, page: Page): void {
  if (!map.getLayer("areas-name")) return;
  const english = page.words.language === "en";
  const name: ExpressionSpecification = english ? ["coalesce", ["get", "name_latin"], ["get", "name"]] : ["get", "name"];
  map.setLayoutProperty("areas-name", "text-field", ["concat", ["match", ["get", "grade"], 1, `${ROMAN[1]} `, 2, `${ROMAN[2]} `, 3, `${ROMAN[3]} `, 4, `${ROMAN[4]} `, ""], name]);
}

/** Give the areas the colours of their grades. */
export function colourAreas(map: MapLibre, page: Page, area: (code: string) => Row | undefined): void {
  if (!map.getSource("townships")) return;
  for (const feature of page.townships.areas.features) {
    const code = String(feature.properties?.["code"]);
    map.setFeatureState({ source: "townships", id: code }, { grade: area(code)?.grade ?? 0 });
  }
  // The name tells the grade as well, for those to whom the colours look alike.
  const { places } = page.townships;
  const features = places.features.map((place) => {
    const row = area(String(place.properties?.["code"]));
    return { ...place, properties: { ...place.properties, grade: row?.grade ?? 0, index: row?.index ?? 0 } };
  });
  (map.getSource("townships-places") as GeoJSONSource | undefined)?.setData({ ...places, features });
}
