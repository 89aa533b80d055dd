/** The city risk map: reads what there is, builds the page, and starts the map. */
import "./styles/page.css";
import "./styles/panel.css";
import "./styles/card.css";
import "./styles/compare.css";
import "./styles/sea.css";
import "./styles/small.css";
import "./styles/print.css";

import type { Map as MapLibre } from "maplibre-gl";

import { follow, read } from "./address";
import { get } from "./api";
import { awayBar } from "./away";
import { debounced, el } from "./dom";
import { Figures } from "./figures";
import { frame } from "./frame";
import type { RiskMap as RiskMapType } from "./map";
import type { Page } from "./page";
import { Fleet } from "./sea/fleet";
import { Player } from "./sea/player";
import { Store } from "./state";
import { keepTheme } from "./theme";
import { Townships } from "./townships";
import type { City, Collection, Legend } from "./types";
import { Words } from "./words";

async function start(): Promise<void> {
  const store = new Store(read(location.hash));
  const bar = awayBar(store);
  const waiting = el("p", { class: "waiting", text: "正在读取…… Loading…" });
  document.body.append(bar, waiting);
  const [city, legend, { collections }, townships] = await Promise.all([
    get<City>("/api/city"),
    get<Legend>("/api/legend"),
    get<{ collections: Collection[] }>("/api/collections"),
    Townships.read(),
  ]);
  const words = new Words(city, legend);
  words.language = store.state.language;
  const layers = new Map(collections.map((layer) => [layer.id, layer]));
  const page: Page = { store, city, layers, words, townships, figures: new Figures(), fleet: null, player: null, stage: null, able: canDraw(), reveal: () => undefined };
  store.on(["language"], (state) => {
    words.language = state.language;
  });

  if (layers.has("vessels")) {
    page.fleet = window.riskmap.fleet = new Fleet(page);
    page.player = window.riskmap.player = new Player(page);
  }

  let map: RiskMapType | null = null;
  keepTheme(store, legend, (base) => void map?.change(base));
  const holder = el("div", { class: "map", id: "map", test: "map" });
  waiting.remove();
  document.body.prepend(...frame(page, holder));
  holder.before(bar);
  follow(store);
  const counted = page.figures.load(page);
  if (page.able) {
    const [{ RiskMap }, { mark, pick }, { swipe }, { drawFleet }] = await Promise.all([import("./map"), import("./pick"), import("./earlier"), import("./sea/fleet_map")]);
    map = await RiskMap.make(page, holder);
    page.stage = map;
    window.riskmap.map = map.map;
    pick(page, map);
    mark(page, map);
    swipe(page, map);
    if (page.fleet) drawFleet(page, map, page.fleet, page.player);
  }
  page.fleet?.follow();

  const moved = debounced(300, () => void page.figures.load(page));
  store.on(["layers", "scope"], () => void page.figures.load(page));
  let asof = store.state.compare?.to ?? null;
  store.on(["compare"], (state) => {
    if ((state.compare?.to ?? null) === asof) return;
    asof = state.compare?.to ?? null;
    void page.figures.load(page);
  });
  store.on(["view"], (state) => {
    if (state.scope === "view") moved();
  });
  if (store.state.scope === "view") void page.figures.load(page);
  await counted;
  page.figures.keep(page);
  await map?.settled();
  document.documentElement.dataset["ready"] = "true";
}

/** Whether this browser can draw the map at all. */
function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

declare global {
  interface Window {
    /** For tests and for those who look under the bonnet. */
    riskmap: { map: MapLibre | null; fleet?: Fleet; player?: Player; ready: Promise<void> };
  }
}

window.riskmap = { map: null, ready: Promise.resolve() };
window.riskmap.ready = start().catch((error: unknown) => {
  document.body.append(el("p", { class: "waiting", attributes: { role: "alert" }, text: String(error) }));
  throw error;
});
