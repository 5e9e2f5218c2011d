// Light or dark: the system's choice until the reader makes one, remembered on this device only.
import { find } from "./dom";
import { say } from "./words";

export function startTheme(): void {
  const button = find<HTMLButtonElement>("#theme");
  if (!button) return;
  label(button);
  button.addEventListener("click", () => {
    remember(isDark() ? "light" : "dark");
    label(button);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => label(button));
}

export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Calls after every change of theme, by the reader or by the system. */
export function onTheme(call: () => void): void {
  new MutationObserver(call).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", call);
}

function remember(theme: "light" | "dark"): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

function label(button: HTMLButtonElement): void {
  const dark = isDark();
  const words = find(".visually-hidden", button);
  if (words) words.textContent = say(dark ? "themeLight" : "themeDark");
  const use = find<SVGUseElement>("use", button);
  use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*/, dark ? "#sun" : "#moon"));
}
