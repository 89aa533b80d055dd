/** The list of what waits, what was refused and what is sent. */
import { button, el, replace } from "../dom";
import type { Inspection } from "./inspection";
import type { Entry, Outbox } from "./outbox";

/** The tab of the outbox. */
export function sent(inspection: Inspection, outbox: Outbox): HTMLElement {
  const { words } = inspection;
  const told = el("p", { class: "told-near", test: "outbox-told", attributes: { role: "status" } });
  const list = el("ol", { class: "things", test: "outbox" });
  const part = el("section", { class: "tab-outbox" }, told, list);
  const render = (): void => {
    const waiting = outbox.waiting().length;
    told.textContent = waiting > 0 ? words.say(inspection.online ? "outbox_waiting" : "outbox_offline", { n: waiting })
      : words.say(outbox.entries.length > 0 ? "outbox_done" : "outbox_empty");
    replace(list, ...outbox.entries.map((entry) => el("li", {}, row(entry))));
  };
  const row = (entry: Entry): HTMLElement => el("div", { class: "entry", test: "entry", attributes: { "data-state": entry.state, "data-entry": entry.key } },
    el("span", { class: `sign is-${entry.state}`, text: words.say(`entry_${entry.state}`) }),
    el("span", { class: "thing-text" },
      el("span", { class: "thing-name", text: entry.title }),
      el("span", { class: "thing-below", text: below(inspection, entry) }),
      entry.verdict ? el("strong", { class: "entry-verdict", test: "entry-verdict", text: words.say("law_says", { what: entry.verdict }) }) : null,
      entry.reason ? el("span", { class: "entry-reason", test: "entry-reason", text: words.half(entry.reason) }) : null),
    entry.state === "refused" ? button({ class: "chip", text: words.say("drop"), test: "drop", attributes: { "data-key": `drop-${entry.key}` } }, () => {
      if (window.confirm(words.say("drop_sure"))) void outbox.drop(entry.key);
    }) : null);
  inspection.on(["outbox", "network", "tab"], render);
  inspection.look.on(["language"], render);
  render();
  return part;
}

function below({ words }: Inspection, entry: Entry): string {
  const photos = entry.photos.length > 0 ? words.say("entry_photos", { sent: entry.photosSent, all: entry.photos.length }) : null;
  const share = entry.percent === null ? null : words.say("entry_percent", { n: entry.percent });
  return [words.clock(entry.at), share, entry.code, photos].filter((part) => part).join(" · ");
}
