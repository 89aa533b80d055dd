/** The fleet: every boat at its newest position, kept true while the page is looked at. */
import { get, suspect } from "../api";
import { debounced } from "../dom";
import type { Page } from "../page";
import { chosen } from "../page";
import type { Age, Boat, Heard } from "./boats";
import { ageOf, boatOf } from "./boats";
import type { News } from "./feed";
import { Feed } from "./feed";

export const SEA_LAYERS = ["vessels", "vessel_events", "vessel_tracks"];
/** How often ages are told anew though nothing was heard, milliseconds. */
const AGEING = 20_000;

interface Latest {
  at: string;
  newest: string | null;
  numberMatched: number;
  vessels: Heard[];
}

/** Boats that changed; null: all. */
type Watcher = (changed: ReadonlySet<string> | null) => void;

export class Fleet {
  readonly boats = new Map<string, Boat>();
  /** `off`: no layer of the sea is shown, or a day of the past. */
  state: "off" | "loading" | "live" | "away" = "off";
  matched = 0;
  /** The service's clock less this machine's, milliseconds. */
  private skew = 0;
  private readonly watchers: Watcher[] = [];
  private readonly hearers: ((news: News[]) => void)[] = [];
  private readonly feed = new Feed({
    ready: () => void this.load(),
    positions: (heard) => this.hear(heard),
    events: (news) => this.hearers.forEach((hearer) => hearer(news)),
    here: (yes) => {
      if (!yes) suspect();
      this.tell(yes ? "live" : "away");
    },
  });
  private readonly reload = debounced(800, () => void this.load());

  constructor(private readonly page: Page) {}

  /** Follow the page: listen while a layer of the sea is shown and somebody looks. */
  follow(): void {
    const look = (): void => {
      const { compare } = this.page.store.state;
      const asked = chosen(this.page).some((id) => SEA_LAYERS.includes(id)) && !compare?.to;
      const open = asked && document.visibilityState === "visible" && this.page.layers.has("vessels");
      if (open === this.feed.open) return;
      if (open) {
        this.tell("loading");
        this.feed.start();
      } else {
        this.feed.stop();
        this.tell("off");
      }
    };
    this.page.store.on(["layers", "compare"], look);
    document.addEventListener("visibilitychange", look);
    window.setInterval(() => {
      if (this.state === "live") this.change(null);
    }, AGEING);
    look();
  }

  on(watcher: Watcher): void {
    this.watchers.push(watcher);
  }

  /** Be told of events at sea as they come. */
  onNews(hearer: (news: News[]) => void): void {
    this.hearers.push(hearer);
  }

  /** The instant by the service's clock, milliseconds since 1970. */
  now(): number {
    return Date.now() + this.skew;
  }

  /** When any boat was heard last; null where none was. */
  newest(): number | null {
    let last: number | null = null;
    for (const { seen } of this.boats.values()) last = Math.max(last ?? seen, seen);
    return last;
  }

  /** How many boats have each age. */
  counts(): [number, number, number, number] {
    const counts: [number, number, number, number] = [0, 0, 0, 0];
    const now = this.now();
    for (const { seen } of this.boats.values()) counts[ageOf(now - seen) as Age] += 1;
    return counts;
  }

  private async load(): Promise<void> {
    const latest = await get<Latest>("/api/live/latest").catch(() => null);
    if (!latest) return;
    this.skew = Date.parse(latest.at) - Date.now();
    this.matched = latest.numberMatched;
    const listed = new Set(latest.vessels.map(({ mmsi }) => mmsi));
    for (const mmsi of this.boats.keys()) if (!listed.has(mmsi) && listed.size === latest.numberMatched) this.boats.delete(mmsi);
    for (const heard of latest.vessels) this.place(heard);
    this.state = this.feed.open ? "live" : "off";
    this.change(null);
  }

  private hear(list: Heard[]): void {
    const changed = new Set<string>();
    for (const heard of list) if (this.place(heard)) changed.add(heard.mmsi);
    if (changed.size > 0) this.change(changed);
    // A boat that was not there before: its name and number in the register come with the whole.
    if ([...changed].some((mmsi) => this.boats.get(mmsi)?.fid === null)) this.reload();
  }

  /** Put a boat where it was heard, unless something newer is known. */
  private place(heard: Heard): boolean {
    const before = this.boats.get(heard.mmsi);
    const boat = boatOf(heard, before);
    if (before && before.seen > boat.seen) {
      this.boats.set(heard.mmsi, { ...before, fid: boat.fid, name: boat.name, gear: boat.gear, grade: boat.grade });
      return false;
    }
    this.boats.set(heard.mmsi, boat);
    return true;
  }

  private tell(state: Fleet["state"]): void {
    this.state = state;
    this.change(null);
  }

  private change(changed: ReadonlySet<string> | null): void {
    document.documentElement.dataset["fleet"] = this.state;
    for (const watcher of this.watchers) watcher(changed);
  }
}
