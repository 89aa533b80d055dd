/** The tab of the patrol: begin, see what is passed, end. */
import { button, el, replace } from "../dom";
import { readStake, spell } from "./ground";
import type { Inspection } from "./inspection";
import type { Walk } from "./walk";

const NAME_KEY = "riskmap-inspect-actor";

/** The tab of the patrol. */
export function patrol(inspection: Inspection, walk: Walk): HTMLElement {
  const { words } = inspection;
  const part = el("section", { class: "tab-patrol", test: "tab-patrol" });
  let of: number | null = null;
  const ends = { from: stakeInput("from"), to: stakeInput("to") };
  const told = el("p", { class: "told-near", test: "patrol-told", attributes: { role: "status" } });
  const begin = button({ class: "big is-main", test: "patrol-start", attributes: { "data-key": "start" } }, () => {
    const [from, to] = [readStake(ends.from.value), readStake(ends.to.value)];
    if (from !== null && to !== null) void walk.start(from, to);
  });
  const render = (): void => {
    if (inspection.tab !== "patrol") return;
    if (walk.running) replace(part, ...underWay());
    else replace(part, ...before());
  };
  const before = (): HTMLElement[] => {
    const line = inspection.kept?.stakes.line;
    if (!line) return [el("p", { class: "told-near", text: words.say("choose_first") })];
    if (of !== line.id) {
      of = line.id;
      ends.from.value = spell(line.first_m);
      ends.to.value = spell(line.last_m);
    }
    check();
    begin.textContent = words.say("patrol_start");
    return [told, el("div", { class: "stretch" }, el("label", { class: "field-row" }, el("span", { text: words.say("patrol_from") }), ends.from), el("label", { class: "field-row" }, el("span", { text: words.say("patrol_to") }), ends.to)), begin];
  };
  const check = (): void => {
    const line = inspection.kept?.stakes.line;
    const [from, to] = [readStake(ends.from.value), readStake(ends.to.value)];
    const inside = (at: number | null): boolean => line !== undefined && at !== null && at >= line.first_m - 0.5 && at <= line.last_m + 0.5;
    const fine = inside(from) && inside(to) && Math.abs(from! - to!) >= 1;
    begin.disabled = !fine;
    const places = fine ? inspection.kept!.stakes.waypoints.filter(({ measure_m: at }) => at >= Math.min(from!, to!) - 0.5 && at <= Math.max(from!, to!) + 0.5).length : 0;
    told.textContent = fine ? words.say("patrol_places", { n: places }) : words.say("patrol_stretch_wrong", { first: line ? spell(line.first_m) : "", last: line ? spell(line.last_m) : "" });
  };
  const underWay = (): HTMLElement[] => {
    const { running } = walk;
    const { all, passed, percent } = walk.counts();
    const share = percent === null ? words.say("patrol_no_places") : words.say("patrol_share", { passed, all, percent });
    return [
      el("p", { class: "patrol-head" }, el("strong", { class: "number", test: "patrol-share", attributes: { "data-percent": percent ?? "" }, text: share }),
        el("span", { text: `${running!.name ?? running!.code} ${spell(running!.from)}–${spell(running!.to)} · ${words.clock(running!.at)}` })),
      button({ class: "big is-stop", test: "patrol-stop", text: words.say("patrol_stop"), attributes: { "data-key": "stop" } }, () => {
        if (!window.confirm(words.say(walk.walked ? "patrol_stop_sure" : "patrol_stop_empty", { share }))) return;
        const sends = walk.walked;
        void walk.stop(`${words.say("tab_patrol")} · ${running!.name ?? running!.code}`, localStorage.getItem(NAME_KEY) ?? "").then(() => (sends ? inspection.go("outbox") : undefined));
      }),
      el("ol", { class: "things", test: "places" }, ...running!.places.map((place) => el("li", { class: "place", test: "place", attributes: { "data-passed": walk.passed(place), "data-place": `${place.layer}/${place.id}` } },
        el("span", { class: "place-sign", attributes: { "aria-hidden": true }, text: walk.passed(place) ? "☑" : "☐" }),
        el("span", { class: "thing-name", text: place.name }), el("span", { class: "thing-below", text: `${place.stake} · ${place.kind} · ${words.say(walk.passed(place) ? "place_passed" : "place_open")}` })))),
    ];
  };
  function stakeInput(name: "from" | "to"): HTMLInputElement {
    return el("input", { attributes: { inputmode: "text", autocomplete: "off", "data-key": `stake-${name}`, "data-testid": `patrol-${name}` }, on: { input: () => check() } });
  }
  inspection.on(["tab", "line", "patrol"], render);
  inspection.look.on(["language"], render);
  return part;
}
