/** The part that shows a card or what is near, over the lists, and closes by Escape. */
import { get, Refused } from "./api";
import { card } from "./card";
import { button, el, replace } from "./dom";
import { nearbyList, readNearby } from "./nearby";
import type { Page } from "./page";
import { nearestList } from "./sea/nearest";
import type { Item, Neighbour, Reason } from "./types";

/** The part; empty and hidden while nothing is selected. */
export function cardPart(page: Page): HTMLElement {
  const { store, words } = page;
  const head = el("div", { class: "card-head" });
  const body = el("div", { class: "card-body" });
  const part = el("section", { class: "card-part", test: "card", attributes: { hidden: "", tabindex: -1 } }, head, body);
  let asking: AbortController | null = null;
  let before: Element | null = null;

  const close = (): void => store.set({ selected: null, nearby: null, distress: null });
  const titled = (title: string, back: boolean): void => {
    part.setAttribute("aria-label", title);
    replace(head,
      back ? button({ class: "link back", text: words.say(store.state.nearby ? "back_nearby" : "back_rescue"), test: "back" }, () => store.set({ selected: null })) : el("h2", { text: title }),
      button({ class: "close", title: words.say("close"), test: "close", attributes: { "aria-label": words.say("close"), "data-key": "close" } }, close));
  };
  const show = async (): Promise<void> => {
    asking?.abort();
    const mine = (asking = new AbortController());
    const { selected, nearby, distress } = store.state;
    const open = selected !== null || nearby !== null || distress !== null;
    document.body.classList.toggle("has-card", open);
    if (!open) {
      part.hidden = true;
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      before = null;
      return;
    }
    if (part.hidden) before = document.activeElement;
    part.hidden = false;
    const list = nearby ? words.say("nearby_title", { n: nearby.within }) : words.say("rescue_title");
    titled(selected ? words.say("card") : list, selected !== null && (nearby !== null || distress !== null));
    replace(body, el("p", { class: "empty", text: words.say("loading") }));
    try {
      const content = selected
        ? card(page, ...(await readCard(page, selected, mine.signal)))
        : nearby ? nearbyList(page, (await readNearby(nearby, mine.signal)) as Neighbour[]) : await nearestList(page, mine.signal);
      replace(body, ...content);
      part.scrollTop = 0;
      part.focus({ preventScroll: true });
    } catch (error) {
      if (mine.signal.aborted) return;
      const gone = error instanceof Refused && error.status === 404;
      replace(body, el("p", { class: "empty", text: gone ? words.say("gone") : words.say("failed", { why: error instanceof Error ? error.message : String(error) }) }),
        gone ? null : button({ class: "plain", text: words.say("again") }, () => void show()));
    }
  };
  store.on(["selected", "nearby", "distress", "language"], () => void show());
  // The card of an area tells its figures, which may come later than the card.
  let counted = page.figures.state === "ready";
  page.figures.on(() => {
    if (!counted && store.state.selected?.layer === "townships") void show();
    counted = page.figures.state === "ready";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || part.hidden) return;
    if (store.state.selected && (store.state.nearby || store.state.distress)) store.set({ selected: null });
    else close();
  });
  void show();
  return part;
}

async function readCard(page: Page, { layer, fid }: { layer: string; fid: number }, signal: AbortSignal): Promise<[string, Item, Reason | null]> {
  const path = `/api/collections/${layer}/items/${fid}`;
  const graded = page.layers.get(layer)?.graded ?? false;
  const reason = graded
    ? get<Reason>(`${path}/grade`, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return null;
    })
    : Promise.resolve(null);
  const [item, why] = await Promise.all([get<Item>(path, signal), reason]);
  return [layer, item, why];
}
