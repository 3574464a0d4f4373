import type { CreateDeployment } from '../../../api/types';
import { parseLabels } from '../../../forms/label-lines';

/** What can be said of any deployment, as it is typed. */
export interface Settings {
  name: string;
  replicas: string | number;
  node: string;
  selector: string;
  labels: string;
}

export const NO_SETTINGS: Settings = { name: '', replicas: 1, node: '', selector: '', labels: '' };

/** The document for the server; undefined while something that was typed is none. */
export function documentOf(
  template: string,
  params: Record<string, unknown>,
  settings: Settings,
): CreateDeployment | undefined {
  const selector = parseLabels(settings.selector);
  const labels = parseLabels(settings.labels);
  if (selector.wrong !== undefined || labels.wrong !== undefined) return undefined;
  return {
    template,
    name: settings.name.trim() || null,
    params,
    replicas: settings.replicas === '' ? null : Number(settings.replicas),
    labels: labels.labels,
    placement: {
      node_selector: selector.labels,
      ...(settings.node !== '' && { node: settings.node }),
    },
  };
}
