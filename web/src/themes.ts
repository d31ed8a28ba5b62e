/** Dark or light: as the system says until the reader says otherwise. */

const root = document.documentElement;
const night = matchMedia("(prefers-color-scheme: dark)");
const listeners: (() => void)[] = [];

export function toggleTheme(): void {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : night.matches;
  root.dataset.theme = dark ? "light" : "dark";
  for (const listener of listeners) listener();
}

export function themed(listener: () => void): void {
  listeners.push(listener);
  night.addEventListener("change", listener);
}
