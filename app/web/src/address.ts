/** The address of the page: its whole state after `#`, so that a link reproduces it. */
import type { State, Store } from "./state";
import { FIRST } from "./state";
import type { Grade } from "./types";
import { GRADES } from "./types";

/** Read the state from the text after `#`; what is not understood keeps its first value. */
export function read(hash: string): State {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const [zoom, lat, lng] = numbers(parts.get("map"), "/");
  const grades = GRADES.filter((grade) => (parts.get("grades") ?? "").split(".").includes(String(grade)));
  const [layer, fid] = (parts.get("at") ?? "").split("/");
  const [nearLng, nearLat, within] = numbers(parts.get("near"), ",");
  const [sosLng, sosLat] = numbers(parts.get("sos"), ",");
  const layers = parts.get("layers");
  const theme = parts.get("theme");
  return {
    ...FIRST,
    view: isPlace(lng, lat) && zoom !== undefined ? { zoom: Math.min(22, Math.max(0, zoom)), lat: lat!, lng: lng! } : null,
    layers: layers === null ? null : layers.split(",").filter((id) => /^[a-z_0-9]+$/.test(id)),
    grades: grades.length > 0 ? (grades as Grade[]) : [...GRADES],
    selected: layer && /^[a-z_0-9]+$/.test(layer) && /^\d+$/.test(fid ?? "") ? { layer, fid: Number(fid) } : null,
    nearby: isPlace(nearLng, nearLat) && within ? { lng: nearLng!, lat: nearLat!, within: Math.min(10_000, Math.max(50, within)) } : null,
    compare: days(parts.get("compare")),
    distress: isPlace(sosLng, sosLat) ? { lng: sosLng!, lat: sosLat!, mmsi: /^\d{9}$/.test(parts.get("sos_mmsi") ?? "") ? parts.get("sos_mmsi") : null } : null,
    warnings: parts.get("warnings") === "1",
    replay: replayed(parts.get("replay")),
    scope: parts.get("scope") === "view" ? "view" : "city",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    language: parts.get("lang") === "en" ? "en" : "zh",
  };
}

/** The state as the text after `#`; what is at its first value is left out. */
export function write(state: State): string {
  const parts: string[] = [];
  const { view, nearby, selected } = state;
  if (view) parts.push(`map=${Number(view.zoom.toFixed(4))}/${view.lat.toFixed(5)}/${view.lng.toFixed(5)}`);
  if (state.layers) parts.push(`layers=${state.layers.join(",")}`);
  if (state.grades.length < GRADES.length) parts.push(`grades=${state.grades.join(".")}`);
  if (selected) parts.push(`at=${selected.layer}/${selected.fid}`);
  if (nearby) parts.push(`near=${nearby.lng.toFixed(6)},${nearby.lat.toFixed(6)},${nearby.within}`);
  if (state.scope !== "city") parts.push(`scope=${state.scope}`);
  if (state.compare) parts.push(`compare=${state.compare.from}..${state.compare.to ?? ""}`);
  if (state.distress) parts.push(`sos=${state.distress.lng.toFixed(6)},${state.distress.lat.toFixed(6)}${state.distress.mmsi ? `&sos_mmsi=${state.distress.mmsi}` : ""}`);
  if (state.replay) parts.push(`replay=${state.replay.day},${state.replay.from},${state.replay.to}`);
  if (state.warnings) parts.push("warnings=1");
  if (state.theme !== "auto") parts.push(`theme=${state.theme}`);
  if (state.language !== "zh") parts.push(`lang=${state.language}`);
  return `#${parts.join("&")}`;
}

/** Keep the address and the state together: choices make an entry to go back to, moves do not. */
export function follow(store: Store): void {
  let heard = false;
  const moved = (push: boolean): void => {
    if (heard) return;
    const next = write(store.state);
    if (next === location.hash) return;
    history[push ? "pushState" : "replaceState"](null, "", next === "#" ? location.pathname : next);
  };
  store.on(["view"], (_state, changed) => {
    if (changed.size === 1) moved(false);
  });
  store.on(["layers", "grades", "selected", "nearby", "distress", "scope", "compare", "warnings", "replay", "theme", "language"], () => moved(true));
  const back = (): void => {
    heard = true;
    store.set(read(location.hash));
    heard = false;
  };
  window.addEventListener("popstate", back);
}

/** Two days as `2026-10-01..2026-11-01`, the second left out for now; the earlier one first. */
function days(text: string | null): State["compare"] {
  const found = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)?$/.exec(text ?? "");
  const from = found?.[1];
  if (!from || Number.isNaN(Date.parse(from))) return null;
  const to = found[2] && !Number.isNaN(Date.parse(found[2])) ? found[2] : null;
  return to !== null && to < from ? { from: to, to: from } : { from, to };
}

/** A day and hours of it as `2026-10-31,6,12`; the hours may be left out. */
function replayed(text: string | null): State["replay"] {
  const found = /^(\d{4}-\d\d-\d\d)(?:,(\d\d?),(\d\d?))?$/.exec(text ?? "");
  const day = found?.[1];
  if (!day || Number.isNaN(Date.parse(day))) return null;
  const [from, to] = [Number(found?.[2] ?? 0), Number(found?.[3] ?? 24)];
  return from < to && to <= 24 ? { day, from, to } : { day, from: 0, to: 24 };
}

function numbers(text: string | null, between: string): number[] {
  const found = (text ?? "").split(between).map(Number);
  return text && found.every(Number.isFinite) ? found : [];
}

function isPlace(lng: number | undefined, lat: number | undefined): boolean {
  return lng !== undefined && lat !== undefined && Math.abs(lng) <= 180 && Math.abs(lat) <= 85;
}
