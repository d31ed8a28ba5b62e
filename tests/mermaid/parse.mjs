// Parse each Mermaid text of a JSON list on standard input with the real package, as GitHub does;
// print a JSON list of what is wrong with each, empty where nothing is.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html>");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, securityLevel: "strict", maxTextSize: 50000, maxEdges: 500 });

const found = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const { diagramType } = await mermaid.parse(text);
    const long = text.length > 50000 ? `${text.length} characters` : "";
    found.push(diagramType === "flowchart-v2" ? long : `a ${diagramType}`);
  } catch (error) {
    found.push(String(error.message ?? error) || "an error without words");
  }
}
console.log(JSON.stringify(found));
