/* Runs before the first paint, so that a chosen theme does not flash. */
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") {
    const { dataset, style } = document.documentElement;
    dataset.theme = style.colorScheme = chosen;
  }
} catch {
  // Storage may be switched off; the system's preference holds then.
}
