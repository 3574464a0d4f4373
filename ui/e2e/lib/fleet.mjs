// A real server with real agents, in a folder of its own, gone with the test.
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFront } from './front.mjs';
import { end, endAll, start, until } from './processes.mjs';

/** The program; `make` builds it into target/. */
const MIAAS = process.env.MIAAS_BIN ?? new URL('../../../target/debug/miaas', import.meta.url).pathname;

export const PASSWORD = 'correct horse battery staple';
export const USERS = { ada: 'admin', olga: 'operator', victor: 'viewer' };

/** Ends what agents run: it outlives them, as it should. Each notes the process that leads its group. */
function endWorkloads(folder) {
  const notes = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.pid'));
  for (const note of notes) {
    const leader = Number(readFileSync(join(folder, note), 'utf8').split(' ')[0]);
    try {
      if (leader > 1) process.kill(-leader, 'SIGKILL');
    } catch (error) {
      // It has ended by itself.
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

export async function freePort() {
  const probe = net.createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** `prepare` gets the address of the server before it starts, and gives more arguments for it and the address of its page. */
export async function startFleet(prepare = async () => ({})) {
  const folder = await mkdtemp(join(tmpdir(), 'miaas-e2e-'));
  const server = `http://127.0.0.1:${await freePort()}`;
  const { args: more = [], page } = await prepare(server, folder);
  const fleet = { folder, server, key: undefined, page: undefined, process: undefined };

  fleet.startServer = async () => {
    const args = ['server', '--state-dir', join(folder, 'server'), '--listen', new URL(server).host, ...more];
    fleet.process = start(MIAAS, args, { log: join(folder, 'server.log') });
    await until('the server is ready', async () => (await fetch(`${server}/readyz`)).ok);
  };
  fleet.killServer = () => end(fleet.process, 'SIGKILL');
  fleet.api = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${server}${path}`, {
      method,
      headers: { authorization: `Bearer ${fleet.key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  fleet.startAgent = (args, name) =>
    start(MIAAS, ['agent', ...args, '--name', name, '--state-dir', join(folder, name)], {
      log: join(folder, `${name}.log`),
    });
  /** Runs what the page shows for joining, here with local processes in place of containers. */
  fleet.join = (command, name) => {
    const [, , ...words] = command.split(/\s+/);
    return fleet.startAgent([...words.filter((word) => word !== '--docker'), '--process'], name);
  };
  fleet.addNode = async (name, executor = '--process') => {
    const { token } = await fleet.api('POST', '/api/v1/tokens', { uses: 1 });
    fleet.startAgent(['--server', server, '--join-token', token, executor], name);
    await until(`${name} is online`, async () =>
      (await fleet.api('GET', '/api/v1/nodes')).items.some((n) => n.name === name && n.status === 'online'),
    );
  };
  fleet.stop = async () => {
    process.off('exit', fleet.abandon);
    await endAll();
    endWorkloads(folder);
    await rm(folder, { recursive: true, force: true });
  };

  // Also when the test is broken off.
  fleet.abandon = () => endWorkloads(folder);
  process.on('exit', fleet.abandon);
  await fleet.startServer();
  fleet.key = (await readFile(join(folder, 'server', 'admin.key'), 'utf8')).trim();
  for (const [name, role] of Object.entries(USERS)) {
    await fleet.api('POST', '/api/v1/users', { name, role, password: PASSWORD });
  }
  const root = await (await fetch(server, { headers: { accept: 'text/html' } })).text();
  fleet.page = page ?? (root.includes('id="root"') ? server : await startFront(server));
  return fleet;
}
