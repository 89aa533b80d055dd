/** The sheet at the bottom within reach of a thumb: one tab at a time, three heights. */
import { button, el, replace } from "../dom";
import type { Inspection, Tab } from "./inspection";

const HEIGHTS = ["low", "half", "full"] as const;
type Height = (typeof HEIGHTS)[number];

/** The sheet with its tabs; `lower` lets the map be seen. */
export function sheet(inspection: Inspection, tabs: Partial<Record<Tab, HTMLElement>>): { part: HTMLElement; lower: () => void } {
  const { words } = inspection;
  const content = el("div", { class: "sheet-content", test: "sheet" });
  const bar = el("nav", { class: "tabs" });
  const handle = button({ class: "grip", test: "grip" }, () => {
    if (!dragged) set(HEIGHTS[(HEIGHTS.indexOf(now()) + 1) % HEIGHTS.length] ?? "half");
  }, el("span"));
  const part = el("section", { class: "sheet" }, handle, content, bar);
  const now = (): Height => (part.dataset["height"] as Height | undefined) ?? "half";
  const set = (height: Height): void => {
    part.dataset["height"] = height;
    handle.setAttribute("aria-expanded", String(height !== "low"));
    handle.setAttribute("aria-label", words.shared.say(height === "full" ? "handle_down" : "handle_up"));
  };
  let from = 0;
  let dragged = false;
  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId) && Math.abs(event.clientY - from) > 12) dragged = true;
  });
  handle.addEventListener("pointerup", (event) => {
    if (!dragged) return;
    const way = event.clientY < from ? 1 : -1;
    set(HEIGHTS[Math.min(2, Math.max(0, HEIGHTS.indexOf(now()) + way))] ?? "half");
  });
  const names = Object.keys(tabs) as Tab[];
  const render = (): void => {
    replace(content, tabs[inspection.tab] ?? null);
    replace(bar, ...names.map((name) => button({ class: "tab", test: `tab-button-${name}`, attributes: { "aria-pressed": inspection.tab === name, "data-key": `tab-${name}` } }, () => {
      if (inspection.tab === name && now() === "low") set("half");
      inspection.go(name);
    }, el("span", { class: `tab-sign tab-sign-${name}`, attributes: { "aria-hidden": true } }), el("span", { text: words.say(`tab_${name}`) }), badge(inspection, name))));
  };
  inspection.on(["tab", "outbox", "patrol"], render);
  inspection.look.on(["language"], () => {
    render();
    set(now());
  });
  render();
  set("half");
  return { part, lower: () => set("low") };
}

function badge({ waiting }: Inspection, name: Tab): HTMLElement | null {
  return name === "outbox" && waiting > 0 ? el("span", { class: "tab-count", test: "waiting", text: String(waiting) }) : null;
}
