import type { JsonSchema, OpenApi } from '../../../api/queries/openapi';
import { resolve } from '../../../api/queries/openapi';
import type { Template, TemplateDetail } from '../../../api/types';
import { editor as text } from '../../../text/stacks';
import { positionAt } from './yaml-path';

export interface Suggestion {
  label: string;
  detail?: string | undefined;
  /** What is written, when it is more than the label. */
  apply?: string;
}

export interface Sources {
  openApi: () => Promise<OpenApi>;
  templates: () => Promise<readonly Template[]>;
  template: (name: string) => Promise<TemplateDetail>;
  secrets: () => Promise<readonly string[]>;
}

interface Found {
  from: number;
  suggestions: Suggestion[];
}

const asKey = (label: string, schema: JsonSchema): Suggestion => ({
  label,
  detail: schema.description,
  apply: `${label}: `,
});

const keysOf = (schema: JsonSchema | undefined, taken: readonly string[]) =>
  Object.entries(schema?.properties ?? {})
    .filter(([name]) => !taken.includes(name))
    .map(([name, each]) => asKey(name, each));

function valuesOf(schema: JsonSchema | undefined): Suggestion[] {
  if (schema?.enum) return schema.enum.map((value) => ({ label: String(value) }));
  return schema?.type === 'boolean' ? [{ label: 'true' }, { label: 'false' }] : [];
}

/** What can be written at one place of a stack's file: from the server's schema, the templates and the secrets. */
export async function completionsAt(source: string, cursor: number, from: Sources): Promise<Found> {
  const reference = /\$\{([^}\s]*)$/.exec(source.slice(0, cursor));
  if (reference) return referencesAt(source, cursor, reference[1] ?? '', from);

  const { path, key, from: start, siblings } = positionAt(source, cursor);
  const found = (suggestions: Suggestion[]): Found => ({ from: start, suggestions });
  const [top, service, part] = path;
  if (top === undefined) {
    const keys = ['name', 'services'].filter((name) => !siblings.includes(name));
    return found(key === undefined ? keys.map((name) => asKey(name, {})) : []);
  }
  if (top !== 'services' || service === undefined) return found([]);
  if (part === undefined && key === 'template') {
    const templates = await from.templates();
    return found(templates.map(({ name = '', description }) => ({ label: name, detail: description })));
  }
  const schema =
    part === 'params' ? await paramsOf(source, service, from) : await partOf(path.slice(2), from);
  if (key === undefined) return found(keysOf(schema, siblings));
  const document = part === 'params' ? undefined : await from.openApi();
  const value = schema?.properties?.[key];
  return found(valuesOf(document ? resolve(document, value) : value));
}

/** The schema of what is below a service. */
async function partOf(path: readonly string[], { openApi }: Sources): Promise<JsonSchema | undefined> {
  const document = await openApi();
  let schema = resolve(document, document.components.schemas.StackService);
  for (const name of path) schema = resolve(document, schema?.properties?.[name]);
  return schema;
}

/** The template that a service names, also while the text around is not whole. */
export function templateOf(source: string, service: string): string | undefined {
  const lines = source.split('\n');
  const at = lines.findIndex((line) => line.trim() === `${service}:`);
  if (at < 0) return undefined;
  const indent = (lines[at] ?? '').search(/\S/);
  for (const line of lines.slice(at + 1)) {
    if (line.trim() !== '' && line.search(/\S/) <= indent) return undefined;
    const match = /^\s+template:\s*["']?([A-Za-z0-9_.-]+)/.exec(line);
    if (match) return match[1];
  }
  return undefined;
}

async function paramsOf(source: string, service: string, from: Sources): Promise<JsonSchema | undefined> {
  const template = templateOf(source, service);
  if (template === undefined) return undefined;
  return (await from.template(template)).schema;
}

const SERVICE = /^ {2}([A-Za-z0-9_-]+):\s*$/gm;

/** `${services.db.url}`, `${services.db.secrets.password}`, `${secrets.hf-token}`. */
async function referencesAt(source: string, cursor: number, typed: string, from: Sources): Promise<Found> {
  const parts = typed.split('.');
  const word = parts.at(-1) ?? '';
  const [kind, service, deeper] = parts;
  const found = (labels: readonly string[], end = ''): Found => ({
    from: cursor - word.length,
    suggestions: labels.map((label) => ({ label, apply: `${label}${end}` })),
  });
  if (parts.length === 1) {
    const { from: start, suggestions } = found(['services', 'secrets'], '.');
    const stored = { label: 'stored', detail: text.storedHelp, apply: 'stored}' };
    return { from: start, suggestions: [...suggestions, stored] };
  }
  if (kind === 'secrets') return found(await from.secrets(), '}');
  if (kind !== 'services' || service === undefined) return found([]);
  if (parts.length === 2)
    return found(
      [...source.matchAll(SERVICE)].map((match) => match[1] ?? ''),
      '.',
    );
  const template = templateOf(source, service);
  if (template === undefined) return found([]);
  const detail = await from.template(template);
  if (parts.length === 3) {
    const outputs = Object.keys((detail.manifest?.outputs as object | undefined) ?? {});
    return found([...outputs.map((name) => `${name}}`), 'secrets.', 'endpoints.']);
  }
  if (deeper !== 'secrets') return found([]);
  const properties = Object.entries((detail.schema as JsonSchema | undefined)?.properties ?? {});
  const passwords = properties.filter(([, each]) => (each as { format?: string }).format === 'password');
  return found(
    passwords.map(([name]) => name),
    '}',
  );
}
