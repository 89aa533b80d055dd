/** Words of the inspector's page, beside those that the map page has. */
import { Words } from "../words";
import type { City, Language, Legend } from "../types";
import en from "./words_en.json";
import zh from "./words_zh.json";

export type InspectWord = keyof typeof zh;
const BOOKS: Record<Language, Record<InspectWord, string>> = { zh, en };

export class InspectWords {
  /** City, layers, fields, grades and numbers, as on the map. */
  readonly shared: Words;

  constructor(city: City, legend: Legend) {
    this.shared = new Words(city, legend);
  }

  /** A word or sentence, with its gaps filled. */
  say(word: InspectWord, gaps: Record<string, string | number> = {}): string {
    return BOOKS[this.shared.language][word].replace(/\{(\w+)\}/g, (_all, name: string) => String(gaps[name] ?? ""));
  }

  /** Hour and minute of the city's clock; with the day where it is not today. */
  clock(instant: number): string {
    const text = this.shared.instant(new Date(instant).toISOString());
    const today = this.shared.instant(new Date().toISOString());
    return text.slice(0, 10) === today.slice(0, 10) ? text.slice(11) : text.slice(5);
  }

  /** The part of a text in both languages, "中文 English", that this page shows. */
  half(text: string): string {
    const at = text.search(/(?<=[\u4e00-\u9fff，。）]\s*)[A-Za-z]/);
    if (at < 0) return text;
    return (this.shared.language === "zh" ? text.slice(0, at) : text.slice(at)).trim();
  }
}
