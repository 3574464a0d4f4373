import { ActionIcon, Autocomplete, PasswordInput, Select, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconDice5 } from '@tabler/icons-react';
import { forms as text } from '../text/forms';
import type { Field } from './schema';
import { generatePassword } from './values';

export interface ParamFieldProps {
  field: Field;
  value: string | boolean;
  /** What the server said about it. */
  error?: string | undefined;
  /** Whether something is stored already that an empty password leaves as it is. */
  stored?: boolean;
  /** Names of the stored secrets. */
  secrets?: readonly string[];
  onChange: (value: string | boolean) => void;
  onBlur?: () => void;
}

/** One parameter, with the control that its type asks for. Texts stay as typed: the server says what is wrong. */
export function ParamField(props: ParamFieldProps) {
  const { field, value, error, onChange, onBlur } = props;
  const common = {
    label: field.label,
    description: field.help || undefined,
    error,
    onBlur,
    name: field.name,
    required: field.required,
  };
  const typed = typeof value === 'string' ? value : '';
  switch (field.kind) {
    case 'bool':
      return (
        <Switch
          {...common}
          required={false}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'enum':
      return (
        <Select
          {...common}
          data={field.choices}
          value={typed === '' ? null : typed}
          onChange={(choice) => onChange(choice ?? '')}
          allowDeselect={!field.required && field.default == null}
        />
      );
    case 'password':
      return <PasswordField {...props} />;
    case 'secret':
      return (
        <Autocomplete
          {...common}
          data={[...(props.secrets ?? [])]}
          value={typed}
          onChange={onChange}
          autoComplete="off"
        />
      );
    case 'int':
    case 'port':
      return (
        <TextInput
          {...common}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'string':
    case 'model':
    case 'size':
    case 'duration':
      return (
        <TextInput
          {...common}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function PasswordField({ field, value, error, stored, onChange, onBlur }: ParamFieldProps) {
  const placeholder = stored ? text.unchanged : field.generate ? text.generated : undefined;
  return (
    <PasswordInput
      label={field.label}
      description={field.help || undefined}
      error={error}
      name={field.name}
      required={field.required}
      placeholder={placeholder}
      autoComplete="new-password"
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
      leftSection={
        <Tooltip label={text.generate}>
          <ActionIcon size="sm" aria-label={text.generate} onClick={() => onChange(generatePassword())}>
            <IconDice5 size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      }
      leftSectionPointerEvents="all"
    />
  );
}
