import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { expectAccessible } from '../../test/axe';
import { renderPage, sessionOf } from '../../test/render';
import { fakeServer, json, refusal } from '../../test/server';
import { CSRF_HEADER, client, unwrap } from '../api/client';
import { sessionStore } from '../api/session-store';
import { SessionGate } from './SessionGate';

const METHODS = () =>
  json({ password: true, key: true, oidc: { name: 'Keycloak', path: '/api/v1/session/oidc' } });
const NOBODY = () => refusal(401, { code: 'unauthenticated', message: 'nobody is signed in' });
const ADA = () => json(sessionOf('operator'));

const form = (
  <SessionGate>
    <label>
      Note <input />
    </label>
  </SessionGate>
);

test('asks who is not signed in, and shows the page afterwards', async () => {
  sessionStore.signedOut();
  let answer = NOBODY;
  fakeServer({
    'GET /api/v1/session': () => answer(),
    'GET /api/v1/session/methods': METHODS,
    'POST /api/v1/session': async (request) => {
      expect(await request.json()).toEqual({ user: 'ada', password: 'secret' });
      answer = ADA;
      return ADA();
    },
  });
  const { container } = renderPage(form);
  await userEvent.type(await screen.findByRole('textbox', { name: /User/ }), 'ada');
  await userEvent.type(screen.getByLabelText(/^Password/, { selector: 'input[type=password]' }), 'secret');
  await expectAccessible(container);
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByLabelText('Note')).toBeInTheDocument();
});

test('a wrong password is told with the words of the server', async () => {
  fakeServer({
    'GET /api/v1/session': NOBODY,
    'GET /api/v1/session/methods': METHODS,
    'POST /api/v1/session': () =>
      refusal(401, {
        code: 'unauthenticated',
        message: 'the user or the password is wrong',
        hint: 'ask an admin',
      }),
  });
  renderPage(form);
  await userEvent.type(await screen.findByRole('textbox', { name: /User/ }), 'ada');
  await userEvent.type(screen.getByLabelText(/^Password/, { selector: 'input[type=password]' }), 'wrong');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('the user or the password is wrong');
});

test('a session that ends while something is typed takes nothing away', async () => {
  let signedIn = true;
  fakeServer({
    'GET /api/v1/session': () => (signedIn ? ADA() : NOBODY()),
    'GET /api/v1/session/methods': METHODS,
    'GET /api/v1/status': () => (signedIn ? json({}) : NOBODY()),
    'POST /api/v1/session': () => {
      signedIn = true;
      return ADA();
    },
  });
  renderPage(form);
  await userEvent.type(await screen.findByLabelText('Note'), 'half a sentence');
  signedIn = false;
  await act(() => unwrap(client.GET('/api/v1/status')).catch(() => undefined));
  expect(await screen.findByRole('dialog', { name: 'Your session has ended' })).toBeInTheDocument();

  await userEvent.type(
    await screen.findByLabelText(/^Password/, { selector: 'input[type=password]' }),
    'secret',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(screen.getByLabelText('Note')).toHaveValue('half a sentence');
});

test('changes carry the token of the session, questions do not', async () => {
  sessionStore.signedIn(sessionOf('admin'));
  const server = fakeServer({
    'GET /api/v1/status': () => json({}),
    'DELETE /api/v1/deployments/web': () => json({}, 202),
  });
  await unwrap(client.GET('/api/v1/status'));
  await unwrap(client.DELETE('/api/v1/deployments/{id}', { params: { path: { id: 'web' } } }));
  expect(server.calls.map((call) => call.headers.get(CSRF_HEADER))).toEqual([null, 'token']);
});

test('a link signs in once, and says why when it does not', async () => {
  sessionStore.signedOut();
  let good = true;
  fakeServer({
    'GET /api/v1/session': NOBODY,
    'GET /api/v1/session/methods': METHODS,
    'POST /api/v1/session': async (request) => {
      expect(await request.json()).toEqual({ code: 'miaas_link_1_x' });
      return good ? ADA() : refusal(401, { code: 'unauthenticated', message: 'the link was used' });
    },
  });
  const gate = (
    <SessionGate arrival={{ code: 'miaas_link_1_x' }}>
      <p>Inside</p>
    </SessionGate>
  );
  const view = renderPage(gate);
  expect(await screen.findByText('Inside')).toBeInTheDocument();
  view.unmount();
  sessionStore.signedOut();
  good = false;
  renderPage(gate);
  expect(await screen.findByText('the link was used')).toBeInTheDocument();
});
