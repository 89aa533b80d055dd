/** Shapes of what the inspector's page knows. */
import type { Geometry } from "geojson";

import type { Values } from "../types";

/** Where the phone is, or what a person pointed at; degrees of WGS 84. */
export interface Position {
  lon: number;
  lat: number;
  /** Radius in metres within which the phone says that it is; null where a person pointed. */
  accuracy: number | null;
  /** Milliseconds since 1970. */
  at: number;
}

/** Longitude, latitude, stake in metres. */
export type Vertex = [lon: number, lat: number, stake: number];

export interface Waypoint {
  layer: string;
  id: number;
  name: string;
  kind: string;
  stake: string;
  measure_m: number;
  lon: number;
  lat: number;
}

/** A line with its stakes, and the places that a patrol must pass. */
export interface Stakes {
  line: { id: number; code: string; name: string | null; origin: "markers" | "true_metres"; origin_text: string; first: string; last: string; first_m: number; last_m: number; length_m: number };
  parts: Vertex[][];
  waypoints: Waypoint[];
}

/** What lies beside the line. */
export interface Beside {
  id: number;
  layer: string;
  grade: number | null;
  stake: string;
  side: Side;
  stake_from?: string;
  stake_to?: string;
  contact: Values | null;
  geometry: Geometry;
  properties: Values;
}

/** All that is kept of a pipeline, so that it can be walked without a network. */
export interface Kept {
  id: number;
  stakes: Stakes;
  beside: Beside[];
  /** Whether there was more than is kept: the furthest were left out. */
  cut: boolean;
  /** Metres each side that were asked for. */
  within: number;
  /** Milliseconds since 1970. */
  at: number;
}

export type Side = "left" | "right" | "on";

/** A place on the line, seen from a position. */
export interface Foot {
  stake: number;
  offset: number;
  side: Side;
  beyond: "start" | "end" | null;
  lon: number;
  lat: number;
}

/** A pipeline that may be chosen. */
export interface Choice {
  id: number;
  code: string;
  name: string | null;
  medium: string | null;
  metres: number | null;
}
