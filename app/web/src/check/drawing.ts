/** A shape that is being drawn, corner by corner. */
import type { Feature, FeatureCollection, Position } from "geojson";

export type Kind = "Point" | "LineString" | "Polygon";
const LEAST: Record<Kind, number> = { Point: 1, LineString: 2, Polygon: 3 };

export class Drawing {
  kind: Kind | null = null;
  corners: Position[] = [];
  private readonly watchers: (() => void)[] = [];

  constructor(private readonly finished: (geometry: Record<string, unknown>) => void) {}

  on(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  begin(kind: Kind): void {
    this.kind = kind;
    this.corners = [];
    this.tell();
  }

  /** Set a corner; a point is done with one. */
  add(corner: Position): void {
    if (!this.kind) return;
    this.corners.push(corner);
    if (this.kind === "Point") return this.finish();
    this.tell();
  }

  undo(): void {
    this.corners.pop();
    this.tell();
  }

  cancel(): void {
    this.kind = null;
    this.corners = [];
    this.tell();
  }

  get complete(): boolean {
    return this.kind !== null && this.corners.length >= LEAST[this.kind];
  }

  finish(): void {
    if (!this.kind || !this.complete) return;
    const geometry = shaped(this.kind, this.corners);
    this.cancel();
    this.finished(geometry);
  }

  /** What is drawn so far, with the corner that the pointer would set. */
  so_far(next: Position | null): FeatureCollection {
    const features: Feature[] = this.corners.map((at) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } }));
    const line = next && this.kind !== "Point" ? [...this.corners, next] : this.corners;
    if (line.length > 1) {
      const closed = this.kind === "Polygon" && line.length > 2 ? [...line, line[0]!] : line;
      features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: closed } });
    }
    return { type: "FeatureCollection", features };
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }
}

function shaped(kind: Kind, corners: Position[]): Record<string, unknown> {
  if (kind === "Point") return { type: kind, coordinates: corners[0] };
  return { type: kind, coordinates: kind === "LineString" ? corners : [[...corners, corners[0]]] };
}

/** A shape from text: GeoJSON, or a coordinate pair a line. Null: it is neither. */
export function read(text: string): Record<string, unknown> | null {
  try {
    const told = JSON.parse(text) as unknown;
    return told !== null && typeof told === "object" && "type" in told ? (told as Record<string, unknown>) : null;
  } catch {
    return pairs(text);
  }
}

function pairs(text: string): Record<string, unknown> | null {
  const corners = text.split(/[\n;；]+/).map((line) => line.trim()).filter(Boolean)
    .map((line) => line.split(/[,，\s]+/).map(Number));
  if (corners.length === 0 || corners.some((each) => each.length !== 2 || !each.every(Number.isFinite))) return null;
  const [first, last] = [corners[0]!, corners[corners.length - 1]!];
  if (corners.length === 1) return { type: "Point", coordinates: first };
  const closed = corners.length > 3 && first[0] === last[0] && first[1] === last[1];
  return { type: closed ? "Polygon" : "LineString", coordinates: closed ? [corners] : corners };
}
