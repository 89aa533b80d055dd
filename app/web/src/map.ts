/** The map: the server's style, and what it must follow: theme, layers, grades, language, areas. */
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, StyleSpecification, VectorTileSource } from "maplibre-gl";
import * as maplibre from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import { get, query, suspect, watch } from "./api";
import { colourAreas, filterLayers, nameAreas } from "./dress";
import type { Page, Stage } from "./page";
import { layerOf, prepared } from "./style";
import { draw } from "./symbols";
import { baseOf } from "./theme";
import type { Base, Box } from "./types";

maplibre.setWorkerUrl(workerUrl);

/** Families for labels: the browser's own. */
export const FONTS = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC','HarmonyOS Sans SC',sans-serif";
/** Height of the buttons that lie on the map of a phone. */
const BUTTONS = 58;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

export class RiskMap implements Stage {
  readonly map: maplibre.Map;
  private style: StyleSpecification;
  private base: Base;
  private ill = false;
  private asof: string | null;

  private constructor(private readonly page: Page, holder: HTMLElement, style: StyleSpecification, base: Base) {
    this.base = base;
    this.asof = page.store.state.compare?.to ?? null;
    this.style = prepared(style, page.townships, page.words, base);
    const { view } = page.store.state;
    this.map = new maplibre.Map({
      container: holder,
      style: this.style,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      minZoom: 2,
      maxZoom: 19,
      localIdeographFontFamily: FONTS,
      canvasContextAttributes: { antialias: true },
      locale: page.words.book(),
      fadeDuration: navigator.webdriver ? 0 : 200,
      ...(view ? { center: [view.lng, view.lat], zoom: view.zoom } : { bounds: page.city.views.land ?? page.city.views.city, fitBoundsOptions: { padding: { top: isPhone() ? BUTTONS : 12, left: 12, right: 12, bottom: 12 } } }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 140, unit: "metric" }), "bottom-left");
    this.map.on("styleimagemissing", () => draw(this.map, page.words, this.base));
    this.map.on("style.load", () => this.dress());
    this.map.on("error", (event) => this.fault(event.error));
    this.map.on("moveend", () => {
      const { lng, lat } = this.map.getCenter();
      page.store.set({ view: { zoom: round(this.map.getZoom(), 4), lat: round(lat, 5), lng: round(lng, 5) } });
    });
    window.addEventListener("beforeprint", () => this.photograph());
    watch((retryAt) => {
      if (retryAt === null && this.ill) this.heal();
    });
  }

  /** Read the style and make the map. */
  static async make(page: Page, holder: HTMLElement): Promise<RiskMap> {
    const base = baseOf(page.store);
    const made = new RiskMap(page, holder, await readStyle(base, page.store.state.compare?.to ?? null), base);
    made.follow();
    return made;
  }

  /** Change between light and dark. */
  async change(base: Base): Promise<void> {
    const style = await readStyle(base, this.asof);
    if (baseOf(this.page.store) !== base) return;
    this.base = base;
    this.style = prepared(style, this.page.townships, this.page.words, base);
    this.map.setStyle(this.style, { diff: false });
  }

  fit(box: Box): void {
    this.map.fitBounds(box, { padding: { top: isPhone() ? BUTTONS : 24, left: 24, right: 24, bottom: 24 + this.covered() }, animate: !still.matches, duration: 700 });
  }

  go(lng: number, lat: number, zoom?: number): void {
    this.map.easeTo({
      center: [lng, lat], zoom: Math.max(this.map.getZoom(), zoom ?? 0), animate: !still.matches, duration: 600,
      offset: [0, -this.covered() / 2],
    });
  }

  bounds(): Box {
    const bounds = this.map.getBounds();
    return [Math.max(-180, bounds.getWest()), Math.max(-90, bounds.getSouth()), Math.min(180, bounds.getEast()), Math.min(90, bounds.getNorth())];
  }

  settled(): Promise<void> {
    return new Promise((resolve) => {
      void this.map.once("idle", () => resolve());
      this.map.triggerRepaint();
    });
  }

  /** Bring a place into sight where a phone's sheet hides it. */
  uncover(lng: number, lat: number): void {
    const { y } = this.map.project([lng, lat]);
    const { clientHeight } = this.map.getContainer();
    if (this.covered() > 0 && y > clientHeight - this.covered() - 30 && y < clientHeight + 30) this.go(lng, lat);
  }

  /** Ask anew for the tiles of a layer as it is now; what is drawn stays until they come. */
  renew(layer: string): void {
    if (this.asof !== null) return;
    const sources = new Set(this.style.layers.flatMap((part) => (layerOf(part) === layer && "source" in part ? [part.source] : [])));
    for (const name of sources) if (this.map.getSource(name)?.type === "vector") this.map.refreshTiles(name);
  }

  /** Draw what is picked, and the circle of what is near. */
  show(source: "picked" | "reach" | "trail", data: FeatureCollection): void {
    this.shown.set(source, data);
    (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }
  private readonly shown = new Map<"picked" | "reach" | "trail", FeatureCollection>();

  /** How much of the map the sheet of a phone hides. */
  private covered(): number {
    const sheet = document.querySelector<HTMLElement>(".panels");
    if (!sheet || getComputedStyle(sheet).position !== "fixed") return 0;
    const map = this.map.getContainer().getBoundingClientRect();
    return Math.max(0, Math.min(map.height * 0.6, map.bottom - sheet.getBoundingClientRect().top));
  }

  private follow(): void {
    const { store, figures } = this.page;
    store.on(["layers", "grades", "replay"], () => this.filter());
    store.on(["language"], () => nameAreas(this.map, this.page));
    figures.on(() => this.colour());
    store.on(["compare"], (state) => {
      const asof = state.compare?.to ?? null;
      if (asof === this.asof) return;
      this.asof = asof;
      void this.change(this.base);
    });
    store.on(["view"], (state) => {
      const { view } = state;
      const here = this.map.getCenter();
      if (view && (Math.abs(here.lng - view.lng) > 1e-4 || Math.abs(here.lat - view.lat) > 1e-4 || Math.abs(this.map.getZoom() - view.zoom) > 0.02)) {
        this.map.jumpTo({ center: [view.lng, view.lat], zoom: view.zoom });
      }
    });
  }

  /** Boats are drawn live, unless the map shows a day of the past; while one is played back, its trails stand for the tracks. */
  private filter(): void {
    const own = this.page.store.state.replay ? ["vessels", "vessel_tracks"] : ["vessels"];
    filterLayers(this.map, this.style, this.page, this.asof === null ? own : []);
  }

  private colour(): void {
    colourAreas(this.map, this.page, (code) => this.page.figures.area(code));
  }

  private dress(): void {
    draw(this.map, this.page.words, this.base);
    this.filter();
    nameAreas(this.map, this.page);
    this.colour();
    for (const [source, data] of this.shown) this.show(source, data);
  }

  /** A picture of the map for paper: the canvas itself is empty by the time it is printed. */
  private photograph(): void {
    const holder = this.map.getContainer();
    const picture = holder.querySelector<HTMLImageElement>(".map-print") ?? document.createElement("img");
    picture.className = "map-print";
    picture.alt = this.page.words.say("map");
    this.map.redraw();
    picture.src = this.map.getCanvas().toDataURL("image/png");
    holder.append(picture);
  }

  private fault(error: { message: string; status?: number }): void {
    const away = error.status === undefined ? /fetch|network|load/i.test(error.message) : error.status === 0 || error.status >= 500 || error.status === 429;
    if (!away) return;
    this.ill = true;
    suspect();
  }

  private heal(): void {
    this.ill = false;
    for (const [name, source] of Object.entries(this.style.sources)) {
      const live = this.map.getSource(name);
      if (source.type === "vector" && source.tiles) (live as VectorTileSource | undefined)?.setTiles(source.tiles);
      if (source.type === "geojson" && typeof source.data === "string") (live as GeoJSONSource | undefined)?.setData(source.data);
    }
  }
}

/** The server's style, of now or as it was at the end of a day. */
export function readStyle(base: Base, asof: string | null): Promise<StyleSpecification> {
  return get<StyleSpecification>(query(`/api/styles/${base}.json`, { asof }));
}

/** Whether the panels are a sheet over the map. */
export function isPhone(): boolean {
  return window.matchMedia("(max-width: 720px)").matches;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
