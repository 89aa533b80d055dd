/** The symbols of the grades: shape, number, colour, dark outline; on the map and in the lists. */
import type { Map as MapLibre } from "maplibre-gl";

import { svg } from "./dom";
import { AGES, paintBoat, SIDE as BOAT_SIDE } from "./sea/boats";
import type { Base, Grade, Look } from "./types";
import type { Words } from "./words";

/** What stands before the name of an area of a grade. */
export const ROMAN: Record<Grade, string> = { 1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ", 0: "" };

const SIDE = 28;
const OUTLINE = { light: "#2B2B2B", dark: "#0A0F14" };
const SHAPES: Record<Look["symbol"], string> = {
  diamond: "M14 1.5 26.5 14 14 26.5 1.5 14z",
  triangle: "M14 2.2 26.6 25H1.4z",
  square: "M3.6 3.6h20.8v20.8H3.6z",
  circle: "M14 2.6a11.4 11.4 0 1 1 0 22.8a11.4 11.4 0 1 1 0-22.8z",
  ring: "M14 2.6a11.4 11.4 0 1 1 0 22.8a11.4 11.4 0 1 1 0-22.8z",
};
const NUMBER_AT: Record<Look["symbol"], [number, number]> = {
  diamond: [18.8, 13.5],
  triangle: [21.8, 13],
  square: [19.2, 14.5],
  circle: [19, 14],
  ring: [19, 14],
};

/** Colour of a grade on a base. */
export function colourOf(look: Look, base: Base): string {
  return base === "light" ? look.colour : look.colour_dark;
}

/** Colour of what is written on the colour of a grade. */
export function inkOf(look: Look, base: Base): string {
  if (look.symbol === "ring") return base === "light" ? "#4A4A4A" : "#D5DCE1";
  return base === "dark" ? "#000000" : look.ink;
}

/** The symbol of a grade for lists and legends; its colours follow the theme by CSS. */
export function symbol(look: Look, side = 18): SVGElement {
  const ring = look.symbol === "ring";
  const key = look.grade ?? "none";
  const [y, size] = NUMBER_AT[look.symbol];
  const number = svg("text", {
    x: 14, y, "text-anchor": "middle", "font-size": size, "font-weight": 700,
    class: ring ? "symbol-ink-none" : "symbol-ink", fill: look.ink,
  });
  number.textContent = look.mark;
  const shape = svg("path", {
    d: SHAPES[look.symbol], class: `symbol-shape fill-${key}`, "stroke-width": ring ? 3 : 1.8, "stroke-linejoin": "round",
  });
  return svg("svg", { viewBox: "0 0 28 28", width: side, height: side, class: "symbol", "aria-hidden": "true" }, shape, number);
}

/** Give the map the images that its style names. */
export function draw(map: MapLibre, words: Words, base: Base): void {
  for (const grade of [1, 2, 3, 4, 0] as Grade[]) {
    const look = words.look(grade);
    put(map, `cell-${look.grade ?? "none"}`, SIDE, (brush) => paint(brush, look, base));
    put(map, `risk-${look.grade ?? "none"}`, SIDE, (brush) => {
      paint(brush, look, base);
      number(brush, look, base);
    });
  }
  put(map, "risk-plain", SIDE, (brush) => plain(brush, base));
  put(map, "risk-marked", SIDE, (brush) => marked(brush, base));
  put(map, "hatch-none", 8, hatch);
  put(map, "stale", 16, (brush) => clock(brush, base));
  for (const age of AGES) {
    put(map, `boat-${age}`, BOAT_SIDE, (brush) => paintBoat(brush, age, base, true));
    put(map, `buoy-${age}`, BOAT_SIDE, (brush) => paintBoat(brush, age, base, false));
  }
}

function put(map: MapLibre, name: string, side: number, paint: (brush: CanvasRenderingContext2D) => void): void {
  const ratio = 2;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * ratio;
  const brush = canvas.getContext("2d");
  if (!brush) return;
  brush.scale(ratio, ratio);
  paint(brush);
  const image = brush.getImageData(0, 0, canvas.width, canvas.height);
  if (map.hasImage(name)) map.removeImage(name);
  map.addImage(name, image, { pixelRatio: ratio });
}

function paint(brush: CanvasRenderingContext2D, look: Look, base: Base): void {
  const shape = new Path2D(SHAPES[look.symbol]);
  const ring = look.symbol === "ring";
  const colour = colourOf(look, base);
  brush.lineJoin = "round";
  brush.fillStyle = ring ? (base === "light" ? "#FFFFFF" : "#1A2731") : colour;
  brush.fill(shape);
  brush.lineWidth = ring ? 3.6 : 2;
  brush.strokeStyle = OUTLINE[base];
  brush.stroke(shape);
  if (ring) {
    brush.lineWidth = 2;
    brush.strokeStyle = colour;
    brush.stroke(shape);
  }
}

function number(brush: CanvasRenderingContext2D, look: Look, base: Base): void {
  const [y, size] = NUMBER_AT[look.symbol];
  brush.font = `700 ${size + 1}px "Noto Sans", "Segoe UI", Arial, sans-serif`;
  brush.textAlign = "center";
  brush.fillStyle = inkOf(look, base);
  brush.fillText(look.mark, 14, y);
}

function plain(brush: CanvasRenderingContext2D, base: Base): void {
  brush.beginPath();
  brush.arc(14, 14, 6, 0, Math.PI * 2);
  brush.fillStyle = base === "light" ? "#FFFFFF" : "#17252F";
  brush.fill();
  brush.lineWidth = 2.5;
  brush.strokeStyle = base === "light" ? "#5B6B77" : "#7FA0B4";
  brush.stroke();
}

/** What has no grade and yet weighs more than its like: filled, a little larger. */
function marked(brush: CanvasRenderingContext2D, base: Base): void {
  brush.beginPath();
  brush.arc(14, 14, 8, 0, Math.PI * 2);
  brush.fillStyle = base === "light" ? "#22303A" : "#E6EEF3";
  brush.fill();
  brush.lineWidth = 2.5;
  brush.strokeStyle = base === "light" ? "#FFFFFF" : "#0B1620";
  brush.stroke();
}

/** The mark of an assessment that is past its day. */
function clock(brush: CanvasRenderingContext2D, base: Base): void {
  const [face, ink] = base === "light" ? ["#FFFFFF", "#15212B"] : ["#EAF1F6", "#06121B"];
  brush.beginPath();
  brush.arc(8, 8, 6.4, 0, Math.PI * 2);
  brush.fillStyle = face;
  brush.fill();
  brush.lineWidth = 1.8;
  brush.strokeStyle = ink;
  brush.stroke();
  brush.beginPath();
  brush.moveTo(8, 4.4);
  brush.lineTo(8, 8.2);
  brush.lineTo(10.8, 9.8);
  brush.stroke();
}

function hatch(brush: CanvasRenderingContext2D): void {
  brush.strokeStyle = "#9E9E9E";
  brush.lineWidth = 1.2;
  brush.beginPath();
  for (const shift of [-8, 0, 8]) {
    brush.moveTo(shift - 1, 9);
    brush.lineTo(shift + 9, -1);
  }
  brush.stroke();
}
