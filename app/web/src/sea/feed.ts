/** The stream of new positions and events: resumed by the browser, begun anew where it can't. */
import type { Heard } from "./boats";

/** News of an event at sea. */
export interface News {
  code: string;
  change: "begun" | "worsened" | "ended" | "withdrawn" | "moved";
  kind: string;
  title: string;
  title_en: string;
  mmsi: string;
  name: string | null;
  other_mmsi: string | null;
  grade: number | null;
  started_at: string;
  ended_at: string | null;
  open: boolean;
  lon: number | null;
  lat: number | null;
}

interface Listener {
  /** From now on nothing is missed: read what there is. */
  ready(): void;
  positions(heard: Heard[]): void;
  events(news: News[]): void;
  /** Whether the service answers. */
  here(yes: boolean): void;
}

/** Tries without an answer after which the service is taken for away. */
const TRIES = 2;
const LONGEST_S = 15;

export class Feed {
  private source: EventSource | null = null;
  private failures = 0;
  private away = false;
  private timer = 0;

  constructor(private readonly listener: Listener) {}

  get open(): boolean {
    return this.source !== null || this.timer !== 0;
  }

  start(): void {
    if (this.open) return;
    this.failures = 0;
    this.connect();
  }

  stop(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.source?.close();
    this.source = null;
  }

  private connect(): void {
    this.timer = 0;
    const source = (this.source = new EventSource("/api/live"));
    source.addEventListener("open", () => this.answered());
    source.addEventListener("ready", () => this.listener.ready());
    source.addEventListener("positions", (event) => this.listener.positions(JSON.parse(event.data) as Heard[]));
    source.addEventListener("events", (event) => this.listener.events(JSON.parse(event.data) as News[]));
    source.addEventListener("error", () => this.ended(source));
  }

  private answered(): void {
    this.failures = 0;
    if (!this.away) return;
    this.away = false;
    this.listener.here(true);
    // The stream resumes after the last message it had; what was too old to be kept comes so.
    this.listener.ready();
  }

  /** Every answer ends, and the browser asks again with the last id; only silence is a failure. */
  private ended(source: EventSource): void {
    if (this.source !== source) return;
    this.failures += 1;
    if (this.failures > TRIES && !this.away) {
      this.away = true;
      this.listener.here(false);
    }
    if (source.readyState !== EventSource.CLOSED) return;
    // A refusal (503 while the database is away) ends the browser's own tries.
    this.source = null;
    this.timer = window.setTimeout(() => this.connect(), 1000 * Math.min(LONGEST_S, 1.6 ** this.failures));
  }
}
