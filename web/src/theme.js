// Sets theme and density on the root element before first paint, so that nothing flashes.
// A file of its own and no module: the content security policy allows no inline script, and a
// module would run after the first paint. `state/preferences.ts` reads and writes the same keys.
(() => {
  const root = document.documentElement;
  let theme = "system";
  let density = "compact";
  try {
    theme = localStorage.getItem("threadline.theme") ?? theme;
    density = localStorage.getItem("threadline.density") ?? density;
  } catch {
    // Storage may be forbidden: the defaults hold.
  }
  const dark =
    theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = density === "cozy" ? "cozy" : "compact";
})();
