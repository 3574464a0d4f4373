import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconDownload,
  IconHourglass,
  IconInfoCircle,
  IconLogout2,
  IconPlayerStop,
  IconPlugConnectedX,
  IconProgress,
  IconRocket,
  IconTrash,
} from '@tabler/icons-react';
import type { DeploymentStatus, NodeStatus, Phase, Rollout, Severity } from '../api/types';
import { states as text } from '../text/states';
import type { Look } from './StateBadge';

/** How each state of the API looks. Exhaustive: a new state does not compile until it has a look. */

export const NODE_LOOKS: Record<NodeStatus, Look> = {
  pending: { tone: 'warn', icon: IconHourglass, label: text.node.pending },
  online: { tone: 'good', icon: IconCircleCheck, label: text.node.online },
  unreachable: { tone: 'warn', icon: IconPlugConnectedX, label: text.node.unreachable },
  offline: { tone: 'bad', icon: IconCircleX, label: text.node.offline },
  draining: { tone: 'busy', icon: IconLogout2, label: text.node.draining },
  cordoned: { tone: 'calm', icon: IconBan, label: text.node.cordoned },
};

export const DEPLOYMENT_LOOKS: Record<DeploymentStatus, Look> = {
  progressing: { tone: 'busy', icon: IconProgress, label: text.deployment.progressing },
  ready: { tone: 'good', icon: IconCircleCheck, label: text.deployment.ready },
  degraded: { tone: 'bad', icon: IconAlertTriangle, label: text.deployment.degraded },
  stopped: { tone: 'calm', icon: IconPlayerStop, label: text.deployment.stopped },
  removing: { tone: 'calm', icon: IconTrash, label: text.deployment.removing },
};

export const PHASE_LOOKS: Record<Phase, Look> = {
  pending: { tone: 'calm', icon: IconCircleDashed, label: text.phase.pending },
  preparing: { tone: 'busy', icon: IconDownload, label: text.phase.preparing },
  starting: { tone: 'busy', icon: IconRocket, label: text.phase.starting },
  running: { tone: 'good', icon: IconCircleCheck, label: text.phase.running },
  unhealthy: { tone: 'bad', icon: IconAlertTriangle, label: text.phase.unhealthy },
  completed: { tone: 'good', icon: IconCircleCheck, label: text.phase.completed },
  failed: { tone: 'bad', icon: IconCircleX, label: text.phase.failed },
  stopping: { tone: 'busy', icon: IconPlayerStop, label: text.phase.stopping },
  stopped: { tone: 'calm', icon: IconPlayerStop, label: text.phase.stopped },
};

export const ROLLOUT_LOOKS: Record<Rollout['phase'], Look> = {
  progressing: { tone: 'busy', icon: IconProgress, label: text.rollout.progressing },
  complete: { tone: 'good', icon: IconCircleCheck, label: text.rollout.complete },
  rolled_back: { tone: 'warn', icon: IconArrowBackUp, label: text.rollout.rolled_back },
  failed: { tone: 'bad', icon: IconCircleX, label: text.rollout.failed },
};

export const SEVERITY_LOOKS: Record<Severity, Look> = {
  info: { tone: 'calm', icon: IconInfoCircle, label: text.severity.info },
  warning: { tone: 'warn', icon: IconAlertTriangle, label: text.severity.warning },
  error: { tone: 'bad', icon: IconCircleX, label: text.severity.error },
};
