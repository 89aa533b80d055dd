/** A stretch of the past at sea: where every boat was at an instant, and its way until then. */
import type { Feature, LineString, Point } from "geojson";

import { get, query } from "../api";
import { gradeOf } from "../types";
import type { Boat } from "./boats";
import { featureOf } from "./boats";

interface Told {
  from: string;
  to: string;
  /** How many positions were left out as impossible, by reason. */
  left_out: Record<string, number>;
  /** No position that is not told is further from the drawn place, metres; 0: all are told. */
  within_m: number;
  numberMatched: number;
  numberReturned: number;
  vessels: { mmsi: string; fid: number | null; name: string | null; grade: number | null; seconds: number[]; lon: number[]; lat: number[]; silences: number[] }[];
}

/** How long a way is drawn behind a boat, seconds. */
export const TRAIL_S = 3 * 3600;

type Vessel = Told["vessels"][number];

export class Recorded {
  readonly from: number;
  readonly seconds: number;
  /** Of each vessel the places in its arrays after which it is silent: no place is made up there. */
  private readonly silent: Map<Vessel, Set<number>>;

  constructor(readonly told: Told) {
    this.from = Date.parse(told.from);
    this.seconds = Math.round((Date.parse(told.to) - this.from) / 1000);
    this.silent = new Map(told.vessels.map((vessel) => [vessel, new Set(vessel.silences)]));
  }

  static async read(period: string, mmsi: string | null, signal?: AbortSignal): Promise<Recorded> {
    return new Recorded(await get<Told>(query("/api/live/tracks", { datetime: period, mmsi }), signal));
  }

  /** Boats at an instant, seconds from the begin; between two reports of short distance in time they move evenly. */
  boats(at: number): Feature<Point>[] {
    return this.told.vessels.flatMap((vessel) => {
      const boat = this.boat(vessel, at);
      return boat ? [featureOf(boat, this.from + at * 1000)] : [];
    });
  }

  /** The ways of the last hours until an instant, cut at silences. */
  trails(at: number): Feature<LineString>[] {
    return this.told.vessels.flatMap((vessel) => this.ways(vessel, at - TRAIL_S, at).map((coordinates) => ({
      type: "Feature" as const, properties: { mmsi: vessel.mmsi }, geometry: { type: "LineString" as const, coordinates },
    })));
  }

  /** The whole way of every boat. */
  whole(): Feature<LineString>[] {
    return this.told.vessels.flatMap((vessel) => this.ways(vessel, -1, this.seconds + 1).map((coordinates) => ({
      type: "Feature" as const, properties: { mmsi: vessel.mmsi }, geometry: { type: "LineString" as const, coordinates },
    })));
  }

  /** Length of all ways, metres on the sphere. */
  metres(): number {
    let sum = 0;
    for (const { geometry } of this.whole()) {
      geometry.coordinates.forEach(([lon, lat], at) => {
        const [x, y] = geometry.coordinates[at - 1] ?? [];
        if (lon !== undefined && lat !== undefined && x !== undefined && y !== undefined) sum += distance(x, y, lon, lat);
      });
    }
    return sum;
  }

  private boat(vessel: Vessel, at: number): Boat | null {
    const { seconds, lon, lat } = vessel;
    const here = before(seconds, at);
    if (here < 0) return null;
    const [x, y] = [lon[here] ?? 0, lat[here] ?? 0];
    const boat = { mmsi: vessel.mmsi, fid: vessel.fid, name: vessel.name, gear: null, grade: gradeOf(vessel.grade), speed: null };
    const next = seconds[here + 1];
    const since = seconds[here] ?? 0;
    const silent = this.silent.get(vessel);
    if (next === undefined || silent?.has(here)) {
      return { ...boat, seen: this.from + since * 1000, lon: x, lat: y, course: here > 0 && !silent?.has(here - 1) ? courseOf(lon[here - 1] ?? x, lat[here - 1] ?? y, x, y) : null };
    }
    const share = (at - since) / (next - since);
    const [toX, toY] = [lon[here + 1] ?? x, lat[here + 1] ?? y];
    return { ...boat, seen: this.from + at * 1000, lon: x + (toX - x) * share, lat: y + (toY - y) * share, course: courseOf(x, y, toX, toY) };
  }

  private ways(vessel: Vessel, from: number, to: number): [number, number][][] {
    const { seconds, lon, lat } = vessel;
    const silent = this.silent.get(vessel);
    const ways: [number, number][][] = [];
    let way: [number, number][] = [];
    const last = before(seconds, to);
    for (let at = Math.max(0, before(seconds, from)); at <= last; at += 1) {
      if (silent?.has(at - 1)) way = [];
      if (way.length === 0) ways.push(way);
      way.push([lon[at] ?? 0, lat[at] ?? 0]);
    }
    const next = seconds[last + 1];
    if (next !== undefined && way.length > 0 && !silent?.has(last) && to < next) {
      const share = (to - (seconds[last] ?? 0)) / (next - (seconds[last] ?? 0));
      const [x, y] = [lon[last] ?? 0, lat[last] ?? 0];
      way.push([x + ((lon[last + 1] ?? x) - x) * share, y + ((lat[last + 1] ?? y) - y) * share]);
    }
    return ways.filter((each) => each.length > 1);
  }
}

/** Place of the last of sorted numbers that is not above one; -1 where there is none. */
function before(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Degrees clockwise from north; null where the boat did not move. */
function courseOf(lon: number, lat: number, toLon: number, toLat: number): number | null {
  const east = (toLon - lon) * Math.cos((lat * Math.PI) / 180);
  const north = toLat - lat;
  return Math.hypot(east, north) < 2e-5 ? null : ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

const EARTH = 6_371_008.8;

/** Metres on the sphere between two places. */
function distance(lon: number, lat: number, toLon: number, toLat: number): number {
  const angle = Math.PI / 180;
  const north = Math.sin(((toLat - lat) * angle) / 2) ** 2;
  const east = Math.sin(((toLon - lon) * angle) / 2) ** 2 * Math.cos(lat * angle) * Math.cos(toLat * angle);
  return 2 * EARTH * Math.asin(Math.sqrt(Math.min(1, north + east)));
}

/** The first instant of a day in a time zone, milliseconds since 1970. */
export function midnight(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const local = Date.parse(`${new Date(utc).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T")}Z`);
  return utc - (local - utc);
}

/** The day of an instant in a time zone. */
export function dayOf(instant: number, zone: string): string {
  return new Date(instant).toLocaleString("sv-SE", { timeZone: zone }).slice(0, 10);
}
