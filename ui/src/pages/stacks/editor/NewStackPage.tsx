import { editor as text, stacks } from '../../../text/stacks';
import { Page } from '../../../ui/Page';
import { StackEditor } from './StackEditor';

export function NewStackPage() {
  return (
    <Page title={text.newTitle} lead={text.lead} crumbs={[{ label: stacks.title, to: '/stacks' }]}>
      <StackEditor initial={text.example} />
    </Page>
  );
}
