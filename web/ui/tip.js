// The one tip of the page: what is under the pointer, in words.
import { element } from "./dom.js";

/** @type {HTMLElement | null} */
let tip = null;

/**
 * @param {number} x in the window
 * @param {number} y
 * @param {...(Node | string)} content
 */
export function show_tip(x, y, ...content) {
  if (!tip || !tip.isConnected) {
    tip = element("div", { class: "tip", "aria-hidden": "true" }); // the same words go to a live region
    document.body.append(tip);
  }
  tip.replaceChildren(...content);
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = x + 14 + box.width > innerWidth ? x - 14 - box.width : x + 14;
  const top = y + 18 + box.height > innerHeight ? y - 12 - box.height : y + 18;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

export function hide_tip() {
  if (tip) tip.hidden = true;
}
