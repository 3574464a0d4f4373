import { type Edge, MarkerType, type Node as FlowNode } from '@xyflow/react';
import type { FleetView, Machine, PlacedWorkload } from './fleet-view';
import { CHIP, type Place, chipPlace, placeBoxes } from './layout';
import { facing, handlesOf } from './sides';

export type MachineNode = FlowNode<{ machine: Machine; far: boolean; dim: boolean }, 'machine'>;
export type WorkloadNode = FlowNode<{ workload: PlacedWorkload; dim: boolean }, 'workload'>;
export type NowhereNode = FlowNode<{ nowhere: FleetView['nowhere'] }, 'nowhere'>;
export type MapNode = MachineNode | WorkloadNode | NowhereNode;

interface Graph {
  nodes: MapNode[];
  edges: Edge[];
}

const CHIP_HANDLES = handlesOf(CHIP.width, CHIP.height);

export const matches = (words: string, ...names: string[]) =>
  words === '' || names.some((name) => name.toLowerCase().includes(words));

/** The boxes of the machines, and behind them that of what has no place. */
export const placesOf = ({ machines, nowhere }: FleetView): Place[] =>
  placeBoxes([
    ...machines.map(({ workloads }) => workloads.length),
    ...(nowhere.length ? [nowhere.length] : []),
  ]);

/** More machines than this are painted from afar and are no elements. */
const MOST_BOXES = 150;
export const isPainted = ({ machines }: FleetView): boolean => machines.length > MOST_BOXES;

/**
 * What the map draws. From afar a machine stands for all of its workloads, and a line for all lines between two machines:
 * thousands of chips would be slow, and nobody could read them.
 */
export function graphOf(view: FleetView, places: readonly Place[], far: boolean, search: string): Graph {
  const words = search.trim().toLowerCase();
  const { machines, nowhere } = view;
  const nodes: MapNode[] = [];
  if (far && isPainted(view)) return { nodes, edges: [] };
  for (const [index, machine] of machines.entries()) {
    const place = places[index];
    if (!place) continue;
    const { x, y, width, height } = place;
    const own = matches(words, machine.name);
    const lit = own || machine.workloads.some(({ deployment }) => matches(words, deployment));
    nodes.push({
      id: machine.id,
      type: 'machine',
      position: { x, y },
      width,
      height,
      handles: handlesOf(width, height),
      data: { machine, far, dim: !lit },
    });
    if (far) continue;
    for (const [slot, workload] of machine.workloads.entries()) {
      nodes.push({
        id: workload.id,
        type: 'workload',
        parentId: machine.id,
        position: chipPlace(slot, machine.workloads.length),
        width: CHIP.width,
        height: CHIP.height,
        handles: CHIP_HANDLES,
        data: { workload, dim: !own && !matches(words, workload.deployment) },
      });
    }
  }
  const last = places[machines.length];
  if (last) {
    const { x, y, width, height } = last;
    nodes.push({
      id: 'nowhere',
      type: 'nowhere',
      position: { x, y },
      width,
      height,
      handles: [],
      data: { nowhere },
    });
  }
  return { nodes, edges: edgesOf(view, far, centersOf(machines, places)) };
}

interface Center {
  x: number;
  y: number;
}

/** The middle of each machine and workload. */
function centersOf(machines: readonly Machine[], places: readonly Place[]): Map<string, Center> {
  const centers = new Map<string, Center>();
  for (const [index, { id, workloads }] of machines.entries()) {
    const place = places[index];
    if (!place) continue;
    centers.set(id, { x: place.x + place.width / 2, y: place.y + place.height / 2 });
    for (const [slot, workload] of workloads.entries()) {
      const { x, y } = chipPlace(slot, workloads.length);
      centers.set(workload.id, { x: place.x + x + CHIP.width / 2, y: place.y + y + CHIP.height / 2 });
    }
  }
  return centers;
}

function edgesOf(
  { machines, connections }: FleetView,
  far: boolean,
  centers: ReadonlyMap<string, Center>,
): Edge[] {
  const machineOf = new Map(
    machines.flatMap(({ id, workloads }) => workloads.map((workload) => [workload.id, id] as const)),
  );
  const ends = far
    ? connections.map(({ from, to }) => ({ from: machineOf.get(from), to: machineOf.get(to) }))
    : connections.filter(({ from, to }) => machineOf.has(from) && machineOf.has(to));
  const edges = new Map<string, Edge>();
  for (const { from, to } of ends) {
    if (from === undefined || to === undefined || from === to) continue;
    const id = `${from}>${to}`;
    const begin = centers.get(from);
    const end = centers.get(to);
    if (!begin || !end) continue;
    edges.set(id, {
      id,
      source: from,
      target: to,
      ...facing(begin, end),
      focusable: false,
      markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18, color: 'var(--busy)' },
    });
  }
  return [...edges.values()];
}
