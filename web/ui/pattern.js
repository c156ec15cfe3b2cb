// Where a head looks: the attention pattern of a chosen prompt as a map, and token by token.
// <div data-pattern="/models/NAME" data-head="L5H1" data-tasks='["ioi"]' data-task data-prompt>
import { element, show_problem } from "./dom.js";
import { load_data, load_matrix, url_with } from "./load.js";
import { PatternMap } from "./pattern-map.js";
import { TokenView } from "./token-view.js";
import { visible_token } from "./words.js";

/** @typedef {import("./shapes.js").PromptsAnswer} PromptsAnswer */
/** @typedef {import("./shapes.js").Prompt} Prompt */

/**
 * What both views show: the pattern of one head on one prompt.
 * @typedef {object} Pattern
 * @property {Prompt} prompt
 * @property {number} n tokens
 * @property {Float32Array} values [query, key]
 */

/** @param {HTMLElement} place */
export function show_patterns(place) {
  new PatternView(place).start();
}

class PatternView {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.model = place.dataset.pattern ?? "";
    const [layer, head] = (place.dataset.head ?? "").slice(1).split("H").map(Number);
    this.layer = layer ?? 0;
    this.head = head ?? 0;
    /** @type {PromptsAnswer[]} those of which patterns were kept */
    this.tasks = [];
    this.task_select = select("Task", "pattern-task");
    this.prompt_select = select("Prompt", "pattern-prompt");
    this.previous = element("button", { type: "button", "aria-label": "Previous prompt" }, "←");
    this.next = element("button", { type: "button", "aria-label": "Next prompt" }, "→");
    this.backwards = element("button", { type: "button", "aria-pressed": "false" }, "Who looks at it");
    this.map = new PatternMap((query) => this.choose(query));
    this.tokens = new TokenView((token) => this.choose(token));
  }

  async start() {
    try {
      const names = /** @type {string[]} */ (JSON.parse(this.place.dataset.tasks ?? "[]"));
      const all = await Promise.all(names.map((task) => load_data(url_with(`${this.model}/prompts.json`, { task }))));
      this.tasks = all.filter((answer) => answer.prompts.some((/** @type {Prompt} */ prompt) => prompt.has_patterns));
      if (this.tasks.length === 0) {
        this.place.replaceChildren(element("p", { class: "note" }, "The scan kept no attention patterns for this model."));
        return;
      }
      this.lay_out();
      await this.show_task(this.place.dataset.task ?? "", Number(this.place.dataset.prompt || -1), false);
    } catch (problem) {
      show_problem(this.place, problem);
    }
  }

  lay_out() {
    for (const answer of this.tasks)
      this.task_select.control.append(element("option", { value: answer.task.id }, answer.task.title));
    const steps = element("span", {}, this.previous, " ", this.next);
    const controls = element(
      "div",
      { class: "controls" },
      this.task_select.label,
      this.prompt_select.label,
      steps,
      this.backwards,
    );
    this.place.replaceChildren(controls, element("div", { class: "pattern-body" }, this.map.place, this.tokens.place));
    this.task_select.control.addEventListener("change", () => this.show_task(this.task_select.control.value, -1, true));
    this.prompt_select.control.addEventListener("change", () => this.show_prompt(Number(this.prompt_select.control.value), true));
    this.previous.addEventListener("click", () => this.step(-1));
    this.next.addEventListener("click", () => this.step(1));
    this.backwards.addEventListener("click", () => {
      const pressed = this.backwards.getAttribute("aria-pressed") !== "true";
      this.backwards.setAttribute("aria-pressed", String(pressed));
      this.tokens.set_backwards(pressed);
    });
  }

  /** The task that is chosen, or the first. */
  answer() {
    const found = this.tasks.find((answer) => answer.task.id === this.task_select.control.value) ?? this.tasks[0];
    if (!found) throw new Error("no task has patterns");
    return found;
  }

  shown_prompts() {
    return this.answer().prompts.filter((prompt) => prompt.has_patterns);
  }

  /**
   * @param {string} task
   * @param {number} prompt its index; the first that has patterns where it has none
   * @param {boolean} by_hand
   */
  async show_task(task, prompt, by_hand) {
    if (this.tasks.some((answer) => answer.task.id === task)) this.task_select.control.value = task;
    const prompts = this.shown_prompts();
    this.prompt_select.control.replaceChildren(
      ...prompts.map((one) => element("option", { value: String(one.index) }, label_of(one))),
    );
    const chosen = prompts.find((one) => one.index === prompt) ?? prompts[0];
    if (chosen) await this.show_prompt(chosen.index, by_hand);
  }

  /** @param {number} by */
  step(by) {
    const prompts = this.shown_prompts(),
      at = prompts.findIndex((one) => one.index === Number(this.prompt_select.control.value));
    const next = prompts[(at + by + prompts.length) % prompts.length];
    if (next) this.show_prompt(next.index, true);
  }

  /**
   * @param {number} index
   * @param {boolean} by_hand then the URL is to say so
   */
  async show_prompt(index, by_hand) {
    const answer = this.answer(),
      prompt = answer.prompts.find((one) => one.index === index);
    if (!prompt) return;
    this.prompt_select.control.value = String(index);
    try {
      const { seed, n_prompts } = answer.sample ?? { seed: null, n_prompts: null };
      const url = url_with(`${this.model}/patterns`, {
        task: answer.task.id,
        prompt: index,
        layer: this.layer,
        head: this.head,
        seed,
        n_prompts,
      });
      const matrix = await load_matrix(url);
      /** @type {Pattern} */
      const pattern = { prompt, n: matrix.shape[0] ?? 0, values: matrix.values };
      this.map.show(pattern);
      this.tokens.show(pattern);
      this.choose(pattern.n - 1);
      if (by_hand) history.replaceState(null, "", url_with(location.pathname, { task: answer.task.id, prompt: index }));
    } catch (problem) {
      show_problem(this.tokens.place, problem);
    }
  }

  /** @param {number} query */
  choose(query) {
    this.map.choose(query);
    this.tokens.choose(query);
  }
}

/**
 * @param {string} text
 * @param {string} id
 */
function select(text, id) {
  const control = /** @type {HTMLSelectElement} */ (element("select", { id }));
  return { control, label: element("label", { class: "field" }, element("span", {}, text), control) };
}

/** @param {Prompt} prompt */
function label_of(prompt) {
  const text = prompt.tokens.map(visible_token).join("").replace("<|endoftext|>", "").trim();
  return `${prompt.index}: ${text.length > 48 ? text.slice(0, 47) + "…" : text}`;
}
