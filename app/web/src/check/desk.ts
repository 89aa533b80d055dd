/** What is asked and what was answered; who shows it is told when it changes. */
import { Refused } from "../api";
import type { Answer, Asked } from "./types";

export type Known = Omit<Asked, "geometry" | "crs">;
/** A site as GeoJSON, in the reference system that it was given in. */
export interface Site {
  geometry: Record<string, unknown>;
  crs: string;
}

export class Desk {
  known: Known = { use: "" };
  site: Site | null = null;
  answer: Answer | null = null;
  fault: string | null = null;
  busy = false;
  private turn = 0;
  private readonly watchers: (() => void)[] = [];

  on(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** Change what is known of the use; an answer to another question goes. */
  know(part: Partial<Known>): void {
    this.known = { ...this.known, ...part };
    this.forget();
  }

  /** Take a site, or none. */
  place(site: Site | null): void {
    this.site = site;
    this.forget();
    if (site && this.known.use) void this.check();
  }

  get ready(): boolean {
    return this.site !== null && this.known.use !== "";
  }

  /** Ask; what was asked before and comes late is dropped. */
  async check(): Promise<void> {
    if (!this.ready) return;
    const turn = ++this.turn;
    this.busy = true;
    this.fault = null;
    this.tell();
    try {
      const answer = await this.ask("json").then((got) => got.json() as Promise<Answer>);
      if (turn === this.turn) this.answer = answer;
    } catch (error) {
      if (turn === this.turn) this.fault = error instanceof Refused ? error.message : "";
    }
    if (turn !== this.turn) return;
    this.busy = false;
    this.tell();
  }

  /** The same question answered as a page or a sheet. Throws `Refused`. */
  async sheet(form: "html" | "pdf"): Promise<Blob> {
    return (await this.ask(form)).blob();
  }

  private async ask(form: "json" | "html" | "pdf"): Promise<Response> {
    const answer = await fetch(`/api/check?f=${form}`, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...this.known, ...this.site }),
    });
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string };
    throw new Refused(answer.status, problem.detail ?? problem.title ?? `HTTP ${answer.status}`);
  }

  private forget(): void {
    this.turn += 1;
    this.answer = null;
    this.fault = null;
    this.busy = false;
    this.tell();
  }
}
