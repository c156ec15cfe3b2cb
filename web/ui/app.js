// Finds what a page asks for by its data attributes and loads the module that shows it.
import { on_navigation, start_navigation } from "./navigate.js";

/**
 * @param {ParentNode} root
 */
async function enhance(root) {
  await Promise.all([grids(root), strips(root), patterns(root), live()]);
}

/** @param {ParentNode} root */
async function grids(root) {
  const places = [...root.querySelectorAll("[data-grid]")].filter((place) => place instanceof HTMLElement);
  if (places.length === 0) return;
  const { show_grid } = await import("./head-grid.js");
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        observer.unobserve(entry.target);
        show_grid(/** @type {HTMLElement} */ (entry.target));
      }
    },
    { rootMargin: "400px" },
  );
  for (const place of places) observer.observe(place);
}

/** @param {ParentNode} root */
async function strips(root) {
  const places = [...root.querySelectorAll("[data-strip], [data-outcomes]")].filter((place) => place instanceof HTMLElement);
  if (places.length === 0) return;
  const { show_strips } = await import("./strip-plot.js");
  await show_strips(places);
}

/** @param {ParentNode} root */
async function patterns(root) {
  const place = root.querySelector("[data-pattern]");
  if (!(place instanceof HTMLElement)) return;
  const { show_patterns } = await import("./pattern.js");
  show_patterns(place);
}

async function live() {
  if (!document.querySelector("[data-live]")) return;
  const { watch } = await import("./live.js");
  watch();
}

// On a narrow screen the list comes before the ways to narrow it down.
const facets = document.querySelector("details.facets");
if (facets instanceof HTMLDetailsElement && matchMedia("(max-width: 860px)").matches) facets.open = false;

start_navigation();
on_navigation(enhance);
enhance(document);
