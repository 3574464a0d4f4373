import { Textarea } from '@mantine/core';
import { labelsField as text } from '../text/forms';
import { parseLabels } from './label-lines';

interface LabelsFieldProps {
  label: string;
  description: string;
  placeholder?: string;
  minRows?: number;
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}

/** Labels as lines `key=value`. */
export function LabelsField({ value, error, onChange, minRows = 2, ...rest }: LabelsFieldProps) {
  const { wrong } = parseLabels(value);
  return (
    <Textarea
      {...rest}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={wrong === undefined ? error : text.wrong(wrong)}
      autosize
      minRows={minRows}
      maxRows={12}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  );
}
