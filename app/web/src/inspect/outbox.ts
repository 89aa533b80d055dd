/** What waits to be sent: kept on the phone until the service has it; sent again is written once. */
import { Refused } from "../api";
import { ask, Unreachable } from "./ask";
import type { Inspection } from "./inspection";
import * as store from "./store";

const AGAIN_MS = 20_000;
/** Sent entries that the list still shows. */
const SHOWN_SENT = 20;

/** One capture or patrol on its way. */
export interface Entry {
  /** UUID made here: the service writes the same key once. */
  key: string;
  /** Where it is put. */
  path: string;
  title: string;
  /** Milliseconds since 1970. */
  at: number;
  body: unknown;
  photos: Blob[];
  photosSent: number;
  state: "waiting" | "refused" | "sent";
  /** Why it was refused. */
  reason: string | null;
  /** Number in the register, and what the law says, once it is sent. */
  code: string | null;
  verdict: string | null;
  /** Of a patrol: the share of its places that the service found passed. */
  percent: number | null;
}

interface Answer {
  code?: string;
  verdict?: { verdict_text: string } | null;
  completion_percent?: number | null;
}

export class Outbox {
  entries: Entry[] = [];
  private sending: Promise<void> | null = null;
  private again = false;

  constructor(private readonly inspection: Inspection) {
    inspection.on(["outbox"], () => {
      inspection.waiting = this.waiting().length;
    });
    window.addEventListener("online", () => void this.send());
    window.setInterval(() => void this.send(), AGAIN_MS);
  }

  /** Read what an earlier visit left, and try to send it. */
  async open(): Promise<void> {
    this.entries = (await store.all<Entry>("outbox")).sort((one, other) => other.at - one.at);
    this.inspection.tell("outbox");
    void this.send();
  }

  waiting(): Entry[] {
    return this.entries.filter(({ state }) => state === "waiting");
  }

  /** Keep an entry, then send it: it is on the disk before this ends. */
  async add(entry: Entry): Promise<void> {
    await store.put("outbox", entry);
    this.entries = [entry, ...this.entries];
    this.inspection.tell("outbox");
    void this.send();
  }

  /** Throw an entry away. */
  async drop(key: string): Promise<void> {
    await store.drop("outbox", key);
    this.entries = this.entries.filter((entry) => entry.key !== key);
    this.inspection.tell("outbox");
  }

  /** Send all that waits, the oldest first; one run at a time. */
  send(): Promise<void> {
    if (this.sending) this.again = true;
    else {
      this.sending = this.run().finally(() => {
        this.sending = null;
        if (!this.again) return;
        this.again = false;
        void this.send();
      });
    }
    return this.sending!;
  }

  private async run(): Promise<void> {
    for (const entry of this.waiting().sort((one, other) => one.at - other.at)) {
      try {
        await this.one(entry);
        this.inspection.reached(true);
      } catch (fault) {
        if (fault instanceof Unreachable) return this.inspection.reached(false);
        if (!(fault instanceof Refused)) throw fault;
        await this.keep({ ...entry, ...this.current(entry.key), state: "refused", reason: fault.message });
      }
    }
    const old = this.entries.filter(({ state }) => state === "sent").slice(SHOWN_SENT);
    for (const { key } of old) await this.drop(key);
  }

  private async one(entry: Entry): Promise<void> {
    const json = { method: "PUT", headers: { "content-type": "application/json" } };
    const { content } = await ask<Answer>(entry.path, { ...json, body: JSON.stringify(entry.body) });
    let now = await this.keep({ ...entry, code: content.code ?? null, verdict: content.verdict?.verdict_text ?? null, percent: content.completion_percent ?? null });
    for (let number = now.photosSent; number < now.photos.length; number += 1) {
      const photo = now.photos[number]!;
      await ask(`${entry.path}/photos/${number + 1}`, { method: "PUT", headers: { "content-type": photo.type || "image/jpeg" }, body: photo, seconds: 120 });
      now = await this.keep({ ...now, photosSent: number + 1 });
    }
    // The register has the photos now; the phone needs its room.
    await this.keep({ ...now, photos: [], state: "sent" });
  }

  private current(key: string): Partial<Entry> {
    return this.entries.find((entry) => entry.key === key) ?? {};
  }

  private async keep(entry: Entry): Promise<Entry> {
    await store.put("outbox", entry);
    this.entries = this.entries.map((each) => (each.key === entry.key ? entry : each));
    this.inspection.tell("outbox");
    return entry;
  }
}

/** A key that no other phone makes. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
