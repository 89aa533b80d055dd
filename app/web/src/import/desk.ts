/** The state of the page: what is chosen, how far it is, and what came of it. */
import { get, Refused } from "../api";
import type { Order } from "./send";
import { send, undo } from "./send";
import type { Import, Mapping, Preview, Undone } from "./types";

const FIRST_LOOK_MS = 300;
const SLOWEST_LOOK_MS = 2000;

export class Desk {
  layer = "";
  /** Empty where nothing is declared. */
  crs = "";
  timezone = "";
  actor = "";
  file: File | null = null;
  /** What is known of the order that was sent last. */
  job: Import | null = null;
  /** The preview that is shown; it stays while the same file is checked again. */
  preview: Preview | null = null;
  /** What a person decided; null: as the service found it. */
  mapping: Mapping | null = null;
  /** Whether something changed since the last check, so that its result is none any more. */
  edited = false;
  /** Share of the file that has gone; null while nothing is sent. */
  sending: number | null = null;
  /** Why the last order came to nothing. */
  fault: string | null = null;
  undone: Undone | null = null;
  /** Whether an undo is on its way; it waits for imports that run. */
  undoing = false;
  private upload: string | null = null;
  private readonly watchers: (() => void)[] = [];

  get busy(): boolean {
    return this.sending !== null || this.job?.state === "waiting" || this.job?.state === "running";
  }

  on(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** Begin with another file. */
  choose(file: File | null): void {
    Object.assign(this, { file, job: null, preview: null, mapping: null, edited: false, fault: null, undone: null, upload: null });
    this.tell();
  }

  /** Change what is said of the file; what was checked holds no more. */
  change(patch: Partial<Pick<Desk, "layer" | "crs" | "timezone" | "mapping">>): void {
    const other = patch.layer !== undefined && patch.layer !== this.layer;
    Object.assign(this, patch, other ? { mapping: null, preview: null, job: null } : {}, { edited: true, fault: null });
    this.tell();
  }

  /** Map a column to a field; a field that another column had is taken from it. */
  map(header: string, field: string | null): void {
    const now: Mapping = Object.fromEntries((this.preview?.columns ?? []).map((each) => [each.header, each.field]));
    for (const [other, word] of Object.entries({ ...now, ...this.mapping })) {
      now[other] = field !== null && word === field ? null : word;
    }
    now[header] = field;
    this.change({ mapping: now });
  }

  /** Look at the file; nothing is written. */
  look(): Promise<void> {
    return this.order(true);
  }

  /** Import what was looked at. */
  write(): Promise<void> {
    return this.order(false);
  }

  async undo(id: number): Promise<void> {
    this.fault = null;
    this.undoing = true;
    this.tell();
    try {
      this.undone = await undo(id);
      if (this.job?.id === id) this.job = { ...this.job, state: "undone" };
    } catch (error) {
      this.fault = text(error);
    }
    this.undoing = false;
    this.tell();
  }

  /** Show an import of the list. */
  async show(id: number): Promise<void> {
    this.choose(null);
    try {
      await this.follow(await get<Import>(`/api/imports/${id}`));
    } catch (error) {
      this.fault = text(error);
    }
    this.tell();
  }

  private async order(dryRun: boolean): Promise<void> {
    const file = this.upload ?? this.file;
    if (file === null || this.busy) return;
    const order: Order = { layer: this.layer, crs: this.crs, timezone: this.timezone, actor: this.actor, dryRun, mapping: this.mapping, file };
    Object.assign(this, { sending: 0, fault: null, undone: null, job: null });
    this.tell();
    try {
      const job = await send(order, (share) => {
        this.sending = share;
        this.tell();
      });
      this.sending = null;
      this.edited = false;
      await this.follow(job);
    } catch (error) {
      this.sending = null;
      // A file that is kept no longer is sent again.
      const again = this.upload !== null && this.file !== null && error instanceof Refused && error.status === 422 && /upload/.test(error.message);
      this.upload = null;
      if (again) return this.order(dryRun);
      this.fault = text(error);
    }
    this.tell();
  }

  private async follow(first: Import): Promise<void> {
    let wait = FIRST_LOOK_MS;
    for (let job = first; ; job = await get<Import>(`/api/imports/${job.id}`)) {
      this.job = job;
      if (job.dry_run) this.upload = job.upload ?? null;
      else if (job.state === "done") this.upload = null;
      if (job.preview) this.preview = job.preview;
      if (job.state === "failed") this.fault = job.problem?.detail ?? "gone";
      this.tell();
      if (job.state !== "waiting" && job.state !== "running") return;
      await new Promise((resolve) => window.setTimeout(resolve, wait));
      wait = Math.min(wait * 1.3, SLOWEST_LOOK_MS);
    }
  }
}

function text(error: unknown): string {
  if (error instanceof Refused) return error.status === 404 ? "gone" : error.message;
  return error instanceof Error && error.message === "lost" ? "lost" : String(error);
}
