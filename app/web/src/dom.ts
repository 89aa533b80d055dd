/** Small helpers that make elements; text from data is only ever set as text. */

type Child = Node | string | number | null | undefined | false;
type Listener = (event: never) => void;
interface Parts {
  class?: string;
  id?: string;
  text?: string;
  title?: string;
  type?: string;
  href?: string;
  test?: string;
  style?: Record<string, string>;
  attributes?: Record<string, string | number | boolean | null>;
  on?: Record<string, Listener>;
}

/** Make an element with its attributes, listeners and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  parts: Parts = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (parts.class) node.className = parts.class;
  if (parts.id) node.id = parts.id;
  if (parts.text !== undefined) node.textContent = parts.text;
  if (parts.title) node.title = parts.title;
  if (parts.type) node.setAttribute("type", parts.type);
  if (parts.href) node.setAttribute("href", parts.href);
  if (parts.test) node.dataset["testid"] = parts.test;
  for (const [name, value] of Object.entries(parts.style ?? {})) node.style.setProperty(name, value);
  for (const [name, value] of Object.entries(parts.attributes ?? {})) {
    if (value !== null) node.setAttribute(name, String(value));
  }
  for (const [name, listener] of Object.entries(parts.on ?? {})) {
    node.addEventListener(name, listener as EventListener);
  }
  fill(node, ...children);
  return node;
}

/** A button that does one thing. */
export function button(parts: Parts, press: () => void, ...children: Child[]): HTMLButtonElement {
  const node = el("button", { type: "button", ...parts }, ...children);
  node.addEventListener("click", press);
  return node;
}

/** Append children, leaving out what is absent. */
export function fill(node: Element, ...children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    node.append(typeof child === "number" ? String(child) : child);
  }
}

/** Replace what a node holds, keeping the place where a list was scrolled to. */
export function replace(node: Element, ...children: Child[]): void {
  const top = node.scrollTop;
  const focus = node.contains(document.activeElement)
    ? (document.activeElement as HTMLElement).dataset["key"]
    : undefined;
  node.replaceChildren();
  fill(node, ...children);
  node.scrollTop = top;
  if (focus) node.querySelector<HTMLElement>(`[data-key="${CSS.escape(focus)}"]`)?.focus();
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element. */
export function svg(tag: string, attributes: Record<string, string | number>, ...children: Node[]): SVGElement {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** A function that runs once its calls have paused. */
export function debounced(wait: number, run: () => void): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(run, wait);
  };
}
