/** What is sent to the service: files with their progress, and undo. */
import { Refused } from "../api";
import type { Import, Mapping, Undone } from "./types";

export interface Order {
  layer: string;
  crs: string;
  timezone: string;
  actor: string;
  dryRun: boolean;
  mapping: Mapping | null;
  /** The file, or the token of one that was sent for a dry run. */
  file: File | string;
}

/** Send an order; `sent` is told the share of the file that has gone. Throws `Refused`, or an error where the connection broke. */
export function send(order: Order, sent: (share: number) => void): Promise<Import> {
  const form = new FormData();
  form.set("layer", order.layer);
  form.set("crs", order.crs);
  form.set("timezone", order.timezone);
  form.set("actor", order.actor);
  form.set("dry_run", String(order.dryRun));
  if (order.mapping) form.set("mapping", JSON.stringify(order.mapping));
  if (typeof order.file === "string") form.set("upload", order.file);
  else form.set("file", order.file);
  // fetch tells nothing of how much has gone.
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) sent(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status < 300) resolve(answer as unknown as Import);
      else reject(refusal(request.status, answer));
    });
    request.addEventListener("error", () => reject(new Error("lost")));
    request.open("POST", "/api/imports");
    request.send(form);
  });
}

/** Undo an import. */
export async function undo(id: number): Promise<Undone> {
  const answer = await fetch(`/api/imports/${id}/undo`, { method: "POST" });
  const content = parsed(await answer.text());
  if (!answer.ok) throw refusal(answer.status, content);
  return content as unknown as Undone;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function refusal(status: number, content: Record<string, unknown>): Refused {
  return new Refused(status, String(content["detail"] ?? content["title"] ?? `HTTP ${status}`));
}
