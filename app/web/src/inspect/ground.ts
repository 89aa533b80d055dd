/** Metres on the ground round a position, and feet on a line; good to a centimetre within two kilometres. */
import type { Geometry, Position as Coordinates } from "geojson";

import type { Foot, Side, Vertex } from "./types";

type Flat = [x: number, y: number];

const AXIS = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);
const RADIAN = Math.PI / 180;
/** Nearer than this a position is on the line; as the service has it. */
const ON = 0.1;

/** The plane that touches the ellipsoid at a place. */
export class Ground {
  constructor(readonly lon: number, readonly lat: number) {}

  /** Metres east and north of the place. The radii are those half way, so that errors grow with the third power only. */
  flat(lon: number, lat: number): Flat {
    const middle = ((this.lat + lat) / 2) * RADIAN;
    const square = 1 - E2 * Math.sin(middle) ** 2;
    const across = AXIS / Math.sqrt(square);
    const along = (AXIS * (1 - E2)) / square ** 1.5;
    return [(lon - this.lon) * RADIAN * across * Math.cos(middle), (lat - this.lat) * RADIAN * along];
  }

  /** Metres to a place. */
  metres(lon: number, lat: number): number {
    return Math.hypot(...this.flat(lon, lat));
  }

  /** Degrees clockwise from north in which a place lies. */
  bearing(lon: number, lat: number): number {
    const [x, y] = this.flat(lon, lat);
    return (Math.atan2(x, y) / RADIAN + 360) % 360;
  }
}

/** Every place on the line that may be the nearest one, the nearest first: a line that passes here twice has two. */
export function feet(parts: Vertex[][], lon: number, lat: number, tolerance: number): Foot[] {
  const ground = new Ground(lon, lat);
  const found = parts.flatMap((part) => feetOf(part, ground));
  const least = Math.min(...found.map((foot) => foot.offset));
  return found.filter((foot) => foot.offset <= least + tolerance).sort((one, other) => one.offset - other.offset);
}

function feetOf(part: Vertex[], ground: Ground): Foot[] {
  const points = part.map(([lon, lat]) => ground.flat(lon, lat));
  const shares = points.slice(1).map((to, n) => shareOf(points[n]!, to));
  const found: Foot[] = [];
  shares.forEach((share, n) => {
    if (share > 0 && share < 1) found.push(inner(part, points, n, share));
  });
  points.forEach((_point, n) => {
    // A corner is a foot when the edge before ends short of the position and the edge after starts.
    const late = n === 0 || shares[n - 1]! >= 1;
    const early = n === points.length - 1 || shares[n]! <= 0;
    if (late && early) found.push(corner(part, points, n));
  });
  return found;
}

/** Where on an edge the place nearest to the origin lies; below 0 before it, above 1 behind. */
function shareOf([x, y]: Flat, [u, v]: Flat): number {
  const square = Math.max((u - x) ** 2 + (v - y) ** 2, 1e-12);
  return -(x * (u - x) + y * (v - y)) / square;
}

function inner(part: Vertex[], points: Flat[], n: number, share: number): Foot {
  const [from, to] = [part[n]!, part[n + 1]!];
  const [start, end] = [points[n]!, points[n + 1]!];
  const edge: Flat = [end[0] - start[0], end[1] - start[1]];
  const offset = Math.hypot(start[0] + share * edge[0], start[1] + share * edge[1]);
  const turn = cross(edge, [-start[0], -start[1]]);
  const at = (axis: 0 | 1 | 2): number => from[axis] + share * (to[axis] - from[axis]);
  return { lon: at(0), lat: at(1), stake: at(2), offset, side: sideOf(offset, turn), beyond: null };
}

function corner(part: Vertex[], points: Flat[], n: number): Foot {
  const [lon, lat, stake] = part[n]!;
  const point = points[n]!;
  const offset = Math.hypot(...point);
  const before: Flat = n > 0 ? unit(points[n - 1]!, point) : [0, 0];
  const after: Flat = n < points.length - 1 ? unit(point, points[n + 1]!) : [0, 0];
  const turn = cross([before[0] + after[0], before[1] + after[1]], [-point[0], -point[1]]);
  const beyond = offset < ON ? null : n === 0 ? "start" : n === points.length - 1 ? "end" : null;
  return { lon, lat, stake, offset, side: sideOf(offset, turn), beyond };
}

function unit([x, y]: Flat, [u, v]: Flat): Flat {
  const length = Math.max(Math.hypot(u - x, v - y), 1e-12);
  return [(u - x) / length, (v - y) / length];
}

function cross([x, y]: Flat, [u, v]: Flat): number {
  return x * v - y * u;
}

function sideOf(offset: number, turn: number): Side {
  if (offset < ON || turn === 0) return "on";
  return turn > 0 ? "left" : "right";
}

/** The nearest part of a feature: metres to it, and where it is; 0 inside an area. */
export function nearest(geometry: Geometry, ground: Ground): { metres: number; lon: number; lat: number } {
  let best = { metres: Infinity, lon: ground.lon, lat: ground.lat };
  const take = (metres: number, lon: number, lat: number): void => {
    if (metres < best.metres) best = { metres, lon, lat };
  };
  const edges = (ring: Coordinates[]): boolean => {
    let inside = false;
    let [lon, lat] = ring[0] as [number, number];
    let from = ground.flat(lon, lat);
    for (const [u, v] of ring as [number, number][]) {
      const to = ground.flat(u, v);
      const share = Math.min(1, Math.max(0, shareOf(from, to)));
      take(Math.hypot(from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])), lon + share * (u - lon), lat + share * (v - lat));
      if (from[1] > 0 !== to[1] > 0 && from[0] - (from[1] * (to[0] - from[0])) / (to[1] - from[1]) > 0) inside = !inside;
      [lon, lat, from] = [u, v, to];
    }
    return inside;
  };
  const area = (rings: Coordinates[][]): void => {
    if (rings.filter(edges).length % 2 === 1) take(0, ground.lon, ground.lat);
  };
  switch (geometry.type) {
    case "Point": take(ground.metres(geometry.coordinates[0]!, geometry.coordinates[1]!), geometry.coordinates[0]!, geometry.coordinates[1]!); break;
    case "LineString": edges(geometry.coordinates); break;
    case "MultiLineString": geometry.coordinates.forEach(edges); break;
    case "Polygon": area(geometry.coordinates); break;
    case "MultiPolygon": geometry.coordinates.forEach(area); break;
    default: break;
  }
  return best;
}

/** A stake as pipelines carry it: K12+300. */
export function spell(metres: number, decimals = 0): string {
  const rounded = Number(Math.abs(metres).toFixed(decimals));
  const kilometres = Math.floor(rounded / 1000);
  const [whole, rest] = (rounded - kilometres * 1000).toFixed(decimals).split(".");
  return `${metres < 0 && rounded > 0 ? "-" : ""}K${kilometres}+${whole!.padStart(3, "0")}${rest && Number(rest) > 0 ? `.${rest.replace(/0+$/, "")}` : ""}`;
}

/** Metres of a stake as a person writes it; null where it is none. */
export function readStake(text: string): number | null {
  const plain = text.normalize("NFKC").trim().toUpperCase().replaceAll(" ", "");
  const found = /^K?(\d{1,5})\+(\d{1,3}(?:\.\d+)?)M?$/.exec(plain) ?? /^K?(\d{1,5}(?:\.\d+)?)(?:K|KM|公里)?$/.exec(plain);
  if (!found) return null;
  return Number(found[1]) * 1000 + Number(found[2] ?? 0);
}
