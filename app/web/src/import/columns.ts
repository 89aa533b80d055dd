/** The second step: which column is which field. */
import { button, el, replace } from "../dom";
import type { ImportPage } from "./part";
import { keep } from "./part";

const PLACES = ["lon", "lat", "lonlat", "wkt"] as const;

/** The part with the columns of the file; absent until there is a preview. */
export function columns(page: ImportPage): HTMLElement {
  const { desk, words } = page;
  const head = el("div", { class: "card-top" });
  const body = el("tbody");
  const titles = el("tr");
  const missing = el("p", { class: "warn", test: "missing", attributes: { role: "alert" } });
  const act = el("div", { class: "act is-kept" });
  const table = el("div", { class: "scroll columns-scroll" }, el("table", { class: "columns", test: "columns" }, el("thead", {}, titles), body));
  const part = el("section", { class: "card" }, head, missing, table, act);
  keep(page, () => {
    const { preview } = desk;
    part.hidden = preview === null;
    if (preview === null) return;
    replace(head, el("h2", { text: words.say("columns") }),
      el("span", { class: "hint", text: words.say(preview.remembered && desk.mapping === null ? "remembered" : "columns_hint") }));
    replace(titles, ...(["column", "becomes", "values"] as const).map((word) => el("th", { text: words.say(word), attributes: { scope: "col" } })));
    replace(body, ...preview.columns.map((column) => row(page, column.header, desk.mapping?.[column.header] ?? (desk.mapping ? null : column.field), column.values)));
    missing.hidden = preview.missing.length === 0 || desk.edited;
    missing.textContent = words.say("missing", { names: preview.missing.join("、") });
    act.hidden = !desk.edited;
    replace(act, button({ class: "plain is-main", text: words.say("check_again"), test: "check-again",
      attributes: { disabled: desk.busy ? "" : null } }, () => void desk.look()));
  });
  return part;
}

function row(page: ImportPage, header: string, field: string | null, values: string[]): HTMLElement {
  const { desk, words, layers } = page;
  const layer = layers.get(desk.layer);
  const choice = el("select", {
    test: `column-${header}`,
    attributes: { "aria-label": `${header} → ${words.say("becomes")}`, "data-key": `column-${header}`, disabled: desk.busy ? "" : null },
    on: { change: () => desk.map(header, choice.value || null) },
  },
  el("option", { text: words.say("unused"), attributes: { value: "" } }),
  el("optgroup", { attributes: { label: words.say("places") } }, ...PLACES.map((word) => option(word, words.say(word)))),
  el("optgroup", { attributes: { label: words.say("fields") } },
    ...Object.entries(layer?.fields ?? {}).map(([name, facts]) => option(name, `${words.shared.field(name, facts)}${facts.unit ? ` (${facts.unit})` : ""}`))));
  choice.value = field ?? "";
  return el("tr", { class: field ? "" : "is-unused" },
    el("th", { text: header, attributes: { scope: "row" } }), el("td", {}, choice),
    el("td", { class: "values", text: values.filter(Boolean).join(" · ") }));
}

function option(value: string, text: string): HTMLElement {
  return el("option", { text, attributes: { value } });
}
