/** The layer tree, which is the legend: groups, what is shown, its symbols, counts and export. */
import { write } from "./address";
import { button, el, replace, svg } from "./dom";
import type { Page } from "./page";
import { chosen, toggle } from "./page";
import { densityLegend } from "./sea/density";
import { zoneLegend } from "./sea/zones";
import { FIRST } from "./state";
import { ROMAN, symbol } from "./symbols";
import type { Collection, Counts, Grade } from "./types";
import { countOf, GRADES } from "./types";

/** The part with the tree. */
export function layerTree(page: Page): HTMLElement {
  const { store, words, figures } = page;
  const head = el("div", { class: "part-head" });
  const tree = el("div", { class: "tree", test: "layers" });
  const part = el("section", { class: "part part-layers lists" }, head, tree);
  const render = (): void => {
    replace(head, el("h2", { text: words.say("layers") }), el("span", { class: "hint", text: words.say("layers_hint") }));
    const groups = new Map<string, Collection[]>();
    for (const layer of ordered(page)) groups.set(words.group(layer), [...(groups.get(words.group(layer)) ?? []), layer]);
    replace(tree, ...[...groups].map(([name, layers]) =>
      el("fieldset", {}, el("legend", { text: name }), ...layers.map((layer) => entry(page, layer)))),
    el("p", { class: "hint", text: words.say("cells_legend") }),
    el("p", { class: "hint", test: "marks-legend", text: words.say("marks_legend") }),
    ...(["import", "check"] as const).map((place) => el("a", { class: "link import-link", test: `${place}-link`, text: words.say(place), href: `/${place}${write({ ...FIRST, theme: store.state.theme, language: store.state.language }).replace(/^#$/, "")}` })));
  };
  figures.on(render);
  store.on(["grades", "layers", "language"], render);
  let zoom = 0;
  store.on(["view"], (state) => {
    const next = Math.floor(state.view?.zoom ?? 0);
    if (next !== zoom) {
      zoom = next;
      render();
    }
  });
  render();
  return part;
}

/** Groups with what is counted come first. */
function ordered(page: Page): Collection[] {
  const layers = [...page.layers.values()];
  const rank = (layer: Collection): number => (layer.counted ? 0 : layer.graded ? 1 : layer.drawn ? 2 : 3);
  const best = new Map<string, number>();
  for (const layer of layers) {
    const group = layer.group[0];
    const much = rank(layer) * 1e9 - (layer.counted ? (layer.count ?? 0) : 0);
    best.set(group, Math.min(best.get(group) ?? Infinity, much));
  }
  return layers.sort((one, two) =>
    (best.get(one.group[0]) ?? 0) - (best.get(two.group[0]) ?? 0) || rank(one) - rank(two));
}

function entry(page: Page, layer: Collection): HTMLElement {
  const { words, store, figures } = page;
  const on = chosen(page).includes(layer.id);
  const found = figures.layers.get(layer.id);
  const count = found === undefined ? layer.count : typeof found === "number" ? found : figures.sum(found, store.state.grades);
  const name = words.layer(layer);
  const box = el("input", { type: "checkbox", test: `layer-${layer.id}`, attributes: { "data-key": `layer-${layer.id}` }, on: { change: () => toggle(page, layer.id) } });
  box.checked = on;
  const hidden = (store.state.view?.zoom ?? 99) < layer.zooms[0];
  return el("div", { class: `layer${on ? "" : " is-off"}`, test: `entry-${layer.id}` },
    el("div", { class: "layer-line" },
      el("label", {}, box, sign(layer), el("span", { class: "layer-name", text: name }),
        el("span", { class: "layer-count number", text: on && count !== undefined ? words.number(count) : "" })),
      el("a", {
        class: "export", test: `export-${layer.id}`, text: words.say("export"), title: words.say("export_title", { name }),
        href: `/api/collections/${layer.id}/export?f=geojson`, attributes: { download: `${layer.id}.geojson` },
      })),
    on && layer.graded && found !== undefined && typeof found !== "number" ? grades(page, layer, found) : null,
    on && hidden ? el("p", { class: "hint", text: words.say("from_zoom", { n: layer.zooms[0] }) }) : null,
    on && layer.id === "sea_zones" ? zoneLegend(page) : null,
    on && layer.id === "vessel_density" ? densityLegend(page) : null,
    on && layer.id === "townships" ? areaLegend(page) : null);
}

function grades(page: Page, layer: Collection, counts: Counts): HTMLElement {
  const { store, words } = page;
  const one = (grade: Grade): HTMLElement => {
    const on = store.state.grades.includes(grade);
    const count = countOf(counts, grade);
    return button({
      class: `chip${on ? "" : " is-off"}${count === 0 ? " is-none" : ""}`, test: `chip-${layer.id}-${grade || "none"}`, title: words.grade(grade),
      attributes: { "aria-pressed": on, "aria-label": `${words.grade(grade)} ${count}`, "data-key": `chip-${layer.id}-${grade}` },
    }, () => store.press(grade), symbol(words.look(grade), 15), el("span", { class: "number", text: words.number(count) }));
  };
  return el("div", { class: "chips", attributes: { role: "group", "aria-label": words.layer(layer) } }, ...GRADES.map(one));
}

function areaLegend(page: Page): HTMLElement {
  const { words } = page;
  return el("div", { class: "area-legend" },
    el("div", { class: "area-swatches" }, ...GRADES.map((grade) =>
      el("span", {}, el("i", { class: `swatch fill-${grade || "none"}` }), [ROMAN[grade], words.gradeShort(grade)].join(" ").trim()))),
    el("p", { class: "hint", text: words.say("area_legend") }));
}

/** How a layer is drawn, in little. */
function sign(layer: Collection): SVGElement {
  const box = (...parts: SVGElement[]): SVGElement =>
    svg("svg", { viewBox: "0 0 24 16", width: 24, height: 16, class: "sign", "aria-hidden": "true" }, ...parts);
  if (layer.geometry.includes("Polygon")) {
    return box(svg("path", { d: "M2 3 14 1.5 22 6 19 14.5 4 13z", class: "sign-area" }));
  }
  if (layer.geometry.includes("Line")) {
    const thin = layer.geometry.endsWith("M");
    const line = "M2 13C8 13 8 3 22 3";
    return thin
      ? box(svg("path", { d: line, class: "sign-line", "stroke-width": 1.6 }))
      : box(svg("path", { d: line, class: "sign-line", "stroke-width": 5 }), svg("path", { d: line, class: "sign-core", "stroke-width": 2.4 }));
  }
  return box(svg("circle", { cx: 12, cy: 8, r: layer.graded ? 6 : 4.5, class: layer.graded ? "sign-full" : "sign-plain" }));
}
