/** Search by name: a field with a list below it, for mouse, finger and keyboard. */
import { get, query, Refused } from "./api";
import { debounced, el, replace } from "./dom";
import type { Page } from "./page";
import { symbol } from "./symbols";
import type { Found } from "./types";
import { gradeOf } from "./types";

const LIMIT = 10;

/** The search field of the header. */
export function search(page: Page): HTMLElement {
  const { words, store } = page;
  const list = el("ul", { id: "found", class: "found", test: "search-list", attributes: { role: "listbox", hidden: "" } });
  const field = el("input", {
    type: "search", class: "search-field", test: "search",
    attributes: { role: "combobox", "aria-controls": "found", "aria-expanded": "false", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" },
  });
  const live = el("span", { class: "unseen", attributes: { "aria-live": "polite" } });
  const part = el("div", { class: "search", attributes: { role: "search" } }, field, list, live);
  let found: Found[] = [];
  let at = -1;
  let asking: AbortController | null = null;

  const close = (): void => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (feature: Found): void => {
    close();
    field.value = feature.properties.name ?? "";
    field.blur();
    open(page, feature);
  };
  const move = (to: number): void => {
    at = found.length === 0 ? -1 : (to + found.length) % found.length;
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    const row = list.children[at];
    if (!row) return;
    field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  };
  const show = (message: string | null): void => {
    replace(list, ...found.map((feature, index) => option(page, feature, index, () => choose(feature))),
      message === null ? null : el("li", { class: "empty", text: message }));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    live.textContent = message ?? words.say("search_count", { n: found.length });
    at = -1;
    if (found.length > 0) move(0);
  };
  const ask = async (): Promise<void> => {
    const text = field.value.trim();
    asking?.abort();
    if (text === "") return close();
    const mine = (asking = new AbortController());
    try {
      const answer = await get<{ features: Found[] }>(query("/api/search", { q: text, limit: LIMIT }), mine.signal);
      found = answer.features;
      show(found.length === 0 ? words.say("search_none", { q: text }) : null);
    } catch (error) {
      if (mine.signal.aborted) return;
      found = [];
      show(words.say("failed", { why: error instanceof Refused ? error.message : String(error) }));
    }
  };
  const later = debounced(220, () => void ask());
  field.addEventListener("input", later);
  field.addEventListener("focus", () => {
    if (field.value.trim() && found.length > 0) show(null);
  });
  field.addEventListener("blur", () => window.setTimeout(close, 180));
  field.addEventListener("keydown", (event) => {
    const chosen = found[at];
    if (event.key === "ArrowDown") move(at + 1);
    else if (event.key === "ArrowUp") move(at - 1);
    else if (event.key === "Enter" && !list.hidden && chosen) choose(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const name = (): void => {
    field.placeholder = words.say("search");
    field.setAttribute("aria-label", words.say("search"));
  };
  store.on(["language"], name);
  name();
  return part;
}

function open(page: Page, { id, geometry, properties }: Found): void {
  const town = properties.layer === "townships" ? page.townships.codeOf(properties.name) : null;
  const box = town ? page.townships.box(town) : null;
  page.store.set({ selected: { layer: properties.layer, fid: Number(id) }, nearby: null });
  const [lng, lat] = geometry.coordinates;
  if (box) page.stage?.fit(box);
  else if (lng !== undefined && lat !== undefined) page.stage?.go(lng, lat, 14);
}

function option(page: Page, feature: Found, index: number, choose: () => void): HTMLElement {
  const { words } = page;
  const { layer: id, name, grade, township_code: town, subtitle } = feature.properties;
  const layer = page.layers.get(id);
  const meaning = layer?.tile_fields.map((field) => layer.fields[field]?.codes[subtitle ?? ""]).find(Boolean) ?? subtitle;
  const below = [layer ? words.layer(layer) : id, meaning, page.townships.name(town, words.language)].filter(Boolean);
  const row = el("li", { id: `found-${index}`, class: "found-row", attributes: { role: "option", "aria-selected": "false" } },
    layer?.graded ? symbol(words.look(gradeOf(grade)), 18) : el("span", { class: "found-blank" }),
    el("span", { class: "found-text" }, el("span", { class: "found-name", text: name ?? words.say("unnamed") }),
      el("span", { class: "found-below", text: below.join(" · ") })));
  row.addEventListener("pointerdown", (event) => event.preventDefault());
  row.addEventListener("click", choose);
  return row;
}
