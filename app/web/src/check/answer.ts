/** The third step: the advice, its reasons with their sources, and what lies around. */
import { button, el, replace } from "../dom";
import type { Grade } from "../types";
import type { CheckPage } from "./part";
import { keep } from "./part";
import type { Answer, Called, Reason } from "./types";

/** The card of the answer. */
export function answerCard(page: CheckPage): HTMLElement {
  const { desk, words } = page;
  const part = el("section", { class: "card", test: "answer", attributes: { "aria-live": "polite" } });
  keep(page, () => {
    const act = button({ class: "plain is-main", text: words.say(desk.busy ? "checking" : "check"), test: "check",
      attributes: { "data-key": "check", disabled: desk.ready && !desk.busy ? null : "" } }, () => void desk.check());
    const missing = desk.known.use === "" ? "need_use" : desk.site === null ? "need_site" : null;
    replace(part, el("h2", { text: words.say("answer") }),
      desk.answer ? seal(page, desk.answer) : el("div", { class: "act" }, act, missing ? el("span", { class: "hint", text: words.say(missing) }) : null),
      desk.fault === null ? null : el("p", { class: "warn", test: "fault", text: desk.fault || words.say("lost"), attributes: { role: "alert" } }),
      ...(desk.answer ? told(page, desk.answer) : []));
  });
  return part;
}

function either(page: CheckPage, zh: string, en: string | null): string {
  return page.words.shared.either(zh, en) ?? zh;
}

function seal(page: CheckPage, answer: Answer): HTMLElement {
  const { words, desk } = page;
  return el("div", { class: "act" },
    el("strong", { class: `advice advice-${answer.advice}`, test: "advice", text: either(page, answer.advice_text, answer.advice_text_en), attributes: { "data-advice": answer.advice } }),
    button({ class: "plain", text: words.say("print"), test: "print" }, () => void print(page)),
    button({ class: "plain", text: words.say("pdf"), test: "pdf" }, () => void save(page)),
    desk.busy ? el("span", { class: "hint", text: words.say("checking") }) : null);
}

function told(page: CheckPage, answer: Answer): (HTMLElement | null)[] {
  const { words } = page;
  const { criterion, comparison } = answer;
  return [
    answer.reasons.length ? el("h3", { text: words.say("reasons") }) : null,
    answer.reasons.length ? el("ol", { class: "reasons", test: "reasons" }, ...answer.reasons.map((each) => reason(page, each))) : el("p", { text: words.say("no_reasons") }),
    criterion ? el("p", { class: "hint", text: words.say("criterion", { target: either(page, criterion.target, criterion.target_en), limit: criterion.limit_per_year.toExponential(0) }) }) : null,
    comparison ? el("div", { class: "compared", test: "comparison" }, el("strong", { text: either(page, comparison.title, comparison.title_en) }),
      el("p", { text: words.say("comparison", { zone: either(page, comparison.zone, comparison.zone_en), level: comparison.sensitivity, answer: either(page, comparison.answer, comparison.answer_en) }) }),
      el("small", { class: "hint", text: words.say("source", { text: comparison.source }) })) : null,
    ...answer.notes.map((note) => el("p", { class: "hint", text: note })),
    el("p", { class: "hint", text: words.say("rules", { id: answer.rule_set, version: answer.rule_version, source: answer.source }) }),
  ];
}

function reason(page: CheckPage, each: Reason): HTMLElement {
  const { words } = page;
  const facts = [
    each.distance_m === null ? null : words.say("distance", { n: words.shared.number(each.distance_m, 2) }),
    each.limit_m === null ? null : words.say("limit", { n: words.shared.number(each.limit_m, 2) }),
    each.others ? words.say("others", { n: each.others + 1 }) : null,
  ].filter(Boolean).join(" · ");
  return el("li", { class: "reason", test: "reason", attributes: { "data-rule": each.rule } },
    el("div", { class: "reason-top" },
      el("strong", { class: `advice advice-${each.advice}`, text: either(page, each.advice_text, each.advice_text_en) }),
      el("strong", { text: `${each.rule} ${either(page, each.title, each.title_en)}` })),
    each.feature || facts ? el("p", {}, each.feature ? link(each.feature) : null, facts ? ` ${facts}` : null) : null,
    el("p", { text: [either(page, each.text, each.text_en), each.detail ? either(page, each.detail, each.detail_en) : null].filter(Boolean).join(" ") }),
    el("small", { class: "hint", text: words.say("source", { text: each.source }) }));
}

/** A feature's name, which leads to it on the risk map. */
function link(feature: Called): HTMLElement {
  return el("a", { href: `/#at=${feature.layer}/${feature.id}`, text: feature.name ?? feature.code ?? String(feature.id), attributes: { target: "_blank", rel: "noopener" } });
}

/** The card of what lies around. */
export function aroundCard(page: CheckPage): HTMLElement {
  const { desk, words } = page;
  const part = el("section", { class: "card around", test: "around" });
  keep(page, () => {
    const { answer } = desk;
    part.hidden = answer === null;
    if (!answer) return replace(part);
    const m = words.shared.number(answer.around_within_m);
    const n = answer.around.length;
    replace(part, el("h2", { text: words.say(n === 0 ? "none_around" : answer.around_is_cut ? "around_cut" : "around", { m, n }) }),
      n === 0 ? null : el("div", { class: "scroll" }, el("table", {},
        el("thead", {}, el("tr", {}, ...(["column_name", "column_layer", "column_distance"] as const).map((word) => el("th", { text: words.say(word) })))),
        el("tbody", {}, ...answer.around.map((each) => el("tr", {},
          el("td", {}, mark(page, each), link(each)), el("td", { text: either(page, each.layer_title, each.layer_title_en) }),
          el("td", { class: "number", text: words.shared.number(each.distance_m, 2) })))))));
  });
  return part;
}

function mark(page: CheckPage, each: Called): HTMLElement | null {
  if (!page.layers.get(each.layer)?.graded) return null;
  const grade = (each.grade ?? 0) as Grade;
  return el("span", { class: `grade grade-${grade}`, text: page.words.shared.gradeShort(grade) });
}

async function save(page: CheckPage): Promise<void> {
  await attempt(page, async () => {
    const address = URL.createObjectURL(await page.desk.sheet("pdf"));
    el("a", { href: address, attributes: { download: "site-check.pdf" } }).click();
    window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });
}

/** Print the sheet, not the page: it is laid out for paper. */
async function print(page: CheckPage): Promise<void> {
  await attempt(page, async () => {
    document.querySelector("iframe.sheet")?.remove();
    const frame = el("iframe", { class: "sheet unseen", test: "sheet", attributes: { title: page.words.say("print"), sandbox: "allow-same-origin allow-modals" } });
    frame.srcdoc = await (await page.desk.sheet("html")).text();
    frame.addEventListener("load", () => frame.contentWindow?.print());
    document.body.append(frame);
  });
}

async function attempt(page: CheckPage, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    page.desk.fault = error instanceof Error ? error.message : "";
    page.desk.tell();
  }
}
