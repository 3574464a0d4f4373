// A server for development: signs in for a MIaaS server that knows API keys only, and serves the built page as it will be
// served. Not for use: sessions are kept in memory, and passwords are those of the command line.
//
//   node dev/proxy.mjs --server http://127.0.0.1:7070 --key-file ~/.local/state/miaas/dev/admin.key --listen 7171
//
// Signing in with a key takes that key. With a password: --user name:password:role:KEYFILE, as often as needed.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    server: { type: 'string', default: 'http://127.0.0.1:7070' },
    'key-file': { type: 'string' },
    listen: { type: 'string', default: '7171' },
    user: { type: 'string', multiple: true, default: [] },
    dist: { type: 'string', default: new URL('../dist/', import.meta.url).pathname },
  },
});

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

const upstream = new URL(options.server);
const keyOf = (file) => readFileSync(file, 'utf8').trim();
const users = new Map(
  options.user.map((entry) => {
    const [user, password, role, file] = entry.split(':');
    return [user, { password, role, key: keyOf(file) }];
  }),
);
if (options['key-file'])
  users.set('admin', { password: 'admin', role: 'admin', key: keyOf(options['key-file']) });

/** id of the cookie → session */
const sessions = new Map();

const json = (res, status, body, headers = {}) => {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(body === undefined ? '' : JSON.stringify(body));
};
const refuse = (res, status, code, message, hint) => json(res, status, { error: { code, message, hint } });

function sessionOf(req) {
  const id = /(?:^|; )miaas_session=([^;]+)/.exec(req.headers.cookie ?? '')?.[1];
  return id && sessions.get(id);
}

const shown = ({ user, role, csrf, from, id, created_at }) => ({
  user,
  role,
  scope: {},
  csrf,
  from,
  id,
  created_at,
  expires_at: null,
});

async function bodyOf(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}');
}

/** The role of a key: what it is refused tells. */
async function roleOf(key) {
  const ask = (method, path) =>
    fetch(new URL(path, upstream), { method, headers: { authorization: `Bearer ${key}` } }).then(
      (r) => r.status,
    );
  if ((await ask('GET', '/api/v1/status')) === 401) return undefined;
  if ((await ask('GET', '/api/v1/keys')) !== 403) return 'admin';
  return (await ask('POST', '/api/v1/placement/rebalance')) === 403 ? 'viewer' : 'operator';
}

async function signIn(req, res) {
  const { user, password, key } = await bodyOf(req);
  const known = users.get(user);
  const role = key ? await roleOf(key) : known && known.password === password ? known.role : undefined;
  if (!role) {
    return refuse(
      res,
      401,
      'unauthenticated',
      key ? 'the API key is not known' : 'the user or the password is wrong',
    );
  }
  const id = randomBytes(16).toString('hex');
  const session = {
    id,
    user: key ? `${role} key` : user,
    role,
    from: key ? 'key' : 'password',
    key: key ?? known.key,
    csrf: randomBytes(16).toString('hex'),
    created_at: new Date().toISOString(),
  };
  sessions.set(id, session);
  json(res, 200, shown(session), { 'set-cookie': `miaas_session=${id}; HttpOnly; SameSite=Strict; Path=/` });
}

function ownRoute(req, res, path) {
  const session = sessionOf(req);
  const route = `${req.method} ${path}`;
  if (route === 'GET /api/v1/session/methods')
    return json(res, 200, { password: true, key: true, oidc: null });
  if (route === 'POST /api/v1/session') return signIn(req, res);
  if (!session) return refuse(res, 401, 'unauthenticated', 'nobody is signed in', 'sign in again');
  if (route === 'GET /api/v1/session') return json(res, 200, shown(session));
  if (req.method !== 'GET' && req.headers['x-miaas-csrf'] !== session.csrf) {
    return refuse(res, 403, 'forbidden', 'the request did not come from the page');
  }
  if (route === 'DELETE /api/v1/session') {
    sessions.delete(session.id);
    return json(res, 204);
  }
  if (route === 'GET /api/v1/sessions') {
    const items = [...sessions.values()].map((s) => ({
      ...shown(s),
      csrf: undefined,
      last_used_at: s.created_at,
      address: '127.0.0.1',
      current: s === session,
    }));
    return json(res, 200, { items });
  }
  if (req.method === 'DELETE' && path.startsWith('/api/v1/sessions/')) {
    sessions.delete(path.slice('/api/v1/sessions/'.length));
    return json(res, 204);
  }
  return forward(req, res, session);
}

const unavailable = (res) => {
  if (res.headersSent) return res.destroy();
  return refuse(res, 502, 'unavailable', 'the server behind the development proxy does not answer');
};

function forward(req, res, session) {
  const headers = { ...req.headers, host: upstream.host, authorization: `Bearer ${session.key}` };
  delete headers.cookie;
  const options = {
    host: upstream.hostname,
    port: upstream.port,
    path: req.url,
    method: req.method,
    headers,
  };
  const sent = http.request(options, (answer) => {
    res.writeHead(answer.statusCode, answer.headers);
    // A stream of events says nothing for a while, and its reader waits for the head.
    res.flushHeaders();
    answer.pipe(res);
    answer.on('error', () => res.destroy());
  });
  sent.on('error', () => unavailable(res));
  res.on('close', () => sent.destroy());
  req.pipe(sent);
}

/** Files of the build; every other path is the page, which knows what it shows there. */
async function page(req, res, path) {
  const file = normalize(join(options.dist, path));
  const known = file.startsWith(options.dist) && extname(file) !== '';
  const content = await readFile(known ? file : join(options.dist, 'index.html')).catch(() => undefined);
  if (content === undefined)
    return refuse(res, 404, 'not_found', 'no such file', 'build the page: npm run build');
  const immutable = path.startsWith('/assets/');
  res.writeHead(200, {
    'content-type': TYPES[known ? extname(file) : '.html'] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  res.end(content);
}

const server = http.createServer((req, res) => {
  const path = new URL(req.url, 'http://localhost').pathname;
  const answer = path.startsWith('/api/') || path === '/openapi.json' ? ownRoute : page;
  Promise.resolve(answer(req, res, path)).catch((error) => refuse(res, 500, 'internal', String(error)));
});

// WebSockets are passed on byte by byte.
server.on('upgrade', (req, socket, head) => {
  const session = sessionOf(req);
  if (!session) return socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
  const headers = { ...req.headers, host: upstream.host, authorization: `Bearer ${session.key}` };
  const sent = http.request({ host: upstream.hostname, port: upstream.port, path: req.url, headers });
  sent.on('upgrade', (answer, other) => {
    const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    other.pipe(socket);
    socket.pipe(other);
    const end = () => [socket, other].forEach((s) => s.destroy());
    [socket, other].forEach((s) => s.on('error', end).on('close', end));
  });
  sent.on('response', (answer) => socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\n\r\n`));
  sent.on('error', () => socket.destroy());
  sent.end(head);
});

server.listen(Number(options.listen), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port} in front of ${options.server}`);
});
