/** The strip on the map that tells of the fleet: ages as legend and count, the newest position, warnings. */
import { button, el, replace } from "../dom";
import type { Page } from "../page";
import { AGES, boatSign } from "./boats";
import type { Fleet } from "./fleet";
import { dayOf } from "./recorded";

/** The strip; hidden while no layer of the sea is shown. */
export function seaBar(page: Page, fleet: Fleet): HTMLElement {
  const { store, words } = page;
  const ages = el("div", { class: "sea-ages", test: "sea-ages" });
  const told = el("p", { class: "sea-told hint", test: "sea-told" });
  const tools = el("div", { class: "sea-tools" });
  const bar = el("section", { class: "sea-bar", test: "sea-bar", attributes: { hidden: "" } }, ages, told, tools);
  let shown = "";
  const render = (): void => {
    bar.hidden = fleet.state === "off" || store.state.replay !== null;
    if (bar.hidden) return;
    const counts = fleet.counts();
    const newest = fleet.newest();
    const text = newest === null ? words.say(fleet.state === "loading" ? "loading" : "sea_nothing")
      : words.say("sea_newest", { when: words.instant(new Date(newest).toISOString()), ago: ago(page, fleet.now() - newest) });
    const part = fleet.matched > fleet.boats.size ? ` ${words.say("sea_part", { n: fleet.boats.size, all: fleet.matched })}` : "";
    const next = JSON.stringify([counts, text, part, fleet.state, words.language]);
    if (next === shown) return;
    shown = next;
    bar.setAttribute("aria-label", words.say("sea_legend"));
    replace(ages, ...AGES.map((age) => el("span", { class: `sea-age${counts[age] ? "" : " is-none"}`, test: `age-${age}`, attributes: { "data-count": counts[age] } },
      boatSign(age, 17), el("span", { text: words.say(`sea_age_${age}`) }), el("strong", { class: "number", text: words.number(counts[age]) }))));
    told.title = text;
    told.textContent = (fleet.state === "away" ? words.say("sea_away") : text) + part;
    bar.classList.toggle("is-away", fleet.state === "away");
    replace(tools, newest === null ? null : button({ class: "plain", text: words.say("play"), title: words.say("play_title", { day: dayOf(newest, page.city.time_zone) }), test: "open-replay", attributes: { "data-key": "open-replay" } },
      () => store.set({ replay: { day: dayOf(newest, page.city.time_zone), from: 0, to: 24 } })), button({ class: "plain", text: words.say("sea_warnings"), test: "open-warnings", attributes: { "data-key": "open-warnings" } },
      () => store.set({ warnings: !store.state.warnings, selected: null, nearby: null })));
  };
  fleet.on(render);
  store.on(["language", "replay"], () => {
    shown = "";
    render();
  });
  render();
  return bar;
}

/** How long ago, in the largest unit that says it. */
export function ago(page: Page, milliseconds: number): string {
  const { words } = page;
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return words.say("ago_now");
  if (minutes < 60) return words.say("ago_minutes", { n: minutes });
  if (minutes < 48 * 60) return words.say("ago_hours", { n: Math.floor(minutes / 60) });
  return words.say("ago_days", { n: Math.floor(minutes / 1440) });
}
