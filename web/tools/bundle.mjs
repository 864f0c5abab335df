import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { build } from "esbuild";

import { compress } from "./publish.mjs";
import { webFont } from "./fonts.mjs";

/** Bundles the program and style of every page, and those of maps, which are loaded where there is
 * one; returns the manifest's entries. */
export async function bundle(web, target) {
  const { metafile } = await build({
    absWorkingDir: web,
    entryPoints: ["src/app.js", "src/app.css", "src/map.js", "src/map.css"],
    outdir: target,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "iife",
    loader: { ".png": "dataurl" },
    legalComments: "none", // licences.txt carries the whole texts
    metafile: true,
    plugins: [subsetTypeface(web)],
  });
  const entries = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const file = join(target, basename(path));
    await compress(file, await readFile(file));
    entries[basename(output.entryPoint)] = basename(path);
  }
  return entries;
}

// The stylesheet names `typeface:inter.woff2`: made during the build, so it is no file of the sources.
const subsetTypeface = (web) => ({
  name: "typeface",
  setup(builder) {
    builder.onResolve({ filter: /^typeface:/ }, ({ path }) => ({
      path: path.slice("typeface:".length),
      namespace: "typeface",
    }));
    builder.onLoad({ filter: /.*/, namespace: "typeface" }, async () => ({
      contents: await webFont(web),
      loader: "file",
    }));
  },
});
