/** Keeps the inspector's page and its base map for places without a network; what it kept it says so. */

interface Waiting extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Asked extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  addEventListener(kind: "install" | "activate", heard: (event: Waiting) => void): void;
  addEventListener(kind: "fetch", heard: (event: Asked) => void): void;
  addEventListener(kind: "message", heard: (event: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
}
/** Written by the build. */
declare const __BUILD__: { version: string; files: string[] };

const scope = self as unknown as WorkerScope;
const build = __BUILD__;
const FILES = `inspect-files-${build.version}`;
const ANSWERS = `inspect-answers-${build.version}`;
const PAGE = "/inspect";
/** How long the network is waited for where an older answer is at hand. */
const PATIENCE_MS = 5000;
/** The header by which the page knows that an answer is not of now. */
const KEPT_AT = "riskmap-kept-at";
/** Answers without which the page can't start, and the base map; everything else goes to the network. */
const NEEDED = ["/api/city", "/api/legend", "/api/collections", "/api/styles/light.json", "/api/styles/dark.json", "/api/verdict/activities",
  "/api/base/land.geojson", "/api/base/roads.geojson", "/api/base/outline.geojson", "/api/base/places.geojson"];

scope.addEventListener("install", (event) => event.waitUntil(fill()));

scope.addEventListener("activate", (event) => event.waitUntil(settle()));

scope.addEventListener("message", (event) => {
  if (event.data === "take over") void scope.skipWaiting();
});

scope.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== scope.location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === PAGE) event.respondWith(built(PAGE, event.request));
  else if (build.files.includes(address.pathname)) event.respondWith(built(address.pathname, event.request));
  else if (NEEDED.includes(address.pathname) && address.search === "") event.respondWith(answered(address.pathname, event));
});

async function fill(): Promise<void> {
  const files = await caches.open(FILES);
  await files.addAll([PAGE, ...build.files].map((file) => new Request(file, { cache: "no-cache" })));
  await Promise.all(NEEDED.map(async (path) => keep(path, await fetch(path, { cache: "no-cache" }))));
}

async function settle(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("inspect-") && name !== FILES && name !== ANSWERS) await caches.delete(name);
  }
  await scope.clients.claim();
}

/** A file of the page: of one build together, never mixed. */
async function built(path: string, request: Request): Promise<Response> {
  return (await (await caches.open(FILES)).match(path)) ?? fetch(request);
}

/** An answer of now where the network gives one in time; else the last one, with the instant at which it was true. */
async function answered(path: string, event: Asked): Promise<Response> {
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok) await keep(path, answer.clone());
    return answer;
  });
  event.waitUntil(fresh.catch(() => undefined));
  const kept = await (await caches.open(ANSWERS)).match(path);
  if (!kept) return fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE_MS));
  const first = await Promise.race([fresh.catch(() => kept.clone()), late]);
  return first.status >= 500 ? kept : first;
}

async function keep(path: string, answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  await (await caches.open(ANSWERS)).put(path, new Response(await answer.blob(), { status: 200, headers }));
}
