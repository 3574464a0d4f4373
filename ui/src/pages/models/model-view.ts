import type { Deployment, Node, Template } from '../../api/types';

/** Category of the templates that serve models. */
export const SERVES_MODELS = 'inference';

export function modelDeployments(
  deployments: readonly Deployment[],
  templates: readonly Template[],
): Deployment[] {
  const servers = new Set(
    templates.filter(({ category }) => category === SERVES_MODELS).map(({ name }) => name),
  );
  return deployments.filter(({ template }) => servers.has(template));
}

/** The model that a deployment was told to serve; templates name the parameter in one of these ways. */
export function modelName({ params }: Deployment): string | undefined {
  const told = params.model ?? params.models;
  return typeof told === 'string' && told !== '' ? told : undefined;
}

export interface GpuUse {
  uuid: string;
  node: string;
  /** Model of the GPU; empty when the node did not tell. */
  model: string;
  exclusive: boolean;
  claimedMib: number;
  totalMib: number;
  /** In use on the whole GPU, by anybody; left out where the driver does not tell. */
  usedMib: number | undefined;
}

/** The GPUs that a deployment has a part of. */
export function gpusOf({ workloads }: Deployment, nodes: readonly Node[]): GpuUse[] {
  return workloads.flatMap(({ devices, node: id, node_name: name }) => {
    const node = nodes.find((each) => each.id === id);
    return devices.map(({ uuid, memory_mib: claimedMib, device_mib: deviceMib, exclusive }) => {
      const gpu = node?.gpus?.find((each) => each.uuid === uuid);
      return {
        uuid,
        node: name ?? id,
        model: gpu?.model ?? '',
        exclusive,
        claimedMib,
        // Nodes that do not know it say 0.
        totalMib: [deviceMib, gpu?.memory_mib].find((mib) => mib) ?? 0,
        usedMib: gpu?.used_mib ?? undefined,
      };
    });
  });
}

/** Names of the nodes where it runs, each once. */
export const nodeNames = ({ workloads }: Deployment) => [
  ...new Set(workloads.map(({ node, node_name: name }) => name ?? node)),
];
