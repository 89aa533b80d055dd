/** Why a record has its grade, in sentences of the page's language. */
import { button, el } from "./dom";
import type { Page } from "./page";
import { symbol } from "./symbols";
import type { Change, Reason, Step } from "./types";
import { gradeOf } from "./types";
import type { Word } from "./words";

const METHODS = new Set(["LEC", "LS", "EXPERT", "DIRECT", "PIPE", "VESSEL", "ROAD", "GB18218", "QRA", "AREA"]);

/** The part of the card that explains. */
export function reasonPart(page: Page, reason: Reason): HTMLElement {
  const { words } = page;
  const grade = gradeOf(reason.grade);
  const title = grade === 0 ? words.say("why_none") : words.say("why", { grade: words.grade(grade) });
  const decided = words.either(reason.decided_by, reason.decided_by_en);
  const rows: [Word, string | null][] = [
    ["down", words.either(reason.one_step_down, reason.one_step_down_en)],
    ["method", method(page, reason.method)],
    ["clause", [reason.source, rule(reason)].filter(Boolean).join(" · ") || null],
    ["assessed", [reason.assessed_at, reason.assessor].filter(Boolean).join(" · ") || null],
    ["valid", reason.valid_until],
    ["recorded", [reason.changed_at ? words.instant(reason.changed_at) : null, reason.changed_by].filter(Boolean).join(" · ") || null],
  ];
  const steps = (reason.steps ?? []).map((step) => sentence(page, step)).filter((text) => text !== decided);
  return el("section", { class: "card-section card-why", test: "why" },
    raisedPart(page, reason),
    el("h4", { text: title }),
    decided ? el("p", { class: "decided", test: "decided", text: words.shortened(decided) }) : null,
    steps.length > 0 ? el("ul", { class: "steps", test: "steps" }, ...steps.map((text) => el("li", { text }))) : null,
    el("dl", { class: "terms" }, ...rows.flatMap(([word, text]) =>
      text ? [el("dt", { text: words.say(word) }), el("dd", { text })] : [])),
    historyPart(page, reason));
}

/** What raises the grade that is shown, and what is open; nothing where it is shown as assessed. */
function raisedPart(page: Page, { grade, displayed }: Reason): HTMLElement | null {
  const { words, store } = page;
  if (!displayed || displayed.open.length === 0) return null;
  const shown = gradeOf(displayed.displayed);
  const because = words.language === "zh" ? displayed.reasons : displayed.reasons_en;
  const gaps = { grade: words.grade(shown), assessed: words.grade(gradeOf(grade)), why: because.join(words.say("between")) };
  return el("div", { class: `raised grade-${shown || "none"}`, test: "raised" },
    el("p", {}, symbol(words.look(shown), 18), el("strong", { text: words.say(displayed.displayed === grade ? "raised_same" : "raised", gaps) })),
    el("ul", {}, ...displayed.open.map(({ layer, id, name }) =>
      el("li", {}, button({ class: "link", text: name ?? String(id), test: "open-danger" },
        () => store.set({ selected: { layer, fid: id }, nearby: null }))))));
}

function historyPart(page: Page, reason: Reason): HTMLElement | null {
  const { words } = page;
  const past = reason.history ?? [];
  if (past.length === 0) return null;
  const next = [gradeOf(reason.grade), ...past.map((change) => gradeOf(change.grade))];
  return el("details", { test: "history" }, el("summary", { text: words.say("history", { n: past.length }) }),
    el("ul", { class: "steps" }, ...past.map((change, at) => el("li", { text: was(page, change, next[at] ?? 0) }))));
}

/** One change: when, from what to what, by whom, why. */
function was(page: Page, change: Change, to: ReturnType<typeof gradeOf>): string {
  const { words } = page;
  const from = gradeOf(change.grade);
  const what = from === to ? words.say("stayed", { grade: words.grade(to) }) : words.say("turned", { from: words.grade(from), to: words.grade(to) });
  return [
    words.instant(change.replaced_at), what,
    words.either(change.decided_by, change.decided_by_en), change.replaced_by, change.reason,
  ].filter(Boolean).join(" · ");
}

function method(page: Page, name: string | null): string | null {
  if (name === null) return null;
  return METHODS.has(name) ? page.words.say(name as Word) : name;
}

function rule({ rule_set: set, rule_version: version }: Reason): string | null {
  return set ? [set, version].filter(Boolean).join(" ") : null;
}

function sentence(page: Page, step: Step): string {
  const { words } = page;
  const name = words.either(step.name, step.name_en) ?? step.name;
  const formula = words.either(step.formula, step.formula_en);
  const unit = words.either(step.unit, step.unit_en);
  const value = words.language === "en" && step.value_en !== undefined ? step.value_en : step.value;
  if (value === null || value === undefined) return `${name}: ${words.say("missing")}`;
  const text = typeof value === "number" ? words.number(value, 4) : typeof value === "object" ? JSON.stringify(value) : String(value);
  const told = [formula, unit ? `${text} ${unit}` : text].filter(Boolean).join(" = ");
  // A direct rule is named by its id: what it says is enough.
  return /^[a-z][a-z_]{3,}$/.test(name) ? told : `${name}: ${told}`.replace(/: (?=.* = )/, " = ");
}
