/** What the page holds: where I am, which pipeline, what lies beside it; every part watches it. */
import type { Store } from "../state";
import type { City, Collection } from "../types";
import { ask, Unreachable } from "./ask";
import { feet } from "./ground";
import * as store from "./store";
import type { Beside, Choice, Foot, Kept, Position, Stakes } from "./types";
import type { InspectWords } from "./words";

/** How far each side of the line what lies there is kept. */
export const KEPT_M = 1000;
const MOST = 5000;
const LAYERS = "encroachments,hidden_dangers,high_consequence_areas,major_hazards,pipeline_facilities,pipelines,protection_targets,risk_points,road_segments,third_party_works";
const CHOSEN = "riskmap-inspect-pipeline";
/** Where the line passes itself, places that are so much further than the nearest are told too; as the service has it. */
const TOLERANCE_M = 10;
/** How old what is kept may be before it is asked for again where there is a network. */
const STALE_MS = 10 * 60_000;

type Part = "position" | "line" | "network" | "tab" | "patrol" | "outbox";
export type Tab = "near" | "capture" | "patrol" | "outbox";

export class Inspection {
  position: Position | null = null;
  /** Why there is no position: a word of the page. */
  blind: "blind_waiting" | "blind_denied" | "blind_insecure" | "blind_lost" = "blind_waiting";
  kept: Kept | null = null;
  /** Whether the last question found the service. */
  online = navigator.onLine;
  loading = false;
  fault: string | null = null;
  tab: Tab = "near";
  /** How many reports wait to be sent. */
  waiting = 0;
  private readonly watchers: { parts: Part[]; watcher: () => void }[] = [];

  constructor(readonly city: City, readonly layers: Map<string, Collection>, readonly words: InspectWords, readonly look: Store) {
    window.addEventListener("online", () => void this.refresh());
    window.addEventListener("offline", () => this.reached(false));
  }

  on(parts: Part[], watcher: () => void): void {
    this.watchers.push({ parts, watcher });
  }

  tell(part: Part): void {
    for (const { parts, watcher } of [...this.watchers]) {
      if (parts.includes(part)) watcher();
    }
  }

  /** Note whether the service answered. */
  reached(online: boolean): void {
    if (this.online === online) return;
    this.online = online;
    this.tell("network");
  }

  moved(position: Position): void {
    this.position = position;
    this.tell("position");
  }

  go(tab: Tab): void {
    this.tab = tab;
    this.tell("tab");
  }

  /** The places on the line that may be mine, the nearest first; empty where either is unknown. */
  feet(): Foot[] {
    if (!this.position || !this.kept) return [];
    const { lon, lat, accuracy } = this.position;
    return feet(this.kept.stakes.parts, lon, lat, Math.max(accuracy ?? 0, TOLERANCE_M));
  }

  /** The pipeline of the last time, as it was kept; asked for anew where there is a network. */
  async reopen(): Promise<void> {
    const id = Number(localStorage.getItem(CHOSEN));
    if (!id) return;
    this.kept = ((await store.take("pipelines", id)) as Kept | undefined) ?? null;
    if (this.kept) this.tell("line");
    await this.choose(id);
  }

  /** Choose a pipeline: what is kept of it at once, what is true now as soon as the network gives it. */
  async choose(id: number): Promise<void> {
    if (this.kept?.id !== id) {
      this.kept = ((await store.take("pipelines", id)) as Kept | undefined) ?? null;
      this.tell("line");
    }
    this.loading = true;
    this.fault = null;
    this.tell("line");
    try {
      const kept = await fetched(id);
      await store.put("pipelines", kept);
      this.kept = kept;
      this.reached(true);
    } catch (fault) {
      if (fault instanceof Unreachable) this.reached(false);
      else this.fault = (fault as Error).message;
    }
    this.loading = false;
    if (this.kept) localStorage.setItem(CHOSEN, String(id));
    this.tell("line");
  }

  /** Ask again what is kept, where it has aged or the network has come back. */
  async refresh(): Promise<void> {
    if (this.loading || !this.kept) return;
    if (this.online && Date.now() - this.kept.at < STALE_MS) return;
    await this.choose(this.kept.id);
  }

  /** Pipelines near me, the nearest first; without a position the first of all; without a network those that are kept. */
  async choices(): Promise<Choice[]> {
    try {
      const found = this.position ? await nearby(this.position) : await first();
      this.reached(true);
      return found;
    } catch (fault) {
      if (!(fault instanceof Unreachable)) throw fault;
      this.reached(false);
      const kept = await store.all<Kept>("pipelines");
      return kept.map(({ id, stakes }) => ({ id, code: stakes.line.code, name: stakes.line.name, medium: null, metres: null }));
    }
  }
}

async function fetched(id: number): Promise<Kept> {
  const path = `/api/collections/pipelines/items/${id}`;
  const [stakes, near] = await Promise.all([
    ask<Stakes>(`${path}/stakes`),
    ask<{ features: Beside[] }>(`${path}/nearby?within_m=${KEPT_M}&order=distance&limit=${MOST}&layers=${LAYERS}`, { seconds: 60 }),
  ]);
  const { features } = near.content;
  return { id, stakes: stakes.content, beside: features, cut: features.length >= MOST, within: KEPT_M, at: Date.now() };
}

interface Found {
  features: { id: number; distance_m?: number; properties: { code: string; name: string | null; medium: string | null; distance_m?: number } }[];
}

async function nearby({ lon, lat }: Position): Promise<Choice[]> {
  return choicesOf((await ask<Found>(`/api/nearby?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}&layers=pipelines&limit=12`)).content);
}

async function first(): Promise<Choice[]> {
  return choicesOf((await ask<Found>("/api/collections/pipelines/items?limit=100&properties=code,name,medium&sortby=code")).content);
}

function choicesOf({ features }: Found): Choice[] {
  return features.map(({ id, distance_m: metres, properties }) => ({
    id, code: properties.code, name: properties.name, medium: properties.medium, metres: metres ?? properties.distance_m ?? null,
  }));
}
