// A fleet that is only told of: what a server with very many machines would answer, without the machines.
import http from 'node:http';

const PHASES = ['running', 'running', 'running', 'running', 'running', 'preparing', 'stopped', 'failed'];
const AT = '2026-01-01T00:00:00Z';

function nodeOf(index) {
  const name = `rack-${String(Math.floor(index / 40)).padStart(3, '0')}-${String(index % 40).padStart(2, '0')}`;
  return {
    id: `node-${index}`,
    name,
    ip: `10.${Math.floor(index / 65_025)}.${Math.floor(index / 255) % 255}.${index % 255}`,
    status: index % 97 === 0 ? 'offline' : 'online',
    approved: true,
    capabilities: {
      hostname: name,
      arch: 'x86_64',
      os: 'linux',
      os_version: '6.12',
      cpu_count: 64,
      cpu_model: 'a processor',
      mem_mb: 262_144,
      executors: [],
      gpus: [],
      disks: [{ mount: '/', total_mb: 1_000_000, free_mb: 600_000 }],
      interfaces: [],
      images: Array.from({ length: 12 }, (_, n) => `registry.example/team/image-${n}:1.${index % 9}`),
      listening_ports: [],
    },
    usage: { cpu_percent: index % 100, mem_used_mb: (index * 991) % 262_144 },
    labels: { zone: `z${index % 8}`, rack: String(Math.floor(index / 40)) },
    taints: [],
    cordoned: false,
    registered_at: AT,
    last_seen: new Date().toISOString(),
    reserved: { cpu_milli: 8_000, cpu_milli_total: 64_000, mem_mib: 32_768, mem_mib_total: 262_144 },
    gpus: [],
    workloads: [],
  };
}

function deploymentOf(index, replicas, nodes, first) {
  const name = `service-${index}`;
  const workloads = Array.from({ length: replicas }, (_, slot) => {
    const node = nodes[((first + slot) * 7) % nodes.length];
    return {
      id: `${name}-${slot}-abcde`,
      slot,
      revision: 1,
      node: node.id,
      node_name: node.name,
      node_ip: node.ip,
      ready: true,
      state: { phase: PHASES[(index + slot) % PHASES.length], services: { main: {} } },
      at: AT,
      ports: [{ name: 'http', host: 20_000 + slot, container: 80, protocol: 'tcp' }],
      devices: [],
      leaving: false,
      why: {
        summary: `${node.name}: the emptiest of ${nodes.length}`,
        strategy: 'foresight',
        considered: nodes.length,
      },
    };
  });
  return {
    id: `dep-${index}`,
    name,
    template: 'redis',
    params: index % 4 === 0 ? {} : { upstream: `\${services.s${(index % 4) - 1}.address}` },
    replicas,
    ready: replicas,
    status: 'ready',
    generation: 1,
    revision: 1,
    placement: { on_node_loss: 'auto', node_selector: {} },
    update: {},
    priority: 0,
    labels: {},
    created_at: AT,
    updated_at: AT,
    ready_at: AT,
    workloads,
    problems: [],
  };
}

/** So many nodes and workloads: four replicas each, and a stack of four deployments that use each other in a row. */
export function largeFleet(nodeCount, workloadCount) {
  const nodes = Array.from({ length: nodeCount }, (_, index) => nodeOf(index));
  const deployments = Array.from({ length: Math.ceil(workloadCount / 4) }, (_, index) =>
    deploymentOf(index, Math.min(4, workloadCount - index * 4), nodes, index * 4),
  );
  const stacks = [];
  for (let first = 0; first + 4 <= deployments.length; first += 4) {
    const members = deployments.slice(first, first + 4);
    const services = Object.fromEntries(members.map((deployment, index) => [`s${index}`, deployment]));
    stacks.push({ name: `stack-${first / 4}`, status: 'ready', services });
  }
  return { nodes, deployments, stacks };
}

const pageOf = (items, query) => {
  const from = Number(query.get('after') ?? 0);
  const to = from + Number(query.get('limit') ?? 100);
  return { items: items.slice(from, to), ...(to < items.length && { next: String(to) }) };
};

/** Answers as a server would that has this fleet, and the log that is given for every deployment. Gives its address. */
export async function startLargeServer({ nodes, deployments, stacks }, log) {
  const lists = { nodes, deployments };
  const answers = {
    '/api/v1/session': {
      user: 'ada',
      role: 'admin',
      scope: {},
      csrf: 'c',
      expires_at: null,
      from: 'password',
    },
    '/api/v1/session/methods': { password: true, key: true, oidc: null },
    '/api/v1/status': {
      version: '0',
      nodes: { online: nodes.length },
      deployments: { ready: deployments.length },
    },
    '/api/v1/stacks': { items: stacks },
    '/api/v1/secrets': { items: [] },
    '/api/v1/templates': { items: [] },
  };
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://large');
    const [, , , kind, name, part] = pathname.split('/');
    const send = (body) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (pathname === '/api/v1/events' && request.headers.accept?.includes('event-stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':\n\n');
    } else if (pathname === '/api/v1/events') send({ items: [] });
    else if (answers[pathname]) send(answers[pathname]);
    else if (part === 'logs') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(log);
    } else if (part === 'outputs') send({});
    else if (kind in lists && name) send(lists[kind].find((each) => each.id === name || each.name === name));
    else if (kind in lists) send(pageOf(lists[kind], searchParams));
    else response.writeHead(404).end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.closeAllConnections() };
}
