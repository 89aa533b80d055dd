/** The worker that keeps the page for places without a network, and what is told of it. */
import { button, el } from "../dom";
import type { Inspection } from "./inspection";

const WORKER = "/inspect-worker.js";

/** Let the worker keep the page; when a newer page is ready, offer it: never change it under a walker's hands. */
export function keepOffline(inspection: Inspection): void {
  const root = document.documentElement;
  if (!("serviceWorker" in navigator)) {
    root.dataset["kept"] = "never";
    return;
  }
  void navigator.serviceWorker.ready.then(() => {
    root.dataset["kept"] = "true";
    inspection.tell("network");
  });
  // What a browser may throw away when its disk is full is not good enough for an outbox.
  void navigator.storage?.persist?.();
  let replaced = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (replaced && root.dataset["update"] === "taken") location.reload();
    replaced = true;
  });
  navigator.serviceWorker.register(WORKER, { scope: "/inspect" }).then((registration) => {
    const offer = (): void => {
      if (registration.waiting && navigator.serviceWorker.controller) show(inspection, registration.waiting);
    };
    offer();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
    window.addEventListener("online", () => void registration.update().catch(() => undefined));
  }).catch(() => {
    root.dataset["kept"] = "never";
  });
}

function show(inspection: Inspection, worker: ServiceWorker): void {
  if (document.querySelector(".newer")) return;
  const bar = el("div", { class: "newer", test: "newer", attributes: { role: "status" } }, el("span", { text: inspection.words.say("newer") }),
    button({ class: "big", text: inspection.words.say("newer_take") }, () => {
      document.documentElement.dataset["update"] = "taken";
      worker.postMessage("take over");
    }));
  document.body.append(bar);
}
