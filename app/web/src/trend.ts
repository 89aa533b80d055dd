/** One line that answers whether it is getting worse: the counts of now beside those of a month ago. */
import { get, query } from "./api";
import { daysAgo } from "./days";
import { button, el, replace } from "./dom";
import type { Page } from "./page";
import { chosen } from "./page";
import type { Grade, Summary } from "./types";
import { countOf, GRADES } from "./types";

/** How far the line looks back. */
export const MONTH = 30;

/** The line; empty while there is nothing to compare with. */
export function trend(page: Page): HTMLElement {
  const { store, words, figures, city } = page;
  const part = el("p", { class: "trend", test: "trend" });
  let before: Summary | null = null;
  let asked = "";

  const render = (): void => {
    const { compare } = store.state;
    if (!before || figures.state !== "ready" || compare || countOfAll(before) === 0) return replace(part);
    const from = daysAgo(city, MONTH);
    const told = GRADES.filter((grade) => grade === 1 || grade === 2).map((grade) => change(page, grade, before!));
    const rest = GRADES.filter((grade) => grade === 0 || grade > 2).reduce<number>((sum, grade) => sum + delta(page, grade, before!), 0);
    replace(part,
      button({ class: "link trend-open", test: "trend-open", title: words.say("compare_open"), attributes: { "data-key": "trend" } },
        () => store.set({ compare: { from, to: null }, selected: null, nearby: null }),
        el("span", { text: words.say("trend", { day: from.slice(5) }) }), ...told,
        rest === 0 ? null : el("span", { class: "trend-part", text: `${words.say("trend_rest")} ${signed(rest)}` }),
        el("span", { class: "trend-more", text: words.say("compare_open") })));
  };
  const load = async (): Promise<void> => {
    const layers = chosen(page).filter((id) => page.layers.get(id)?.counted).sort().join(",");
    const asof = daysAgo(city, MONTH);
    if (`${layers} ${asof}` !== asked) {
      asked = `${layers} ${asof}`;
      before = layers ? await get<Summary>(query("/api/summary", { by: "grade", layers, asof })).catch(() => null) : null;
    }
    render();
  };
  figures.on(() => void load());
  store.on(["language", "compare"], render);
  return part;
}

function change(page: Page, grade: Grade, before: Summary): HTMLElement {
  const n = delta(page, grade, before);
  return el("span", { class: `trend-part${n > 0 ? " is-worse" : n < 0 ? " is-better" : ""}`, test: `trend-${grade}`, text: `${page.words.gradeShort(grade)} ${signed(n)}` });
}

function delta(page: Page, grade: Grade, before: Summary): number {
  return countOf(page.figures.city.total.counts, grade) - countOf(before.total.counts, grade);
}

function countOfAll(summary: Summary): number {
  return GRADES.reduce<number>((sum, grade) => sum + countOf(summary.total.counts, grade), 0);
}

/** A difference with its sign; a true minus, and ± for none. */
export function signed(n: number): string {
  return n > 0 ? `+${n}` : n < 0 ? `−${-n}` : "±0";
}
