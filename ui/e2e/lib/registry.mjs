// A registry with one image that comes as slowly as a test wants, for a real engine to pull from.
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { gzipSync } from 'node:zlib';

const LAYER_BYTES = 24 << 20;
const PIECE = 256 << 10;
const PAUSE_MS = 100;

const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A tar archive with one file. */
function archiveOf(name, content) {
  const header = Buffer.alloc(512);
  const field = (at, text) => header.write(text, at, 'latin1');
  field(0, name);
  field(100, '0000644\0');
  field(108, '0000000\0');
  field(116, '0000000\0');
  field(124, `${content.length.toString(8).padStart(11, '0')}\0`);
  field(136, '00000000000\0');
  field(148, '        ');
  field(156, '0');
  field(257, 'ustar\0');
  field(263, '00');
  const sum = header.reduce((total, byte) => total + byte, 0);
  field(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}

/** Listens on a free port. Every image of it is the same, and different in each run; `release` lets the rest of it through at once. */
export async function startRegistry() {
  const layer = archiveOf('data', randomBytes(LAYER_BYTES));
  const packed = gzipSync(layer, { level: 0 });
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/data'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const blobs = new Map([config, packed].map((bytes) => [digestOf(bytes), bytes]));
  const kind = 'application/vnd.docker.distribution.manifest.v2+json';
  const part = (mediaType, bytes) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: kind,
      config: part('application/vnd.docker.container.image.v1+json', config),
      layers: [part('application/vnd.docker.image.rootfs.diff.tar.gzip', packed)],
    }),
  );
  let slow = true;

  const sendSlowly = async (response, bytes) => {
    for (let at = 0; at < bytes.length && !response.destroyed; at += PIECE) {
      if (slow) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (!response.write(bytes.subarray(at, at + PIECE)))
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  };
  const server = http.createServer((request, response) => {
    const [, , , what, reference] = new URL(request.url, 'http://registry').pathname.split('/');
    const bytes = what === 'manifests' ? manifest : blobs.get(reference);
    if (request.url === '/v2/') return response.end('{}');
    if (!bytes) return response.writeHead(404).end('{}');
    response.writeHead(200, {
      'content-type': what === 'manifests' ? kind : 'application/octet-stream',
      'content-length': bytes.length,
      'docker-content-digest': digestOf(bytes),
    });
    if (request.method === 'HEAD') return response.end();
    return void sendSlowly(response, bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address();
  return {
    image: `127.0.0.1:${port}/slow:1`,
    release: () => (slow = false),
    close: () => server.closeAllConnections(),
  };
}
