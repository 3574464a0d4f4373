import {
  IconBrain,
  IconBucket,
  IconChartLine,
  IconDatabase,
  IconFlask,
  IconGitBranch,
  type IconProps,
  IconMessages,
  IconNetwork,
  IconNotebook,
  IconPuzzle,
  IconStack2,
  IconVector,
  IconWindow,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Template } from '../../api/types';
import { catalogue as text } from '../../text/catalogue';

export const CATEGORY_ICONS: Record<string, ComponentType<IconProps>> = {
  inference: IconBrain,
  'model-gateway': IconGitBranch,
  'user-interface': IconWindow,
  'vector-store': IconVector,
  database: IconDatabase,
  cache: IconStack2,
  'object-store': IconBucket,
  messaging: IconMessages,
  'experiment-tracking': IconFlask,
  notebook: IconNotebook,
  observability: IconChartLine,
  networking: IconNetwork,
};

export const DEFAULT_ICON = IconPuzzle;

export const categoryName = (category: string | undefined) =>
  text.categories[category ?? ''] ?? (category === undefined || category === '' ? text.other : category);

const ORDER = Object.keys(text.categories);
const rank = (category: string) => (ORDER.includes(category) ? ORDER.indexOf(category) : ORDER.length);

/** The categories that have templates, in the order of the catalogue. */
export function categoriesOf(templates: readonly Template[]): string[] {
  return [...new Set(templates.map((template) => template.category ?? ''))].sort((a, b) => rank(a) - rank(b));
}

/** What is used together stands together. */
export const byCategory = (templates: readonly Template[]): Template[] =>
  [...templates].sort((a, b) => rank(a.category ?? '') - rank(b.category ?? ''));

/** Templates of this category that have every word of the search. */
export function filterTemplates(
  templates: readonly Template[],
  search: string,
  category: string,
): Template[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter((template) => {
    if (category !== '' && template.category !== category) return false;
    const { name, title, description, tags } = template;
    const all = [name, title, description, categoryName(template.category), ...(tags ?? [])];
    const found = all.join(' ').toLowerCase();
    return words.every((word) => found.includes(word));
  });
}
