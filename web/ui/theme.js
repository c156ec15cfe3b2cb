// Light, dark, or as the system says. Runs before the first paint, so that a chosen theme does not flash.
(() => {
  const kKey = "headlight-theme";
  const root = document.documentElement;
  /** @returns {string | null} */
  const stored = () => {
    try {
      return localStorage.getItem(kKey);
    } catch {
      return null; // storage is refused
    }
  };
  const chosen = stored();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const is_dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    if (!(button instanceof HTMLButtonElement)) return;
    const show = () => {
      button.textContent = is_dark() ? "Light" : "Dark";
      button.setAttribute("aria-label", is_dark() ? "Use light colours" : "Use dark colours");
    };
    const change = () => {
      show();
      document.dispatchEvent(new CustomEvent("themechange"));
    };
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      root.dataset.theme = is_dark() ? "light" : "dark";
      try {
        localStorage.setItem(kKey, root.dataset.theme);
      } catch {
        // the choice holds for this page only
      }
      change();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
  });
})();
