/** What the treatment of a black spot did, by empirical Bayes, beside what raw counts would say. */
import { get } from "./api";
import { el, replace } from "./dom";
import type { Page } from "./page";
import type { Item } from "./types";

interface Span {
  years: number;
  observed: number;
}

interface Effect {
  before: Span;
  after: Span;
  expected_after: number;
  change_percent: number;
  raw_percent: number | null;
  significant: boolean | null;
}

interface Run {
  result: { treatments: { code: string; effect: Effect | null; reason?: string }[] };
}

/** The part of the card; null for a segment that was not treated as a black spot. */
export function treatmentPart(page: Page, item: Item): HTMLElement | null {
  const { kind, treatment_state: state, code } = item.properties;
  if (kind !== "事故多发" || state !== "已治理") return null;
  const holder = el("div", {});
  void get<Run>("/api/analyses/blackspots").then(({ result }) => {
    const treated = result.treatments.find((each) => each.code === code);
    if (!treated) return;
    replace(holder, el("section", { class: "card-section card-treatment", test: "treatment" },
      el("h4", { text: page.words.say("spot_treated") }),
      treated.effect ? effectList(page, treated.effect) : el("p", { class: "hint", text: treated.reason ?? "" })));
  }).catch(() => undefined);
  return holder;
}

function effectList(page: Page, effect: Effect): HTMLElement {
  const { words } = page;
  const percent = (value: number): string => `${value > 0 ? "+" : ""}${Math.round(value)}`;
  const seen = ({ observed, years }: Span): string => words.say("spot_seen", { n: observed, years: years.toFixed(1) });
  const rows: [string, string | null][] = [
    [words.say("spot_before"), seen(effect.before)],
    [words.say("spot_after"), seen(effect.after)],
    [words.say("spot_due"), words.say("spot_due_n", { n: effect.expected_after.toFixed(1) })],
    [words.say("spot_effect"), words.say(effect.significant ? "spot_sure" : "spot_unsure", { n: percent(effect.change_percent) })],
    [words.say("spot_raw"), effect.raw_percent === null ? null : `${percent(effect.raw_percent)}%`],
  ];
  return el("dl", { class: "terms" }, ...rows.flatMap(([term, text]) => text === null ? [] : [el("dt", { text: term }), el("dd", { text })]));
}
