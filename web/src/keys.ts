/** What keys do. The table is also what the help shows. */

export interface Key {
  readonly keys: readonly string[];
  readonly words: string;
  readonly press: (event: KeyboardEvent) => void;
  /** Only while nothing else on the page has the focus. */
  readonly picture?: boolean;
}

const TYPING = "input, select, textarea, [contenteditable]";

export function listen(keys: readonly Key[], picture: Element): void {
  const known = new Map(keys.flatMap((key) => key.keys.map((name) => [name, key] as const)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as Element;
    const key = known.get(event.key);
    if (!key || target.closest("dialog")) return;
    if (target.matches(TYPING) && event.key !== "Escape") return;
    const free = target === document.body || picture.contains(target);
    if (key.picture && !free) return;
    event.preventDefault();
    key.press(event);
  });
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  " ": "Space",
};

export const keyNames = ({ keys }: Key): string[] => keys.map((key) => NAMES[key] ?? key);
