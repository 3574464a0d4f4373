import { Document, isMap } from 'yaml';
import type { Deployment, Stack } from '../../../api/types';
import { editor as text } from '../../../text/stacks';

/** What the server shows in place of what it does not tell. */
const MASK = '***';

type Plain = Record<string, unknown>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without what says nothing: null, empty lists and maps. */
function withoutEmpty(value: Plain): Plain {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, each]) =>
        each != null &&
        !(Array.isArray(each) && each.length === 0) &&
        !(isPlain(each) && Object.keys(each).length === 0),
    ),
  );
}

function serviceOf(deployment: Deployment): Plain {
  const { template, params, replicas, placement, priority, labels } = deployment;
  const told = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== MASK));
  const { on_node_loss: onLoss, ...where } = placement;
  return withoutEmpty({
    ...(template !== 'compose' && { template }),
    params: told,
    ...(replicas !== 1 && { replicas }),
    placement: withoutEmpty({ ...where, ...(onLoss !== 'auto' && { on_node_loss: onLoss }) }),
    ...(priority !== 0 && { priority }),
    labels,
  });
}

function commentOf({ template, params }: Deployment): string | undefined {
  const masked = Object.keys(params).filter((name) => params[name] === MASK);
  if (template === 'compose') return ` ${text.hiddenCompose}`;
  return masked.length > 0 ? ` ${text.hiddenParam(masked.join(', '))}` : undefined;
}

/** A stack as its file would be, as far as the server tells it; what it does not tell is named in comments. */
export function writeStack({ name, services }: Stack): string {
  const entries = Object.entries(services);
  const document = new Document({
    name,
    services: Object.fromEntries(entries.map(([service, deployment]) => [service, serviceOf(deployment)])),
  });
  for (const [service, deployment] of entries) {
    const node = document.getIn(['services', service]);
    const comment = commentOf(deployment);
    if (isMap(node) && comment !== undefined) node.commentBefore = comment;
  }
  return document.toString({ lineWidth: 120 });
}
