import type { TemplateDetail } from '../../api/types';

/** What the page shows of a manifest. The API hands manifests on as they are, so nothing is taken for granted. */
export interface Manifest {
  name: string;
  title: string;
  description: string;
  category: string | undefined;
  version: string | undefined;
  appVersion: string | undefined;
  license: string | undefined;
  executors: string[];
  architectures: string[];
  tags: string[];
  links: [name: string, address: string][];
  ports: { name: string; purpose: string }[];
  variants: { name: string; title: string }[];
}

type Json = Record<string, unknown>;

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : [];
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** Only addresses of the web become links: a manifest may come from elsewhere. */
const isWeb = (address: unknown): address is string =>
  typeof address === 'string' && /^https?:\/\//.test(address);

export function manifestOf(detail: TemplateDetail): Manifest {
  const m = (detail.manifest ?? {}) as Json;
  const links = Object.entries((m.links ?? {}) as Json);
  return {
    name: text(m.name) ?? '',
    title: text(m.title) ?? text(m.name) ?? '',
    description: text(m.description) ?? '',
    category: text(m.category),
    version: text(m.version),
    appVersion: text(m.app_version),
    license: text(m.license),
    executors: texts(m.executors),
    architectures: texts(m.architectures),
    tags: texts(m.tags),
    links: links.filter((link): link is [string, string] => isWeb(link[1])),
    ports: objects(m.ports).map((port) => ({
      name: text(port.name) ?? '',
      purpose: text(port.purpose) ?? '',
    })),
    variants: objects(m.variants).map((v) => ({ name: text(v.name) ?? '', title: text(v.title) ?? '' })),
  };
}
