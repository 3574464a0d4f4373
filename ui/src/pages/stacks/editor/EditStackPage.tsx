import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { stackFileQuery } from '../../../api/queries/stacks';
import { editor as text, stacks } from '../../../text/stacks';
import { Page } from '../../../ui/Page';
import { QueryView } from '../../../ui/QueryView';
import { StackEditor } from './StackEditor';

export function EditStackPage() {
  const { name = '' } = useParams();
  const crumbs = [
    { label: stacks.title, to: '/stacks' },
    { label: name, to: `/stacks/${encodeURIComponent(name)}` },
  ];
  return (
    <Page title={text.editTitle(name)} lead={text.lead} crumbs={crumbs}>
      <QueryView query={useQuery(stackFileQuery(name))}>
        {(file) => <Edit key={name} name={name} file={file} />}
      </QueryView>
    </Page>
  );
}

function Edit({ name, file }: { name: string; file: string }) {
  // What is typed stays when the stack changes meanwhile; the plan says what that means.
  const [initial] = useState(file);
  return <StackEditor initial={initial} stack={name} />;
}
