import type { Stack } from '../api/types';

/** One service of a stack uses another. */
export interface Reference {
  stack: string;
  /** Ids of the deployments. */
  from: string;
  to: string;
}

const SERVICE = /\$\{services\.([A-Za-z0-9_-]+)\./g;

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) yield* textsOf(part);
}

/** The services that parameters refer to. Those in masked values are not told by the server. */
export function servicesIn(params: unknown): Set<string> {
  const names = [...textsOf(params)].flatMap((text) =>
    [...text.matchAll(SERVICE)].map((match) => match[1] ?? ''),
  );
  return new Set(names);
}

/** Which services use which, over all stacks. */
export function referencesOf(stacks: readonly Stack[]): Reference[] {
  return stacks.flatMap(({ name, services }) =>
    Object.values(services).flatMap((service) =>
      [...servicesIn(service.params)].flatMap((used) => {
        const target = services[used];
        return target && target.id !== service.id ? [{ stack: name, from: service.id, to: target.id }] : [];
      }),
    ),
  );
}
