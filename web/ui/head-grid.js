// A grid of all heads of a detector: layers down, heads across. <div data-grid="URL of the detector's JSON twin">, and
// data-scale="NAME" where several grids are to have the same colours.
import { domain_of, draw_scale_bar, fill_hatched, joined_domain, scale_of } from "./colour.js";
import { css_colour, element, show_problem, size_canvas } from "./dom.js";
import { load_data, model_url } from "./load.js";
import { hide_tip, show_tip } from "./tip.js";
import { interval_words, number_words, probability_words } from "./words.js";

/** @typedef {import("./shapes.js").DetectorAnswer} DetectorAnswer */
/** @typedef {import("./shapes.js").GridHead} GridHead */
/** @typedef {import("./colour.js").Domain} Domain */

const kLabelWidth = 26,
  kLabelHeight = 18;
const kSmallestCell = 7,
  kLargestCell = 24,
  kLargestCellOfLarge = 44;

/** @type {Map<string, Domain>} */
const shared_domains = new Map();
/** @type {Set<HeadGrid>} */
const grids = new Set();

function redraw_all() {
  for (const grid of grids) grid.draw();
}

document.addEventListener("themechange", redraw_all);
document.addEventListener("viewchange", () => {
  grids.clear();
  shared_domains.clear();
});

/** @param {HTMLElement} place */
export async function show_grid(place) {
  try {
    const answer = /** @type {DetectorAnswer} */ (await load_data(place.dataset.grid ?? ""));
    new HeadGrid(place, answer);
  } catch (problem) {
    show_problem(place, problem);
  }
}

class HeadGrid {
  /**
   * @param {HTMLElement} place
   * @param {DetectorAnswer} answer
   */
  constructor(place, answer) {
    this.place = place;
    this.answer = answer;
    this.n_layers = answer.model.n_layers;
    this.n_heads = answer.model.n_heads;
    this.scale_name = place.dataset.scale ?? "";
    /** @type {Domain} */
    this.own_domain = { diverging: false, low: 0, high: 1 };
    this.cell = 0;
    /** @type {number | null} */
    this.current = null;
    this.canvas = /** @type {HTMLCanvasElement} */ (
      element("canvas", { tabindex: "0", role: "application", "aria-label": this.label() })
    );
    this.voice = element("span", { class: "unseen", "aria-live": "polite" });
    this.legend = element("div", { class: "legend" });
    place.replaceChildren(element("div", { class: "canvas-box" }, this.canvas), this.legend, this.voice);
    this.join_domain();
    this.listen();
    grids.add(this);
    new ResizeObserver(() => this.draw()).observe(place);
    if (this.scale_name) redraw_all(); // the others of this scale may have got other colours
  }

  label() {
    const { detector, output } = this.answer;
    const what = `${detector.family} by ${detector.method} on ${detector.task} in ${detector.model}: ${output.name}`;
    return `${what} of ${this.n_layers} layers of ${this.n_heads} heads. Arrow keys move, Enter opens a head.`;
  }

  join_domain() {
    const own = domain_of(
      this.answer.output.unit,
      this.answer.heads.map((head) => head.score),
    );
    const known = shared_domains.get(this.scale_name);
    this.own_domain = known ? joined_domain(known, own) : own;
    if (this.scale_name) shared_domains.set(this.scale_name, this.own_domain);
  }

  domain() {
    return shared_domains.get(this.scale_name) ?? this.own_domain;
  }

  draw() {
    if (!this.place.isConnected) return;
    const large = this.place.classList.contains("large");
    const room = this.place.clientWidth - kLabelWidth - 2;
    this.cell = Math.max(kSmallestCell, Math.min(large ? kLargestCellOfLarge : kLargestCell, Math.floor(room / this.n_heads)));
    const context = size_canvas(
      this.canvas,
      kLabelWidth + this.n_heads * this.cell + 2,
      kLabelHeight + this.n_layers * this.cell + 2,
    );
    const scale = scale_of(this.domain());
    const ink = css_colour("--ink"),
      quiet = css_colour("--quiet"),
      ground = css_colour("--soft");
    this.draw_labels(context, quiet);
    const gap = this.cell >= 14 ? 1.5 : 1;
    this.answer.heads.forEach((head) => {
      const x = kLabelWidth + head.index * this.cell,
        y = kLabelHeight + head.layer * this.cell;
      if (head.score === null || head.verdict === "not measurable") {
        fill_hatched(context, x, y, this.cell - gap, this.cell - gap, ground, quiet);
      } else {
        context.fillStyle = scale(head.score);
        context.fillRect(x, y, this.cell - gap, this.cell - gap);
      }
    });
    this.answer.heads.forEach((head, i) => {
      if (head.verdict === "confirmed" || i === this.current) this.outline(context, head, ink, i === this.current);
    });
    this.draw_legend();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} quiet
   */
  draw_labels(context, quiet) {
    context.fillStyle = quiet;
    context.font = "10px system-ui, sans-serif";
    context.textBaseline = "middle";
    const every = (/** @type {number} */ space) =>
      this.cell >= space ? 1 : this.cell * 2 >= space ? 2 : this.cell * 4 >= space ? 4 : 8;
    context.textAlign = "right";
    for (let layer = 0; layer < this.n_layers; layer += every(11))
      context.fillText(`L${layer}`, kLabelWidth - 5, kLabelHeight + (layer + 0.5) * this.cell);
    context.textAlign = "center";
    for (let head = 0; head < this.n_heads; head += every(15))
      context.fillText(`${head}`, kLabelWidth + (head + 0.5) * this.cell - 0.5, kLabelHeight - 8);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {GridHead} head
   * @param {string} ink
   * @param {boolean} is_current
   */
  outline(context, head, ink, is_current) {
    const x = kLabelWidth + head.index * this.cell,
      y = kLabelHeight + head.layer * this.cell;
    context.strokeStyle = is_current ? css_colour("--accent") : ink;
    context.lineWidth = is_current ? 3 : this.cell >= 14 ? 2 : 1.5;
    context.strokeRect(x - 0.5, y - 0.5, this.cell - 0.5, this.cell - 0.5);
  }

  draw_legend() {
    const domain = this.domain();
    const bar = /** @type {HTMLCanvasElement} */ (element("canvas", { "aria-hidden": "true" }));
    draw_scale_bar(bar, domain);
    const parts = [
      element("span", {}, number_words(domain.low)),
      bar,
      element("span", {}, `${number_words(domain.high)} ${this.answer.output.unit}`),
    ];
    if (this.answer.heads.some((head) => head.verdict === "confirmed"))
      parts.push(element("span", { class: "ring", "aria-hidden": "true" }), element("span", {}, "confirmed"));
    if (this.answer.heads.some((head) => head.score === null || head.verdict === "not measurable"))
      parts.push(
        element("span", { class: "hatch", "aria-hidden": "true" }),
        element("span", {}, this.answer.run.measurable === false ? "not measurable" : "not measured"),
      );
    this.legend.replaceChildren(...parts);
  }

  listen() {
    this.canvas.addEventListener("pointermove", (event) => this.point_at(this.head_at(event), event.clientX, event.clientY));
    this.canvas.addEventListener("pointerleave", () => this.leave());
    this.canvas.addEventListener("click", (event) => this.open(this.head_at(event)));
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.canvas.addEventListener("focus", () => {
      if (this.canvas.matches(":focus-visible")) this.speak(this.current ?? 0);
    });
    this.canvas.addEventListener("blur", () => this.leave());
  }

  /** @param {MouseEvent} event */
  head_at(event) {
    const box = this.canvas.getBoundingClientRect();
    const index = Math.floor((event.clientX - box.left - kLabelWidth) / this.cell),
      layer = Math.floor((event.clientY - box.top - kLabelHeight) / this.cell);
    return index >= 0 && index < this.n_heads && layer >= 0 && layer < this.n_layers ? layer * this.n_heads + index : null;
  }

  /** @param {number} i */
  words(i) {
    const head = /** @type {GridHead} */ (this.answer.heads[i]);
    if (head.score === null)
      return { title: head.head, lines: [head.verdict === "not measurable" ? "not measurable" : "not measured"] };
    return {
      title: `${head.head}  ${number_words(head.score)} ${this.answer.output.unit}`,
      lines: [
        `95 % interval ${interval_words(head.ci_low, head.ci_high)}`,
        `null ${number_words(head.null_mean)}, q ${probability_words(head.q)}`,
        head.verdict,
      ],
    };
  }

  /**
   * @param {number | null} i
   * @param {number} x
   * @param {number} y
   */
  point_at(i, x, y) {
    if (i === null) return this.leave();
    if (i !== this.current) {
      this.current = i;
      this.draw();
    }
    const { title, lines } = this.words(i);
    show_tip(x, y, element("b", {}, title), ...lines.map((line) => element("div", {}, line)));
  }

  leave() {
    hide_tip();
    if (this.current === null) return;
    this.current = null;
    this.draw();
  }

  /** @param {number} i */
  speak(i) {
    const box = this.canvas.getBoundingClientRect();
    const x = box.left + kLabelWidth + ((i % this.n_heads) + 0.7) * this.cell,
      y = box.top + kLabelHeight + (Math.floor(i / this.n_heads) + 0.7) * this.cell;
    this.point_at(i, x, y);
    const { title, lines } = this.words(i);
    this.voice.textContent = [title, ...lines].join(", ");
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const i = this.current ?? 0;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.n_heads, ArrowDown: this.n_heads };
    if (event.key === "Enter") this.open(i);
    if (event.key === "Escape") this.leave();
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.current === null ? 0 : i + step;
    if (next >= 0 && next < this.answer.heads.length) this.speak(next);
  }

  /** @param {number | null} i */
  open(i) {
    const head = i === null ? undefined : this.answer.heads[i];
    if (head) location.href = `${model_url(this.answer.model.name)}/heads/${head.head}`;
  }
}
