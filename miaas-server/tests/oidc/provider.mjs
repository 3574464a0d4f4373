// A certified provider of OpenID Connect, for the tests: PORT CLIENT_SECRET REDIRECT_URI.
// Whoever signs in is the name that they give; names that begin with `admin` have the role `miaas-admins`.
import { Provider } from 'oidc-provider';

const [port, secret, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'miaas',
      client_secret: secret,
      redirect_uris: [redirect],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['preferred_username', 'roles'] },
  conformIdTokenClaims: false,
  findAccount: (_, name) => ({
    accountId: name,
    claims: () => ({
      sub: name,
      preferred_username: name,
      roles: name.startsWith('admin') ? ['miaas-admins'] : ['others'],
    }),
  }),
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ['for tests only'] },
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
