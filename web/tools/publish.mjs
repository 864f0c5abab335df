import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** Writes a file under a name with its hash, and a compressed copy; returns the manifest's entry. */
export async function publish(folder, name, contents) {
  const extension = extname(name);
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8);
  const published = `${name.slice(0, -extension.length)}-${hash}${extension}`;
  await writeFile(join(folder, published), contents);
  await compress(join(folder, published), contents);
  return { [name]: published };
}

export async function copied(folder, file) {
  return publish(folder, basename(file), await readFile(file));
}

export async function compress(file, contents) {
  await writeFile(`${file}.gz`, gzipSync(contents, { level: 9 }));
}
