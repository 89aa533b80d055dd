/** The earlier day over the left part of the map: a second map that follows the first, behind a divider. */
import * as maplibre from "maplibre-gl";
import type { StyleSpecification } from "maplibre-gl";

import { get, query } from "./api";
import { colourAreas, filterLayers, nameAreas } from "./dress";
import { button, el, replace } from "./dom";
import type { RiskMap } from "./map";
import { FONTS, isPhone, readStyle } from "./map";
import type { Page } from "./page";
import { chosen } from "./page";
import { prepared } from "./style";
import { draw } from "./symbols";
import { baseOf } from "./theme";
import type { Summary } from "./types";

const STEP = 5;

/** Lay the earlier map over the main one while two days are compared. */
export function swipe(page: Page, stage: RiskMap): void {
  const { store } = page;
  let open: Earlier | null = null;
  let shown = "";
  const follow = async (): Promise<void> => {
    const { compare } = store.state;
    const wanted = compare ? `${compare.from} ${baseOf(store)}` : "";
    if (wanted === shown) return open?.label();
    shown = wanted;
    open?.close();
    open = null;
    if (!compare) return;
    const style = await readStyle(baseOf(store), compare.from);
    if (shown === wanted) open = new Earlier(page, stage, style, compare.from);
  };
  store.on(["compare", "theme"], () => void follow());
  store.on(["language"], () => open?.label());
  void follow();
}

class Earlier {
  private readonly map: maplibre.Map;
  private readonly style: StyleSpecification;
  private readonly holder = el("div", { class: "earlier", test: "earlier", attributes: { "aria-hidden": true } });
  private readonly left = el("span", { class: "swipe-day swipe-before", test: "swipe-before" });
  private readonly right = el("span", { class: "swipe-day swipe-after", test: "swipe-after" });
  private readonly divider = el("div", { class: "swipe", test: "swipe", attributes: { role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 100, "aria-orientation": "horizontal" } }, el("span", {}));
  private readonly flip = el("div", { class: "swipe-flip" });
  private readonly parts: HTMLElement[];
  private share = isPhone() ? 100 : 50;
  private summary: Summary | null = null;
  private readonly watchers = new AbortController();

  constructor(private readonly page: Page, private readonly stage: RiskMap, style: StyleSpecification, private readonly day: string) {
    const main = stage.map;
    this.parts = [this.holder, this.left, this.right, this.divider, this.flip];
    main.getContainer().append(...this.parts);
    const base = baseOf(page.store);
    this.style = prepared(style, page.townships, page.words, base);
    this.map = new maplibre.Map({
      container: this.holder, style: this.style, interactive: false, attributionControl: false,
      localIdeographFontFamily: FONTS, center: main.getCenter(), zoom: main.getZoom(), fadeDuration: navigator.webdriver ? 0 : 200,
    });
    this.map.on("styleimagemissing", () => draw(this.map, page.words, base));
    this.map.on("style.load", () => {
      draw(this.map, page.words, base);
      this.dress();
    });
    main.on("move", this.follow);
    main.on("resize", this.follow);
    page.store.on(["layers", "grades", "language"], () => this.dress());
    page.store.on(["layers"], () => void this.count());
    this.drag();
    this.label();
    void this.count();
  }

  close(): void {
    this.stage.map.off("move", this.follow);
    this.stage.map.off("resize", this.follow);
    this.watchers.abort();
    this.map.remove();
    for (const part of this.parts) part.remove();
  }

  /** Tell which day is on which side, and where the divider stands. */
  label(): void {
    const { words, store } = this.page;
    const to = store.state.compare?.to ?? words.say("now");
    this.left.textContent = this.day;
    this.right.textContent = to;
    this.divider.setAttribute("aria-label", words.say("swipe"));
    this.divider.setAttribute("aria-valuenow", String(Math.round(this.share)));
    this.divider.setAttribute("aria-valuetext", `${this.day} ${Math.round(this.share)} %`);
    for (const part of [this.holder, this.left]) part.style.clipPath = `inset(0 ${100 - this.share}% 0 0)`;
    this.left.hidden = this.share === 0;
    this.right.hidden = this.share === 100;
    this.divider.style.left = `${this.share}%`;
    const choice = (share: number, text: string): HTMLElement =>
      button({ text, attributes: { "aria-pressed": this.share === share, "data-key": `flip-${share}` } }, () => this.move(share));
    replace(this.flip, choice(100, this.day), choice(0, to));
  }

  private readonly follow = (): void => {
    const main = this.stage.map;
    this.map.resize();
    this.map.jumpTo({ center: main.getCenter(), zoom: main.getZoom() });
  };

  private move(share: number): void {
    this.share = Math.min(100, Math.max(0, share));
    this.label();
  }

  private drag(): void {
    const { signal } = this.watchers;
    const { divider } = this;
    const to = (event: PointerEvent): void => {
      const { left, width } = this.holder.getBoundingClientRect();
      this.move(((event.clientX - left) / width) * 100);
    };
    divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId), { signal });
    divider.addEventListener("pointermove", (event) => {
      if (divider.hasPointerCapture(event.pointerId)) to(event);
    }, { signal });
    divider.addEventListener("keydown", (event) => {
      const steps: Record<string, number> = { ArrowLeft: this.share - STEP, ArrowRight: this.share + STEP, Home: 0, End: 100 };
      const next = steps[event.key];
      if (next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(next);
    }, { signal });
  }

  private dress(): void {
    if (this.watchers.signal.aborted || !this.map.isStyleLoaded() && !this.map.getLayer("areas-name")) return;
    filterLayers(this.map, this.style, this.page);
    nameAreas(this.map, this.page);
    colourAreas(this.map, this.page, (code) => this.summary?.rows.find((row) => row.key === code));
  }

  private async count(): Promise<void> {
    const layers = chosen(this.page).filter((id) => this.page.layers.get(id)?.counted).sort().join(",");
    if (!layers) return;
    this.summary = await get<Summary>(query("/api/summary", { by: "township", layers, asof: this.day }), this.watchers.signal).catch(() => null);
    this.dress();
  }
}
