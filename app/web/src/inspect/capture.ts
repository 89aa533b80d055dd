/** What I see here, in a few presses: a work of others, something on the pipe, a danger; with photos and the verdict. */
import { button, el, replace } from "../dom";
import { ask, Unreachable } from "./ask";
import { spell } from "./ground";
import type { Inspection } from "./inspection";
import { newKey } from "./outbox";
import type { Outbox } from "./outbox";
import { small } from "./photo";
import type { Foot, Position } from "./types";

const MOST_PHOTOS = 9;
const NAME_KEY = "riskmap-inspect-actor";

type Register = "third_party_works" | "encroachments" | "hidden_dangers";
const REGISTERS: readonly Register[] = ["third_party_works", "encroachments", "hidden_dangers"];
/** What the register calls them; the words of the page name them in English too. */
const ON_PIPE = ["占压", "安全距离不足", "深根植物", "交叉穿越", "密闭空间", "图纸不一致"] as const;
const LEVELS = ["0", "1"] as const;

interface Activity {
  id: string;
  title: string;
}

interface Verdict {
  verdict: string;
  verdict_text: string;
  verdicts: { article: string; article_en: string; text: string; text_en: string }[];
}

interface Draft {
  register: Register;
  kind: string;
  note: string;
  actor: string;
  photos: Blob[];
}

/** The tab in which a capture is made. */
export function capture(inspection: Inspection, outbox: Outbox): HTMLElement {
  const { words } = inspection;
  const part = el("section", { class: "tab-capture", test: "tab-capture" });
  let activities: Activity[] = [];
  let draft: Draft = { register: "third_party_works", kind: "", note: "", actor: localStorage.getItem(NAME_KEY) ?? "", photos: [] };
  let judged: { of: string; verdict: Verdict | null } = { of: "", verdict: null };
  const verdict = el("div", { class: "verdict", test: "verdict", attributes: { role: "status" } });
  const place = el("p", { class: "told-near", test: "capture-place" });
  const save = button({ class: "big is-main", test: "capture-save", attributes: { "data-key": "save" } }, () => void keep());

  const set = (change: Partial<Draft>): void => {
    draft = { ...draft, ...change };
    render();
  };
  const render = (): void => {
    if (inspection.tab !== "capture") return;
    replace(part, place,
      chips("register", REGISTERS.map((id) => [id, words.say(`capture_${id}`)]), draft.register, (register) => set({ register: register as Register, kind: "" })),
      draft.register === "third_party_works" ? picker() : chips("kind", kinds(), draft.kind, (kind) => set({ kind })),
      verdict,
      field("note", el("textarea", { attributes: { rows: 2, maxlength: 500, "data-key": "note", "data-testid": "capture-note" }, on: { input: (event: Event) => (draft.note = (event.target as HTMLTextAreaElement).value) } }), draft.note),
      field("actor", el("input", { attributes: { maxlength: 50, autocomplete: "name", "data-key": "actor", "data-testid": "capture-actor" }, on: { input: (event: Event) => (draft.actor = (event.target as HTMLInputElement).value) } }), draft.actor),
      photos(), save);
    follow();
  };
  /** What changes with every step: where it is, whether it may be saved, what the law says there. */
  const follow = (): void => {
    if (inspection.tab !== "capture") return;
    const { position } = inspection;
    const foot = inspection.feet()[0];
    place.textContent = position ? words.say("capture_here", { where: told(inspection, position, foot) }) : words.say(inspection.blind);
    save.disabled = !position || !draft.kind;
    save.textContent = words.say(!draft.kind ? "capture_choose" : inspection.online ? "capture_save" : "capture_save_offline");
    void judge();
  };
  const judge = async (): Promise<void> => {
    const { position } = inspection;
    if (draft.register !== "third_party_works" || !draft.kind || !position) return replace(verdict);
    const of = `${draft.kind} ${position.lon.toFixed(5)} ${position.lat.toFixed(5)}`;
    if (of === judged.of) return show();
    judged = { of, verdict: null };
    try {
      const geometry = { type: "Point", coordinates: [position.lon, position.lat] };
      const answer = await ask<Verdict>("/api/verdict", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ activity: draft.kind, geometry }), seconds: 10 });
      if (judged.of === of) judged = { of, verdict: answer.content };
    } catch (fault) {
      if (!(fault instanceof Unreachable)) throw fault;
      if (judged.of === of) judged = { of: "", verdict: null };
    }
    show();
  };
  const show = (): void => {
    const found = judged.verdict;
    if (!found) return replace(verdict, el("span", { text: words.say("verdict_later") }));
    const rule = found.verdicts[0];
    const english = words.shared.language === "en";
    verdict.dataset["verdict"] = found.verdict;
    replace(verdict, el("strong", { text: words.say("law_says", { what: found.verdict_text }) }),
      rule ? el("span", { text: `${english ? rule.article_en : rule.article}：${english ? rule.text_en : rule.text}` }) : null);
  };
  const picker = (): HTMLElement => {
    const select = el("select", { attributes: { "data-key": "activity", "data-testid": "capture-activity", "aria-label": words.say("capture_activity") }, on: { change: (event: Event) => set({ kind: (event.target as HTMLSelectElement).value }) } },
      el("option", { text: words.say("capture_activity"), attributes: { value: "" } }),
      ...activities.map(({ id, title }) => el("option", { text: words.shared.language === "zh" ? title : id.replaceAll("_", " "), attributes: { value: id } })));
    select.value = draft.kind;
    return el("label", { class: "field-row" }, select);
  };
  const kinds = (): [string, string][] => draft.register === "encroachments"
    ? ON_PIPE.map((kind) => [kind, words.say(`kind_${kind}`)])
    : LEVELS.map((level) => [level, words.say(`level_${level}`)]);
  const chips = (name: string, choices: [string, string][], chosen: string, choose: (id: string) => void): HTMLElement => el("div", { class: "chips is-kinds", attributes: { role: "group", "aria-label": words.say(name === "register" ? "tab_capture" : "kinds") } },
    ...choices.map(([id, text]) => button({ class: "chip", text, test: `${name}-${id}`, attributes: { "aria-pressed": id === chosen, "data-key": `${name}-${id}` } }, () => choose(id))));
  const field = (name: "note" | "actor", input: HTMLInputElement | HTMLTextAreaElement, value: string): HTMLElement => {
    input.value = value;
    return el("label", { class: "field-row" }, el("span", { text: words.say(`capture_${name}`) }), input);
  };
  const photos = (): HTMLElement => {
    const input = el("input", { type: "file", class: "unseen-file", attributes: { accept: "image/*", capture: "environment", multiple: true, "data-testid": "capture-photo" }, on: { change: (event: Event) => void taken(event.target as HTMLInputElement) } });
    return el("label", { class: "big photo-button" }, input, el("span", { test: "photo-count", text: draft.photos.length > 0 ? words.say("photos_count", { n: draft.photos.length }) : words.say("photo_take") }));
  };
  const taken = async (input: HTMLInputElement): Promise<void> => {
    const made = await Promise.all([...(input.files ?? [])].map(small));
    set({ photos: [...draft.photos, ...made].slice(0, MOST_PHOTOS) });
  };
  const keep = async (): Promise<void> => {
    const { position } = inspection;
    if (!position || !draft.kind) return;
    const key = newKey();
    const { register, kind, actor, photos: pictures } = draft;
    const foot = inspection.feet()[0] ?? null;
    const title = register === "third_party_works" ? (activities.find(({ id }) => id === kind)?.title ?? kind) : register === "encroachments" ? kind : words.say(`level_${kind as "0" | "1"}`);
    if (actor) localStorage.setItem(NAME_KEY, actor);
    save.disabled = true;
    await outbox.add({
      key, path: `/api/captures/${key}`, title: `${words.say(`capture_${register}`)} · ${title}`, at: Date.now(), photos: pictures, photosSent: 0,
      state: "waiting", reason: null, code: null, verdict: null, percent: null,
      body: {
        layer: register, properties: properties(inspection, draft, title, foot), seen_at: new Date().toISOString(), accuracy_m: position.accuracy,
        geometry: { type: "Point", coordinates: [position.lon, position.lat] }, ...(actor ? { actor } : {}),
      },
    });
    draft = { ...draft, kind: "", note: "", photos: [] };
    inspection.go("outbox");
  };
  void ask<{ activities: Activity[] }>("/api/verdict/activities").then(({ content }) => {
    activities = content.activities;
    render();
  }).catch(() => undefined);
  inspection.on(["tab"], render);
  inspection.on(["position", "line", "network"], follow);
  inspection.look.on(["language"], render);
  return part;
}

/** K12+300, left 15 m, ±8 m: where what is captured will be. */
function told({ words }: Inspection, position: Position, foot: Foot | undefined): string {
  const accuracy = position.accuracy === null ? words.say("by_hand") : words.say("accuracy", { n: Math.round(position.accuracy) });
  if (!foot) return `${position.lon.toFixed(5)}, ${position.lat.toFixed(5)} · ${accuracy}`;
  const side = foot.side === "on" ? words.say("side_on") : words.say(`side_${foot.side}`, { far: `${Math.round(foot.offset)} m` });
  return `${spell(foot.stake)} ${side} · ${accuracy}`;
}

/** Fields of the register; the pipeline only where it is near enough to be the one. */
function properties(inspection: Inspection, draft: Draft, title: string, foot: Foot | null): Record<string, string | number> {
  const code = inspection.kept?.stakes.line.code;
  const near = foot && code && foot.beyond === null && foot.offset <= 500 ? { code, foot } : null;
  const note = draft.note.trim();
  const name = (note || title).slice(0, 60);
  switch (draft.register) {
    case "third_party_works":
      return { name, activity: draft.kind, state: "施工中", ...(note ? { notice: note } : {}), ...(near ? { pipeline_code: near.code, measure_m: round(near.foot.stake), offset_m: round(near.foot.offset) } : {}) };
    case "encroachments":
      return { name, kind: draft.kind, ...(near ? { pipeline_code: near.code, from_m: round(near.foot.stake), to_m: round(near.foot.stake), offset_m: round(near.foot.offset) } : {}) };
    case "hidden_dangers":
      return { name, level: draft.kind, channel: "1", ...(near ? { pipeline_code: near.code, measure_m: round(near.foot.stake) } : {}) };
  }
}

const round = (metres: number): number => Math.max(0, Math.round(metres * 100) / 100);
