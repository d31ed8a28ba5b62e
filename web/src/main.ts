/** The page: reads its data, puts the parts together, and tells each what has changed. */
import "./app.css";
import { App } from "./app.ts";
import { live } from "./live.ts";
import { unpack } from "./model.ts";
import type { Packed } from "./packed.ts";

const text = document.getElementById("network")?.textContent ?? "";
new App(unpack(JSON.parse(text) as Packed)).start();
live();
