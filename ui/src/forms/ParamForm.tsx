import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { secretNamesQuery } from '../api/queries/secrets';
import { Disclosure } from '../ui/Disclosure';
import classes from './ParamForm.module.css';
import { ParamField } from './ParamField';
import { type Field, sectionsOf } from './schema';
import { type Current, type Draft, shownValue } from './values';

/** Sections that most people never open. */
const RARELY: readonly string[] = ['Advanced'];

interface ParamFormProps {
  fields: readonly Field[];
  draft: Draft;
  /** What the server said about the fields, by name. */
  errors: ReadonlyMap<string, string>;
  /** What is stored already, when something is changed. */
  current?: Current;
  onChange: (draft: Draft) => void;
  onBlur?: (name: string) => void;
}

/** A form for the parameters of a template, made from their schema. */
export function ParamForm({ fields, draft, errors, current = {}, onChange, onBlur }: ParamFormProps) {
  const needsSecrets = fields.some((field) => field.kind === 'secret');
  // Only offered as choices: without them the name can be typed.
  const { data: secrets } = useQuery({ ...secretNamesQuery, enabled: needsSecrets });
  return (
    <Stack gap="xl">
      {sectionsOf(fields).map(([group, own]) => (
        <ParamSection key={group} group={group} open={own.some((field) => errors.has(field.name))}>
          {own.map((field) => (
            <ParamField
              key={field.name}
              field={field}
              value={shownValue(field, draft, current)}
              error={errors.get(field.name)}
              stored={field.name in current}
              secrets={secrets ?? []}
              onChange={(value) => onChange({ ...draft, [field.name]: value })}
              onBlur={() => onBlur?.(field.name)}
            />
          ))}
        </ParamSection>
      ))}
    </Stack>
  );
}

function ParamSection({ group, open, children }: { group: string; open: boolean; children: ReactNode }) {
  const fields = (
    <SimpleGrid cols={{ base: 1, sm: group === '' ? 1 : 2 }} spacing="lg" verticalSpacing="md">
      {children}
    </SimpleGrid>
  );
  if (group === '') return fields;
  if (RARELY.includes(group)) {
    return (
      <Disclosure title={group} open={open}>
        {fields}
      </Disclosure>
    );
  }
  return (
    <fieldset className={classes.section}>
      <legend className={classes.legend}>{group}</legend>
      {fields}
    </fieldset>
  );
}
