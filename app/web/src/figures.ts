/** The figures: counts by grade, township and layer, in the scope and of the layers chosen. */
import { get, query, Refused } from "./api";
import type { Page } from "./page";
import { chosen } from "./page";
import type { Counts, Grade, Items, Row, Summary } from "./types";
import { countOf } from "./types";

const NONE: Counts = { "1": 0, "2": 0, "3": 0, "4": 0, unassessed: 0 };
const EVERY = 60_000;

type Shared = Omit<Page, "figures">;

export class Figures {
  /** Over the whole city: grades and indices of the areas. */
  city: Summary = nothing();
  /** In the scope that is chosen: what the counters tell. */
  shown: Summary = nothing();
  /** By layer: counts by grade, or one number where the layer has no grades. */
  layers = new Map<string, Counts | number>();
  state: "loading" | "ready" | "failed" = "loading";
  why = "";
  private readonly watchers: (() => void)[] = [];
  private asking: AbortController | null = null;

  on(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  /** Ask again for everything that the scope and the layers change. */
  async load(page: Shared): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const { scope, compare } = page.store.state;
    const asof = compare?.to ?? null;
    const bbox = scope === "view" && page.stage ? page.stage.bounds().map((edge) => edge.toFixed(5)).join(",") : null;
    const ids = chosen(page).filter((id) => page.layers.has(id));
    const counted = ids.filter((id) => page.layers.get(id)?.counted).sort();
    const summary = (box: string | null): Promise<Summary> =>
      counted.length === 0
        ? Promise.resolve(nothing())
        : get<Summary>(query("/api/summary", { by: "township", layers: counted.join(","), bbox: box, asof }), asking.signal);
    try {
      const city = summary(null);
      const [whole, shown, ...layers] = await Promise.all([
        city,
        bbox ? summary(bbox) : city,
        ...ids.map((id) => this.one(page, id, { bbox, asof }, asking.signal)),
      ]);
      this.city = whole;
      this.shown = shown;
      this.layers = new Map(ids.map((id, at) => [id, layers[at] ?? 0]));
      this.state = "ready";
    } catch (error) {
      if (asking.signal.aborted) return;
      this.state = "failed";
      this.why = error instanceof Refused ? error.message : String(error);
    }
    for (const watcher of this.watchers) watcher();
  }

  /** Stay true while data change: ask again now and then while the page is looked at. */
  keep(page: Shared): void {
    const again = (): void => {
      if (document.visibilityState === "visible") void this.load(page);
    };
    window.setInterval(again, EVERY);
    document.addEventListener("visibilitychange", again);
  }

  /** How many of the chosen grades a row has. */
  sum(counts: Counts, grades: Grade[]): number {
    return grades.reduce<number>((total, grade) => total + countOf(counts, grade), 0);
  }

  /** The area's row over the whole city: its grade and index do not depend on the view. */
  area(code: string): Row | undefined {
    return this.city.rows.find((row) => row.key === code);
  }

  /** Rows of townships, the gravest first, with the counts of the scope. */
  ranked(): Row[] {
    const rows = this.shown.rows.filter((row) => row.key !== "off");
    const index = (row: Row): number => this.area(row.key)?.index ?? 0;
    return rows.sort((one, two) => index(two) - index(one));
  }

  /** The gravest of the chosen grades of which there is any. */
  worst(grades: Grade[]): Grade | null {
    return grades.find((grade) => countOf(this.shown.total.counts, grade) > 0) ?? null;
  }

  private async one(page: Shared, id: string, where: { bbox: string | null; asof: string | null }, signal: AbortSignal): Promise<Counts | number> {
    const layer = page.layers.get(id);
    if (layer?.graded) {
      return (await get<Summary>(query("/api/summary", { by: "grade", layers: id, ...where }), signal)).total.counts;
    }
    if (!where.bbox && !where.asof && layer?.count !== undefined) return layer.count;
    const items = await get<Items>(query(`/api/collections/${id}/items`, { limit: 1, ...where }), signal);
    return items.numberMatched ?? 0;
  }
}

function nothing(): Summary {
  return { layers: [], rows: [], total: { key: "all", name: "", grade: null, counts: { ...NONE }, total: 0 } };
}
