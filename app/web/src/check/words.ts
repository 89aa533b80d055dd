/** Words of the check page, beside those that the map page has. */
import { Words } from "../words";
import type { City, Language, Legend } from "../types";
import en from "./words_en.json";
import zh from "./words_zh.json";

export type CheckWord = keyof typeof zh;
const BOOKS: Record<Language, Record<CheckWord, string>> = { zh, en };

export class CheckWords {
  /** Layers, grades and numbers, as on the map. */
  readonly shared: Words;

  constructor(city: City, legend: Legend) {
    this.shared = new Words(city, legend);
  }

  /** A word or sentence, with its gaps filled. */
  say(word: CheckWord, gaps: Record<string, string | number> = {}): string {
    return BOOKS[this.shared.language][word].replace(/\{(\w+)\}/g, (_all, name: string) => String(gaps[name] ?? ""));
  }
}
