import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The icons named in icons.txt as one SVG; each is a symbol with the icon's name as its id. */
export async function sprite(web) {
  const list = await readFile(join(web, "icons.txt"), "utf8");
  const names = list.split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = await Promise.all(names.map((name) => symbol(web, name)));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

async function symbol(web, name) {
  const file = join(web, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
  const source = await readFile(file, "utf8").catch(() => {
    throw new Error(`icons.txt names "${name}", which the icon package does not have`);
  });
  const shapes = source
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
    .replace(/\s*\n\s*/g, "");
  return (
    `<symbol id="${name}" viewBox="0 0 24 24" stroke="currentColor" ` +
    `stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`
  );
}
