/** The first step: layer, file, reference system, who. */
import { button, el, replace } from "../dom";
import type { ImportPage } from "./part";
import { keep } from "./part";

const SYSTEMS: [code: string, zh: string, en: string][] = [
  ["", "未声明（按 WGS 84 经纬度）", "Not declared (taken as WGS 84)"],
  ["EPSG:4326", "WGS 84 经纬度（GPS）", "WGS 84, degrees (GPS)"],
  ["EPSG:4490", "CGCS2000 经纬度", "CGCS2000, degrees"],
  ["EPSG:4549", "CGCS2000 高斯 3° 带 120°E", "CGCS2000 Gauss–Krüger 3°, 120°E"],
  ["EPSG:4528", "CGCS2000 高斯 3° 带 40 带（带号）", "CGCS2000 Gauss–Krüger 3°, zone 40 (prefixed)"],
  ["gcj02", "GCJ-02 火星坐标（高德、腾讯）", "GCJ-02 (AMap, Tencent)"],
  ["bd09", "BD-09 百度坐标", "BD-09 (Baidu)"],
];
const OTHER = "other";
/** Zones of times that name none; the first is no declaration. */
const ZONES: [name: string, zh: string, en: string][] = [
  ["", "未声明（本市时间；船位须自带时区）", "Not declared (the city's; positions at sea must name theirs)"],
  ["Asia/Shanghai", "北京时间", "Beijing time"],
  ["UTC", "世界时", "Universal time"],
];
const NAMED = "riskmap-import-by";
const MB = 1_000_000;

/** The part with the form. */
export function choose(page: ImportPage): HTMLElement {
  const { desk, words } = page;
  desk.actor = localStorage.getItem(NAMED) ?? "";
  const head = el("h2");
  const layer = el("select", { test: "layer", attributes: { required: true }, on: { change: () => desk.change({ layer: layer.value }) } });
  const system = el("select", { test: "crs", on: { change: () => pickSystem() } });
  const code = el("input", { test: "crs-code", attributes: { placeholder: "EPSG:4547", "aria-label": "EPSG", hidden: "", autocomplete: "off", maxlength: 40 }, on: { change: () => desk.change({ crs: code.value.trim() }) } });
  const zone = el("select", { test: "timezone", on: { change: () => desk.change({ timezone: zone.value }) } });
  const actor = el("input", { test: "actor", attributes: { maxlength: 60, autocomplete: "name" }, on: { input: () => {
    desk.actor = actor.value;
    localStorage.setItem(NAMED, actor.value);
  } } });
  actor.value = desk.actor;
  const file = el("input", { type: "file", test: "file", class: "unseen", id: "file", on: { change: () => desk.choose(file.files?.[0] ?? null) } });
  const dropped = el("label", { class: "drop", attributes: { for: "file" }, test: "drop" });
  takeDrops(dropped, (given) => desk.choose(given));
  const labels = [layer, system, actor, zone].map((field) => el("label", { class: "field" }, el("span"), field));
  const fileField = el("div", { class: "field" }, el("span"), file, dropped, el("small", { class: "hint" }));
  const act = el("div", { class: "act" });
  const pickSystem = (): void => {
    code.hidden = system.value !== OTHER;
    if (system.value === OTHER) code.focus();
    else desk.change({ crs: system.value });
  };
  // What an office fills in, and what it has to put right, for the layer that is chosen.
  const books = el("small", { class: "hint books" });
  labels[0]!.append(books);
  labels[1]!.append(code, el("small", { class: "hint" }));
  labels[2]!.append(el("small", { class: "hint" }));
  labels[3]!.append(el("small", { class: "hint" }));
  let language: string | null = null;
  keep(page, () => {
    if (language !== words.shared.language) {
      language = words.shared.language;
      name();
    }
    replace(dropped, el("strong", { text: desk.file ? desk.file.name : words.say("drop") }),
      desk.file ? el("span", { class: "hint", text: `${size(desk.file.size)} · ${words.say("drop_other")}` }) : null);
    // The same file can be chosen again.
    if (desk.file === null) file.value = "";
    dropped.classList.toggle("is-filled", desk.file !== null);
    const ready = desk.file !== null && desk.layer !== "" && !desk.busy;
    const again = desk.preview !== null && !desk.edited;
    const look = button({ class: again ? "plain" : "plain is-main", text: words.say(desk.busy && desk.job?.dry_run !== false ? "looking" : "look"), test: "look",
      attributes: { disabled: ready ? null : "" } }, () => void desk.look());
    replace(books, ...(desk.layer ? (["template", "unlocated"] as const).map((kind) => el("a", { class: "link", text: words.say(kind === "template" ? "template_file" : "unlocated_file"),
      href: `/api/collections/${desk.layer}/${kind}.xlsx`, test: `${kind}-file`, attributes: { download: "" } })) : []));
    replace(act, look, desk.layer ? null : el("span", { class: "hint", text: words.say("no_layer") }));
  });
  function name(): void {
    head.textContent = words.say("choose");
    const shown = layer.value;
    replace(layer, el("option", { text: "—", attributes: { value: "" } }), ...groups(page));
    layer.value = shown;
    const [picked, clock] = [system.value, zone.value];
    const zh = words.shared.language === "zh";
    const options = (choices: [string, string, string][]): HTMLElement[] => choices.map(([value, chinese, english]) =>
      el("option", { text: [zh ? chinese : english, value].filter(Boolean).join(" · "), attributes: { value } }));
    replace(system, ...options(SYSTEMS), el("option", { text: words.say("crs_other"), attributes: { value: OTHER } }));
    replace(zone, ...options(ZONES));
    [system.value, zone.value] = [picked, clock];
    for (const [index, word] of (["layer", "crs", "who", "timezone"] as const).entries()) labels[index]!.firstElementChild!.textContent = words.say(word);
    fileField.firstElementChild!.textContent = words.say("file");
    fileField.lastElementChild!.textContent = words.say("formats", { n: page.limits.upload_mb });
    labels[1]!.lastElementChild!.textContent = words.say("crs_hint");
    labels[2]!.lastElementChild!.textContent = words.say("who_hint");
    labels[3]!.lastElementChild!.textContent = words.say("timezone_hint");
  }
  return el("section", { class: "card choose" }, head, labels[0], fileField, labels[1], labels[3], labels[2], act);
}

function groups(page: ImportPage): HTMLElement[] {
  const { words, layers } = page;
  const found = new Map<string, HTMLElement>();
  for (const layer of layers.values()) {
    const name = words.shared.group(layer);
    const group = found.get(name) ?? el("optgroup", { attributes: { label: name } });
    group.append(el("option", { text: words.shared.layer(layer), attributes: { value: layer.id } }));
    found.set(name, group);
  }
  return [...found.values()];
}

function takeDrops(zone: HTMLElement, take: (file: File) => void): void {
  const over = (on: boolean) => (event: DragEvent): void => {
    event.preventDefault();
    zone.classList.toggle("is-over", on);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}

function size(bytes: number): string {
  return bytes < MB ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / MB).toFixed(1)} MB`;
}
