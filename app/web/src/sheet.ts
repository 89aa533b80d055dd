/** On a phone the panels are a sheet at the bottom with three heights. */
import { button, el } from "./dom";
import type { Page } from "./page";

const HEIGHTS = ["low", "half", "full"] as const;
type Height = (typeof HEIGHTS)[number];

/** Give the panels a handle: a press opens further, a drag goes to the nearest height. */
export function sheet(page: Page, panels: HTMLElement): void {
  const { words, store } = page;
  const set = (height: Height): void => {
    panels.dataset["height"] = height;
    handle.setAttribute("aria-expanded", String(height !== "low"));
    handle.setAttribute("aria-label", words.say(height === "full" ? "handle_down" : "handle_up"));
    if (height === "low") panels.scrollTop = 0;
  };
  const now = (): Height => (panels.dataset["height"] as Height | undefined) ?? "low";
  const handle = button({ class: "handle", test: "handle" }, () => {
    if (dragged) return;
    set(HEIGHTS[(HEIGHTS.indexOf(now()) + 1) % HEIGHTS.length] ?? "low");
  }, el("span"));
  let from = 0;
  let dragged = false;
  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    if (Math.abs(event.clientY - from) > 8) dragged = true;
    if (dragged) panels.style.height = `${Math.max(96, window.innerHeight - event.clientY)}px`;
  });
  const drop = (event: PointerEvent): void => {
    panels.style.height = "";
    if (!dragged) return;
    const share = 1 - event.clientY / window.innerHeight;
    set(share < 0.3 ? "low" : share < 0.68 ? "half" : "full");
  };
  handle.addEventListener("pointerup", drop);
  handle.addEventListener("pointercancel", drop);
  panels.prepend(handle);
  set(store.state.selected || store.state.nearby || store.state.compare || store.state.warnings || store.state.distress ? "half" : "low");
  page.reveal = (): void => {
    if (now() === "full") set("half");
  };
  store.on(["language"], () => set(now()));
  store.on(["selected", "nearby", "compare", "warnings", "distress"], (state) => {
    if (state.selected || state.nearby || state.compare || state.warnings || state.distress) {
      panels.scrollTop = 0;
      if (now() === "low") set("half");
    }
  });
}
