import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';

export interface JsonSchema {
  $ref?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  oneOf?: JsonSchema[];
}

interface OpenApi {
  components: { schemas: Record<string, JsonSchema> };
}

/** The server's own description of its API; it changes only with the server. */
export const openApiQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: async ({ signal }) =>
    (await unwrap(client.GET('/openapi.json', { signal }))) as unknown as OpenApi,
  staleTime: Infinity,
});

/** The schema behind a reference; of a choice with nothing the other one. */
export function resolve({ components }: OpenApi, schema: JsonSchema | undefined): JsonSchema | undefined {
  const real = schema?.oneOf?.find(({ type }) => type !== 'null') ?? schema;
  const name = real?.$ref?.split('/').at(-1);
  return name === undefined ? real : components.schemas[name];
}

export type { OpenApi };
