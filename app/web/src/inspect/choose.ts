/** The choice of the pipeline that is walked. */
import { button, el, replace } from "../dom";
import type { Inspection } from "./inspection";
import type { Choice } from "./types";
import { far } from "./where";

/** The button with the pipeline's name, and the list that it opens. */
export function choose(inspection: Inspection): { opener: HTMLElement; list: HTMLDialogElement } {
  const { words } = inspection;
  const opener = button({ class: "opener", test: "pipeline" }, () => open());
  const list = el("dialog", { class: "choices", test: "choices" });
  const render = (): void => {
    const line = inspection.kept?.stakes.line;
    replace(opener, el("span", { class: "opener-name", text: line ? (line.name ?? line.code) : words.say("choose") }), el("span", { class: "opener-sign", text: "▾", attributes: { "aria-hidden": true } }));
    opener.setAttribute("aria-label", words.say("choose"));
  };
  const open = (): void => {
    fill(el("p", { class: "told-near", text: words.say("choices_loading") }));
    list.showModal();
    inspection.choices().then(
      (choices) => fill(choices.length > 0 ? el("ol", {}, ...choices.map((choice) => el("li", {}, row(choice)))) : el("p", { class: "told-near", test: "choices-none", text: words.say(inspection.online ? "choices_none" : "choices_offline") })),
      (fault: unknown) => fill(el("p", { class: "told-near", text: String(fault) })),
    );
  };
  const fill = (content: HTMLElement): void => replace(list,
    el("h2", { text: words.say("choose") }), content,
    button({ class: "big", text: words.say("close"), test: "choices-close" }, () => list.close()));
  const row = (choice: Choice): HTMLElement => button({ class: "choice", test: `choice-${choice.code}` }, () => {
    list.close();
    void inspection.choose(choice.id);
  }, el("span", { class: "choice-name", text: choice.name ?? choice.code }), el("span", { class: "thing-below", text: [choice.code, choice.metres === null ? null : far(choice.metres)].filter(Boolean).join(" · ") }));
  inspection.on(["line"], render);
  inspection.look.on(["language"], render);
  render();
  return { opener, list };
}
