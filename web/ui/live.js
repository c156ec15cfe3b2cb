// Pages that show what is still running: an event stream says when the catalogue has changed, and the view is fetched again.
import { swap_view } from "./navigate.js";

const kShortestPauseMs = 2000;

/** @type {EventSource | null} */
let source = null;
let last_ms = 0;
let timer = 0;

// A view that is not live any more, or not seen, needs no stream: browsers open only six connections to a server.
function is_wanted() {
  return document.querySelector("[data-live]") !== null && document.visibilityState === "visible";
}

function refresh() {
  timer = 0;
  last_ms = performance.now();
  if (is_wanted()) swap_view(location.href, "keep");
}

function on_change() {
  if (timer !== 0) return;
  timer = window.setTimeout(refresh, Math.max(0, kShortestPauseMs - (performance.now() - last_ms)));
}

export function watch() {
  if (!is_wanted()) {
    source?.close();
    source = null;
    return;
  }
  if (source) return;
  const place = document.querySelector("[data-live]");
  source = new EventSource(place instanceof HTMLElement ? (place.dataset.live ?? "") : "");
  source.addEventListener("change", on_change);
  source.addEventListener("error", () => {
    source?.close(); // the server has ended; the next look at the page tries again
    source = null;
  });
}

document.addEventListener("visibilitychange", watch);
document.addEventListener("viewchange", watch);
