export const errors = {
  title: 'That did not work',
  unreachable: 'The server does not answer.',
  unreachableHint:
    'See whether it runs and whether this machine reaches it. This page tries again by itself.',
  aborted: 'The request was given up before the answer came.',
  foreign: (status: number, words: string) =>
    `The answer was ${status}${words ? ` ${words}` : ''}, and not in the form of the server.`,
  foreignHint:
    'Something between this page and the server may have answered in its place, for example a proxy.',
  defectHint: 'This is a defect of the page. Load it again; what is deployed is not concerned.',
  again: 'Try again',
  hint: 'Hint',
  seeIssues: (here: number, all: number) => {
    if (here === 0)
      return all === 1 ? 'See the field that is marked.' : `See the ${all} fields that are marked.`;
    return here === 1 ? 'This was refused:' : `These ${here} were refused:`;
  },
  waiting: (seconds: number) => `The server asks to wait ${seconds} s before the next try.`,
  pageTitle: 'This page could not be shown',
  newVersion: 'The server has a newer page than this one.',
  reload: 'Load the page again',
  notFoundTitle: 'There is no such page',
  notFound: 'The address may be mistyped, or what it showed is gone.',
  home: 'Go to the overview',
} as const;
