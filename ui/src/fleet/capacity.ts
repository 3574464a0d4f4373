import type { Node } from '../api/types';

export interface Capacity {
  total: number;
  reserved: number;
  /** Left out when no node measured it. */
  used?: number;
}

/** Nodes that could do work count; those that are away do not. */
const counts = (node: Node) => node.approved && node.status !== 'offline';

function add(parts: readonly Capacity[]): Capacity {
  const sum = (pick: (part: Capacity) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const measured = parts.some((part) => part.used !== undefined);
  return {
    total: sum((p) => p.total),
    reserved: sum((p) => p.reserved),
    ...(measured && { used: sum((p) => p.used ?? 0) }),
  };
}

const measured = (percent: number | null | undefined, total: number) =>
  percent == null ? {} : { used: (percent / 100) * total };

export function cpuOf({ reserved: r, usage }: Node): Capacity {
  return { total: r.cpu_milli_total, reserved: r.cpu_milli, ...measured(usage.cpu_usage, r.cpu_milli_total) };
}

export function memoryOf({ reserved: r, usage }: Node): Capacity {
  return { total: r.mem_mib_total, reserved: r.mem_mib, ...measured(usage.mem_usage, r.mem_mib_total) };
}

export function vramOf(node: Node): Capacity {
  return add(
    (node.gpus ?? []).map((gpu) => ({
      total: gpu.memory_mib ?? 0,
      reserved: gpu.claimed_mib ?? 0,
      ...(gpu.used_mib != null && { used: gpu.used_mib }),
    })),
  );
}

/** Of the whole fleet. */
export function fleetCapacity(nodes: readonly Node[]) {
  const counted = nodes.filter(counts);
  return {
    cpu: add(counted.map(cpuOf)),
    memory: add(counted.map(memoryOf)),
    vram: add(counted.map(vramOf)),
  };
}
