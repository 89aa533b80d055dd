/** The state of the page: one object that every part reads and watches. */
import type { Grade, Language } from "./types";
import { GRADES } from "./types";

export interface View {
  zoom: number;
  lat: number;
  lng: number;
}

export interface State {
  view: View | null;
  /** Null: the layers that are drawn at first. */
  layers: string[] | null;
  grades: Grade[];
  selected: { layer: string; fid: number } | null;
  nearby: { lng: number; lat: number; within: number } | null;
  scope: "city" | "view";
  /** Two days that are compared; `to` null means now. Null: nothing is compared. */
  compare: { from: string; to: string | null } | null;
  /** A place at sea, or a boat, that somebody must reach soon. */
  distress: { lng: number; lat: number; mmsi: string | null } | null;
  /** Whether the list of open warnings at sea is shown. */
  warnings: boolean;
  /** A day of the city, and of it from one hour to another, that is played back at sea. */
  replay: { day: string; from: number; to: number } | null;
  theme: "auto" | "light" | "dark";
  language: Language;
}

export const FIRST: State = {
  view: null,
  layers: null,
  grades: [...GRADES],
  selected: null,
  nearby: null,
  scope: "city",
  compare: null,
  distress: null,
  warnings: false,
  replay: null,
  theme: "auto",
  language: "zh",
};

type Key = keyof State;
type Watcher = (state: State, changed: Set<Key>) => void;

/** Holds the state and tells who watches a part of it. */
export class Store {
  private readonly watchers: { keys: Key[]; watcher: Watcher }[] = [];

  constructor(public state: State) {}

  /** Change a part; those who watch it are told once. */
  set(patch: Partial<State>): void {
    const before = this.state;
    this.state = { ...before, ...patch };
    const changed = new Set(
      (Object.keys(patch) as Key[]).filter(
        (key) => JSON.stringify(before[key]) !== JSON.stringify(this.state[key]),
      ),
    );
    if (changed.size === 0) return;
    for (const { keys, watcher } of [...this.watchers]) {
      if (keys.some((key) => changed.has(key))) watcher(this.state, changed);
    }
  }

  /** Watch parts of the state. */
  on(keys: Key[], watcher: Watcher): void {
    this.watchers.push({ keys, watcher });
  }

  /** A press on a grade: alone first, then added or taken away; never none at all. */
  press(grade: Grade): void {
    const { grades } = this.state;
    if (grades.length === GRADES.length) return this.set({ grades: [grade] });
    const next = GRADES.filter((each) => (each === grade) !== grades.includes(each));
    this.set({ grades: next.length > 0 ? next : [...GRADES] });
  }
}
