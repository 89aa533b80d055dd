/** The head of the page in large letters: stake, side, distance from the pipe, and how sure that is. */
import { el, replace } from "../dom";
import { isOld } from "./gps";
import { spell } from "./ground";
import type { Inspection } from "./inspection";
import type { Foot, Position } from "./types";

/** The part that says where I am. */
export function where(inspection: Inspection): HTMLElement {
  const part = el("section", { class: "where", test: "where", attributes: { "aria-live": "polite" } });
  const render = (): void => {
    const { position, words, kept } = inspection;
    part.dataset["blind"] = String(position === null);
    if (!position) return replace(part, el("p", { class: "where-none", test: "blind", text: words.say(inspection.blind) }));
    if (!kept) return replace(part, el("p", { class: "where-none", text: words.say(inspection.loading ? "line_loading" : "line_none") }), accuracy(inspection, position));
    const [foot, ...others] = inspection.feet();
    if (!foot) return;
    replace(part,
      el("div", { class: "where-stake" },
        el("strong", { class: "number", test: "stake", attributes: { "data-stake": foot.stake.toFixed(2) }, text: spell(foot.stake) }),
        el("span", { class: "where-side", test: "side", attributes: { "data-side": foot.side, "data-offset": foot.offset.toFixed(2) }, text: aside(inspection, foot) })),
      el("div", { class: "where-sure" }, accuracy(inspection, position), sure(inspection, position, foot), beyond(inspection, foot)),
      others.length > 0 ? el("p", { class: "where-other", test: "other-stakes", text: words.say("also", { stakes: others.map((other) => spell(other.stake)).join("、") }) }) : null);
  };
  inspection.on(["position", "line"], render);
  inspection.look.on(["language"], render);
  window.setInterval(render, 10_000);
  render();
  return part;
}

function aside({ words }: Inspection, foot: Foot): string {
  if (foot.side === "on") return words.say("side_on");
  return words.say(`side_${foot.side}`, { far: far(foot.offset) });
}

/** Metres as a person reads them on the way. */
export function far(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`;
}

function accuracy({ words }: Inspection, { accuracy: metres, at }: Position): HTMLElement {
  if (metres === null) return el("span", { class: "badge", text: words.say("by_hand") });
  const old = isOld(at);
  return el("span", { class: old ? "badge is-warning" : "badge", test: "accuracy", text: old ? words.say("position_old", { when: words.clock(at) }) : words.say("accuracy", { n: Math.round(metres) }) });
}

/** Whether the side of the pipe is certain at the phone's accuracy. */
function sure({ words }: Inspection, position: Position, foot: Foot): HTMLElement | null {
  if (position.accuracy === null) return null;
  const certain = foot.offset > position.accuracy;
  return el("span", { class: certain ? "badge is-certain" : "badge is-possible", test: "certainty", attributes: { "data-certainty": certain ? "certain" : "possible" }, text: words.say(certain ? "side_certain" : "side_possible") });
}

function beyond({ words }: Inspection, foot: Foot): HTMLElement | null {
  if (foot.beyond === null) return null;
  return el("span", { class: "badge is-warning", test: "beyond", text: words.say(`beyond_${foot.beyond}`) });
}
