import type { Node } from '../../api/types';
import { node as text } from '../../text/nodes';
import { formatMib } from '../../ui/units';

type Facts = Node['capabilities'];

/** A machine in one line. */
export function factSummary(facts: Facts): string {
  const gpus = (facts.gpus ?? []).map((gpu) => gpu.model ?? '');
  return [
    facts.os_version,
    facts.cpu_count && text.cores(facts.cpu_model ?? '', facts.cpu_count),
    facts.mem_mb && formatMib(facts.mem_mb),
    gpus.length > 0 && gpus.join(', '),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** An engine in words: its version, or why it does not answer. */
export function engineWords(engine: Facts['docker']): string | undefined {
  if (!engine) return undefined;
  if (engine.available) return [engine.version, ...(engine.runtimes ?? [])].filter(Boolean).join(', ');
  return text.unavailable(engine.error ?? '');
}
