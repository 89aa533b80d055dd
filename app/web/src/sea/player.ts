/** Playback of a day, or of some hours of it: slider, speed, and what the map draws meanwhile. */
import { button, el, replace } from "../dom";
import type { Page } from "../page";
import type { State } from "../state";
import { dayOf, midnight, Recorded, TRAIL_S } from "./recorded";

/** Seconds of the past that pass in a second. */
const SPEEDS = [60, 300, 900, 3600] as const;
const HOURS = [[0, 24], [0, 6], [6, 12], [12, 18], [18, 24]] as const;
/** The map is drawn anew no more often, milliseconds. */
const FRAME = 80;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

type Replay = NonNullable<State["replay"]>;

export class Player {
  readonly element: HTMLElement;
  /** What is played; null: the map is live. */
  recorded: Recorded | null = null;
  /** Seconds from the begin. */
  at = 0;
  playing = false;
  private speed: (typeof SPEEDS)[number] = 900;
  private asking: AbortController | null = null;
  private clock = 0;
  private readonly watchers: (() => void)[] = [];
  private readonly head = el("div", { class: "play-head" });
  private readonly note = el("p", { class: "hint play-note", test: "play-note", attributes: { role: "status" } });
  private readonly when = el("strong", { class: "number play-when", test: "play-when" });
  private readonly slider = el("input", { class: "play-slider", type: "range", test: "play-slider", attributes: { min: 0, max: 1, step: 60, value: 0 }, on: { input: () => this.seek(Number(this.slider.value)) } });

  constructor(private readonly page: Page) {
    const line = el("div", { class: "play-line" }, this.slider, this.when);
    this.element = el("section", { class: "play-bar", test: "play-bar", attributes: { hidden: "" } }, line, this.head, this.note);
    page.store.on(["replay"], () => void this.load(!still.matches));
    page.store.on(["language"], () => this.render());
    // A page that opens with a day stands still until somebody asks it to play.
    void this.load(false);
  }

  /** Be told when the instant or the stretch changed. */
  on(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  /** Go to an instant, seconds from the begin. */
  seek(at: number): void {
    this.at = Math.min(Math.max(0, at), this.recorded?.seconds ?? 0);
    this.tell();
  }

  play(yes: boolean): void {
    if (yes === this.playing || !this.recorded) return;
    this.playing = yes;
    if (yes && this.at >= this.recorded.seconds) this.at = 0;
    this.clock = performance.now();
    if (yes) requestAnimationFrame(this.step);
    this.render();
    this.tell();
  }

  private readonly step = (now: number): void => {
    if (!this.playing || !this.recorded) return;
    if (now - this.clock >= FRAME) {
      // A page that slept does not leap.
      this.at += (Math.min(now - this.clock, 500) / 1000) * this.speed;
      this.clock = now;
      if (this.at >= this.recorded.seconds) {
        this.at = this.recorded.seconds;
        this.play(false);
      }
      this.tell();
    }
    requestAnimationFrame(this.step);
  };

  private async load(playing: boolean): Promise<void> {
    this.asking?.abort();
    const mine = (this.asking = new AbortController());
    const { replay } = this.page.store.state;
    this.playing = false;
    this.element.hidden = replay === null;
    document.body.classList.toggle("has-replay", replay !== null);
    if (replay === null) {
      this.recorded = null;
      this.tell();
      return;
    }
    this.note.textContent = this.page.words.say("loading");
    try {
      this.recorded = await Recorded.read(this.period(replay), null, mine.signal);
    } catch (error) {
      if (!mine.signal.aborted) this.note.textContent = this.page.words.say("failed", { why: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.slider.max = String(this.recorded.seconds);
    // Where boats are for an hour already, so that the map is not empty at first.
    this.seek(Math.min(3600, this.recorded.seconds));
    this.render();
    if (playing && this.recorded.told.numberReturned > 0) this.play(true);
  }

  private period({ day, from, to }: Replay): string {
    const begin = midnight(day, this.page.city.time_zone);
    const instant = (hour: number): string => new Date(begin + hour * 3_600_000).toISOString();
    return `${instant(from)}/${instant(to)}`;
  }

  private render(): void {
    const { words, store } = this.page;
    const { replay } = store.state;
    if (!replay || !this.recorded) return;
    const { told } = this.recorded;
    this.element.setAttribute("aria-label", words.say("play"));
    this.slider.setAttribute("aria-label", words.say("play_slider"));
    const day = el("input", { type: "date", test: "play-day", attributes: { value: replay.day, max: dayOf(Date.now(), this.page.city.time_zone), "aria-label": words.say("play_day"), "data-key": "play-day" } });
    day.addEventListener("change", () => {
      if (/^\d{4}-\d\d-\d\d$/.test(day.value)) store.set({ replay: { ...replay, day: day.value } });
    });
    const hours = el("select", { test: "play-hours", attributes: { "aria-label": words.say("play_hours"), "data-key": "play-hours" } },
      ...HOURS.map(([from, to]) => el("option", { text: from === 0 && to === 24 ? words.say("play_all_day") : `${from}–${to} ${words.say("play_oclock")}`, attributes: { value: `${from}-${to}` } })));
    hours.value = `${replay.from}-${replay.to}`;
    hours.addEventListener("change", () => {
      const [from, to] = hours.value.split("-").map(Number);
      store.set({ replay: { ...replay, from: from ?? 0, to: to ?? 24 } });
    });
    const speed = el("select", { test: "play-speed", attributes: { "aria-label": words.say("play_speed"), "data-key": "play-speed" } },
      ...SPEEDS.map((each) => el("option", { text: words.say("play_times", { n: each / 60 }), attributes: { value: each } })));
    speed.value = String(this.speed);
    speed.addEventListener("change", () => {
      this.speed = Number(speed.value) as Player["speed"];
    });
    replace(this.head,
      button({ class: "plain play-go", text: words.say(this.playing ? "play_pause" : "play_go"), test: "play-go", attributes: { "data-key": "play-go", "aria-pressed": this.playing } }, () => this.play(!this.playing)),
      speed, day, hours,
      button({ class: "plain", text: words.say("play_close"), test: "play-close", attributes: { "data-key": "play-close" } }, () => store.set({ replay: null })));
    const ships = new Set(told.vessels.map((vessel) => vessel.mmsi)).size;
    const dropped = Object.values(told.left_out).reduce((sum, many) => sum + many, 0);
    const known = { n: words.number(told.numberReturned), all: words.number(told.numberMatched - dropped), ships, metres: words.number(told.within_m), h: TRAIL_S / 3600 };
    this.note.textContent = told.numberReturned === 0 ? words.say("play_none")
      : words.say(told.within_m === 0 ? "play_every" : "play_simplified", known) + (dropped ? words.say("play_left_out", { n: words.number(dropped) }) : "");
  }

  private tell(): void {
    const { recorded } = this;
    if (recorded) {
      const text = this.page.words.instant(new Date(recorded.from + this.at * 1000).toISOString());
      this.when.textContent = text;
      this.slider.value = String(Math.round(this.at / 60) * 60);
      this.slider.setAttribute("aria-valuetext", text);
    }
    for (const watcher of this.watchers) watcher();
  }
}
