/** Why a record has its grade, in short sentences. */
import { el } from "./dom";
import type { Page } from "./page";
import type { Reason, Values } from "./types";
import { gradeOf } from "./types";
import type { Word } from "./words";

const METHODS = new Set(["LEC", "LS", "EXPERT", "DIRECT", "PIPE", "VESSEL", "ROAD"]);

/** The part of the card that explains. */
export function reasonPart(page: Page, reason: Reason): HTMLElement {
  const { words } = page;
  const grade = gradeOf(reason.grade);
  const title = grade === 0 ? words.say("why_none") : words.say("why", { grade: words.grade(grade) });
  const rows: [Word, string | null][] = [
    ["down", reason.one_step_down ?? null],
    ["method", method(page, reason.method)],
    ["clause", [reason.source, rule(reason)].filter(Boolean).join(" · ") || null],
    ["assessed", [reason.assessed_at, reason.assessor].filter(Boolean).join(" · ") || null],
    ["valid", reason.valid_until],
  ];
  const steps = (reason.steps ?? []).map((step) => sentence(page, step)).filter((text) => text !== reason.decided_by);
  const past = (reason.history ?? []).map((change) => was(page, change));
  return el("section", { class: "card-section card-why", test: "why" },
    el("h4", { text: title }),
    reason.decided_by ? el("p", { class: "decided", test: "decided", text: words.shortened(reason.decided_by) }) : null,
    steps.length > 0 ? el("ul", { class: "steps" }, ...steps.map((text) => el("li", { text }))) : null,
    el("dl", { class: "terms" }, ...rows.flatMap(([word, text]) =>
      text ? [el("dt", { text: words.say(word) }), el("dd", { text })] : [])),
    past.length > 0 ? el("details", { test: "history" }, el("summary", { text: words.say("history") }), el("ul", { class: "steps" }, ...past.map((text) => el("li", { text })))) : null);
}

/** What the grade was once: word, method, until when, and why it was replaced. */
function was(page: Page, { grade, grade_method: name, replaced_at: until, reason }: Values): string {
  const { words } = page;
  return [
    words.grade(gradeOf(grade)),
    typeof name === "string" ? method(page, name) : null,
    typeof until === "string" ? words.say("until", { when: words.instant(until) }) : null,
    typeof reason === "string" ? reason : null,
  ].filter(Boolean).join(" · ");
}

function method(page: Page, name: string | null): string | null {
  if (name === null) return null;
  return METHODS.has(name) ? page.words.say(name as Word) : name;
}

function rule({ rule_set: set, rule_version: version }: Reason): string | null {
  return set ? [set, version].filter(Boolean).join(" ") : null;
}

type Step = NonNullable<Reason["steps"]>[number];

function sentence(page: Page, { name, value, unit, formula }: Step): string {
  const { words } = page;
  if (value === null || value === undefined) return `${name}: ${words.say("missing")}`;
  const text = typeof value === "number" ? words.number(value, 4) : typeof value === "object" ? JSON.stringify(value) : String(value);
  const told = [formula, unit ? `${text} ${unit}` : text].filter(Boolean).join(" = ");
  // A direct rule is named by its id: what it says is enough.
  return /^[a-z][a-z_]{3,}$/.test(name) ? told : `${name}: ${told}`.replace(/: (?=.* = )/, " = ");
}
