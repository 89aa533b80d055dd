/** The line that says whether there is a network, and of when what is shown is. */
import { button, el, replace } from "../dom";
import type { Inspection } from "./inspection";

const OLD_MS = 10 * 60_000;

/** The line below the head. */
export function network(inspection: Inspection): HTMLElement {
  const { words } = inspection;
  const part = el("div", { class: "network", test: "network", attributes: { role: "status" } });
  const render = (): void => {
    const { kept, online, loading, fault } = inspection;
    part.dataset["online"] = String(online);
    const when = kept ? words.clock(kept.at) : null;
    const old = kept !== null && Date.now() - kept.at > OLD_MS;
    part.dataset["old"] = String(old);
    const text = fault !== null ? words.half(fault)
      : loading ? words.say(kept ? "refreshing" : "line_loading", { when: when ?? "" })
        : !online ? (when ? words.say("offline", { when }) : words.say("offline_empty"))
          : when ? words.say("online", { when }) : words.say("online_empty");
    const ready = document.documentElement.dataset["kept"] === "true";
    replace(part, el("span", { class: online && fault === null ? "lamp is-on" : "lamp", attributes: { "aria-hidden": true } }), el("span", { class: "network-text", test: "network-text", text }),
      kept && !loading && (old || !online) ? button({ class: "again", text: words.say("refresh"), test: "refresh", attributes: { "data-key": "refresh" } }, () => void inspection.choose(kept.id)) : null,
      ready && online && !old ? el("span", { class: "ready", test: "offline-ready", text: words.say("ready_offline") }) : null);
  };
  inspection.on(["network", "line"], render);
  inspection.look.on(["language"], render);
  window.setInterval(() => {
    render();
    void (inspection.online ? inspection.refresh() : undefined);
  }, 30_000);
  render();
  return part;
}
