import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The licence texts of the packages whose work is in the bundle, one after another. */
export async function licences(web) {
  const { dependencies } = JSON.parse(await readFile(join(web, "package.json"), "utf8"));
  const texts = await Promise.all(
    Object.keys(dependencies).map((name) => licence(join(web, "node_modules", name))),
  );
  return texts.join("\n\n");
}

async function licence(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(folder, file), "utf8") : await banner(folder);
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

// Tabler ships no licence file: its notice stands at the head of its stylesheet. The text of the
// MIT licence it names is there in full under its icons.
async function banner(folder) {
  const { style } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const [notice] = (await readFile(join(folder, style), "utf8")).match(/\/\*![\s\S]*?\*\//);
  return notice;
}
