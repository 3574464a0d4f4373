import type { Workload } from '../api/types';
import type { Look } from '../ui/StateBadge';
import { PHASE_LOOKS } from '../ui/states';

/** A workload that nobody has reported on yet is pending. */
export const phaseLook = (workload: Workload): Look => PHASE_LOOKS[workload.state.phase ?? 'pending'];
