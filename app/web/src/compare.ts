/** Two days beside each other: which grades became which, and which records changed. */
import { get, query } from "./api";
import { daysAgo } from "./days";
import { button, el, replace } from "./dom";
import { MONTH } from "./trend";
import type { Page } from "./page";
import { chosen } from "./page";
import { symbol } from "./symbols";
import { boxOf } from "./townships";
import type { Changes, Grade, Item, Rank } from "./types";

import type { Word } from "./words";

const READ = 300;
const STEP = 40;
const RANKS: Rank[] = ["1", "2", "3", "4", "unassessed", "absent"];
const PRESETS: [Word, number][] = [["ago_month", MONTH], ["ago_quarter", 91], ["ago_year", 365]];
type Kind = "worse" | "better" | "new" | "gone" | "other";
type Changed = Changes["features"][number];

/** The part over the lists; hidden while nothing is compared. */
export function comparePart(page: Page): HTMLElement {
  const { store, words } = page;
  const head = el("div", { class: "card-head" });
  const body = el("div", { class: "card-body compare-body" });
  const part = el("section", { class: "card-part compare-part", test: "compare", attributes: { hidden: "", tabindex: -1 } }, head, body);
  let asking: AbortController | null = null;

  const show = async (): Promise<void> => {
    asking?.abort();
    const mine = (asking = new AbortController());
    const { compare } = store.state;
    part.hidden = compare === null;
    document.body.classList.toggle("has-compare", compare !== null);
    if (!compare) return;
    part.setAttribute("aria-label", words.say("compare"));
    replace(head, el("h2", { text: words.say("compare") }),
      button({ class: "close", title: words.say("close"), test: "compare-close", attributes: { "aria-label": words.say("close"), "data-key": "compare-close" } },
        () => store.set({ compare: null })));
    const answer = el("div", { class: "compare-answer", test: "compare-answer" }, el("p", { class: "empty", text: words.say("loading") }));
    replace(body, dates(page), answer);
    const layers = chosen(page).filter((id) => page.layers.get(id)?.counted && page.layers.get(id)?.graded).sort().join(",");
    try {
      const changes = layers
        ? await get<Changes>(query("/api/changes", { from: compare.from, to: compare.to, layers, limit: READ }), mine.signal)
        : null;
      replace(answer, ...(changes ? told(page, changes) : [el("p", { class: "empty", text: words.say("said_none") })]));
    } catch (error) {
      if (mine.signal.aborted) return;
      replace(answer, el("p", { class: "empty", text: words.say("failed", { why: error instanceof Error ? error.message : String(error) }) }),
        button({ class: "plain", text: words.say("again") }, () => void show()));
    }
  };
  store.on(["compare", "language", "layers"], () => void show());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && store.state.compare && !store.state.selected && !store.state.nearby) store.set({ compare: null });
  });
  void show();
  return part;
}

function dates(page: Page): HTMLElement {
  const { store, words, city } = page;
  const compare = store.state.compare!;
  const today = daysAgo(city, 0);
  const day = (key: "from" | "to", value: string, label: string): HTMLElement => {
    const input = el("input", { type: "date", test: `compare-${key}`, attributes: { value, max: today, "data-key": `compare-${key}`, "aria-label": label } });
    input.addEventListener("change", () => {
      if (!input.value) return;
      const next = { ...compare, [key]: key === "to" && input.value >= today ? null : input.value };
      store.set({ compare: next.to !== null && next.to < next.from ? { from: next.to, to: next.from } : next });
    });
    return el("label", { class: "compare-day" }, el("span", { text: label }), input);
  };
  return el("div", { class: "compare-dates" },
    day("from", compare.from, words.say("compare_from")), day("to", compare.to ?? today, words.say("compare_to")),
    el("div", { class: "switch", attributes: { role: "group", "aria-label": words.say("compare_from") } }, ...PRESETS.map(([word, days]) => {
      const from = daysAgo(city, days);
      return button({ text: words.say(word), test: `compare-${word}`, attributes: { "aria-pressed": compare.from === from && compare.to === null, "data-key": word } },
        () => store.set({ compare: { from, to: null } }));
    })));
}

function told(page: Page, changes: Changes): HTMLElement[] {
  const { words } = page;
  const sum = (name: "worse" | "better" | "new" | "gone"): number => changes.layers.reduce((total, layer) => total + layer[name], 0);
  let kind: Kind | null = null;
  let listed = STEP;
  const list = el("ol", { class: "changes", test: "changes" });
  const foot = el("div", { class: "part-foot" });
  const chips = el("div", { class: "chips compare-chips", attributes: { role: "group" } });
  const render = (): void => {
    const rows = changes.features.filter((change) => kind === null || kindOf(change) === kind);
    replace(chips, ...(["worse", "better", "new", "gone"] as const).map((name) =>
      button({ class: `chip kind-${name}`, test: `kind-${name}`, attributes: { "aria-pressed": kind === name, "data-key": `kind-${name}` } }, () => {
        kind = kind === name ? null : name;
        listed = STEP;
        render();
      }, el("span", { text: words.say(`kind_${name}`) }), el("strong", { class: "number", text: words.number(sum(name)) }))));
    replace(list, ...rows.slice(0, listed).map((change) => row(page, change)));
    if (rows.length === 0) list.append(el("li", { class: "empty", text: words.say("changes_none") }));
    replace(foot,
      changes.numberMatched > changes.features.length ? el("span", { class: "hint", text: words.say("worst_part", { n: changes.features.length, all: words.number(changes.numberMatched) }) }) : null,
      rows.length > listed ? button({ class: "link", text: words.say("more", { n: Math.min(STEP, rows.length - listed) }) }, () => {
        listed += STEP;
        render();
      }) : null);
  };
  render();
  return [chips, matrix(page, changes), list, foot];
}

function kindOf(change: Changed): Kind {
  const [was, now] = [rank(change.from), rank(change.to)];
  if (was === 6) return "new";
  if (now === 6) return "gone";
  if (was > 4 || now > 4) return "other";
  return now < was ? "worse" : "better";
}

function rank(grade: Rank | number): number {
  return typeof grade === "number" ? grade : RANKS.indexOf(grade) + 1;
}

/** From grade × to grade; what stays is quiet. */
function matrix(page: Page, changes: Changes): HTMLElement {
  const { words } = page;
  const cell = (from: Rank, to: Rank): number => changes.layers.reduce((total, layer) => total + (layer.matrix[from]?.[to] ?? 0), 0);
  const name = (each: Rank): HTMLElement => each === "absent"
    ? el("span", { class: "absent", text: words.say("absent") })
    : el("span", {}, symbol(words.look((Number(each) || 0) as Grade), 16), el("span", { class: "unseen", text: words.grade((Number(each) || 0) as Grade) }));
  return el("table", { class: "matrix", test: "matrix" },
    el("caption", { text: words.say("matrix") }),
    el("thead", {}, el("tr", {}, el("th", { attributes: { scope: "col" } }, el("span", { class: "hint", text: words.say("matrix_corner") })), ...RANKS.map((to) => el("th", { attributes: { scope: "col" } }, name(to))))),
    el("tbody", {}, ...RANKS.map((from) => el("tr", {}, el("th", { attributes: { scope: "row" } }, name(from)),
      ...RANKS.map((to) => {
        const n = cell(from, to);
        const moved = from !== to && n > 0;
        const graded = RANKS.indexOf(from) < 4 && RANKS.indexOf(to) < 4;
        const kind = !moved ? "stay" : !graded ? "other" : RANKS.indexOf(to) < RANKS.indexOf(from) ? "worse" : "better";
        return el("td", { class: `number cell-${kind}`, text: n === 0 ? "·" : words.number(n) });
      })))));
}

function row(page: Page, change: Changed): HTMLElement {
  const { words, store } = page;
  const layer = page.layers.get(change.layer);
  const place = page.townships.name(change.township_code, words.language);
  const sign = (grade: Rank | number): HTMLElement | SVGElement => rank(grade) === 6
    ? el("span", { class: "absent", text: words.say("absent") })
    : symbol(words.look((rank(grade) > 4 ? 0 : rank(grade)) as Grade), 17);
  const gone = rank(change.to) === 6;
  const text = [place, layer ? words.layer(layer) : null, change.changed_at ? words.instant(change.changed_at).slice(0, 10) : null, change.changed_by, change.reason].filter(Boolean).join(" · ");
  return el("li", { class: "change-row", test: "change-row", attributes: { "data-kind": kindOf(change) } },
    button({ class: "change-open", attributes: gone ? { disabled: "" } : { "data-key": `change-${change.layer}-${change.id}` } }, () => void open(page, change, store.state.compare),
      el("span", { class: "change-signs" }, sign(change.from), el("span", { class: "arrow", text: "→" }), sign(change.to)),
      el("span", { class: "change-name", text: change.name ?? String(change.id) }),
      el("span", { class: "worst-place", text })));
}

async function open(page: Page, { layer, id }: Changed, compare: unknown): Promise<void> {
  page.store.set({ selected: { layer, fid: id }, nearby: null });
  const item = await get<Item>(`/api/collections/${layer}/items/${id}`).catch(() => null);
  if (!item?.geometry || page.store.state.compare !== compare) return;
  const [w, s, e, n] = boxOf(item.geometry);
  page.stage?.go((w + e) / 2, (s + n) / 2, 13);
}

