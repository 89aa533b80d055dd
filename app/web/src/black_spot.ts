/** The evidence of a black spot: criteria, what each method says, and its crashes one by one. */
import { get, query } from "./api";
import { button, el, replace } from "./dom";
import type { Page } from "./page";
import { boxOf } from "./townships";
import type { Item, Items, Values } from "./types";

/** What the latest run of the analysis says of one black spot. */
interface Proof {
  code: string;
  criteria: { criterion: string; window: string; count: number; at_least: number; en: string }[];
  agree: Record<string, boolean>;
  methods: {
    cumulative: { standing: "black" | "potential" | null };
    poisson: { p: number | null };
    critical_rate: { rate: number; critical: number } | null;
    empirical_bayes: { predicted: number; expected: number; excess: number; rank: number | null } | null;
    clusters: { strength: number; p: number }[];
    density: { peak_per_km: number };
  };
}

interface Run {
  parameters: { from: string; to: string };
  rule_sets: { kind: string; title_en: string; version: string }[];
  result: { blackspots: Proof[] };
}

/** How far beyond the line a crash of it may lie, in degrees: more than the 50 m of the match. */
const BESIDE = 0.0012;
const MOST_CRASHES = 1000;

/** The part of the card; null for a segment that no analysis found. */
export function blackSpotPart(page: Page, item: Item): HTMLElement | null {
  const values = item.properties;
  const codes = typeof values["crash_codes"] === "string" ? values["crash_codes"].split(" ").filter(Boolean) : [];
  if (values["found_by"] !== "analysis") return null;
  const { words } = page;
  const methods = el("div", { class: "spot-methods", test: "spot-methods" });
  const crashes = el("ol", { class: "near spot-crashes", test: "spot-crashes" });
  const lines = text(values, "criteria").split("；").filter(Boolean);
  const criteria = el("ul", { class: "steps", test: "spot-criteria" }, ...lines.map((line) => el("li", { text: line })));
  const terms = el("dl", { class: "terms" }, ...rows(page, values));
  void fill(page, item, codes, { criteria, terms, methods, crashes });
  return el("section", { class: "card-section card-spot", test: "spot" },
    el("h4", { text: words.say("spot") }),
    lines.length > 0 ? criteria : null, terms, methods,
    el("h4", { text: words.say("spot_crashes", { n: codes.length }) }), crashes);
}

function rows(page: Page, values: Values): HTMLElement[] {
  const layer = page.layers.get("road_segments");
  return ["method", "score_value"].flatMap((name) => {
    const told = page.words.value(name, values[name], layer?.fields[name]);
    return told === null ? [] : [el("dt", { text: page.words.field(name, layer?.fields[name]) }), el("dd", { text: told, test: `spot-${name}` })];
  });
}

interface Holders {
  criteria: HTMLElement;
  terms: HTMLElement;
  methods: HTMLElement;
  crashes: HTMLElement;
}

/** Ask for the run and for the crashes; what does not come is left out. */
async function fill(page: Page, item: Item, codes: string[], holders: Holders): Promise<void> {
  const { words } = page;
  const [run, crashes] = await Promise.all([
    get<Run>("/api/analyses/blackspots").catch(() => null),
    readCrashes(item, new Set(codes)).catch(() => null),
  ]);
  const proof = run?.result.blackspots.find((each) => each.code === item.properties["code"]);
  if (run && proof) {
    replace(holders.methods, methodList(page, proof, run));
    if (words.language === "en") translate(page, item, proof, run, holders);
  }
  if (crashes === null) replace(holders.crashes, el("li", { class: "hint", text: words.say("failed", { why: words.say("spot_crashes", { n: codes.length }) }) }));
  else replace(holders.crashes, ...crashes.map((crash) => el("li", {}, crashRow(page, crash))));
}

/** The row keeps criteria and method in Chinese; the run has them in both languages. */
function translate(page: Page, item: Item, proof: Proof, run: Run, { criteria, terms }: Holders): void {
  replace(criteria, ...proof.criteria.map((met) =>
    el("li", { text: `${met.criterion} ${met.en}: ${met.count} (≥ ${met.at_least}, ${met.window})` })));
  const rules = run.rule_sets.find((each) => each.kind === "blackspot");
  const method = rules ? `${rules.title_en} ${rules.version}` : null;
  replace(terms, ...rows(page, { ...item.properties, method }));
}

async function readCrashes(item: Item, codes: Set<string>): Promise<Item[]> {
  const [west, south, east, north] = boxOf(item.geometry);
  const path = query("/api/collections/crashes/items", {
    bbox: [west - BESIDE, south - BESIDE, east + BESIDE, north + BESIDE].map((edge) => edge.toFixed(5)).join(","), limit: MOST_CRASHES,
  });
  const { features } = await get<Items>(path);
  const when = (crash: Item): string => text(crash.properties, "occurred_at");
  return (features as Item[]).filter((crash) => codes.has(text(crash.properties, "code")))
    .sort((one, two) => when(two).localeCompare(when(one)));
}

function methodList(page: Page, { methods, agree }: Proof, { parameters }: Run): HTMLElement {
  const { words } = page;
  const n = (value: number, digits = 1): string => words.number(value, digits);
  const { empirical_bayes: bayes, critical_rate: rate } = methods;
  const said: [string, string | null][] = [
    ["cumulative", methods.cumulative.standing ? words.say(methods.cumulative.standing === "black" ? "spot_black" : "spot_potential") : words.say("spot_none")],
    ["poisson", methods.poisson.p === null ? null : `p = ${methods.poisson.p.toPrecision(2)}`],
    ["critical_rate", rate ? words.say("spot_rate", { rate: n(rate.rate, 2), critical: n(rate.critical, 2) }) : words.say("spot_traffic")],
    ["empirical_bayes", bayes ? words.say("spot_bayes", { expected: n(bayes.expected), predicted: n(bayes.predicted), excess: n(bayes.excess) }) : words.say("spot_traffic")],
    ["kde_plus", methods.clusters[0] ? words.say("spot_kde", { strength: n(methods.clusters[0].strength, 2), p: n(methods.clusters[0].p, 3) }) : words.say("spot_none")],
  ];
  const agreed = Object.values(agree).filter(Boolean).length;
  return el("div", {},
    el("p", { class: "hint", test: "spot-agree", text: words.say("spot_agree", { n: agreed, all: Object.keys(agree).length, from: parameters.from, to: parameters.to }) }),
    el("ul", { class: "steps spot-list" }, ...said.map(([name, told]) => told === null ? null :
      el("li", { class: agree[name] ? "spot-yes" : "spot-no" },
        el("span", { class: "spot-mark", text: agree[name] === undefined ? "–" : agree[name] ? "✓" : "✗" }),
        el("span", { text: `${words.say(`spot_${name}` as "spot_poisson")}: ${told}` })))));
}

function crashRow(page: Page, crash: Item): HTMLElement {
  const { words, store } = page;
  const values = crash.properties;
  const count = (name: string): number => Number(values[name] ?? 0);
  const harm = words.say("spot_harm", { deaths: count("deaths"), injured: count("serious") + count("slight") });
  return button({ class: "near-row spot-crash", test: "spot-crash" }, () => store.set({ selected: { layer: "crashes", fid: crash.id } }),
    el("span", { class: "found-blank" }),
    el("span", { class: "near-text" },
      el("span", { class: "near-name", text: words.instant(text(values, "occurred_at")) }),
      el("span", { class: "near-below", text: [values["crash_type"], values["procedure"], text(values, "code")].filter(Boolean).join(" · ") })),
    el("span", { class: count("deaths") > 0 ? "near-far spot-fatal" : "near-far", text: harm }));
}

function text(values: Values, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value : "";
}
