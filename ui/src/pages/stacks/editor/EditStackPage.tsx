import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { stackQuery } from '../../../api/queries/stacks';
import type { Stack } from '../../../api/types';
import { editor as text, stacks } from '../../../text/stacks';
import { Page } from '../../../ui/Page';
import { QueryView } from '../../../ui/QueryView';
import { StackEditor } from './StackEditor';
import { writeStack } from './write';

export function EditStackPage() {
  const { name = '' } = useParams();
  const crumbs = [
    { label: stacks.title, to: '/stacks' },
    { label: name, to: `/stacks/${encodeURIComponent(name)}` },
  ];
  return (
    <Page title={text.editTitle(name)} lead={text.lead} crumbs={crumbs}>
      <QueryView query={useQuery(stackQuery(name))}>{(stack) => <Edit key={name} stack={stack} />}</QueryView>
    </Page>
  );
}

function Edit({ stack }: { stack: Stack }) {
  // What is typed stays when the stack changes meanwhile; the plan says what that means.
  const [initial] = useState(() => writeStack(stack));
  return (
    <>
      <Text size="sm" c="dimmed" maw={720}>
        {text.hidden}
      </Text>
      <StackEditor initial={initial} stack={stack.name} />
    </>
  );
}
