// The value of every prompt as a dot, with mean, interval, threshold and null. On a head's page <figure data-strip="FAMILY METHOD
// TASK">, on a run's page <figure data-outcomes="URL of the JSON twin">.
import { element, show_problem, svg } from "./dom.js";
import { load_data, model_url, url_with } from "./load.js";
import { hide_tip, show_tip } from "./tip.js";
import { number_words, visible_token } from "./words.js";

/** @typedef {import("./shapes.js").HeadAnswer} HeadAnswer */
/** @typedef {import("./shapes.js").Evidence} Evidence */
/** @typedef {import("./shapes.js").RunAnswer} RunAnswer */
/** @typedef {import("./shapes.js").Prompt} Prompt */
/** @typedef {import("./shapes.js").Run} Run */

/**
 * @typedef {object} Strip
 * @property {(number | null)[]} values of every prompt
 * @property {(number | null)[]} null_values
 * @property {boolean[]} reported of every prompt
 * @property {number | null} mean
 * @property {number | null} low
 * @property {number | null} high
 * @property {number | null} null_mean
 * @property {number | null} threshold
 * @property {boolean} two_sided the threshold holds on both sides of zero
 * @property {string} unit
 * @property {boolean} causal
 * @property {Prompt[]} prompts empty where they are not known
 */

const kWidth = 380,
  kHeight = 92,
  kLeft = 8,
  kRight = 8,
  kMiddle = 34,
  kAxis = 70,
  kRadius = 3.4;

/** @param {HTMLElement[]} places */
export async function show_strips(places) {
  for (const place of places) {
    const plot = place.querySelector(".plot") ?? place;
    try {
      const strip = place.dataset.outcomes
        ? await outcome_strip(place.dataset.outcomes)
        : await head_strip(place.dataset.strip ?? "");
      plot.replaceChildren(draw(strip));
    } catch (problem) {
      show_problem(plot, problem);
    }
  }
}

/**
 * The prompts that a run's numbers belong to; none where the catalogue has lost them.
 * @param {Run} run
 * @returns {Promise<Prompt[]>}
 */
async function prompts_of(run) {
  try {
    const url = url_with(`${model_url(run.model)}/prompts.json`, {
      task: run.task_hash,
      seed: run.seed,
      n_prompts: run.n_prompts,
    });
    return (await load_data(url)).prompts;
  } catch {
    return [];
  }
}

/**
 * @param {string} name
 * @returns {Promise<Strip>}
 */
async function head_strip(name) {
  const answer = /** @type {HeadAnswer} */ (await load_data(`${location.pathname}.json`));
  const evidence = answer.evidence.find((one) => `${one.family} ${one.method} ${one.task}` === name);
  const output = evidence?.outputs[0];
  if (!evidence || !output) throw new Error(`the head has no numbers for ${name}`);
  const prompts = await prompts_of(evidence.run);
  return {
    values: output.values,
    null_values: output.null_values,
    reported: output.values.map((_, i) => prompts[i]?.reported ?? true),
    mean: output.score,
    low: output.ci_low,
    high: output.ci_high,
    null_mean: output.null_mean,
    threshold: output.output.threshold,
    two_sided: !evidence.measures_family,
    unit: output.output.unit,
    causal: !evidence.measures_family,
    prompts,
  };
}

/**
 * @param {string} url
 * @returns {Promise<Strip>}
 */
async function outcome_strip(url) {
  const answer = /** @type {RunAnswer} */ (await load_data(url));
  const prompts = await prompts_of(answer.run);
  return {
    values: answer.outcomes.map((outcome) => outcome.metric),
    null_values: [],
    reported: answer.outcomes.map((outcome) => prompts[outcome.prompt]?.reported ?? true),
    mean: answer.run.clean_metric,
    low: null,
    high: null,
    null_mean: null,
    threshold: null,
    two_sided: false,
    unit: answer.run.metric_unit ?? "",
    causal: false,
    prompts,
  };
}

/**
 * Round numbers that divide the span into about four.
 * @param {number} low
 * @param {number} high
 */
function ticks_between(low, high) {
  const rough = (high - low) / 4,
    power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step)
    ticks.push(Math.abs(tick) < step * 1e-6 ? 0 : tick);
  return ticks;
}

/** @param {Strip} strip */
function span_of(strip) {
  const measured = [...strip.values, ...strip.null_values, strip.low, strip.high, strip.null_mean, 0].filter(
    (value) => value !== null && Number.isFinite(value),
  );
  const numbers = /** @type {number[]} */ (measured);
  let low = Math.min(...numbers),
    high = Math.max(...numbers);
  if (strip.unit === "share" && low >= 0 && high <= 1) [low, high] = [0, 1];
  if (strip.threshold !== null && strip.threshold <= 3 * Math.max(Math.abs(low), Math.abs(high))) {
    high = Math.max(high, strip.threshold);
    if (strip.two_sided) low = Math.min(low, -strip.threshold);
  }
  if (low === high) [low, high] = [low - 1, high + 1];
  return { low, high };
}

/**
 * Where each dot stands beside the line, so that none hides another.
 * @param {(number | null)[]} places
 */
function swarm(places) {
  const order = places
    .map((x, i) => ({ x, i }))
    .filter((dot) => dot.x !== null)
    .sort((a, b) => Number(a.x) - Number(b.x));
  /** @type {number[]} */
  const offsets = places.map(() => 0);
  /** @type {{ x: number, y: number }[]} */
  const set = [];
  for (const dot of order) {
    const x = Number(dot.x),
      near = set.filter((other) => Math.abs(other.x - x) < 2 * kRadius);
    let best = 0;
    for (let step = 0; step < 16; ++step) {
      best = (step % 2 === 0 ? 1 : -1) * Math.ceil(step / 2) * 1.9 * kRadius;
      if (Math.abs(best) > kMiddle - 10) break;
      if (near.every((other) => (other.x - x) ** 2 + (other.y - best) ** 2 >= (1.85 * kRadius) ** 2)) break;
    }
    best = Math.max(-kMiddle + 8, Math.min(kMiddle - 8, best));
    offsets[dot.i] = best;
    set.push({ x, y: best });
  }
  return offsets;
}

/**
 * @param {Strip} strip
 * @param {(value: number) => number} x
 */
function lines_of(strip, x) {
  const top = 6,
    bottom = kAxis - 6,
    lines = [];
  const line = (/** @type {number} */ value, /** @type {string} */ css) =>
    svg("line", { class: css, x1: x(value), x2: x(value), y1: top, y2: bottom });
  if (strip.low !== null && strip.high !== null)
    lines.push(
      svg("rect", {
        class: "band",
        x: x(strip.low),
        width: Math.max(1, x(strip.high) - x(strip.low)),
        y: top,
        height: bottom - top,
      }),
    );
  const shown = (/** @type {number} */ value) => x(value) >= kLeft - 1 && x(value) <= kWidth - kRight + 1;
  if (strip.null_mean !== null && shown(strip.null_mean)) lines.push(line(strip.null_mean, "null-mean"));
  if (strip.threshold !== null && strip.threshold !== 0 && shown(strip.threshold)) lines.push(line(strip.threshold, "threshold"));
  if (strip.two_sided && strip.threshold !== null && strip.threshold !== 0 && shown(-strip.threshold))
    lines.push(line(-strip.threshold, "threshold"));
  if (strip.mean !== null) lines.push(line(strip.mean, "mean"));
  return lines;
}

/**
 * @param {Strip} strip
 * @param {(value: number) => number} x
 */
function dots_of(strip, x) {
  const offsets = swarm(strip.values.map((value) => (value === null ? null : x(value))));
  const dots = strip.null_values.flatMap((value) =>
    value === null ? [] : [svg("circle", { class: "null-dot", cx: x(value), cy: kAxis - 8, r: 1.8 })],
  );
  strip.values.forEach((value, i) => {
    if (value === null) return;
    const dot = svg("circle", {
      class: strip.reported[i] ? "dot" : "dot selecting",
      cx: x(value),
      cy: kMiddle + (offsets[i] ?? 0),
      r: strip.reported[i] ? kRadius : kRadius - 0.5,
    });
    dot.addEventListener("pointerenter", (event) => show_tip(event.clientX, event.clientY, ...tip_of(strip, i, value)));
    dot.addEventListener("pointerleave", hide_tip);
    dots.push(dot);
  });
  return dots;
}

/**
 * @param {Strip} strip
 * @param {number} i
 * @param {number} value
 */
function tip_of(strip, i, value) {
  const lines = [
    element("b", {}, `prompt ${i}: ${number_words(value)} ${strip.unit}`),
    element("div", {}, strip.reported[i] ? "of the half that is reported" : "of the half that selects heads"),
  ];
  const prompt = strip.prompts[i];
  if (prompt) {
    const text = prompt.tokens.slice(0, 24).map(visible_token).join("") + (prompt.tokens.length > 24 ? " …" : "");
    lines.push(element("div", { class: "quiet" }, text + (prompt.answer ? ` → ${prompt.answer}` : "")));
  }
  return lines;
}

/** @param {Strip} strip */
function summary_of(strip) {
  const n = strip.values.filter((value) => value !== null).length;
  return (
    `${n} prompts, mean ${number_words(strip.mean)} ${strip.unit}` +
    (strip.threshold !== null ? `, threshold ${number_words(strip.threshold)}` : "")
  );
}

/** @param {Strip} strip */
function draw(strip) {
  if (strip.values.every((value) => value === null)) return element("p", { class: "quiet" }, "Not measured.");
  const { low, high } = span_of(strip);
  const x = (/** @type {number} */ value) => kLeft + ((value - low) / (high - low)) * (kWidth - kLeft - kRight);
  const ticks = ticks_between(low, high).flatMap((tick) => {
    const anchor = x(tick) < 20 ? "start" : x(tick) > kWidth - 20 ? "end" : "middle";
    return [
      svg("line", { class: "axis", x1: x(tick), x2: x(tick), y1: kAxis, y2: kAxis + 4 }),
      svg("text", { x: x(tick), y: kAxis + 16, "text-anchor": anchor }, String(+tick.toPrecision(6)).replace("-", "−")),
    ];
  });
  const group = svg("g", { class: strip.causal ? "causal" : "attentional" }, ...lines_of(strip, x), ...dots_of(strip, x));
  return svg(
    "svg",
    { viewBox: `0 0 ${kWidth} ${kHeight}`, role: "img", "aria-label": summary_of(strip) },
    svg("line", { class: "axis", x1: kLeft, x2: kWidth - kRight, y1: kAxis, y2: kAxis }),
    ...ticks,
    group,
  );
}
