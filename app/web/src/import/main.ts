/** The import assistant: choose, check columns and first rows, import, and take it back. */
import "../styles/page.css";
import "../styles/panel.css";
import "../styles/import.css";

import { read, write } from "../address";
import { get } from "../api";
import { awayBar } from "../away";
import { el, replace } from "../dom";
import { plainHeader } from "../plain_header";
import { Store } from "../state";
import { baseOf, keepTheme } from "../theme";
import type { Base, City, Collection, Legend } from "../types";
import { choose } from "./choose";
import { columns } from "./columns";
import { Desk } from "./desk";
import type { ImportPage, Limits } from "./part";
import { keep } from "./part";
import { past } from "./past";
import { report } from "./report";
import { rows } from "./rows";
import type { Stage } from "./stage";
import { ImportWords } from "./words";

async function start(): Promise<void> {
  const store = new Store(read(location.hash));
  const bar = awayBar(store);
  document.body.append(bar);
  const [city, legend, { collections }, limits] = await Promise.all([
    get<City>("/api/city"), get<Legend>("/api/legend"), get<{ collections: Collection[] }>("/api/collections"), get<Limits>("/api/imports?limit=1"),
  ]);
  const words = new ImportWords(city, legend);
  words.shared.language = store.state.language;
  store.on(["language"], (state) => {
    words.shared.language = state.language;
  });
  store.on(["language", "theme"], () => {
    const hash = write(store.state);
    history.replaceState(null, "", hash === "#" ? location.pathname : hash);
  });
  let stage: Stage | null = null;
  const page: ImportPage = {
    store, city, words, limits, desk: new Desk(), layers: new Map(collections.map((layer) => [layer.id, layer])),
    go: (row) => stage?.go(row),
  };
  keepTheme(store, legend, (base: Base) => void stage?.change(base));
  const holder = el("div", { class: "map", id: "map", test: "map" });
  document.body.prepend(plainHeader({ store, city, shared: words.shared, say: (word) => words.say(word) }), body(page, holder), strip(page));
  if (document.createElement("canvas").getContext("webgl2") !== null) {
    const made = await import("./stage");
    stage = await made.Stage.make(page, holder, baseOf(store));
    window.riskmap = { map: stage.map, ready: Promise.resolve() };
    let shown: unknown = null;
    page.desk.on(() => {
      const { preview } = page.desk;
      if (preview === shown) return;
      shown = preview;
      stage?.show(preview?.features ?? { type: "FeatureCollection", features: [] });
    });
  }
  document.documentElement.dataset["ready"] = "true";
}

function body(page: ImportPage, holder: HTMLElement): HTMLElement {
  const { words, desk } = page;
  const hint = el("p", { class: "map-hint" });
  const stand = el("div", { class: "import-map" }, holder, hint);
  keep(page, () => {
    hint.hidden = desk.preview !== null;
    hint.textContent = words.say("map_empty", { n: 500 });
    holder.setAttribute("aria-label", words.say("map"));
  });
  return el("main", { class: "import-main" },
    el("div", { class: "import-left" }, page.limits.uploads ? choose(page) : off(page), columns(page)),
    el("div", { class: "import-right" }, stand, report(page), rows(page), past(page)));
}

function off(page: ImportPage): HTMLElement {
  const text = el("p", { class: "warn", test: "off" });
  keep(page, () => {
    text.textContent = page.words.say("off");
  });
  return text;
}

function strip(page: ImportPage): HTMLElement {
  const part = el("footer", { class: "strip", test: "strip" });
  const render = (): void => replace(part, el("strong", { text: page.words.say("trust") }),
    el("span", { class: "attribution", text: [...(page.city.attribution ?? []), "MapLibre"].join(" · ") }));
  page.store.on(["language"], render);
  render();
  return part;
}

start().catch((error: unknown) => {
  document.body.append(el("p", { class: "waiting", attributes: { role: "alert" }, text: String(error) }));
  throw error;
});
