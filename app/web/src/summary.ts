/** The counters: how many of each grade, large, and in one sentence where the worst are. */
import { button, el, fill, replace } from "./dom";
import type { Page } from "./page";
import { symbol } from "./symbols";
import { trend } from "./trend";
import type { Grade } from "./types";
import { countOf, GRADES } from "./types";

/** The part with the counters; it follows the figures and the state. */
export function counters(page: Page): HTMLElement {
  const { store, words, figures } = page;
  const head = el("div", { class: "counters-head" });
  const tiles = el("div", { class: "tiles", test: "counters", attributes: { role: "group" } });
  const told = el("p", { class: "told", test: "told" });
  const live = el("p", { class: "unseen", attributes: { "aria-live": "polite" } });
  const part = el("section", { class: "counters", test: "summary" }, head, tiles, told, trend(page), live);

  const render = (): void => {
    const { grades, scope } = store.state;
    const { shown } = figures;
    const all = grades.length === GRADES.length;
    replace(head, el("h2", { text: words.say("counts") }), scopes(page));
    tiles.setAttribute("aria-label", words.say("counts"));
    part.classList.toggle("is-loading", figures.state === "loading");
    replace(tiles, ...GRADES.map((grade) => tile(page, grade)));
    replace(told);
    if (figures.state === "failed") {
      told.append(words.say("failed", { why: figures.why }), " ",
        button({ class: "link", text: words.say("again") }, () => void figures.load(page)));
      return;
    }
    if (figures.state === "loading") {
      told.textContent = words.say("loading");
      return;
    }
    const total = figures.sum(shown.total.counts, grades);
    const off = shown.rows.find((row) => row.key === "off");
    const away = off ? figures.sum(off.counts, grades) : 0;
    fill(told, sentence(page), el("span", { class: "told-total" },
      words.say("total", { n: words.number(total) }),
      away > 0 && scope === "city" ? ` · ${words.say("off", { n: words.number(away) })}` : null,
      (shown.total.stale ?? 0) > 0 ? ` · ${words.say("stale_count", { n: words.number(shown.total.stale ?? 0) })}` : null,
      all ? null : " ",
      all ? null : button({ class: "link", text: words.say("all_grades"), test: "all-grades" }, () => store.set({ grades: [...GRADES] }))));
    live.textContent = GRADES.filter((grade) => grades.includes(grade))
      .map((grade) => `${words.grade(grade)} ${countOf(shown.total.counts, grade)}`).join(words.say("between"));
  };
  figures.on(render);
  store.on(["grades", "language", "scope"], render);
  render();
  return part;
}

function scopes(page: Page): HTMLElement {
  const { store, words } = page;
  const choice = (scope: "city" | "view"): HTMLElement =>
    button({
      text: words.say(scope === "city" ? "scope_city" : "scope_view"), test: `scope-${scope}`,
      attributes: { "aria-pressed": store.state.scope === scope, "data-key": `scope-${scope}` },
    }, () => store.set({ scope }));
  return el("div", { class: "switch", attributes: { role: "group", "aria-label": words.say("scope") } },
    choice("city"), page.able ? choice("view") : null);
}

function tile(page: Page, grade: Grade): HTMLElement {
  const { store, words, figures } = page;
  const count = countOf(figures.shown.total.counts, grade);
  const text = figures.state === "ready" ? words.number(count) : "–";
  const on = store.state.grades.includes(grade);
  return button({
    class: `tile grade-${grade || "none"}${on ? "" : " is-off"}${text.length > 5 ? " is-long" : text.length > 4 ? " is-wide" : ""}`,
    test: `counter-${grade || "none"}`, title: words.say("press_grade"),
    attributes: { "aria-pressed": on, "data-key": `counter-${grade}`, "data-count": count, "aria-label": `${words.grade(grade)} ${count}` },
  }, () => store.press(grade),
  el("span", { class: "tile-number", text }),
  el("span", { class: "tile-word" }, symbol(words.look(grade), 16), words.gradeShort(grade)));
}

function sentence(page: Page): HTMLElement {
  const { store, words, figures } = page;
  const grade = figures.worst(store.state.grades);
  if (grade === null) return el("span", { class: "told-main", text: words.say("said_none") });
  const total = countOf(figures.shown.total.counts, grade);
  const rows = figures.shown.rows.map((row) => ({ row, n: countOf(row.counts, grade) })).filter(({ n }) => n > 0)
    .sort((one, two) => two.n - one.n);
  const places = rows.slice(0, 3).map(({ row, n }) =>
    `${row.key === "off" ? words.say("off_name") : (page.townships.name(row.key, words.language) ?? row.name)} ${words.number(n)}`);
  return el("span", { class: "told-main", text: words.say(rows.length === 1 ? "said_one" : "said", {
    grade: words.grade(grade), n: words.number(total), places: places.join(words.say("between")),
  }) });
}
