/**
 * What the portal's sign-ons are measured against: npm's `oidc-provider` with one client and one person, on the port, with the
 * client's secret and its redirect URI that the arguments name. Everything it keeps, it keeps in memory.
 *
 * Nobody signs in here: `/oidc/authorize` gives each request a code at once, with the PKCE challenge that it brings.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const [port, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const SCOPE = 'openid profile email agency roles';

/** As much as the portal tells. */
const CLAIMS = {
  name: '陳大文',
  account_kind: 'civil_servant',
  email: 'dawen@example.com',
  email_verified: true,
  agency_oid: '2.16.886.101.90010.20002.20040',
  agency_name: '臺北市政府消防局',
  roles: ['reporter'],
};

/** The adapter that comes with the library forgets all but the last thousand things, and there are more codes than that. */
class Memory {
  static #kept = new Map();
  static #ofGrants = new Map();
  #model;

  constructor(model) {
    this.#model = model;
  }

  #key(id) {
    return `${this.#model}:${id}`;
  }

  async find(id) {
    return Memory.#kept.get(this.#key(id));
  }

  async upsert(id, payload) {
    const key = this.#key(id);
    Memory.#kept.set(key, payload);
    if (payload.grantId) {
      const keys = Memory.#ofGrants.get(payload.grantId) ?? new Set();
      Memory.#ofGrants.set(payload.grantId, keys.add(key));
    }
  }

  async consume(id) {
    Memory.#kept.get(this.#key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    Memory.#kept.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of Memory.#ofGrants.get(grantId) ?? []) Memory.#kept.delete(key);
    Memory.#ofGrants.delete(grantId);
  }

  async findByUid() {
    throw new Error('there are no sessions');
  }

  async findByUserCode() {
    throw new Error('there are no devices');
  }
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const provider = new Provider(issuer, {
  adapter: Memory,
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  ],
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' }] },
  scopes: SCOPE.split(' '),
  claims: {
    openid: ['sub'],
    profile: ['name', 'account_kind'],
    email: ['email', 'email_verified'],
    agency: ['agency_oid', 'agency_name'],
    roles: ['roles'],
  },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...CLAIMS }) }),
  features: { devInteractions: { enabled: false } },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  expiresWithSession: () => false,
  pkce: { required: () => true },
  routes: { authorization: '/oidc/authorize/theirs', token: '/oidc/token', userinfo: '/oidc/userinfo' },
  interactions: { url: () => '/nobody-signs-in-here' },
  cookies: { keys: ['nothing secret in a bench'] },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 43200, IdToken: 600, RefreshToken: 43200 },
});
const client = await provider.Client.find(clientId);

/** A code for this request, of a grant of its own. */
async function authorize(query) {
  const accountId = '018f3a5e-7c11-7d29-9a51-1c9f6d0b3a77';
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(SCOPE);
  const code = new provider.AuthorizationCode({
    accountId,
    acr: 'urn:emic:account',
    amr: ['pwd'],
    authTime: Math.floor(Date.now() / 1000),
    client,
    codeChallenge: query.get('code_challenge'),
    codeChallengeMethod: 'S256',
    grantId: await grant.save(),
    nonce: query.get('nonce'),
    redirectUri,
    scope: SCOPE,
  });
  return `${redirectUri}?${new URLSearchParams({ code: await code.save(), state: query.get('state'), iss: issuer })}`;
}

const theirs = provider.callback();
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === '/health/ready') {
    response.end();
  } else if (pathname === '/oidc/authorize') {
    authorize(searchParams).then(
      (location) => response.writeHead(303, { location, 'content-length': 0 }).end(),
      (error) => response.writeHead(500).end(String(error)),
    );
  } else {
    theirs(request, response);
  }
}).listen(Number(port), '127.0.0.1');
