/** Townships by risk index, with what each holds; a press zooms there. */
import { button, el, replace } from "./dom";
import type { Page } from "./page";
import { symbol } from "./symbols";
import type { Row } from "./types";
import { countOf, GRADES, gradeOf } from "./types";

/** The part with the ranking. */
export function ranking(page: Page): HTMLElement {
  const { store, words, figures } = page;
  const head = el("div", { class: "part-head" });
  const list = el("ol", { class: "ranking", test: "ranking", attributes: { tabindex: 0 } });
  const note = el("p", { class: "hint part-note" });
  const part = el("section", { class: "part part-ranking" }, head, list, note);
  const render = (): void => {
    const { grades, scope } = store.state;
    replace(head, el("h2", { text: words.say("ranking") }), el("span", { class: "hint", text: words.say("ranking_by") }));
    list.setAttribute("aria-label", words.say("ranking"));
    note.textContent = words.say("ranking_note");
    const rows = figures.ranked().filter((row) => scope === "city" || row.total > 0);
    const most = Math.max(1, ...rows.map((row) => figures.sum(row.counts, grades)));
    if (rows.length === 0) {
      const word = figures.state === "ready" ? "ranking_empty" : "loading";
      return replace(list, el("li", { class: "empty", text: words.say(word) }));
    }
    replace(list, ...rows.map((row, at) => el("li", {}, line(page, row, at + 1, most))));
  };
  figures.on(render);
  store.on(["grades", "language"], render);
  render();
  return part;
}

function line(page: Page, row: Row, place: number, most: number): HTMLElement {
  const { words, figures, townships } = page;
  const area = figures.area(row.key);
  const grade = gradeOf(area?.grade);
  const name = townships.name(row.key, words.language) ?? row.name;
  const { grades } = page.store.state;
  const total = figures.sum(row.counts, grades);
  const parts = GRADES.filter((each) => grades.includes(each) && countOf(row.counts, each) > 0);
  const told = parts.map((each) => `${words.gradeShort(each)} ${countOf(row.counts, each)}`).join(words.say("between"));
  const index = area?.index;
  return button({
    class: "rank", test: "rank-row", title: `${words.say("zoom_to", { name })} · ${words.say("area_grade")} ${words.grade(grade)}${told ? ` · ${told}` : ""}`,
    attributes: { "data-key": `rank-${row.key}`, "data-code": row.key },
  }, () => {
    const box = townships.box(row.key);
    const fid = townships.fidOf(row.key);
    page.reveal();
    if (fid !== null) page.store.set({ selected: { layer: "townships", fid }, nearby: null });
    if (box) page.stage?.fit(box);
  },
  el("span", { class: "rank-place", text: String(place) }),
  symbol(words.look(grade), 17),
  el("span", { class: "unseen", text: words.grade(grade) }),
  el("span", { class: "rank-name", text: name }),
  el("span", { class: "bar", attributes: { role: "img", "aria-label": told } },
    total === 0 ? null : el("span", { class: "bar-all", style: { width: `${Math.max(3, (100 * total) / most).toFixed(1)}%` } },
      ...parts.map((each) => el("span", { class: `bar-part fill-${each || "none"}`, style: { "flex-grow": String(countOf(row.counts, each)) } })))),
  el("span", { class: "rank-index", text: index === undefined || index === null ? "–" : index.toFixed(1), title: words.say("index") }));
}
