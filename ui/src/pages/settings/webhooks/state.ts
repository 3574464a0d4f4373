import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconProgress } from '@tabler/icons-react';
import type { Webhook } from '../../../api/types';
import { webhooks as text } from '../../../text/settings';
import type { Look } from '../../../ui/StateBadge';

/** How the sending of a webhook stands. */
export function webhookLook({ last_error: error, waiting, last_success: success }: Webhook): Look {
  if (error != null) return { tone: 'bad', icon: IconAlertTriangle, label: text.states.failing };
  if (waiting > 0) return { tone: 'busy', icon: IconProgress, label: text.states.waiting };
  if (success != null) return { tone: 'good', icon: IconCircleCheck, label: text.states.well };
  return { tone: 'calm', icon: IconCircleDashed, label: text.states.idle };
}
