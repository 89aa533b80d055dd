/** Zones at sea: a look for each kind, and their names. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";

import { el } from "../dom";
import type { Page } from "../page";
import type { Base } from "../types";

/** Closed waters, warned waters, havens: away from the colours of the grades and of the boats. */
const COLOURS: Record<Base, [string, string, string]> = {
  light: ["#6A3D9A", "#A11A6E", "#4A5A66"],
  dark: ["#B79BE0", "#F08CCB", "#B7C6D1"],
};
const OF_KIND = [["moratorium", "closed_line", "protected"], ["collision_warning"], ["port", "anchorage"]];
const INK = { light: "#15212B", dark: "#EAF1F6" };
const HALO = { light: "#FFFFFF", dark: "#06121B" };

function byKind(values: readonly (string | number)[]): ExpressionSpecification {
  return ["match", ["get", "kind"], ...OF_KIND.flatMap((kinds, at) => [kinds, values[at]]), values[2]] as unknown as ExpressionSpecification;
}

/** A style layer of the zones with the looks of their kinds; others as they are. */
export function zoned(part: LayerSpecification, base: Base): LayerSpecification {
  if (part.id !== "sea_zones-fill" || part.type !== "fill") return part;
  const colour = byKind(COLOURS[base]);
  const faint: ExpressionSpecification = ["case", ["==", ["get", "kind"], "moratorium"], 0.04, byKind([0.12, 0.16, 0.3])];
  return { ...part, paint: { "fill-color": colour, "fill-opacity": faint, "fill-outline-color": colour } };
}

/** Edges and names of the zones, over the tiles of the service. */
export function zoneLayers(sources: Record<string, unknown>, base: Base): LayerSpecification[] {
  const [source] = ["risk-sea_zones", "risk"].filter((name) => name in sources);
  if (!source) return [];
  const place = { source, "source-layer": "sea_zones", metadata: { "riskmap:layer": "sea_zones" } };
  const visibility = source === "risk" ? "visible" : "none";
  return [
    { ...place, id: "sea_zones-edge", type: "line", filter: ["!=", ["get", "kind"], "moratorium"], layout: { visibility }, paint: { "line-color": byKind(COLOURS[base]), "line-width": 1.4, "line-opacity": 0.75, "line-dasharray": [4, 2] } },
    { ...place, id: "sea_zones-name", type: "symbol",
      layout: { visibility, "text-field": ["get", "name"], "text-size": 12, "text-padding": 30, "text-font": ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "HarmonyOS Sans SC", "sans-serif"] },
      paint: { "text-color": INK[base], "text-halo-color": HALO[base], "text-halo-width": 1.6 } },
  ];
}

/** What the colours of the zones mean. */
export function zoneLegend(page: Page): HTMLElement {
  return el("div", { class: "density-legend", test: "zone-legend" },
    ...(["zone_closed", "zone_warned", "zone_haven"] as const).map((word) => el("span", {}, el("i", { class: `swatch swatch-${word}` }), page.words.say(word))));
}
