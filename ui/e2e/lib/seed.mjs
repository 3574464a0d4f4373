import { until } from './processes.mjs';

/** A fleet with something on every page. */
export async function seed(fleet) {
  await fleet.addNode('atlas');
  await fleet.addNode('borealis');
  await fleet.api('POST', '/api/v1/deployments', {
    name: 'web',
    template: 'hello-world',
    params: { message: 'hello' },
    labels: { team: 'search' },
  });
  await fleet.api('PUT', '/api/v1/stacks/shop', {
    services: {
      cache: { template: 'redis' },
      page: {
        template: 'hello-world',
        params: { message: 'cache at ${services.cache.address}' },
        replicas: 2,
      },
    },
  });
  await fleet.api('PUT', '/api/v1/secrets/hf-token', { value: 'not a real one' });
  await fleet.api('POST', '/api/v1/keys', { description: 'ci', role: 'operator', scope: { team: 'search' } });
  await fleet.api('POST', '/api/v1/tokens', { description: 'rack 3', labels: { zone: 'a' }, uses: 5 });
  await fleet.api('POST', '/api/v1/deployments', { name: 'assistant', template: 'ollama' });
  await until(
    'web and shop are ready',
    async () => {
      const { items } = await fleet.api('GET', '/api/v1/deployments');
      return items.filter(({ name }) => name !== 'assistant').every(({ status }) => status === 'ready');
    },
    180,
  );
  await fleet.api('PATCH', '/api/v1/deployments/web', { params: { message: 'hello again' } });
}
