/** The list of earlier imports. */
import { get } from "../api";
import { button, el, replace } from "../dom";
import type { ImportPage } from "./part";
import type { Past } from "./types";
import type { ImportWord } from "./words";

const LISTED = 50;

/** The part with the list; read anew when an import or an undo has ended. */
export function past(page: ImportPage): HTMLElement {
  const { desk, words, store } = page;
  const head = el("div", { class: "card-top" });
  const list = el("ol", { class: "past", test: "past" });
  let found: Past[] = [];
  let seen = "";
  const render = (): void => {
    replace(head, el("h2", { text: words.say("past") }), button({ class: "link", text: words.say("past_more"), test: "past-more" }, () => void load()));
    replace(list, ...found.map((each) => entry(page, each)), found.length ? null : el("li", { class: "hint", text: words.say("past_empty") }));
  };
  const load = async (): Promise<void> => {
    found = (await get<{ imports: Past[] }>(`/api/imports?limit=${LISTED}`)).imports;
    render();
  };
  desk.on(() => {
    const now = `${desk.job?.dry_run ? "" : desk.job?.id} ${desk.job?.state} ${desk.undone?.id}`;
    if (now === seen || desk.busy) return;
    seen = now;
    void load();
  });
  store.on(["language"], render);
  render();
  void load();
  return el("section", { class: "card" }, head, list);
}

function entry(page: ImportPage, each: Past): HTMLElement {
  const { words, layers, desk } = page;
  const layer = layers.get(each.layer);
  const counted = words.say("counts", { added: each.added, changed: each.changed, unchanged: each.unchanged, rejected: each.rejected });
  return el("li", { class: `past-row is-${each.state}`, test: `past-${each.id}` },
    el("span", { class: "number past-id", text: String(each.id) }),
    el("div", { class: "past-text" },
      el("strong", { text: layer ? words.shared.layer(layer) : each.layer }), el("span", { class: "past-file", text: each.file }),
      el("span", { class: "hint", text: [each.imported_at ? words.shared.instant(each.imported_at) : "", each.actor ?? "", counted].filter(Boolean).join(" · ") })),
    el("span", { class: "state", text: words.say(`state_${each.state}` as ImportWord) }),
    button({ class: "link", text: words.say("open"), attributes: { "aria-label": `${words.say("open")} ${each.id}`, disabled: desk.busy ? "" : null } },
      () => void desk.show(each.id).then(() => document.querySelector(".report")?.scrollIntoView({ block: "nearest" }))));
}
