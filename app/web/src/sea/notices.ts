/** New events at sea told on the page: what, which boat, who answers; and the list of open warnings. */
import { get } from "../api";
import { button, el, replace } from "../dom";
import type { Page } from "../page";
import { symbol } from "../symbols";
import { gradeOf } from "../types";
import { crewLine, Register } from "./crew";
import type { News } from "./feed";
import type { Fleet } from "./fleet";

/** As many notices stand at once; more are told as a number. */
const MOST = 3;
const STAYS = 30_000;
const KEPT = 50;

interface Warning {
  id: number;
  kind: string;
  title: string;
  title_en: string;
  grade: number | null;
  mmsi: string;
  name: string | null;
  started_at: string;
  geometry: { coordinates: [number, number] } | null;
}

/** Notices over the map, and the list of warnings over the panels. */
export class Notices {
  readonly element: HTMLElement;
  readonly part: HTMLElement;
  readonly register = new Register();
  private news: News[] = [];
  private readonly body = el("div", { class: "card-body" });
  private readonly head = el("div", { class: "card-head" });

  constructor(private readonly page: Page, fleet: Fleet) {
    this.element = el("div", { class: "notices", test: "notices", attributes: { role: "status", "aria-live": "polite" } });
    this.part = el("section", { class: "card-part sea-part", test: "warnings", attributes: { hidden: "", tabindex: -1 } }, this.head, this.body);
    fleet.onNews((news) => void this.hear(news));
    page.store.on(["warnings", "language"], () => void this.show());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !page.store.state.selected) page.store.set({ warnings: false });
    });
    void this.show();
  }

  private async hear(all: News[]): Promise<void> {
    // Where a call of distress drifts to is for the map and the list; a notice each time would hide others.
    const news = all.filter(({ change }) => change !== "moved");
    if (news.length === 0) {
      if (this.page.store.state.warnings) void this.show();
      return;
    }
    this.news = [...news, ...this.news].slice(0, KEPT);
    await this.register.read(news.map(({ mmsi }) => mmsi));
    if (news.length > MOST) this.put([this.many(news)]);
    else this.put(news.map((each) => this.one(each)));
    if (this.page.store.state.warnings) void this.show();
  }

  private put(notices: HTMLElement[]): void {
    for (const notice of notices) {
      this.element.prepend(notice);
      window.setTimeout(() => notice.remove(), STAYS);
    }
    while (this.element.children.length > MOST) this.element.lastElementChild?.remove();
  }

  private many(news: News[]): HTMLElement {
    const { words, store } = this.page;
    const open = news.filter((each) => each.open).length;
    return this.framed(news.some(({ grade, open: lasts }) => lasts && grade === 1) ? 1 : 0,
      el("p", { class: "notice-title", text: words.say("sea_news_many", { n: news.length, open }) }),
      button({ class: "link", text: words.say("sea_warnings") }, () => store.set({ warnings: true, selected: null })));
  }

  private one(news: News): HTMLElement {
    const { words } = this.page;
    const over = news.change === "ended" || news.change === "withdrawn";
    return this.framed(over ? 0 : (news.grade ?? 0),
      el("p", { class: "notice-title" }, over ? null : symbol(words.look(gradeOf(news.grade)), 18),
        el("strong", { text: `${words.say(`sea_${news.change}`)} · ${words.either(news.title, news.title_en)}` })),
      button({ class: "link notice-boat", text: boatName(news) }, () => void this.go(news.mmsi, news.lon, news.lat)),
      el("span", { class: "hint number", text: words.instant(news.ended_at ?? news.started_at) }),
      crewLine(this.page, this.register.of(news.mmsi)));
  }

  private framed(grade: number, ...parts: (HTMLElement | null)[]): HTMLElement {
    const { words } = this.page;
    const notice = el("div", { class: `notice-box grade-${grade || "none"}`, test: "sea-notice" },
      el("div", { class: "notice-text" }, ...parts),
      button({ class: "close", title: words.say("close"), attributes: { "aria-label": words.say("close") } }, () => notice.remove()));
    return notice;
  }

  /** Show the boat: its card, and its place. */
  private async go(mmsi: string, lon: number | null, lat: number | null): Promise<void> {
    const fid = await fidOf(this.page, mmsi);
    if (fid !== null) this.page.store.set({ selected: { layer: "vessels", fid }, nearby: null });
    if (lon !== null && lat !== null) this.page.stage?.go(lon, lat, 9);
  }

  private async show(): Promise<void> {
    const { store, words } = this.page;
    const open = store.state.warnings;
    this.part.hidden = !open;
    document.body.classList.toggle("has-sea", open);
    if (!open) return;
    this.part.setAttribute("aria-label", words.say("sea_warnings"));
    replace(this.head, el("h2", { text: words.say("sea_warnings") }),
      button({ class: "close", title: words.say("close"), test: "warnings-close", attributes: { "aria-label": words.say("close"), "data-key": "warnings-close" } }, () => store.set({ warnings: false })));
    if (this.body.childElementCount === 0) replace(this.body, el("p", { class: "empty", text: words.say("loading") }));
    try {
      const { warnings, numberMatched } = await get<{ warnings: Warning[]; numberMatched: number }>("/api/warnings");
      await this.register.read(warnings.map(({ mmsi }) => mmsi));
      replace(this.body,
        this.news.length > 0 ? el("h4", { text: words.say("sea_news") }) : null,
        this.news.length > 0 ? el("ol", { class: "worst sea-news" }, ...this.news.map((each) => el("li", { class: "worst-row" }, ...this.line(each, words.say(`sea_${each.change}`))))) : null,
        el("p", { class: "hint", attributes: { role: "status" }, text: words.say(warnings.length < numberMatched ? "sea_open_part" : "sea_open", { n: numberMatched, some: warnings.length }) }),
        el("ol", { class: "worst", test: "warning-list" }, ...warnings.map((each) => el("li", { class: "worst-row", test: "warning-row" },
          ...this.line({ ...each, lon: each.geometry?.coordinates[0] ?? null, lat: each.geometry?.coordinates[1] ?? null }, null)))));
    } catch (error) {
      replace(this.body, el("p", { class: "empty", text: words.say("failed", { why: String(error) }) }),
        button({ class: "plain", text: words.say("again") }, () => void this.show()));
    }
  }

  private line(event: Omit<Warning, "id" | "geometry"> & { lon: number | null; lat: number | null }, change: string | null): HTMLElement[] {
    const { words } = this.page;
    return [
      button({ class: "worst-open" }, () => void this.go(event.mmsi, event.lon, event.lat),
        el("span", { class: "worst-name" }, symbol(words.look(gradeOf(event.grade)), 15), [change, words.either(event.title, event.title_en)].filter(Boolean).join(" · ")),
        el("span", { class: "worst-place", text: `${boatName(event)} · ${words.say("sea_since", { when: words.instant(event.started_at) })}` })),
      crewLine(this.page, this.register.of(event.mmsi)),
    ];
  }
}

function boatName({ name, mmsi }: { name: string | null; mmsi: string }): string {
  return name ? `${name} (${mmsi})` : mmsi;
}

async function fidOf(page: Page, mmsi: string): Promise<number | null> {
  const known = page.fleet?.boats.get(mmsi)?.fid;
  if (known !== undefined && known !== null) return known;
  const found = await get<{ features: { id: number }[] }>(`/api/collections/vessels/items?mmsi=${mmsi}&limit=1`).catch(() => null);
  return found?.features[0]?.id ?? null;
}
