// Making elements without writing HTML.

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * A canvas of this size in CSS pixels, sharp on the screen at hand.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @returns {CanvasRenderingContext2D}
 */
export function size_canvas(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser gives no 2d context for a canvas");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** @type {Map<string, string>} */
const colours = new Map();
document.addEventListener("themechange", () => colours.clear());

/**
 * The colour that a CSS variable has now.
 * @param {string} name
 */
export function css_colour(name) {
  const known = colours.get(name);
  if (known !== undefined) return known;
  const probe = element("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  colours.set(name, colour);
  return colour;
}

/**
 * @param {Element} place
 * @param {unknown} problem
 */
export function show_problem(place, problem) {
  const text = problem instanceof Error ? problem.message : String(problem);
  place.replaceChildren(element("p", { class: "failure", role: "alert" }, text));
}
