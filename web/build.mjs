// Builds everything a browser or a document needs into the kernel's package. See docs/how-to/pages.md.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { bundle } from "./tools/bundle.mjs";
import { documentFonts } from "./tools/fonts.mjs";
import { sprite } from "./tools/icons.mjs";
import { licences } from "./tools/licences.mjs";
import { copied, publish } from "./tools/publish.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const kernel = join(web, "..", "core", "src", "fondaco");
const target = join(kernel, "web", "static");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const manifest = {
  ...(await bundle(web, target)),
  ...(await publish(target, "icons.svg", await sprite(web))),
  ...(await publish(target, "licences.txt", await licences(web))),
  ...(await copied(target, join(web, "brand", "mark.svg"))),
};
await documentFonts(web, join(kernel, "documents", "fonts"));

// Last, since its presence says that the build is complete.
await writeFile(join(target, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
