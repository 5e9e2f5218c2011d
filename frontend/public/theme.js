// Runs before first paint so that a remembered theme never flashes; a file, because the CSP allows no inline script.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: the system's preference then decides.
}
document.documentElement.classList.add("js");
