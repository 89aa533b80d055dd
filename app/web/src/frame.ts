/** The frame of the page: header, panels, map, and the strip with notice and attribution. */
import { cardPart } from "./card_part";
import { comparePart } from "./compare";
import { button, el, replace } from "./dom";
import { layerTree } from "./layer_tree";
import type { Page } from "./page";
import { ranking } from "./ranking";
import { search } from "./search";
import { seaBar } from "./sea/bar";
import { Notices } from "./sea/notices";
import { sheet } from "./sheet";
import { counters } from "./summary";
import { baseOf, force } from "./theme";
import { worst } from "./worst";

const THEMES = ["auto", "light", "dark"] as const;

/** Everything on the page, in the order in which it is read. */
export function frame(page: Page, holder: HTMLElement): HTMLElement[] {
  const { words, store } = page;
  const skip = el("a", { class: "skip", href: "#panels" });
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    panels.querySelector<HTMLElement>("button, a")?.focus();
  });
  const left = el("div", { class: "side side-left" }, counters(page), ranking(page));
  const notices = page.fleet ? new Notices(page, page.fleet) : null;
  const right = el("div", { class: "side side-right" }, comparePart(page), notices?.part ?? null, cardPart(page), worst(page), layerTree(page));
  const panels = el("aside", { class: "panels", id: "panels", test: "panels" }, left, right);
  sheet(page, panels);
  const stand = el("main", { class: "stand" }, holder, page.able ? presets(page) : null,
    page.fleet ? seaBar(page, page.fleet) : null, page.player?.element ?? null, notices?.element ?? null);
  if (!page.able) holder.append(el("p", { class: "no-map", text: words.say("no_webgl"), attributes: { role: "alert" } }));
  const strip = el("footer", { class: "strip", test: "strip" });
  const name = (): void => {
    document.documentElement.lang = words.language === "zh" ? "zh-CN" : "en";
    document.title = words.title();
    skip.textContent = words.say("skip");
    panels.setAttribute("aria-label", words.say("panel"));
    holder.setAttribute("aria-label", words.say("map"));
    replace(strip, el("strong", { class: "notice", test: "notice", text: words.notice() }),
      el("span", { class: "attribution", test: "attribution", text: [...(page.city.attribution ?? []), "MapLibre"].join(" · ") }));
  };
  store.on(["language"], name);
  name();
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void print(page);
  });
  return [skip, header(page), panels, stand, strip];
}

function header(page: Page): HTMLElement {
  const { words, store } = page;
  const title = el("h1", { test: "title" });
  const tools = el("div", { class: "tools" });
  const render = (): void => {
    title.textContent = words.title();
    const { theme, language } = store.state;
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    replace(tools,
      button({ class: "tool tool-print", text: words.say("print"), title: words.say("print_title"), test: "print" }, () => void print(page)),
      button({ class: "tool", title: words.say(`theme_${theme}`), test: "theme",
        attributes: { "data-key": "theme", "aria-label": words.say(`theme_${theme}`) } },
      () => store.set({ theme: next }), el("span", { class: `theme-sign theme-${theme}`, attributes: { "aria-hidden": true } })),
      button({ class: "tool", text: words.say("language"), title: words.say("language_title"), test: "language",
        attributes: { "data-key": "language", lang: language === "zh" ? "en" : "zh-CN" } },
      () => store.set({ language: language === "zh" ? "en" : "zh" })));
  };
  store.on(["language", "theme"], render);
  render();
  return el("header", { class: "header" }, title, search(page), tools);
}

/** Print on a light base, whatever is on the screen. */
async function print(page: Page): Promise<void> {
  if (baseOf(page.store) === "dark") {
    force("light");
    await new Promise((resolve) => window.setTimeout(resolve, 400));
    await page.stage?.settled();
    window.addEventListener("afterprint", () => force(null), { once: true });
  }
  window.print();
}

function presets(page: Page): HTMLElement {
  const { words, store, city } = page;
  const part = el("div", { class: "presets", attributes: { role: "group" } });
  const render = (): void => {
    const { sea } = city.views;
    replace(part,
      button({ text: words.say("see_city"), title: words.say("see_city_title"), test: "see-city" },
        () => page.stage?.fit(city.views.land ?? city.views.city)),
      sea ? button({ text: words.say("see_sea"), title: words.say("see_sea_title"), test: "see-sea" }, () => page.stage?.fit(sea)) : null);
  };
  store.on(["language"], render);
  render();
  return part;
}
