/** The planner's check: choose a use, draw or open a site, read the advice, print it. */
import "../styles/page.css";
import "../styles/panel.css";
import "../styles/import.css";
import "../styles/check.css";

import { read, write } from "../address";
import { get } from "../api";
import { awayBar } from "../away";
import { el, replace } from "../dom";
import { plainHeader } from "../plain_header";
import { Store } from "../state";
import { baseOf, keepTheme } from "../theme";
import type { Base, City, Collection, Legend } from "../types";
import { answerCard, aroundCard } from "./answer";
import { Desk } from "./desk";
import { Drawing } from "./drawing";
import { siteCard, useCard } from "./form";
import type { CheckPage } from "./part";
import type { Stage } from "./stage";
import type { Uses } from "./types";
import { CheckWords } from "./words";

async function start(): Promise<void> {
  const store = new Store(read(location.hash));
  const bar = awayBar(store);
  document.body.append(bar);
  const [city, legend, { collections }, uses] = await Promise.all([
    get<City>("/api/city"), get<Legend>("/api/legend"), get<{ collections: Collection[] }>("/api/collections"), get<Uses>("/api/check/uses"),
  ]);
  const words = new CheckWords(city, legend);
  words.shared.language = store.state.language;
  store.on(["language"], (state) => {
    words.shared.language = state.language;
  });
  store.on(["language", "theme"], () => {
    const hash = write(store.state);
    history.replaceState(null, "", hash === "#" ? location.pathname : hash);
  });
  let stage: Stage | null = null;
  const desk = new Desk();
  const drawing = new Drawing((geometry) => desk.place({ geometry, crs: "CRS84" }));
  const page: CheckPage = { store, city, words, uses, desk, drawing, layers: new Map(collections.map((layer) => [layer.id, layer])) };
  keepTheme(store, legend, (base: Base) => void stage?.change(base));
  const holder = el("div", { class: "map", id: "map", test: "map" });
  const name = (): void => holder.setAttribute("aria-label", words.say("map"));
  store.on(["language"], name);
  name();
  // A site in another system is found when the service has answered.
  let fits = false;
  const placed = (): void => {
    fits = true;
    stage?.fit();
  };
  desk.on(() => {
    if (fits && desk.answer) {
      fits = false;
      stage?.fit();
    }
  });
  document.body.prepend(plainHeader({ store, city, shared: words.shared, say: (word) => words.say(word) }),
    el("main", { class: "import-main" },
      el("div", { class: "import-left" }, useCard(page), siteCard(page, placed), answerCard(page)),
      el("div", { class: "import-right" }, el("div", { class: "import-map" }, holder), aroundCard(page))),
    strip(page));
  if (document.createElement("canvas").getContext("webgl2") !== null) {
    const made = await import("./stage");
    stage = await made.Stage.make(page, holder, baseOf(store));
    window.riskmap = { map: stage.map, ready: Promise.resolve() };
  }
  document.documentElement.dataset["ready"] = "true";
}

function strip(page: CheckPage): HTMLElement {
  const part = el("footer", { class: "strip", test: "strip" });
  const render = (): void => replace(part, el("strong", { text: page.words.say("trust") }),
    el("span", { class: "attribution", text: [page.words.shared.notice(), ...(page.city.attribution ?? []), "MapLibre"].join(" · ") }));
  page.store.on(["language"], render);
  render();
  return part;
}

start().catch((error: unknown) => {
  document.body.append(el("p", { class: "waiting", attributes: { role: "alert" }, text: String(error) }));
  throw error;
});
