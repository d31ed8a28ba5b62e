// Bundles the page into the package: `node build.mjs`; with `--check` it only compares.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = new URL("../archc/viz/page/", import.meta.url);
const HERE = new URL("./", import.meta.url);

/** What the bundle is made of; a test compares it where there is no npm. */
function digest() {
  const names = readdirSync(new URL("src", HERE)).sort();
  const files = [...names.map((name) => `src/${name}`), "build.mjs", "package-lock.json"];
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(new URL(file, HERE)));
  return hash.digest("hex");
}

const { outputFiles } = await build({
  absWorkingDir: HERE.pathname,
  entryPoints: { app: "src/main.ts" },
  outdir: "out",
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
});

const license = readFileSync(new URL("node_modules/@dagrejs/dagre/LICENSE", HERE), "utf8").trim();
const notices = {
  "app.js": `/* archc page; sources ${digest()}

Holds @dagrejs/dagre and @dagrejs/graphlib:

${license}
*/
`,
  "app.css": `/* archc page; sources ${digest()} */
`,
};
let stale = false;
for (const { path, text } of outputFiles) {
  const name = path.split("/").at(-1);
  const file = new URL(name, OUT);
  const wanted = notices[name] + text;
  if (!process.argv.includes("--check")) writeFileSync(file, wanted);
  else if (readFileSync(file, "utf8") !== wanted) {
    console.error(`archc/viz/page/${name} is stale: run \`npm run build\` in web/`);
    stale = true;
  }
}
process.exit(stale ? 1 : 0);
