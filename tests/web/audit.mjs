// What every page owes its readers, checked inside the page: names, headings, contrast, no sideways scrolling.

/** @returns {string[]} what is wrong */
export function audit() {
  /** @type {string[]} */
  const problems = [];
  const say = (/** @type {Element} */ element, /** @type {string} */ what) =>
    problems.push(`${what}: ${element.outerHTML.slice(0, 120)}`);

  if (document.documentElement.scrollWidth > innerWidth)
    problems.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}`);
  if (document.querySelectorAll("h1").length !== 1) problems.push("not exactly one h1");
  let level = 1;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) say(heading, "a heading level is left out");
    level = own;
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  if (new Set(ids).size !== ids.length) problems.push("an id stands twice");
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")) {
    const labels =
      control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement
        ? [...(control.labels ?? [])]
        : [];
    const name =
      control.getAttribute("aria-label") ||
      labels.map((label) => label.textContent).join("") ||
      (control.matches("button, a") ? control.textContent : "");
    if (!name?.trim() && control.textContent === "") say(control, "has no name");
  }
  for (const image of document.querySelectorAll("img"))
    if (!image.hasAttribute("alt") || image.naturalWidth === 0) say(image, "picture without words or not there");
  for (const table of document.querySelectorAll("table"))
    if (!table.caption || !table.querySelector("th[scope]")) say(table, "table without caption or scopes");

  // Contrast of text (WCAG 2.1, 1.4.3): 4.5 to 1, or 3 to 1 where it is large.
  const probe = /** @type {CanvasRenderingContext2D} */ (
    document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  );
  const rgba = (/** @type {string} */ colour) => {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data];
  };
  const over = (/** @type {number[]} */ top, /** @type {number[]} */ ground) => {
    const alpha = (top[3] ?? 0) / 255;
    return [0, 1, 2].map((i) => (top[i] ?? 0) * alpha + (ground[i] ?? 0) * (1 - alpha));
  };
  const ground_of = (/** @type {Element | null} */ element) => {
    const layers = [];
    for (; element; element = element.parentElement) {
      const style = getComputedStyle(element);
      if (style.backgroundImage !== "none") return null; // hatched: read by its own colour below it
      const colour = rgba(style.backgroundColor);
      layers.push(colour);
      if (colour[3] === 255) break;
    }
    return layers.reverse().reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
  };
  const luminance = (/** @type {number[]} */ colour) => {
    const [r, g, b] = colour.map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (
      !element ||
      seen.has(element) ||
      !walker.currentNode.textContent?.trim() ||
      !element.checkVisibility({ checkVisibilityCSS: true })
    )
      continue;
    seen.add(element);
    if (element.closest("noscript, .unseen, .skip, option, svg, .off, [aria-hidden=true]")) continue;
    const ground = ground_of(element);
    if (!ground) continue;
    const style = getComputedStyle(element),
      ink = over(rgba(style.color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05),
      large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) say(element, `contrast ${ratio.toFixed(2)}`);
  }
  return problems;
}
