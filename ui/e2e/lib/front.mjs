// Stands before a server that was built without its page: serves dist/ as the server would, and passes everything else on.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join, normalize } from 'node:path';

const DIST = process.env.MIAAS_UI_DIST ?? new URL('../../dist/', import.meta.url).pathname;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const PASSED = ['/api/', '/ws/', '/openapi.json', '/ca.pem', '/readyz', '/healthz'];

/** Listens on a free port and gives its address. */
export async function startFront(upstream) {
  const { hostname, port } = new URL(upstream);
  const options = (req) => ({ hostname, port, path: req.url, method: req.method, headers: req.headers });

  const pass = (req, res) => {
    const sent = http.request(options(req), (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      res.flushHeaders();
      answer.pipe(res);
      answer.on('error', () => res.destroy());
    });
    // A server that is away looks through a proxy as it looks without one: the connection breaks.
    sent.on('error', () => res.destroy());
    res.on('close', () => sent.destroy());
    req.pipe(sent);
  };
  const page = async (req, res) => {
    const { pathname } = new URL(req.url, upstream);
    const asked = normalize(join(DIST, pathname));
    const file = asked.startsWith(DIST) && extname(asked) !== '' ? asked : join(DIST, 'index.html');
    res.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    res.end(await readFile(file));
  };
  const server = http.createServer((req, res) => {
    if (PASSED.some((path) => req.url.startsWith(path))) pass(req, res);
    else page(req, res).catch(() => res.destroy());
  });
  server.on('upgrade', (req, socket, head) => {
    const sent = http.request(options(req));
    sent.on('upgrade', (answer, other) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      other.pipe(socket);
      socket.pipe(other);
      const close = () => [socket, other].forEach((end) => end.destroy());
      [socket, other].forEach((end) => end.on('error', close).on('close', close));
    });
    sent.on('response', () => socket.destroy());
    sent.on('error', () => socket.destroy());
    sent.end(head);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
