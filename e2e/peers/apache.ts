import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Program } from '../support/program.ts';
import { applicationPort } from './named.ts';
import type { Provider, Registration } from './provider.ts';

/** Where Debian puts the server and its modules, unless the environment names others. */
const PROGRAM = process.env['EMIC_APACHE'] ?? '/usr/sbin/apache2';
const MODULES = process.env['EMIC_APACHE_MODULES'] ?? '/usr/lib/apache2/modules';

/** What the server needs beside what is compiled into it. */
const NEEDED = ['mpm_event', 'unixd', 'log_config', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', 'auth_openidc'];

/** An application that knows nothing of sign-ins: it shows the headers that come to it. */
class Behind {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Behind> {
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.headers));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Behind(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What mod_auth_openidc keeps for itself, below the addresses that it protects. */
const OWN = '/oidc/callback';

/** Both what it prints and what it logs. */
const LOG = 'apache.log';

/**
 * Apache with mod_auth_openidc in front of an application: no service, but a program with a configuration, a port and a folder of
 * its own, which runs for whoever starts it.
 */
export class Apache {
  readonly url: string;
  readonly provider: Provider;
  readonly #program: Program;
  readonly #behind: Behind;

  private constructor(url: string, provider: Provider, program: Program, behind: Behind) {
    this.url = url;
    this.provider = provider;
    this.#program = program;
    this.#behind = behind;
  }

  static async start(folder: string, provider: (application: Registration) => Promise<Provider>): Promise<Apache> {
    if (!existsSync(PROGRAM) || !existsSync(join(MODULES, 'mod_auth_openidc.so'))) {
      throw new Error(`${PROGRAM} with mod_auth_openidc is missing: cargo xtask setup`);
    }
    const port = await applicationPort();
    const url = `http://localhost:${port}`;
    const known = await provider({
      redirectUri: url + OWN,
      afterSignOut: `${url}/public/signed-out`,
      backchannel: `${url}${OWN}?logout=backchannel`,
    });
    const behind = await Behind.start();
    const file = join(folder, 'apache.conf');
    await mkdir(join(folder, 'run'));
    await writeFile(file, configuration(folder, port, known, behind.url), { mode: 0o600 });
    const args = ['-f', file, '-D', 'FOREGROUND'];
    const program = await Program.start('Apache', PROGRAM, {}, join(folder, LOG), `${url}/public/ready`, args);
    return new Apache(url, known, program, behind);
  }

  /** Where mod_auth_openidc signs out, to come back to this address. */
  signOut(back: string): string {
    return `${this.url}${OWN}?${new URLSearchParams({ logout: back }).toString()}`;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    await this.#behind.stop();
  }
}

function configuration(folder: string, port: number, provider: Provider, behind: string): string {
  // What is compiled in has no file.
  const modules = NEEDED.map((name) => [name, join(MODULES, `mod_${name}.so`)] as const).filter(([, file]) => existsSync(file));
  const [claim, value] = provider.role;
  return `
ServerRoot "${folder}"
ServerName localhost
Listen 127.0.0.1:${port}
PidFile "${folder}/run/apache.pid"
DefaultRuntimeDir "${folder}/run"
ErrorLog "${folder}/${LOG}"
LogLevel warn
${modules.map(([name, file]) => `LoadModule ${name}_module "${file}"`).join('\n')}
# Nobody: only root can become somebody else, and others stay who they are.
User "#65534"
Group "#65534"

OIDCProviderMetadataURL ${provider.issuer}/.well-known/openid-configuration
OIDCClientID ${provider.clientId}
OIDCClientSecret "${provider.clientSecret}"
OIDCRedirectURI http://localhost:${port}${OWN}
OIDCCryptoPassphrase ${randomBytes(24).toString('hex')}
OIDCScope "${provider.scope}"
OIDCPKCEMethod S256
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCSessionType server-cache
OIDCPassClaimsAs headers

ProxyPass ${OWN} !
ProxyPass / ${behind}
<Location />
  Require all denied
</Location>
<Location /public>
  Require all granted
</Location>
<Location /oidc>
  AuthType openid-connect
  Require valid-user
</Location>
<Location /desk>
  AuthType openid-connect
  Require claim ${claim}:${value}
</Location>
<Location /others>
  AuthType openid-connect
  Require claim ${claim}:somebody-else
  # Not 401: another sign-in would not help.
  AuthzSendForbiddenOnFailure On
</Location>
`;
}
