/** The bar that says that the service is away, counts down, and goes when it is back. */
import { retryNow, watch } from "./api";
import { button, el } from "./dom";
import type { Store } from "./state";
import en from "./words_en.json";
import zh from "./words_zh.json";

/** The bar; it needs no words from the service, which may be away from the start. */
export function awayBar(store: Store): HTMLElement {
  const text = el("span");
  const now = button({ class: "link" }, retryNow);
  const bar = el("div", { class: "away", test: "away", attributes: { role: "status", hidden: "" } }, text, now);
  let timer = 0;
  watch((retryAt) => {
    window.clearInterval(timer);
    bar.hidden = retryAt === null;
    if (retryAt === null) return;
    const show = (): void => {
      const words = store.state.language === "en" ? en : zh;
      const left = Math.ceil((retryAt - Date.now()) / 1000);
      text.textContent = left > 0 ? words.away.replace("{n}", String(left)) : words.away_now;
      now.textContent = words.retry;
    };
    show();
    timer = window.setInterval(show, 500);
  });
  return bar;
}
