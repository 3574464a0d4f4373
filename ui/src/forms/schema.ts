/** What a parameter is, as the templates name it (`x-type` of the schema). */
export type FieldKind =
  'string' | 'model' | 'password' | 'secret' | 'bool' | 'enum' | 'int' | 'port' | 'size' | 'duration';

/** One field of a form. */
export interface Field {
  name: string;
  kind: FieldKind;
  label: string;
  help: string;
  group: string;
  required: boolean;
  default: unknown;
  choices: string[];
  /** What the server fills in when nothing is given, for example `password`. */
  generate?: string;
  min?: number;
  max?: number;
}

const KINDS: readonly string[] = [
  'string',
  'model',
  'password',
  'secret',
  'bool',
  'enum',
  'int',
  'port',
  'size',
  'duration',
] satisfies FieldKind[];

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const number = (value: unknown) => (typeof value === 'number' ? value : undefined);

/** Of schemas without our own notes, for example of a catalogue made elsewhere. */
function kindOf(property: Json): FieldKind {
  const own = text(property['x-type']);
  if (KINDS.includes(own)) return own as FieldKind;
  if (Array.isArray(property.enum)) return 'enum';
  if (property.format === 'password') return 'password';
  if (property.type === 'boolean') return 'bool';
  return property.type === 'integer' ? 'int' : 'string';
}

function fieldOf(name: string, property: Json, required: boolean): Field {
  const kind = kindOf(property);
  const generate = text(property['x-generate']);
  // The bounds of sizes and durations are in bytes and milliseconds, not in what is typed: the server checks them.
  const amount = kind === 'int' || kind === 'port';
  const min = amount ? number(property.minimum) : undefined;
  const max = amount ? number(property.maximum) : undefined;
  return {
    name,
    kind,
    label: text(property.title) || name,
    help: text(property.description),
    group: text(property['x-group']),
    required,
    default: property.default,
    choices: Array.isArray(property.enum) ? property.enum.map(String) : [],
    ...(generate && { generate }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

const orderOf = (property: Json) => number(property['x-order']) ?? 0;

/** The fields of a schema of parameters, in the order of the template. */
export function fieldsOf(schema: unknown): Field[] {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties)
    .filter((entry): entry is [string, Json] => isObject(entry[1]))
    .sort(([, a], [, b]) => orderOf(a) - orderOf(b))
    .map(([name, property]) => fieldOf(name, property, required.includes(name)));
}

/** Fields by section, each section where its first field stands; those without one come first. */
export function sectionsOf(fields: readonly Field[]): [group: string, fields: Field[]][] {
  const sections = new Map<string, Field[]>([['', []]]);
  for (const field of fields) sections.set(field.group, [...(sections.get(field.group) ?? []), field]);
  return [...sections].filter(([, own]) => own.length > 0);
}
