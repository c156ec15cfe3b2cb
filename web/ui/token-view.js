// A prompt token by token: point to one and see where it looks, or who looks at it.
import { ink_on_sequential, is_dark, sequential_colour } from "./colour.js";
import { element, svg } from "./dom.js";
import { percent_words, visible_token } from "./words.js";

/** @typedef {import("./pattern.js").Pattern} Pattern */

const kTops = 6,
  kColours = 12; // as many as parts.css has

export class TokenView {
  /** @param {(token: number) => void} on_choose */
  constructor(on_choose) {
    this.on_choose = on_choose;
    this.text = element("p", { class: "token-view" });
    this.heading = element("p", { class: "note" });
    this.tops = element("ol", { class: "tops" });
    this.place = element("div", {}, this.text, this.heading, this.tops);
    /** @type {Pattern | null} */
    this.pattern = null;
    /** @type {HTMLElement[]} */
    this.buttons = [];
    this.chosen = 0;
    this.is_backwards = false;
    document.addEventListener("themechange", () => this.paint());
  }

  /** @param {Pattern} pattern */
  show(pattern) {
    this.pattern = pattern;
    this.place.replaceChildren(this.text, this.heading, this.tops);
    const roles = [...new Set(pattern.prompt.roles.map((role) => role.name))].sort();
    this.buttons = pattern.prompt.tokens.map((token, i) => {
      const names = pattern.prompt.roles.filter((role) => i >= role.begin && i < role.end).map((role) => role.name);
      const button = element("button", { type: "button", tabindex: i === 0 ? "0" : "-1" }, visible_token(token));
      if (names[0] !== undefined) {
        button.className = `role role-${roles.indexOf(names[0]) % kColours}`;
        button.title = names.join(", ");
      }
      button.addEventListener("pointerenter", () => this.on_choose(i));
      button.addEventListener("focus", () => this.on_choose(i));
      button.addEventListener("keydown", (event) => this.press(event, i));
      return button;
    });
    this.text.replaceChildren(...this.buttons);
  }

  /** @param {boolean} backwards */
  set_backwards(backwards) {
    this.is_backwards = backwards;
    this.paint();
  }

  /** @param {number} token */
  choose(token) {
    this.chosen = token;
    this.paint();
  }

  /**
   * Left and right go from token to token; one of them is in the order of the tab key.
   * @param {KeyboardEvent} event
   * @param {number} i
   */
  press(event, i) {
    const next = event.key === "ArrowRight" ? i + 1 : event.key === "ArrowLeft" ? i - 1 : -1;
    const button = this.buttons[next];
    if (!button) return;
    event.preventDefault();
    for (const other of this.buttons) other.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
  }

  /** How much the chosen token has to do with this one. @param {number} other */
  weight(other) {
    const pattern = this.pattern;
    if (!pattern) return 0;
    const [query, key] = this.is_backwards ? [other, this.chosen] : [this.chosen, other];
    return key <= query ? (pattern.values[query * pattern.n + key] ?? 0) : 0;
  }

  paint() {
    const pattern = this.pattern;
    if (!pattern) return;
    const dark = is_dark();
    const weights = this.buttons.map((_, i) => this.weight(i));
    this.buttons.forEach((button, i) => {
      const weight = weights[i] ?? 0;
      button.style.backgroundColor = weight < 0.005 ? "" : sequential_colour(weight, dark);
      button.style.color = weight < 0.005 ? "" : ink_on_sequential(weight, dark);
      button.setAttribute("aria-pressed", String(i === this.chosen));
    });
    const name = `“${visible_token(pattern.prompt.tokens[this.chosen] ?? "")}” (token ${this.chosen})`;
    this.heading.textContent = this.is_backwards ? `How much of the attention of others goes to ${name}` : `${name} looks at`;
    const order = weights
      .map((weight, i) => ({ weight, i }))
      .filter((one) => one.weight > 0)
      .sort((a, b) => b.weight - a.weight);
    this.tops.replaceChildren(
      ...order.slice(0, kTops).map(({ weight, i }) => top_item(weight, i, pattern.prompt.tokens[i] ?? "")),
    );
  }
}

/**
 * @param {number} weight
 * @param {number} i
 * @param {string} token
 */
function top_item(weight, i, token) {
  const bar = svg(
    "svg",
    { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { width: Math.min(100, 100 * weight), height: 8, rx: 1 }),
  );
  return element(
    "li",
    {},
    element("span", { class: "number" }, percent_words(weight)),
    element("span", { class: "token" }, visible_token(token)),
    element("span", { title: `token ${i}` }, bar),
  );
}
