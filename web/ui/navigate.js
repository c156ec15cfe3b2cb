// Views that change without loading the whole page: forms with data-swap="#view" send themselves when they change, and links
// within data-swap-links="SELECTOR" are followed, by fetching the page and exchanging that part of it. Without this module both
// work as forms and links do.
import { forget_all } from "./load.js";

/** @type {((root: ParentNode) => void)[]} */
const listeners = [];
/** @type {AbortController | null} */
let pending = null;
let shown = location.pathname + location.search; // what the view belongs to

/** @param {(root: ParentNode) => void} listener */
export function on_navigation(listener) {
  listeners.push(listener);
}

/**
 * Fetches the page at `url` and shows its #view.
 * @param {string} url
 * @param {"push" | "replace" | "keep"} history_step
 */
export async function swap_view(url, history_step) {
  pending?.abort();
  const mine = new AbortController();
  pending = mine;
  let text = "";
  try {
    const response = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
    text = await response.text();
  } catch (problem) {
    if (mine.signal.aborted) return; // a newer one is under way
    location.href = url; // the browser says best what is wrong
    return;
  }
  const next = new DOMParser().parseFromString(text, "text/html");
  const main = next.querySelector("main"),
    here = document.querySelector("main");
  if (!main || !here) return;
  if (history_step === "push") history.pushState(null, "", url);
  if (history_step === "replace") history.replaceState(null, "", url);
  shown = location.pathname + location.search;
  forget_all();
  show(here, main, next);
}

/**
 * Puts the new content in place; what had the focus keeps it.
 * @param {Element} here
 * @param {Element} main
 * @param {Document} next
 */
function show(here, main, next) {
  const active = document.activeElement;
  const id = active?.id ?? "";
  const selection =
    active instanceof HTMLInputElement && active.type === "search" ? [active.selectionStart, active.selectionEnd] : null;
  const open = document.querySelector("details.facets");
  here.replaceChildren(...main.childNodes);
  document.title = next.title;
  const twins = next.querySelector("footer .twins");
  document.querySelector("footer .twins")?.replaceChildren(...(twins ? twins.childNodes : []));
  const facets = document.querySelector("details.facets");
  if (open instanceof HTMLDetailsElement && facets instanceof HTMLDetailsElement) facets.open = open.open;
  const again = id ? document.getElementById(id) : null;
  again?.focus();
  if (again instanceof HTMLInputElement && selection) again.setSelectionRange(selection[0] ?? 0, selection[1] ?? 0);
  document.dispatchEvent(new CustomEvent("viewchange"));
  for (const listener of listeners) listener(here);
}

/** @param {HTMLFormElement} form */
function url_of(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") query.append(name, value);
  const text = query.toString();
  return form.action + (text ? `?${text}` : "");
}

/**
 * @param {Event} event
 * @returns {HTMLFormElement | null}
 */
function swapping_form(event) {
  const target = event.target;
  return target instanceof Element ? target.closest("form[data-swap]") : null;
}

export function start_navigation() {
  document.addEventListener("submit", (event) => {
    const form = swapping_form(event);
    if (!form) return;
    event.preventDefault();
    swap_view(url_of(form), "push");
  });
  document.addEventListener("change", (event) => {
    const form = swapping_form(event);
    if (form && event.target instanceof HTMLSelectElement) swap_view(url_of(form), "push");
  });
  let timer = 0;
  document.addEventListener("input", (event) => {
    const form = swapping_form(event);
    if (!form || !(event.target instanceof HTMLInputElement)) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => swap_view(url_of(form), "replace"), 250);
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const region = link?.closest("[data-swap-links]");
    if (!link || !(region instanceof HTMLElement) || !link.matches(region.dataset.swapLinks ?? "")) return;
    event.preventDefault();
    swap_view(link.href, "push").then(() => {
      if (document.activeElement === document.body) document.querySelector("main")?.focus({ preventScroll: true });
    });
  });
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) swap_view(location.href, "keep");
  });
}
