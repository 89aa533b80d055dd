/** Boats: what is known of each, how old that is, and the signs that show it. */
import type { Feature, Point } from "geojson";

import { svg } from "../dom";
import type { Base, Grade } from "../types";
import { gradeOf } from "../types";

/** A boat at its newest position. */
export interface Boat {
  mmsi: string;
  /** Null until the register's number is known. */
  fid: number | null;
  name: string | null;
  gear: string | null;
  grade: Grade;
  /** Milliseconds since 1970. */
  seen: number;
  lon: number;
  lat: number;
  /** Knots. */
  speed: number | null;
  /** Degrees clockwise from north. */
  course: number | null;
}

/** A position as the service tells it, at page open and live. */
export interface Heard {
  mmsi: string;
  seen_at: string;
  lon: number;
  lat: number;
  speed_kn: number | null;
  course_deg: number | null;
  fid?: number;
  name?: string | null;
  gear?: string | null;
  grade?: number | null;
}

export const AGES = [0, 1, 2, 3] as const;
export type Age = (typeof AGES)[number];

const MINUTE = 60_000;
/** Open upper limits of the first three ages, milliseconds. */
const LIMITS = [10 * MINUTE, 60 * MINUTE, 24 * 60 * MINUTE];

/** Which of the four ages a position has. */
export function ageOf(milliseconds: number): Age {
  const found = LIMITS.findIndex((limit) => milliseconds < limit);
  return (found < 0 ? 3 : found) as Age;
}

/**
 * Fill of each age: from strong to none, in ink and teal, so that lightness tells it without hue.
 * Least CIE distance to any of the four grade colours, over normal sight and full deuteranopia,
 * protanopia and tritanopia: 21 (light) and 22 (dark). The oldest is hollow.
 */
export const FILLS: Record<Base, readonly [string, string, string, string]> = {
  light: ["#101C24", "#0F9D84", "#A9E2CF", "#FFFFFF"],
  dark: ["#FFFFFF", "#57E5B0", "#3C7F86", "#0B1620"],
};
const EDGES: Record<Base, [string, string]> = { light: ["#FFFFFF", "#22303A"], dark: ["#06121B", "#C6D3DC"] };

/** A hull that points north, and a buoy for a boat whose course is not known; 24 by 24. */
const HULL = "M12 1.6 18.4 12.4V22.4L12 18.8 5.6 22.4V12.4z";
const BUOY = "M12 4.6a7.4 7.4 0 1 1 0 14.8a7.4 7.4 0 1 1 0-14.8z";
export const SIDE = 24;

/** Paint the sign of an age onto the image that the map uses. */
export function paintBoat(brush: CanvasRenderingContext2D, age: Age, base: Base, known: boolean): void {
  const shape = new Path2D(known ? HULL : BUOY);
  const [halo, edge] = EDGES[base];
  brush.lineJoin = "round";
  brush.lineWidth = 4.2;
  brush.strokeStyle = halo;
  brush.stroke(shape);
  brush.fillStyle = FILLS[base][age];
  brush.fill(shape);
  brush.lineWidth = 1.7;
  if (age === 3) brush.lineWidth = 2;
  if (age === 3) brush.setLineDash([3, 1.6]);
  brush.strokeStyle = edge;
  brush.stroke(shape);
  brush.setLineDash([]);
}

/** The sign of an age for lists; its colours follow the theme by CSS. */
export function boatSign(age: Age, side = 18): SVGElement {
  return svg("svg", { viewBox: "0 0 24 24", width: side, height: side, class: "boat-sign", "aria-hidden": "true" },
    svg("path", { d: HULL, class: `boat-age boat-age-${age}`, "stroke-width": 1.7, "stroke-linejoin": "round", ...(age === 3 ? { "stroke-dasharray": "3 1.6" } : {}) }));
}

/** A position as a boat; what the answer does not tell is kept from before. */
export function boatOf(heard: Heard, before: Boat | undefined): Boat {
  return {
    mmsi: heard.mmsi,
    fid: heard.fid ?? before?.fid ?? null,
    name: heard.name ?? before?.name ?? null,
    gear: heard.gear ?? before?.gear ?? null,
    grade: heard.grade === undefined ? (before?.grade ?? 0) : gradeOf(heard.grade),
    seen: Date.parse(heard.seen_at),
    lon: heard.lon,
    lat: heard.lat,
    speed: heard.speed_kn,
    course: heard.course_deg,
  };
}

/** A boat as a feature of the map. */
export function featureOf(boat: Boat, now: number): Feature<Point> {
  const { mmsi, fid, name, grade, course, seen, lon, lat } = boat;
  return {
    type: "Feature", id: Number(mmsi), geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { mmsi, name: name ?? mmsi, ...(fid === null ? {} : { fid }), ...(grade ? { grade } : {}), ...(course === null ? {} : { course }), age: ageOf(now - seen) },
  };
}
