import type { GpuItem, Node } from '../api/types';

/** How many GPUs of each model, slices of a split card counted as one card. */
export function gpuModels(node: Node): [model: string, count: number][] {
  const cards = new Map<string, string>();
  for (const gpu of node.gpus ?? []) cards.set(gpu.card ?? gpu.uuid ?? '', gpu.model ?? '');
  const counts = new Map<string, number>();
  for (const model of cards.values()) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts];
}

/** A part of the memory of one GPU. */
export interface GpuPart {
  kind: 'claim' | 'foreign' | 'margin' | 'free';
  /** The workload of a claim. */
  owner?: string;
  mib: number;
}

/** Whose the memory of a GPU is. The parts are what the server's ledger says, and never more than the card has. */
export function gpuParts(gpu: GpuItem): GpuPart[] {
  const claims = (gpu.claims ?? []).map((claim): GpuPart => ({
    kind: 'claim',
    owner: claim.workload,
    mib: claim.exclusive ? (gpu.memory_mib ?? 0) : claim.memory_mib,
  }));
  const exclusive = gpu.claims?.some((claim) => claim.exclusive) ?? false;
  if (exclusive) return claims;
  const rest: GpuPart[] = [
    { kind: 'foreign', mib: gpu.foreign_mib ?? 0 },
    { kind: 'margin', mib: gpu.margin_mib ?? 0 },
    { kind: 'free', mib: gpu.free_mib ?? 0 },
  ];
  return [...claims, ...rest].filter((part) => part.mib > 0);
}
