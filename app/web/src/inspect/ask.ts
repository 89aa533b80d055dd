/** Questions of the inspector's page: asked once, with an end; no network is an answer too. */
import { Refused } from "../api";

/** The header by which the worker says that an answer is of earlier. */
const KEPT_AT = "riskmap-kept-at";

/** There is no network, or the service does not answer. */
export class Unreachable extends Error {}

export interface Answer<T> {
  content: T;
  /** The instant at which it was true, where the worker gave an earlier answer; null: now. */
  keptAt: number | null;
}

/** The JSON at an address. Throws `Refused` or `Unreachable`. */
export async function ask<T>(path: string, options: RequestInit & { seconds?: number } = {}): Promise<Answer<T>> {
  const { seconds = 25, ...request } = options;
  const answer = await reach(path, { ...request, signal: AbortSignal.timeout(seconds * 1000) });
  const kept = answer.headers.get(KEPT_AT);
  return { content: (await content(answer)) as T, keptAt: kept ? Date.parse(kept) : null };
}

async function reach(path: string, request: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, request);
  } catch (fault) {
    throw new Unreachable(String(fault));
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string };
  const words = problem.detail ?? problem.title ?? `HTTP ${answer.status}`;
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) throw new Unreachable(words);
  throw new Refused(answer.status, words);
}

async function content(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (fault) {
    // The connection broke in the middle.
    throw new Unreachable(String(fault));
  }
}
