/** Townships: their names, boxes and outlines, read once. */
import type { FeatureCollection, Geometry, Position } from "geojson";

import { get } from "./api";
import type { Box, Items, Language } from "./types";

export class Townships {
  private readonly names = new Map<string, { zh: string; en: string }>();
  private readonly boxes = new Map<string, Box>();

  /** One point in each, for its name. */
  readonly places: FeatureCollection;

  constructor(readonly areas: FeatureCollection) {
    for (const { properties, geometry } of areas.features) {
      const code = String(properties?.["code"] ?? "");
      const zh = String(properties?.["name"] ?? code);
      this.names.set(code, { zh, en: String(properties?.["name_latin"] ?? zh) });
      this.boxes.set(code, boxOf(geometry));
    }
    this.places = {
      type: "FeatureCollection",
      features: areas.features.map(({ properties, geometry }) =>
        ({ type: "Feature", properties, geometry: { type: "Point", coordinates: centroidOf(geometry) } })),
    };
  }

  static async read(): Promise<Townships> {
    return new Townships((await get<Items>("/api/collections/townships/items?limit=1000")) as FeatureCollection);
  }

  name(code: unknown, language: Language): string | null {
    return this.names.get(String(code))?.[language] ?? null;
  }

  codeOf(name: string | null): string | null {
    return [...this.names].find(([, names]) => names.zh === name)?.[0] ?? null;
  }

  fidOf(code: string): number | null {
    const id = this.areas.features.find(({ properties }) => properties?.["code"] === code)?.id;
    return id === undefined ? null : Number(id);
  }

  box(code: string): Box | null {
    return this.boxes.get(code) ?? null;
  }
}

/** The box around a geometry. */
export function boxOf(geometry: Geometry | null): Box {
  const box: Box = [180, 90, -180, -90];
  const widen = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") {
      const [lng, lat] = part as Position as [number, number];
      box[0] = Math.min(box[0], lng);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lng);
      box[3] = Math.max(box[3], lat);
    } else part.forEach(widen);
  };
  if (geometry?.type === "GeometryCollection") for (const part of geometry.geometries) widen(part as never);
  else if (geometry) widen(geometry.coordinates);
  return box;
}

/** A place on the geometry itself: half way along the longest part of a line, else the middle of the box. */
export function middleOf(geometry: Geometry | null): [number, number] {
  const lines = geometry?.type === "LineString" ? [geometry.coordinates] : geometry?.type === "MultiLineString" ? geometry.coordinates : [];
  const [w, s, e, n] = boxOf(geometry);
  let middle: [number, number] = [(w + e) / 2, (s + n) / 2];
  const shrink = Math.cos((middle[1] * Math.PI) / 180);
  let most = -1;
  for (const line of lines) {
    const steps = line.slice(1).map(([lng = 0, lat = 0], at) => Math.hypot((lng - (line[at]?.[0] ?? 0)) * shrink, lat - (line[at]?.[1] ?? 0)));
    const length = steps.reduce((sum, step) => sum + step, 0);
    if (length <= most) continue;
    most = length;
    let left = length / 2;
    const at = steps.findIndex((step) => (left -= step) <= 0);
    const [one, two] = [line[at], line[at + 1]];
    if (!one || !two) continue;
    const share = steps[at] ? 1 + left / steps[at] : 0;
    middle = [0, 1].map((axis) => (one[axis] ?? 0) + share * ((two[axis] ?? 0) - (one[axis] ?? 0))) as [number, number];
  }
  return middle;
}

/** The centroid of the largest ring. */
function centroidOf(geometry: Geometry | null): Position {
  const rings = geometry?.type === "MultiPolygon" ? geometry.coordinates.map((part) => part[0] ?? [])
    : geometry?.type === "Polygon" ? [geometry.coordinates[0] ?? []] : [];
  let most = 0;
  let middle: Position = [0, 0];
  for (const ring of rings) {
    let [area, x, y] = [0, 0, 0];
    ring.forEach(([lng = 0, lat = 0], at) => {
      const [nextLng = 0, nextLat = 0] = ring[(at + 1) % ring.length] ?? [];
      const cross = lng * nextLat - nextLng * lat;
      area += cross;
      x += (lng + nextLng) * cross;
      y += (lat + nextLat) * cross;
    });
    if (Math.abs(area) > most) {
      most = Math.abs(area);
      middle = [x / (3 * area), y / (3 * area)];
    }
  }
  return middle;
}
