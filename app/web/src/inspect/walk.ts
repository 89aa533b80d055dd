/** The patrol that runs: its stretch, where I went, which of its places I passed; on the phone's disk with every step. */
import { Ground } from "./ground";
import type { Inspection } from "./inspection";
import { newKey } from "./outbox";
import type { Outbox } from "./outbox";
import * as store from "./store";
import type { Position, Waypoint } from "./types";

/** As the service has it: it counts again from the track. */
const PASSED_WITHIN_M = 50;
const SURE_WITHIN_M = 50;
/** A position is kept after so many seconds or so many metres: standing still fills no disk. */
const EVERY_S = 2;
const EVERY_M = 10;
const STRETCH_M = 0.5;

/** Longitude, latitude, seconds since 1970, accuracy in metres. */
type Fix = [lon: number, lat: number, second: number, accuracy: number | null];

interface Running {
  key: string;
  id: number;
  code: string;
  name: string | null;
  from: number;
  to: number;
  places: Waypoint[];
  /** Milliseconds since 1970. */
  at: number;
}

export class Walk {
  running: Running | null = null;
  private fixes: Fix[] = [];
  private readonly done = new Set<Waypoint>();

  constructor(private readonly inspection: Inspection, private readonly outbox: Outbox) {
    inspection.on(["position"], () => this.step());
  }

  /** Go on with the patrol that an earlier visit of the page began. */
  async open(): Promise<void> {
    this.running = (await store.all<Running>("patrols"))[0] ?? null;
    if (!this.running) return;
    this.fixes = await store.all<Fix>("track");
    for (const fix of this.fixes) this.tick(fix);
    this.inspection.tell("patrol");
  }

  /** Begin a patrol of a stretch of the chosen line. */
  async start(from: number, to: number): Promise<void> {
    const { kept } = this.inspection;
    if (!kept || this.running) return;
    const [low, high] = from < to ? [from, to] : [to, from];
    const places = kept.stakes.waypoints.filter(({ measure_m: at }) => at >= low - STRETCH_M && at <= high + STRETCH_M);
    const { code, name } = kept.stakes.line;
    this.running = { key: newKey(), id: kept.id, code, name, from: low, to: high, places, at: Date.now() };
    this.fixes = [];
    this.done.clear();
    await store.empty("track");
    await store.put("patrols", this.running);
    this.step();
    this.inspection.tell("patrol");
  }

  passed(place: Waypoint): boolean {
    return this.done.has(place);
  }

  counts(): { all: number; passed: number; percent: number | null } {
    const all = this.running?.places.length ?? 0;
    return { all, passed: this.done.size, percent: all > 0 ? Math.round((100 * this.done.size) / all) : null };
  }

  /** Whether there is enough of a track to be sent. */
  get walked(): boolean {
    return this.fixes.length > 1;
  }

  /** End it: what was walked waits to be sent; a patrol without a track is thrown away. */
  async stop(title: string, inspector: string): Promise<void> {
    const { running } = this;
    if (!running) return;
    if (this.walked) {
      await this.outbox.add({
        key: running.key, path: `/api/patrols/${running.key}`, title, at: Date.now(), photos: [], photosSent: 0,
        state: "waiting", reason: null, code: null, verdict: null, percent: null,
        body: { pipeline_code: running.code, from_m: running.from, to_m: running.to, track: this.fixes, ...(inspector ? { inspector } : {}) },
      });
    }
    await store.drop("patrols", running.key);
    await store.empty("track");
    this.running = null;
    this.fixes = [];
    this.done.clear();
    this.inspection.tell("patrol");
  }

  private step(): void {
    const { position } = this.inspection;
    if (!this.running || !position || position.accuracy === null) return;
    const last = this.fixes.at(-1);
    const fix = fixOf(position);
    if (last && (fix[2] <= last[2] || (fix[2] < last[2] + EVERY_S && new Ground(last[0], last[1]).metres(fix[0], fix[1]) < EVERY_M))) return;
    this.fixes.push(fix);
    void store.put("track", fix);
    this.tick(fix);
    this.inspection.tell("patrol");
  }

  private tick([lon, lat, , accuracy]: Fix): void {
    if (!this.running || (accuracy !== null && accuracy > SURE_WITHIN_M)) return;
    const ground = new Ground(lon, lat);
    for (const place of this.running.places) {
      if (ground.metres(place.lon, place.lat) <= PASSED_WITHIN_M) this.done.add(place);
    }
  }
}

const fixOf = ({ lon, lat, at, accuracy }: Position): Fix => [lon, lat, at / 1000, accuracy];
