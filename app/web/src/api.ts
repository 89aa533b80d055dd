/** Questions to the service: what is away is asked again until it is back. */

const AWAY = new Set([408, 429, 502, 503, 504]);
const FIRST_WAIT = 2;
const LONGEST_WAIT = 15;

/** The service understood the question and refused it. */
export class Refused extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

class Away extends Error {
  constructor(readonly seconds: number | null) {
    super("the service is away");
  }
}

type Watcher = (retryAt: number | null) => void;
const watchers = new Set<Watcher>();
const sleepers = new Set<() => void>();
let retryAt: number | null = null;

/** Tell when the service goes away (instant of the next attempt) and comes back (null). */
export function watch(watcher: Watcher): void {
  watchers.add(watcher);
}

/** Ask again now instead of at the announced instant. */
export function retryNow(): void {
  for (const wake of [...sleepers]) wake();
}

/** A part of the page that asks by itself (tiles) met silence: find out, and tell all. */
export function suspect(): void {
  if (retryAt === null && !probing) {
    probing = true;
    note(Date.now() + FIRST_WAIT * 1000);
    void sleep(FIRST_WAIT).then(() => get("/readyz")).catch(() => note(null)).finally(() => {
      probing = false;
    });
  }
}
let probing = false;

/** The JSON at an address; waits while the service is away, throws `Refused` otherwise. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await once<T>(path, signal);
      note(null);
      return answer;
    } catch (error) {
      if (signal?.aborted || error instanceof Refused) throw error;
      const asked = error instanceof Away ? error.seconds : null;
      const wait = Math.min(asked ?? FIRST_WAIT * 1.6 ** attempt, LONGEST_WAIT * 2);
      note(Date.now() + wait * 1000);
      await sleep(Math.max(1, Math.min(wait, asked ?? LONGEST_WAIT)), signal);
    }
  }
}

async function once<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(path, signal ? { signal } : {});
  if (AWAY.has(answer.status)) {
    const after = Number(answer.headers.get("retry-after"));
    throw new Away(Number.isFinite(after) && after > 0 ? after : null);
  }
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string };
    throw new Refused(answer.status, problem.detail ?? problem.title ?? `HTTP ${answer.status}`);
  }
  return (await answer.json()) as T;
}

function note(instant: number | null): void {
  if (retryAt === null && instant === null) return;
  retryAt = instant;
  for (const watcher of watchers) watcher(instant);
}

function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      window.clearTimeout(timer);
      sleepers.delete(done);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const timer = window.setTimeout(done, seconds * 1000);
    sleepers.add(done);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** A query string of what is given. */
export function query(path: string, parts: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(parts).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}
