/** The first two steps: the use and what is known of it, and the site. */
import { button, el, replace } from "../dom";
import type { Kind } from "./drawing";
import { read } from "./drawing";
import type { CheckPage } from "./part";
import { keep } from "./part";
import type { CheckWord } from "./words";

const LARGEST_FILE = 5_000_000;
const SYSTEMS = ["CRS84", "EPSG:4490", "EPSG:4549", "EPSG:4528", "EPSG:32651"];
const DRAWN: [Kind, CheckWord][] = [["Polygon", "draw_polygon"], ["LineString", "draw_line"], ["Point", "draw_point"]];
const SHAPES: Record<string, CheckWord> = { Point: "a_point", MultiPoint: "a_point", LineString: "a_line", MultiLineString: "a_line", Polygon: "a_polygon", MultiPolygon: "a_polygon" };

/** The card of the use. */
export function useCard(page: CheckPage): HTMLElement {
  const { desk, words, uses } = page;
  const head = el("h2");
  const select = el("select", { test: "use", on: { change: () => {
    desk.know({ use: select.value });
    if (desk.ready) void desk.check();
  } } });
  const fields = [
    text(page, "name", (value) => desk.know(optional("name", value || undefined))),
    count(page, "persons", (value) => desk.know(optional("persons", value))),
    count(page, "households", (value) => desk.know(optional("households", value))),
    count(page, "storeys", (value) => desk.know(optional("storeys", value))),
    risk(page),
  ];
  const summary = el("summary");
  const field = el("label", { class: "field" }, el("span"), select);
  let language: string | null = null;
  keep(page, () => {
    if (language === words.shared.language) return;
    language = words.shared.language;
    head.textContent = words.say("what");
    summary.textContent = words.say("more");
    field.firstElementChild!.textContent = words.say("use");
    replace(select, el("option", { text: words.say("pick_use"), attributes: { value: "" } }),
      ...uses.uses.map((use) => el("option", { text: language === "en" ? use.title_en : use.title, attributes: { value: use.id } })));
    select.value = desk.known.use;
  });
  return el("section", { class: "card" }, head, field, el("details", { class: "known", test: "known" }, summary, ...fields));
}

type Optional = "name" | "persons" | "households" | "storeys" | "risk_per_year";

function optional(name: Optional, value: string | number | undefined): Record<string, string | number | undefined> {
  return { [name]: value };
}

function named(page: CheckPage, word: CheckWord, input: HTMLElement, hint?: CheckWord): HTMLElement {
  const label = el("label", { class: "field" }, el("span"), input, hint ? el("small", { class: "hint" }) : null);
  page.store.on(["language"], () => name());
  const name = (): void => {
    label.firstElementChild!.textContent = page.words.say(word);
    if (hint) label.lastElementChild!.textContent = page.words.say(hint);
  };
  name();
  return label;
}

function text(page: CheckPage, word: "name", take: (value: string) => void): HTMLElement {
  const input = el("input", { test: word, attributes: { maxlength: 200, autocomplete: "off" }, on: { change: () => take(input.value.trim()) } });
  return named(page, word, input);
}

function count(page: CheckPage, word: "persons" | "households" | "storeys", take: (value: number | undefined) => void): HTMLElement {
  const input = el("input", { type: "number", test: word, attributes: { min: 0, step: 1, inputmode: "numeric" }, on: { change: () => take(input.value === "" ? undefined : Number(input.value)) } });
  return named(page, word, input);
}

function risk(page: CheckPage): HTMLElement {
  const input = el("input", { type: "number", test: "risk", attributes: { min: 0, max: 1, step: "any", placeholder: "1e-6" },
    on: { change: () => page.desk.know(optional("risk_per_year", input.value === "" ? undefined : Number(input.value))) } });
  return named(page, "risk", input, "risk_hint");
}

/** The card of the site: draw, open, paste. */
export function siteCard(page: CheckPage, placed: () => void): HTMLElement {
  const { desk, drawing, words } = page;
  const head = el("h2");
  const tools = el("div", { class: "act", attributes: { role: "group" } });
  const state = el("p", { class: "hint", test: "site-state", attributes: { role: "status" } });
  const fault = el("p", { class: "warn", test: "site-fault", attributes: { hidden: "", role: "alert" } });
  const take = (content: string, crs: string): void => {
    const geometry = read(content);
    fault.hidden = geometry !== null;
    if (geometry === null) fault.textContent = words.say("unread", { why: words.say("no_geojson") });
    else {
      desk.place({ geometry, crs });
      placed();
    }
  };
  const system = el("select", { test: "crs" }, ...SYSTEMS.map((code) => el("option", { text: code, attributes: { value: code } })));
  const pasted = el("textarea", { test: "paste", attributes: { rows: 3, spellcheck: "false" } });
  const file = el("input", { type: "file", test: "file", class: "unseen", id: "file", attributes: { accept: ".geojson,.json,application/geo+json" }, on: { change: () => void open() } });
  const open = async (): Promise<void> => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    file.value = "";
    if (chosen.size > LARGEST_FILE) {
      fault.hidden = false;
      fault.textContent = words.say("unread", { why: words.say("too_large") });
    } else take(await chosen.text(), system.value);
  };
  const drop = el("label", { class: "plain", attributes: { for: "file" } });
  const took = button({ class: "plain", test: "take" }, () => take(pasted.value, system.value));
  const hint = el("small", { class: "hint" });
  const summary = el("summary");
  const systemField = named(page, "crs", system);
  keep(page, () => {
    head.textContent = words.say("where");
    summary.textContent = words.say("paste");
    drop.textContent = words.say("file");
    took.textContent = words.say("take");
    hint.textContent = words.say("paste_hint");
    pasted.setAttribute("aria-label", words.say("paste"));
    replace(tools, ...(drawing.kind ? during(page) : before(page)));
    state.textContent = drawing.kind ? words.say(drawing.kind === "Point" ? "drawing_point" : "drawing") : desk.site ? words.say("drawn", { what: told(page) }) : "";
    state.hidden = state.textContent === "";
  });
  return el("section", { class: "card" }, head, tools, state, fault,
    el("div", { class: "act" }, file, drop), el("details", { class: "known" }, summary, systemField, pasted, hint, el("div", { class: "act" }, took)));
}

function before(page: CheckPage): HTMLElement[] {
  const { words, drawing, desk } = page;
  const start = DRAWN.map(([kind, word]) => button({ class: "plain", text: words.say(word), test: `draw-${kind}`, attributes: { "data-key": word } }, () => {
    desk.place(null);
    drawing.begin(kind);
  }));
  return desk.site ? [...start, button({ class: "plain", text: words.say("clear"), test: "clear", attributes: { "data-key": "clear" } }, () => desk.place(null))] : start;
}

function during({ words, drawing }: CheckPage): HTMLElement[] {
  return [
    button({ class: "plain is-main", text: words.say("finish"), test: "finish", attributes: { "data-key": "finish", disabled: drawing.complete ? null : "" } }, () => drawing.finish()),
    button({ class: "plain", text: words.say("undo"), test: "undo", attributes: { "data-key": "undo", disabled: drawing.corners.length ? null : "" } }, () => drawing.undo()),
    button({ class: "plain", text: words.say("clear"), test: "cancel", attributes: { "data-key": "clear" } }, () => drawing.cancel()),
  ];
}

function told({ desk, words }: CheckPage): string {
  const geometry = desk.site?.geometry;
  const features = geometry?.["features"];
  if (Array.isArray(features)) return words.say("features", { n: features.length });
  const inner = (geometry?.["geometry"] ?? geometry) as Record<string, unknown> | undefined;
  return words.say(SHAPES[String(inner?.["type"])] ?? "a_polygon");
}
