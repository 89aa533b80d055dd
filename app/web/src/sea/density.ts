/** Vessel-hours in hexagons: classes and colours, from light to dark on the light map and back on the dark one. */
import type { ExpressionSpecification } from "maplibre-gl";

import { el } from "../dom";
import type { Page } from "../page";
import type { Base } from "../types";

/** Closed lower limits of the classes, hours. */
const FROM = [0, 1, 5, 20, 100, 500] as const;
const COLOURS: Record<Base, readonly string[]> = {
  light: ["#E4EFEA", "#BFE3D6", "#85CDB7", "#3FAE95", "#117A69", "#0A4A45"],
  dark: ["#15303A", "#1B4B51", "#23706B", "#34A083", "#5FD3A6", "#C4F7DF"],
};

/** The colour of a hexagon by its hours. */
export function densityColour(base: Base): ExpressionSpecification {
  const [first, ...rest] = COLOURS[base];
  return ["step", ["get", "hours"], first, ...rest.flatMap((colour, at) => [FROM[at + 1], colour])] as unknown as ExpressionSpecification;
}

/** The classes with their colours. */
export function densityLegend(page: Page): HTMLElement {
  const { words } = page;
  return el("div", { class: "density-legend", test: "density-legend" },
    ...FROM.map((from, at) => el("span", {}, el("i", { class: `swatch density-${at}` }), from === 0 ? `<${FROM[1]}` : at === FROM.length - 1 ? `≥${from}` : `${from}–${FROM[at + 1]}`)),
    el("p", { class: "hint", text: words.say("density_legend") }));
}
