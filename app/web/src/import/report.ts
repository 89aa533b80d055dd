/** How far it is, what came of it, what was refused, and the way back. */
import { button, el, replace } from "../dom";
import type { ImportPage } from "./part";
import { keep } from "./part";
import type { Counted, Import, Reject } from "./types";
import type { ImportWord, ImportWords } from "./words";

const COUNTS: (keyof Counted)[] = ["read", "added", "changed", "unchanged", "rejected", "unlocated"];
const LISTED = 50;
/** Beyond this share everything is read. */
const ALL = 0.995;

/** The part with progress and report. */
export function report(page: ImportPage): HTMLElement {
  const { desk, words } = page;
  const part = el("section", { class: "card report", test: "report", attributes: { "aria-live": "polite" } });
  let sure = false;
  keep(page, () => {
    const { job, fault, sending } = desk;
    // What is missing stands at the columns.
    const told = fault !== null && !(job?.dry_run && job.state === "failed" && (job.preview?.missing.length ?? 0) > 0);
    part.hidden = !desk.busy && !told && (!job || job.state === "failed") && sending === null;
    if (part.hidden) return;
    if (desk.busy) return replace(part, progress(page));
    const why = fault === "lost" || fault === "gone" ? words.say(fault) : fault;
    const failed = why ? el("p", { class: "warn", test: "fault", attributes: { role: "alert" }, text: toldAs(page, why) }) : null;
    if (!job || job.state === "failed") return replace(part, failed);
    const press = (): void => {
      sure = !sure;
      if (sure) desk.tell();
      else void desk.undo(job.id);
    };
    replace(part, el("div", { class: "card-top" }, el("h2", { test: "report-title", text: title(page, job) }),
      job.dry_run ? el("span", { class: "hint", text: words.say("dry") }) : el("span", { class: "hint", text: job.file })),
    failed, undone(page), counts(page, job), declared(page, job), warnings(page, job), rejects(page, job),
    el("div", { class: "act" }, ...actions(page, job, sure, press)));
  });
  return part;
}

function toldAs({ desk, words }: ImportPage, why: string): string {
  if (desk.job?.state === "done" && !desk.job.dry_run) return why;
  return words.say(desk.job?.dry_run === false ? "failed" : "failed_look", { why });
}

function title(page: ImportPage, job: Import): string {
  const { words } = page;
  if (job.dry_run) return words.say("report");
  return words.say(job.state === "undone" ? "report_undone" : "report_done", { n: job.id });
}

function progress({ desk, words }: ImportPage): HTMLElement {
  const { sending, job } = desk;
  const share = sending ?? job?.share ?? null;
  const text = sending !== null ? words.say("sending", { n: Math.round(sending * 100) })
    : !job || job.state === "waiting" ? words.say("waiting_turn") : pace(words, job);
  const bar = el("progress", { test: "progress", attributes: { max: 1, "aria-label": text } });
  if (share !== null && share < 1) bar.value = share;
  return el("div", { class: "progress" }, bar, el("span", { class: "number", text }));
}

function pace(words: ImportWords, job: Import): string {
  if (job.share && job.share > ALL) return words.count("writing", job.read);
  return [words.count("reading", job.read), job.rows_per_s ? words.count("rate", job.rows_per_s) : "",
    job.left_s ? words.count("left", job.left_s) : ""].filter(Boolean).join(" · ");
}

function undone({ desk, words }: ImportPage): HTMLElement | null {
  if (!desk.undone) return null;
  const { deleted, restored, warnings: told } = desk.undone;
  return el("div", { class: "told-undone", test: "undone" },
    el("p", { text: words.say("undone", { deleted, restored }) }), ...told.map((text) => el("p", { class: "hint", text })));
}

function counts({ words }: ImportPage, job: Import): HTMLElement {
  return el("dl", { class: "counts" }, ...COUNTS.map((name) =>
    el("div", { class: `count count-${name}${job[name] ? "" : " is-zero"}`, test: `count-${name}`, attributes: { "data-count": job[name] } },
      el("dt", { text: words.say(name as ImportWord) }), el("dd", { class: "number", text: words.shared.number(job[name]) }))));
}

/** What the coordinates and the times were taken for, and whether a person said so. */
function declared({ words }: ImportPage, job: Import): HTMLElement | null {
  if (job.crs_declared === undefined) return null;
  const system = `${words.say("crs")} ${job.crs}（${words.say(job.crs_declared ? "declared" : "undeclared")}）`;
  const zone = job.timezone ? `${words.say("timezone")} ${job.timezone}（${words.say("declared")}）` : "";
  return el("p", { class: "hint", test: "declared", text: [system, zone].filter(Boolean).join(" · ") });
}

function warnings({ words }: ImportPage, job: Import): HTMLElement | null {
  if (job.warnings.length === 0) return null;
  return el("div", { class: "warn", test: "warnings" }, el("strong", { text: words.say("warnings") }),
    el("ul", {}, ...job.warnings.map((text) => el("li", { text }))));
}

function rejects(page: ImportPage, job: Import): HTMLElement | null {
  const { words } = page;
  if (job.rejects.length === 0) return null;
  const shown = job.rejects.slice(0, LISTED);
  const part = job.rejected > shown.length ? words.say("rejects_part", { n: shown.length, all: words.shared.number(job.rejected) }) : "";
  const heads = ["row", "field", "value", "reason"] as const;
  return el("div", { class: "rejects" },
    el("div", { class: "card-top" }, el("h3", { text: words.say("rejects") }), el("span", { class: "hint", text: part }),
      el("a", { class: "link", text: words.say("rejects_csv"), href: `/api/imports/${job.id}/rejects.xlsx`, test: "rejects-file", attributes: { download: "" } })),
    el("div", { class: "scroll", attributes: { tabindex: 0 } }, el("table", { test: "rejects" },
      el("thead", {}, el("tr", {}, ...heads.map((word) => el("th", { text: words.say(word), attributes: { scope: "col" } })))),
      el("tbody", {}, ...shown.map((each) => refused(page, job, each))))));
}

function refused({ words, layers }: ImportPage, job: Import, reject: Reject): HTMLElement {
  const facts = layers.get(job.layer)?.fields[reject.field];
  const [first, second] = words.shared.language === "zh" ? [reject.reason, reject.reason_en] : [reject.reason_en, reject.reason];
  return el("tr", {}, el("th", { text: String(reject.row), attributes: { scope: "row" } }),
    el("td", { text: facts ? words.shared.field(reject.field, facts) : reject.field === "geometry" ? words.say("places") : reject.field }), el("td", { class: "values", text: reject.value }),
    el("td", {}, el("div", { text: first }), el("div", { class: "hint", text: second })));
}

function actions(page: ImportPage, job: Import, sure: boolean, press: () => void): (HTMLElement | null)[] {
  const { desk, words, store } = page;
  if (job.dry_run) {
    const many = job.added + job.changed;
    return [button({ class: "plain is-main", test: "import", text: many ? words.count("import", many) : words.say("nothing"), title: words.say("import_hint"),
      attributes: { disabled: many === 0 || desk.edited ? "" : null } }, () => void desk.write())];
  }
  const language = store.state.language === "en" ? "&lang=en" : "";
  return [
    job.state === "done" ? button({ class: "plain", test: "undo", text: words.say(desk.undoing ? "undoing" : sure ? "undo_sure" : "undo"),
      attributes: { disabled: desk.undoing ? "" : null } }, press) : null,
    el("a", { class: "plain", test: "see", text: words.say("see"), href: `/#layers=${job.layer}${language}` }),
    button({ class: "plain", test: "another", text: words.say("another") }, () => desk.choose(null)),
  ];
}
