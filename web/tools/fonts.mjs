import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { convert } from "fontverter";
import subset from "subset-font";

const WEIGHTS = ["Regular", "Italic", "SemiBold", "Bold"];

// What a Russian or English page of technical goods may show; the rest falls back to the system.
const RANGES = [
  [0x20, 0x7e], // Latin
  [0xa0, 0x17f], // Latin of other European languages
  [0x391, 0x3c9], // Greek: Ω, μ, Δ
  [0x400, 0x45f], // Cyrillic
  [0x490, 0x491], // Ґ, ґ
  [0x2000, 0x206f], // spaces, dashes, quotation marks
  [0x2070, 0x209c], // superscripts, subscripts
  [0x20a0, 0x20c0], // currencies: ₽, €, ₸
  [0x2100, 0x2122], // №, ™
  [0x2150, 0x215e], // fractions
  [0x2190, 0x2199], // arrows
  [0x2200, 0x22ff], // −, ≤, ≥, ≈
  [0x2300, 0x2300], // diameter
];

const folder = (web) => join(web, "node_modules", "inter-ui");

/** One variable font with the weights 400 to 700 and the letters of RANGES, as woff2. */
export async function webFont(web) {
  const whole = await readFile(join(folder(web), "variable", "InterVariable.woff2"));
  const characters = RANGES.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)),
  );
  const font = await subset(whole, characters.join(""), {
    targetFormat: "woff2",
    variationAxes: { opsz: 14, wght: { min: 400, max: 700 } },
  });
  return new Uint8Array(font);
}

/** The whole typeface as TrueType, for typesetting. Other fonts in the folder are removed. */
export async function documentFonts(web, target) {
  await mkdir(target, { recursive: true });
  const fresh = new Set(WEIGHTS.map((weight) => `Inter-${weight}.ttf`));
  for (const name of fresh) {
    const source = join(folder(web), "web", name.replace(".ttf", ".woff2"));
    await replace(join(target, name), await convert(await readFile(source), "truetype"));
  }
  await replace(join(target, "OFL.txt"), await readFile(join(folder(web), "LICENSE.txt")));
  for (const name of await readdir(target)) {
    if (/\.(ttf|otf)$/.test(name) && !fresh.has(name)) await rm(join(target, name));
  }
}

// A document may be typeset while we build: it meets the old file or the new one, never a half.
async function replace(file, contents) {
  await writeFile(`${file}.new`, contents);
  await rename(`${file}.new`, file);
}
