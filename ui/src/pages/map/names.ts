import type { PlacedWorkload } from './fleet-view';

/** The deployment, with the slot where there are several replicas. */
export const workloadName = ({ deployment, slot, replicas }: PlacedWorkload) =>
  replicas > 1 ? `${deployment} · ${slot}` : deployment;
