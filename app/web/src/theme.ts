/** Light or dark: as the system asks, or as the reader chose. */
import type { Store } from "./state";
import type { Base, Legend } from "./types";

const system = window.matchMedia("(prefers-color-scheme: dark)");

let forced: Base | null = null;
let show = (): void => undefined;

/** Hold a base whatever was chosen, as paper does; null lets go. */
export function force(base: Base | null): void {
  forced = base;
  show();
}

/** The base that holds now. */
export function baseOf(store: Store): Base {
  if (forced) return forced;
  const { theme } = store.state;
  return theme === "auto" ? (system.matches ? "dark" : "light") : theme;
}

/** Set the page's colours and tell when the base changes. */
export function keepTheme(store: Store, legend: Legend, changed: (base: Base) => void): void {
  let shown: Base | null = null;
  show = (): void => {
    const base = baseOf(store);
    if (base === shown) return;
    const root = document.documentElement;
    root.dataset["theme"] = base;
    for (const look of legend.grades) {
      root.style.setProperty(`--grade-${look.grade ?? "none"}`, base === "light" ? look.colour : look.colour_dark);
    }
    const first = shown === null;
    shown = base;
    if (!first) changed(base);
  };
  show();
  system.addEventListener("change", () => show());
  store.on(["theme"], () => show());
}
