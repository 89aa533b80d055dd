/** The inspector's page: where I am on the line, what is near, what I saw, what I walked; also without a network. */
import "../styles/page.css";
import "../styles/panel.css";
import "../styles/inspect.css";

import { read, write } from "../address";
import { button, el, replace } from "../dom";
import { Store } from "../state";
import { baseOf, keepTheme } from "../theme";
import type { Base, City, Collection, Legend } from "../types";
import { ask } from "./ask";
import { capture } from "./capture";
import { choose } from "./choose";
import { watchPosition } from "./gps";
import { Inspection } from "./inspection";
import { keepOffline } from "./keep";
import { near } from "./near";
import { network } from "./network";
import { Outbox } from "./outbox";
import { patrol } from "./patrol";
import { sent } from "./sent";
import { sheet } from "./sheet";
import type { Stage } from "./stage";
import { Walk } from "./walk";
import { where } from "./where";
import { InspectWords } from "./words";

async function start(): Promise<void> {
  // In the sun light is easier to read; whoever walks at night chooses dark.
  const asked = read(location.hash);
  const look = new Store({ ...asked, theme: asked.theme === "dark" ? "dark" : "light" });
  document.body.append(el("p", { class: "waiting", text: "正在读取…… Loading…" }));
  const [city, legend, { content: { collections } }] = await Promise.all([
    ask<City>("/api/city"), ask<Legend>("/api/legend"), ask<{ collections: Collection[] }>("/api/collections"),
  ]);
  const words = new InspectWords(city.content, legend.content);
  words.shared.language = look.state.language;
  look.on(["language"], (state) => {
    words.shared.language = state.language;
  });
  look.on(["language", "theme"], () => {
    const hash = write(look.state);
    history.replaceState(null, "", hash === "#" ? location.pathname : hash);
  });
  const inspection = new Inspection(city.content, new Map(collections.map((layer) => [layer.id, layer])), words, look);
  const outbox = new Outbox(inspection);
  const walk = new Walk(inspection, outbox);
  inspection.reached(navigator.onLine && city.keptAt === null);
  let stage: Stage | null = null;
  keepTheme(look, legend.content, (base: Base) => void stage?.change(base));
  const holder = el("div", { class: "map", id: "map", test: "map" });
  const { opener, list } = choose(inspection);
  const show = (lon: number, lat: number): void => {
    lower();
    stage?.go(lon, lat);
  };
  const { part: bottom, lower } = sheet(inspection, { near: near(inspection, show), capture: capture(inspection, outbox), patrol: patrol(inspection, walk), outbox: sent(inspection, outbox) });
  const middle = el("main", { class: "middle" }, holder, button({ class: "round follow", test: "follow", text: "◎" }, () => stage?.follow()));
  replace(document.body, header(inspection, opener), network(inspection), where(inspection), middle, bottom, list);
  await outbox.open();
  await inspection.reopen();
  await walk.open();
  watchPosition(inspection);
  if (document.createElement("canvas").getContext("webgl2") !== null) {
    const made = await import("./stage");
    stage = await made.Stage.make(inspection, holder, baseOf(look));
    window.riskmap = { map: stage.map, ready: Promise.resolve() };
  } else holder.append(el("p", { class: "no-map", text: words.shared.say("no_webgl") }));
  keepOffline(inspection);
  document.documentElement.dataset["ready"] = "true";
}

function header(inspection: Inspection, opener: HTMLElement): HTMLElement {
  const { words, look, city } = inspection;
  const tools = el("div", { class: "tools" });
  const render = (): void => {
    const { language, theme } = look.state;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = `${words.say("title")} · ${language === "zh" ? city.name : city.name_en}`;
    const name = words.say(theme === "dark" ? "to_light" : "to_dark");
    replace(tools,
      button({ class: "tool", title: name, test: "theme", attributes: { "data-key": "theme", "aria-label": name } }, () => look.set({ theme: theme === "dark" ? "light" : "dark" }),
        el("span", { class: `theme-sign theme-${theme}`, attributes: { "aria-hidden": true } })),
      button({ class: "tool", text: language === "zh" ? "EN" : "中", title: words.shared.say("language_title"), test: "language", attributes: { "data-key": "language", lang: language === "zh" ? "en" : "zh-CN" } },
        () => look.set({ language: language === "zh" ? "en" : "zh" })));
  };
  look.on(["language", "theme"], render);
  render();
  return el("header", { class: "head" }, opener, tools);
}

start().catch((error: unknown) => {
  document.body.append(el("p", { class: "waiting", attributes: { role: "alert" }, text: String(error) }));
  throw error;
});
