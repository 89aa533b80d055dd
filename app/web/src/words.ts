/** Words of the page in the chosen language, and how numbers, dates and places are told. */
import type { City, Collection, Field, Grade, Language, Legend, Look, Values } from "./types";
import en from "./words_en.json";
import zh from "./words_zh.json";

export type Word = keyof typeof zh;
const BOOKS: Record<Language, Record<Word, string>> = { zh, en };

export class Words {
  language: Language = "zh";
  private looks = new Map<Grade, Look>();
  private readonly english = new Map<string, string>();

  constructor(private readonly city: City, legend: Legend) {
    for (const look of legend.grades) this.looks.set((look.grade ?? 0) as Grade, look);
    for (const layer of legend.layers) this.english.set(layer.id, layer.title_en);
  }

  /** A word or sentence, with its gaps filled. */
  say(word: Word, gaps: Record<string, string | number> = {}): string {
    return BOOKS[this.language][word].replace(/\{(\w+)\}/g, (_all, name: string) => String(gaps[name] ?? ""));
  }

  /** A word whose name is put together, as of a fact in some evidence; null where there is none. */
  known(word: string): string | null {
    return (BOOKS[this.language] as Record<string, string>)[word] ?? null;
  }

  /** Every word, as MapLibre's controls want them. */
  book(): Record<string, string> {
    return BOOKS[this.language];
  }

  /** One of two texts, by the language; Chinese where there is no English. */
  either(zh: string | null | undefined, en: string | null | undefined): string | null {
    return (this.language === "en" ? (en ?? zh) : zh) ?? null;
  }

  look(grade: Grade): Look {
    const look = this.looks.get(grade);
    if (!look) throw new Error(`the legend has no grade ${grade}`);
    return look;
  }

  grade(grade: Grade): string {
    const look = this.look(grade);
    return this.language === "zh" ? look.label : look.label_en;
  }

  /** The word of a grade where there is little room. */
  gradeShort(grade: Grade): string {
    return this.language === "zh" ? this.look(grade).label.replace(/风险$/, "") : this.look(grade).label_en;
  }

  title(): string {
    return this.language === "zh" ? this.city.title : this.city.title_en;
  }

  notice(): string {
    return this.language === "zh" ? this.city.notice : this.city.notice_en;
  }

  layer(layer: Collection): string {
    if (this.language === "zh") return layer.title;
    const linked = layer.links?.find((link) => link.rel === "self")?.title;
    return layer.title_en ?? this.english.get(layer.id) ?? linked ?? layer.title;
  }

  group(layer: Collection): string {
    return layer.group[this.language === "zh" ? 0 : 1];
  }

  field(name: string, field: Field | undefined): string {
    if (this.language === "zh" && field) return field.title;
    const plain = name.replaceAll("_", " ").replace(/ (m|km|mm|kw|kn|mpa)$/, "");
    return plain.charAt(0).toUpperCase() + plain.slice(1);
  }

  number(value: number, digits = 0): string {
    return value.toLocaleString("en-US", { maximumFractionDigits: digits }).replaceAll(",", "\u202f");
  }

  /** A sentence of the service whose numbers are cut, not rounded, to four significant digits: what they are compared with stays true. */
  shortened(text: string): string {
    return text.replace(/\b(\d+)\.(\d+)/g, (_all, whole: string, decimals: string) => {
      const room = whole === "0" ? decimals.search(/[^0]|$/) + 4 : Math.max(0, 4 - whole.length);
      const left = decimals.slice(0, room).replace(/0+$/, "");
      return left ? `${whole}.${left}` : whole;
    });
  }

  metres(value: number): string {
    if (value < 1000) return this.say("metres", { n: Math.round(value) });
    return `${(value / 1000).toFixed(2)} km`;
  }

  bearing(degrees: number): string {
    const names = this.say("directions").split(",");
    return `${names[Math.round(degrees / 45) % 8]} ${Math.round(degrees) % 360}°`;
  }

  instant(text: string): string {
    const instant = new Date(text);
    if (Number.isNaN(instant.getTime())) return text;
    return instant.toLocaleString("sv-SE", { timeZone: this.city.time_zone }).slice(0, 16);
  }

  /** A value of a field with its unit or the meaning of its code; null where nothing is known. */
  value(name: string, value: unknown, field: Field | undefined): string | null {
    if (value === null || value === undefined || value === "") return null;
    if (typeof value === "boolean") return this.say(value ? "yes" : "no");
    if (typeof value === "string" && field?.codes[value]) return field.codes[value];
    if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return this.instant(value);
    const plain = typeof value !== "number" || /year|code|mmsi/.test(name);
    const text = plain ? String(value) : this.number(value as number, 3);
    return field?.unit ? `${text} ${field.unit}` : text;
  }

  /** What a feature is called; its number where it has no name. */
  named(layer: Collection, values: Values, fid?: number): string {
    for (const name of [layer.label, "name", "code", "mmsi"]) {
      const value = values[name];
      if (typeof value === "string" && value) return value;
    }
    return fid === undefined ? `${this.layer(layer)} ${this.say("unnamed")}` : `${this.layer(layer)} ${fid}`;
  }
}
