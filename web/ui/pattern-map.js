// An attention pattern as a map: queries down, keys across, their tokens along both sides.
import { draw_scale_bar, scale_of } from "./colour.js";
import { css_colour, element, size_canvas } from "./dom.js";
import { hide_tip, show_tip } from "./tip.js";
import { percent_words, visible_token } from "./words.js";

/** @typedef {import("./pattern.js").Pattern} Pattern */

const kSmallestCell = 5,
  kLargestCell = 26,
  kWidest = 640,
  kFont = "11px ui-monospace, 'DejaVu Sans Mono', Menlo, monospace";

const kScale = { diverging: false, low: 0, high: 1 };

export class PatternMap {
  /** @param {(query: number) => void} on_choose */
  constructor(on_choose) {
    this.on_choose = on_choose;
    this.canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { tabindex: "0", role: "application" }));
    this.voice = element("span", { class: "unseen", "aria-live": "polite" });
    this.legend = /** @type {HTMLCanvasElement} */ (element("canvas", { "aria-hidden": "true" }));
    const legend = element("div", { class: "legend" }, "0 %", this.legend, "100 % of the query's attention");
    this.place = element("div", { class: "pattern-map" }, this.canvas, legend, this.voice);
    /** @type {Pattern | null} */
    this.pattern = null;
    this.query = 0;
    this.key = -1;
    this.cell = 0;
    this.label = 0;
    this.listen();
    document.addEventListener("themechange", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.place);
  }

  /** @param {Pattern} pattern */
  show(pattern) {
    this.pattern = pattern;
    this.canvas.setAttribute(
      "aria-label",
      `Attention pattern of ${pattern.n} tokens: queries down, keys across. The up and down keys choose a query.`,
    );
    this.draw();
  }

  /** @param {number} query */
  choose(query) {
    this.query = query;
    this.draw();
  }

  draw() {
    const pattern = this.pattern;
    if (!pattern || !this.place.isConnected) return;
    const labels = pattern.prompt.tokens.map(visible_token);
    const room = Math.min(kWidest, (this.place.parentElement?.parentElement?.clientWidth ?? kWidest) - 2);
    this.label = Math.min(110, 12 + 6.7 * Math.min(14, Math.max(...labels.map((label) => label.length))));
    this.cell = Math.max(kSmallestCell, Math.min(kLargestCell, Math.floor((room - this.label) / pattern.n)));
    const size = this.label + pattern.n * this.cell + 1;
    const context = size_canvas(this.canvas, size, size);
    this.draw_cells(context, pattern);
    this.draw_labels(context, labels);
    draw_scale_bar(this.legend, kScale);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Pattern} pattern
   */
  draw_cells(context, pattern) {
    const scale = scale_of(kScale);
    const { n, values } = pattern,
      gap = this.cell >= 10 ? 1 : 0;
    for (let query = 0; query < n; ++query) {
      for (let key = 0; key <= query; ++key) {
        context.fillStyle = scale(values[query * n + key] ?? 0);
        context.fillRect(this.label + key * this.cell, this.label + query * this.cell, this.cell - gap, this.cell - gap);
      }
    }
    context.strokeStyle = css_colour("--ink");
    context.lineWidth = 1.5;
    context.strokeRect(this.label - 0.5, this.label + this.query * this.cell - 0.5, (this.query + 1) * this.cell, this.cell);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string[]} labels
   */
  draw_labels(context, labels) {
    const ink = css_colour("--ink"),
      quiet = css_colour("--quiet"),
      every = Math.ceil(11 / this.cell);
    const shown = (/** @type {number} */ i, /** @type {number} */ chosen) =>
      i === chosen || (i % every === 0 && (every === 1 || chosen < 0 || Math.abs(i - chosen) * this.cell > 11));
    const short = (/** @type {string} */ label) => (label.length > 14 ? label.slice(0, 13) + "…" : label);
    context.font = kFont;
    context.textBaseline = "middle";
    labels.forEach((label, i) => {
      const middle = this.label + (i + 0.5) * this.cell;
      if (shown(i, this.query)) {
        context.fillStyle = i === this.query ? ink : quiet;
        context.textAlign = "right";
        context.fillText(short(label), this.label - 6, middle);
      }
      if (shown(i, this.key)) {
        context.save();
        context.translate(middle, this.label - 6);
        context.rotate(-Math.PI / 2);
        context.fillStyle = i === this.key ? ink : quiet;
        context.textAlign = "left";
        context.fillText(short(label), 0, 0);
        context.restore();
      }
    });
  }

  listen() {
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => {
      hide_tip();
      this.key = -1;
      this.draw();
    });
    this.canvas.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step === 0 || !this.pattern) return;
      event.preventDefault();
      const query = Math.max(0, Math.min(this.pattern.n - 1, this.query + step));
      this.on_choose(query);
      this.voice.textContent = this.sentence(query);
    });
  }

  /** @param {PointerEvent} event */
  point(event) {
    const pattern = this.pattern,
      box = this.canvas.getBoundingClientRect();
    if (!pattern) return;
    const key = Math.floor((event.clientX - box.left - this.label) / this.cell),
      query = Math.floor((event.clientY - box.top - this.label) / this.cell);
    if (query < 0 || query >= pattern.n) return hide_tip();
    this.key = key >= 0 && key <= query ? key : -1;
    if (query === this.query) this.draw();
    else this.on_choose(query);
    if (this.key < 0) return hide_tip();
    const name = (/** @type {number} */ i) => `${i} “${visible_token(pattern.prompt.tokens[i] ?? "")}”`;
    show_tip(
      event.clientX,
      event.clientY,
      element("b", {}, percent_words(pattern.values[query * pattern.n + key] ?? 0)),
      element("div", {}, `${name(query)} looks at ${name(key)}`),
    );
  }

  /**
   * What a query looks at most, for those who do not see it.
   * @param {number} query
   */
  sentence(query) {
    const pattern = this.pattern;
    if (!pattern) return "";
    const row = pattern.values.subarray(query * pattern.n, (query + 1) * pattern.n),
      tokens = pattern.prompt.tokens;
    const best = row.indexOf(Math.max(...row));
    return `Token ${query}, ${tokens[query]}, looks most at token ${best}, ${tokens[best]}: ${percent_words(row[best] ?? 0)}`;
  }
}
