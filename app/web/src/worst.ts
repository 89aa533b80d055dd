/** What is worst: the records of the gravest chosen grade, with place and who answers. */
import { get, query } from "./api";
import { button, el, replace } from "./dom";
import { ownerLine, placeOf } from "./owner";
import type { Page } from "./page";
import { chosen } from "./page";
import { symbol } from "./symbols";
import { boxOf } from "./townships";
import type { Collection, Grade, Item, Items } from "./types";
import { countOf } from "./types";

const STEP = 30;
const READ = 300;

interface Entry {
  layer: Collection;
  item: Item;
}

/** The part with the list. */
export function worst(page: Page): HTMLElement {
  const { store, words, figures } = page;
  const head = el("div", { class: "part-head" });
  const list = el("ol", { class: "worst", test: "worst" });
  const foot = el("div", { class: "part-foot" });
  const part = el("section", { class: "part part-worst lists" }, head, list, foot);
  let entries: Entry[] = [];
  let grade: Grade | null = null;
  let listed = STEP;
  let failed = "";
  let asking: AbortController | null = null;

  const render = (): void => {
    const all = grade === null ? 0 : countOf(figures.shown.total.counts, grade);
    const title = grade === null ? words.say("worst_empty") : words.say("worst", { grade: words.grade(grade) });
    replace(head, grade === null ? null : symbol(words.look(grade), 20), el("h2", { text: title }),
      grade === null ? null : el("span", { class: "hint number", text: words.number(all) }));
    list.setAttribute("aria-label", title);
    const some = entries.slice(0, listed);
    replace(list, ...some.map((entry) => row(page, entry, grade ?? 0)));
    if (failed) list.append(el("li", { class: "empty", text: words.say("failed", { why: failed }) }));
    const left = Math.min(STEP, entries.length - some.length);
    replace(foot,
      some.length < all ? el("span", { class: "hint", text: words.say("worst_part", { n: some.length, all: words.number(all) }) }) : null,
      left > 0 ? button({ class: "link", text: words.say("more", { n: left }) }, () => {
        listed += STEP;
        render();
      }) : null);
  };
  const load = async (): Promise<void> => {
    asking?.abort();
    const mine = (asking = new AbortController());
    grade = figures.worst(store.state.grades);
    failed = "";
    try {
      entries = grade === null ? [] : await read(page, grade, mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      entries = [];
      failed = error instanceof Error ? error.message : String(error);
    }
    render();
  };
  figures.on(() => void load());
  store.on(["grades"], () => {
    listed = STEP;
    void load();
  });
  store.on(["language"], render);
  return part;
}

async function read(page: Page, grade: Grade, signal: AbortSignal): Promise<Entry[]> {
  if (grade === 0) return [];
  const bbox = page.store.state.scope === "view" && page.stage ? page.stage.bounds().map((edge) => edge.toFixed(5)).join(",") : null;
  const layers = chosen(page).map((id) => page.layers.get(id)).filter((layer) => layer?.counted) as Collection[];
  const found = await Promise.all(layers.map(async (layer) => {
    const names = [layer.label, "code", "address", "mmsi", ...layer.owner_fields].filter((name) => name in layer.fields);
    const items = await get<Items>(query(`/api/collections/${layer.id}/items`, {
      grade, limit: READ, bbox, properties: [...new Set([...names, "township_code"])].join(","),
    }), signal);
    return items.features.map((item) => ({ layer, item: item as Item }));
  }));
  const index = ({ item }: Entry): number => page.figures.area(String(item.properties["township_code"]))?.index ?? 0;
  return found.flat().sort((one, two) => index(two) - index(one));
}

function row(page: Page, { layer, item }: Entry, grade: Grade): HTMLElement {
  const { words, store } = page;
  const name = words.named(layer, item.properties, item.id);
  return el("li", { class: "worst-row", test: "worst-row" },
    button({ class: "worst-open", attributes: { "data-key": `worst-${layer.id}-${item.id}` } }, () => {
      store.set({ selected: { layer: layer.id, fid: item.id }, nearby: null });
      const [w, s, e, n] = boxOf(item.geometry);
      page.stage?.go((w + e) / 2, (s + n) / 2, 13);
    }, el("span", { class: "worst-name" }, symbol(words.look(grade), 15), el("span", { class: "unseen", text: words.grade(grade) }), name), el("span", { class: "worst-place", text: placeOf(page, layer, item.properties) })),
    ownerLine(page, layer, item.properties));
}
