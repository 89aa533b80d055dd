/** Where a record is and who answers for it, whatever its layer calls the fields. */
import { el } from "./dom";
import type { Page } from "./page";
import type { Collection, Values } from "./types";

const isPhone = (name: string): boolean => /phone|tel/.test(name);

/** The place in words: its address, else its township, else its layer. */
export function placeOf(page: Page, layer: Collection, values: Values): string {
  const address = values["address"];
  if (typeof address === "string" && address && page.words.language === "zh") return address;
  const town = page.townships.name(values["township_code"], page.words.language);
  return [town, town ? null : page.words.layer(layer)].filter(Boolean).join(" ");
}

/** A telephone number that can be pressed. */
export function phone(number: string): HTMLAnchorElement {
  return el("a", { class: "phone", href: `tel:${number.replace(/[^\d+*#,;-]/g, "")}`, text: number });
}

/** One line: person or unit, and telephone. */
export function ownerLine(page: Page, layer: Collection, values: Values): HTMLElement {
  const text = (name: string | undefined): string | null => {
    const value = name ? values[name] : null;
    return typeof value === "string" && value ? value : null;
  };
  const person = text(layer.owner_fields.find((name) => /person|owner$/.test(name)));
  const unit = text(layer.owner_fields.find((name) => /unit|operator/.test(name)));
  const number = text(layer.owner_fields.find(isPhone));
  if (!person && !unit && !number) return el("span", { class: "worst-owner", text: page.words.say("no_owner") });
  return el("span", { class: "worst-owner" }, el("span", { class: "worst-unit", text: [person, unit].filter(Boolean).join(" · ") }),
    number ? phone(number) : null);
}

/** Everything known of who answers, as rows of a list of terms. */
export function ownerRows(page: Page, layer: Collection, values: Values): HTMLElement[] {
  return layer.owner_fields.flatMap((name) => {
    const text = page.words.value(name, values[name], layer.fields[name]);
    if (text === null) return [];
    return [el("dt", { text: page.words.field(name, layer.fields[name]) }),
      el("dd", {}, isPhone(name) ? phone(text) : text)];
  });
}
