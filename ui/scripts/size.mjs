// Fails when the script of the first route is more than it may be, compressed as the server sends it.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const LIMIT_KIB = 350;
const dist = process.argv[2]
  ? pathToFileURL(`${resolve(process.argv[2])}/`)
  : new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

/** All scripts that have to be there before the entry and these pages can be shown. */
function scriptsOf(keys, found = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`the build has no chunk ${key}`);
    if (found.has(chunk.file)) continue;
    found.add(chunk.file);
    scriptsOf(chunk.imports ?? [], found);
  }
  return found;
}

const firstRoute = ['index.html', 'src/pages/overview/OverviewPage.tsx'];
let total = 0;
for (const file of scriptsOf(firstRoute)) {
  const { size } = await stat(new URL(`${file}.gz`, dist));
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KiB  ${file}`);
}
const kib = total / 1024;
console.log(
  `${kib.toFixed(1).padStart(8)} KiB  script of the first route with gzip; ${LIMIT_KIB} KiB are allowed`,
);
if (kib > LIMIT_KIB) {
  console.error('hint: load what the first route does not need with a dynamic import');
  process.exit(1);
}
