/** The first rows as they would be taken. */
import { el, replace } from "../dom";
import { symbol } from "../symbols";
import { gradeOf } from "../types";
import type { ImportPage } from "./part";
import { keep } from "./part";
import type { PreviewRow } from "./types";

/** The part with the table of the first rows; absent until there is a preview. */
export function rows(page: ImportPage): HTMLElement {
  const { desk, words } = page;
  const head = el("div", { class: "card-top" });
  const titles = el("tr");
  const body = el("tbody");
  const part = el("section", { class: "card" }, head,
    el("div", { class: "scroll rows-scroll", attributes: { tabindex: 0 } }, el("table", { class: "rows", test: "rows" }, el("thead", {}, titles), body)));
  keep(page, () => {
    const { preview } = desk;
    part.hidden = preview === null || preview.rows.length === 0;
    if (preview === null) return;
    replace(head, el("h2", { text: words.say("rows") }), el("span", { class: "hint", text: words.say("rows_hint") }));
    replace(titles, el("th", { text: words.say("row"), attributes: { scope: "col" } }), el("th"),
      ...preview.columns.map((column) => el("th", { text: column.header, class: column.field ? "" : "is-unused", attributes: { scope: "col" } })));
    replace(body, ...preview.rows.map((row) => line(page, row, preview.columns.map((column) => column.field))));
  });
  return part;
}

function line(page: ImportPage, row: PreviewRow, fields: (string | null)[]): HTMLElement {
  const { desk, words } = page;
  const graded = page.layers.get(desk.layer)?.graded ?? false;
  const sign = row.reject
    ? el("span", { class: "refused", text: words.say("refused"), title: words.shared.language === "zh" ? row.reject.reason : row.reject.reason_en })
    : el("span", { class: "sign" }, graded && row.located !== undefined ? symbol(words.shared.look(gradeOf(row.grade)), 16) : null,
      row.located === false ? el("span", { class: "hint", text: words.say("no_place") }) : null);
  const node = el("tr", { class: row.reject ? "is-refused" : "", test: `row-${row.row}` },
    el("th", { text: String(row.row), attributes: { scope: "row" } }), el("td", {}, sign),
    ...row.cells.map((text, index) => el("td", { text, class: `${fields[index] ? "" : "is-unused"}${row.reject && row.reject.field === fields[index] ? " is-wrong" : ""}` })));
  if (row.located) {
    node.tabIndex = 0;
    node.classList.add("is-placed");
    node.addEventListener("click", () => page.go(row.row));
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") page.go(row.row);
    });
  }
  return node;
}
