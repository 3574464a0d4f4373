// Writes src/api/schema.d.ts from the committed OpenAPI document; with --check it only says whether it is current.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const head = '// Generated from docs/openapi.json by `npm run types`. Do not edit.\n\n';

const wanted =
  head +
  astToString(
    await openapiTS(source, { alphabetize: true, defaultNonNullable: false, emptyObjectsUnknown: true }),
  );
if (process.argv.includes('--check')) {
  const found = await readFile(target, 'utf8').catch(() => '');
  if (found !== wanted) {
    console.error(
      'src/api/schema.d.ts is not what docs/openapi.json gives\nhint: run `npm run types` in ui/ and commit the file',
    );
    process.exit(1);
  }
} else {
  await writeFile(target, wanted);
}
