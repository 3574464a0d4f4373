import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { expectAccessible } from '../../test/axe';
import { renderPage } from '../../test/render';
import { json } from '../../test/server';
import { errorOf } from '../api/errors';
import { ErrorNotice } from './ErrorNotice';

const refused = errorOf(json({}, 429, { 'retry-after': '7' }), {
  error: {
    code: 'invalid',
    message: 'the parameters are not right',
    hint: 'see the fields',
    details: [
      { path: '/params/port', message: 'must be at most 65535', hint: 'leave it out' },
      { path: '/params/name', message: 'is missing' },
    ],
  },
});

test('shows message, hint, issues with their paths, and how long to wait', async () => {
  const { container } = renderPage(<ErrorNotice error={refused} />);
  const notice = screen.getByRole('alert');
  expect(notice).toHaveTextContent('the parameters are not right');
  expect(notice).toHaveTextContent('see the fields');
  expect(notice).toHaveTextContent('/params/port must be at most 65535 leave it out');
  expect(notice).toHaveTextContent('wait 7 s');
  await expectAccessible(container);
});

test('leaves out what stands at its field already', () => {
  renderPage(<ErrorNotice error={refused} shownElsewhere={new Set(['/params/port'])} />);
  expect(screen.queryByText('/params/port')).not.toBeInTheDocument();
  expect(screen.getByText('/params/name')).toBeInTheDocument();
});

test('says so when the answer is not the server’s own', () => {
  renderPage(<ErrorNotice error={errorOf(new Response('<html>', { status: 502 }), undefined)} />);
  expect(screen.getByRole('alert')).toHaveTextContent('The answer was 502');
});

test('markup in a message stays text', () => {
  const error = errorOf(json({}, 400), {
    error: { code: 'invalid', message: '<img src=x onerror=alert(1)>' },
  });
  const { container } = renderPage(<ErrorNotice error={error} />);
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeInTheDocument();
});

test('offers to try again', async () => {
  const onRetry = vi.fn();
  renderPage(<ErrorNotice error={refused} onRetry={onRetry} />);
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(onRetry).toHaveBeenCalledOnce();
});
