/**
 * Reloads the page when its spec was saved. `archc viz --watch` serves the page on the loopback
 * interface with `<meta name="archc-live" content="/events">`, an event source of this host: the event
 * `reload` loads the page again, its address keeping what is open; `problem` shows its data, the
 * report of a spec with errors, over the last good picture; `clear` takes that away.
 */
import { h } from "./dom.ts";

const HERE = new Set(["127.0.0.1", "localhost", "[::1]"]);

export function live(): void {
  const source = document.querySelector<HTMLMetaElement>('meta[name="archc-live"]')?.content;
  if (!source || location.protocol !== "http:" || !HERE.has(location.hostname)) return;
  const report = h("pre", { class: "report", role: "alert", hidden: true });
  document.body.append(report);
  const events = new EventSource(source);
  events.addEventListener("reload", () => location.reload());
  events.addEventListener("problem", (event) => {
    report.textContent = String((event as MessageEvent).data);
    report.hidden = false;
  });
  events.addEventListener("clear", () => {
    report.hidden = true;
  });
}
