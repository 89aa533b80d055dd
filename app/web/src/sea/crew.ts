/** Who answers for a boat: skipper, else owner, with the telephone; asked for many boats at once. */
import { get, query } from "../api";
import { el } from "../dom";
import { phone } from "../owner";
import type { Page } from "../page";
import type { Items, Values } from "../types";

const FIELDS = "mmsi,name,owner,owner_phone,skipper,skipper_phone,home_port";
const MANY = 100;

/** The rows of the register by MMSI. */
export class Register {
  private readonly known = new Map<string, Values>();

  of(mmsi: string): Values | undefined {
    return this.known.get(mmsi);
  }

  /** Read the rows of boats that are not known yet; what does not come is left out. */
  async read(mmsis: Iterable<string>): Promise<void> {
    const asked = [...new Set(mmsis)].filter((mmsi) => /^\d{9}$/.test(mmsi) && !this.known.has(mmsi));
    for (let from = 0; from < asked.length; from += MANY) {
      const some = asked.slice(from, from + MANY).map((mmsi) => `'${mmsi}'`).join(",");
      const path = query("/api/collections/vessels/items", { filter: `mmsi IN (${some})`, limit: MANY, properties: FIELDS });
      const items = await get<Items>(path).catch(() => null);
      for (const { properties } of items?.features ?? []) this.known.set(String(properties["mmsi"]), properties);
    }
  }
}

/** One line: skipper, else owner; telephone; port. */
export function crewLine(page: Page, values: Values | undefined): HTMLElement {
  const text = (name: string): string | null => {
    const value = values?.[name];
    return typeof value === "string" && value ? value : null;
  };
  const who = text("skipper") ? "skipper" : "owner";
  const number = text(`${who}_phone`) ?? text("owner_phone");
  const told = [text(who), text("home_port")].filter(Boolean).join(" · ");
  if (!told && !number) return el("span", { class: "worst-owner", text: page.words.say(values ? "no_owner" : "sea_unregistered") });
  return el("span", { class: "worst-owner" }, el("span", { class: "worst-unit", text: told }), number ? phone(number) : null);
}
