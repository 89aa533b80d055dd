/** The header of the pages beside the map: title, way back to the map, light or dark, language. */
import { write } from "./address";
import { button, el, replace } from "./dom";
import type { Store } from "./state";
import type { City } from "./types";
import type { Words } from "./words";

const THEMES = ["auto", "light", "dark"] as const;

interface Heading {
  store: Store;
  city: City;
  shared: Words;
  /** Words of the page: title, way back, the other language. */
  say: (word: "title" | "back" | "back_title" | "language" | "language_title") => string;
}

/** The header; it follows language and theme. */
export function plainHeader({ store, city, shared, say }: Heading): HTMLElement {
  const title = el("h1", { test: "title" });
  const tools = el("div", { class: "tools" });
  const render = (): void => {
    const { theme, language } = store.state;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    title.textContent = `${say("title")} · ${language === "zh" ? city.name : city.name_en}`;
    document.title = title.textContent;
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    const name = shared.say(`theme_${theme}`);
    replace(tools,
      el("a", { class: "tool", href: `/${write(store.state)}`, text: say("back"), title: say("back_title"), test: "back" }),
      button({ class: "tool", title: name, test: "theme", attributes: { "data-key": "theme", "aria-label": name } }, () => store.set({ theme: next }),
        el("span", { class: `theme-sign theme-${theme}`, attributes: { "aria-hidden": true } })),
      button({ class: "tool", text: say("language"), title: say("language_title"), test: "language", attributes: { "data-key": "language", lang: language === "zh" ? "en" : "zh-CN" } },
        () => store.set({ language: language === "zh" ? "en" : "zh" })));
  };
  store.on(["language", "theme"], render);
  render();
  return el("header", { class: "header" }, title, tools);
}
