import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ahead } from './ahead.ts';
import { Program, freePort, run } from './program.ts';

/** A program of the workspace: where the environment says, or where cargo puts it. */
function built(variable: string, name: string): string {
  const named = process.env[variable];
  const target = process.env['CARGO_TARGET_DIR'] ?? join(import.meta.dirname, '../../target');
  const found = named ?? ['release', 'debug'].map((profile) => join(target, profile, name)).find(existsSync);
  if (!found) throw new Error(`${name} is not built: cargo build --release, or name it in ${variable}`);
  return found;
}

const PORTAL = () => built('EMIC_PORTAL_BIN', 'emic-portal');
const MYEGOV = () => built('MYEGOV_BIN', 'myegov');
const SAMPLE = () => built('SAMPLE_BIN', 'sample-application');

/** Somebody who can sign in. */
export interface Person {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** Members of MyEGov's stand-in, as `myegov demo-accounts` prints them. */
export const MEMBERS = {
  naturalPerson: { name: '陳大文', username: 'dawen1234', password: 'egov2026demo' },
  civilServant: { name: '林小晴', username: 'xiaoqing1234', password: 'egov2026demo' },
  rareName: { name: '吳明𡘙', username: 'mingta1234', password: 'egov2026demo' },
  /** Whom the personnel register has at another agency than 內政部消防署. */
  elsewhere: { name: '𠀋·那布', username: 'nabu1234', password: 'egov2026demo' },
  staff: { name: '許服務', username: 'fuwu1234', password: 'egov2026demo' },
} satisfies Record<string, Person>;

/** Accounts of EMIC, as `emic-portal demo-accounts` prints them. */
export const DEMO = {
  manager: { name: '張美惠', username: 'meihui', password: 'night-shift-2026' },
  responder: { name: '陳大文', username: 'dawen', password: 'night-shift-2026' },
  administrator: { name: '李志豪', username: 'zhihao', password: 'night-shift-2026' },
} satisfies Record<string, Person>;

/** Files that 下載專區 offers in tests. */
export const OFFERED = { name: 'EMIC 操作手冊 第1版.txt', text: '登入、啟動、登出。\n' };

/** A running portal. */
export class Portal {
  readonly url: string;
  readonly folder: string;
  #program: Program;
  readonly #settings: Record<string, string>;
  readonly #start: (settings: Record<string, string>) => Promise<Program>;

  private constructor(
    url: string,
    folder: string,
    program: Program,
    settings: Record<string, string>,
    start: (settings: Record<string, string>) => Promise<Program>,
  ) {
    this.url = url;
    this.folder = folder;
    this.#program = program;
    this.#settings = settings;
    this.#start = start;
  }

  /** Starts one, in the way that is given. */
  static async start(
    url: string,
    folder: string,
    settings: Record<string, string>,
    start: (settings: Record<string, string>) => Promise<Program>,
  ): Promise<Portal> {
    return new Portal(url, folder, await start(settings), settings, start);
  }

  /** Ends the program, and starts it anew on the same database at this moment, in milliseconds. */
  async restartAt(moment: number): Promise<void> {
    await this.#program.stop();
    this.#program = await this.#start({ ...this.#settings, ...ahead(moment - Date.now()) });
  }

  /** Makes an account that nobody else uses, by the command that operators use: of the fire bureau, unless said otherwise. */
  async newPerson(name = '周雅文', post: { agency?: string | null; role?: string; email?: (username: string) => string } = {}): Promise<Person> {
    const username = `t${randomBytes(6).toString('hex')}`;
    const password = `pass-${randomBytes(9).toString('base64url')}`;
    const agency = post.agency === undefined ? '2.16.886.101.90010.20002.20040' : post.agency;
    const args = ['account', 'create', '--username', username, '--name', name];
    if (agency) args.push('--agency', agency);
    if (post.email) args.push('--email', post.email(username));
    if (post.role) args.push('--role', post.role);
    await run(PORTAL(), args, this.#settings, `${password}\n`);
    return { name, username, password };
  }

  /** Imports the public register of agencies, by the command that operators use. */
  async importAgencies(): Promise<void> {
    await run(PORTAL(), ['agencies', 'import', AGENCIES], this.#settings);
  }

  get program(): Program {
    return this.#program;
  }
}

/** A running stand-in for MyEGov, whose clock can be moved. */
export class MyEGov {
  readonly url: string;
  #program: Program;
  readonly #settings: Record<string, string>;
  readonly #start: (settings: Record<string, string>) => Promise<Program>;

  private constructor(
    url: string,
    program: Program,
    settings: Record<string, string>,
    start: (settings: Record<string, string>) => Promise<Program>,
  ) {
    this.url = url;
    this.#program = program;
    this.#settings = settings;
    this.#start = start;
  }

  static async start(
    url: string,
    settings: Record<string, string>,
    start: (settings: Record<string, string>) => Promise<Program>,
  ): Promise<MyEGov> {
    return new MyEGov(url, await start(settings), settings, start);
  }

  get program(): Program {
    return this.#program;
  }

  /** Runs a command of operators on its database; answers what that prints. */
  command(...args: string[]): Promise<string> {
    return run(MYEGOV(), args, this.#settings);
  }

  /** Ends the program, and starts it anew on the same database so many milliseconds ahead. */
  async restartAhead(by: number): Promise<void> {
    await this.#program.stop();
    this.#program = await this.#start({ ...this.#settings, ...ahead(by) });
  }
}

/** The public register of agencies. */
export const AGENCIES = join(import.meta.dirname, '../../backend/portal/demo/agencies-gds.csv');

/** A running application that the portal starts. */
export interface Application {
  readonly url: string;
  readonly program: Program;
}

/** A portal with the applications that it starts. */
export interface House {
  readonly portal: Portal;
  /** EMIC 應變服務. */
  readonly response: Application;
  /** 訊息服務發送平台. */
  readonly messages: Application;
}

/** What the sample applications share with the portal. */
const SAMPLES_SECRET = 'e2e-samples-0123456789abcdef';

/** The portal's name at a provider, and the secret that they share. */
export const CLIENT = { id: 'emic-portal', secret: 'e2e-0123456789abcdef-e2e' };

/** What a portal is told about its provider. */
export function providerSettings(issuer: string): Record<string, string> {
  return { EMIC_EGOV_ISSUER: issuer, EMIC_EGOV_CLIENT_ID: CLIENT.id, EMIC_EGOV_CLIENT_SECRET: CLIENT.secret };
}

/** Starts sites on ports and databases of their own, and ends them all. */
export class Sites {
  readonly #folder: string;
  readonly #programs: Program[] = [];
  #started = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Sites> {
    return new Sites(await mkdtemp(join(tmpdir(), 'emic-e2e-')));
  }

  /** A folder of its own, that goes with the sites. */
  async newFolder(): Promise<string> {
    const folder = join(this.#folder, String(++this.#started));
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** A portal. Without further settings it has demo data, no provider and nothing to download. */
  async portal(settings: Record<string, string> = {}, port?: number): Promise<Portal> {
    const folder = await this.newFolder();
    port ??= await freePort();
    const url = `http://localhost:${port}`;
    // While one works on the pages: those of a folder instead of those in the program.
    const assets = process.env['EMIC_ASSETS'];
    const all = {
      EMIC_LISTEN: `127.0.0.1:${port}`,
      EMIC_PUBLIC_URL: url,
      EMIC_DATABASE_URL: `sqlite://${join(folder, 'portal.db')}?mode=rwc`,
      EMIC_DEMO: '1',
      ...(assets ? { EMIC_ASSETS: assets } : {}),
      ...settings,
    };
    const log = join(folder, 'portal.log');
    return Portal.start(url, folder, all, async (settings) => {
      const program = await Program.start('the portal', PORTAL(), settings, log, `http://127.0.0.1:${port}/health/ready`);
      this.#programs.push(program);
      return program;
    });
  }

  /** A stand-in for MyEGov with this client. Its address is of another site than the portal's. */
  myegov(
    client: { redirectUri: string; afterSignOut: string; backchannel?: string; events?: string },
    settings: Record<string, string> = {},
  ): Promise<MyEGov> {
    return this.memberSite({
      MYEGOV_CLIENT_ID: CLIENT.id,
      MYEGOV_CLIENT_SECRET: CLIENT.secret,
      MYEGOV_CLIENT_REDIRECT_URIS: client.redirectUri,
      MYEGOV_CLIENT_POST_LOGOUT_REDIRECT_URIS: client.afterSignOut,
      ...(client.backchannel ? { MYEGOV_CLIENT_BACKCHANNEL_LOGOUT_URI: client.backchannel } : {}),
      ...(client.events ? { MYEGOV_CLIENT_EVENTS_URI: client.events } : {}),
      ...settings,
    });
  }

  /** A stand-in for MyEGov without a client: for its members. */
  async memberSite(settings: Record<string, string> = {}): Promise<MyEGov> {
    const folder = await this.newFolder();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const all = {
      MYEGOV_LISTEN: `127.0.0.1:${port}`,
      MYEGOV_PUBLIC_URL: url,
      MYEGOV_DATABASE_URL: `sqlite://${join(folder, 'myegov.db')}?mode=rwc`,
      MYEGOV_DEMO: '1',
      ...settings,
    };
    const log = join(folder, 'myegov.log');
    return MyEGov.start(url, all, async (settings) => {
      const program = await Program.start('MyEGov', MYEGOV(), settings, log, `${url}/health/ready`);
      this.#programs.push(program);
      return program;
    });
  }

  /** Both, acquainted with each other; 下載專區 has a file. */
  async pair(
    settings: Record<string, string> = {},
    egovSettings: Record<string, string> = {},
  ): Promise<{ portal: Portal; myegov: MyEGov }> {
    const port = await freePort();
    const portalUrl = `http://localhost:${port}`;
    const client = {
      redirectUri: `${portalUrl}/auth/egov/callback`,
      afterSignOut: `${portalUrl}/login`,
      backchannel: `${portalUrl}/auth/egov/backchannel-logout`,
      events: `${portalUrl}/auth/egov/events`,
    };
    const myegov = await this.myegov(client, egovSettings);
    const downloads = join(await this.newFolder(), 'downloads');
    await mkdir(downloads);
    await writeFile(join(downloads, OFFERED.name), OFFERED.text);
    const portal = await this.portal(
      {
        ...providerSettings(myegov.url),
        EMIC_EGOV_JOIN_URL: `${myegov.url}/join`,
        EMIC_DOWNLOADS: downloads,
        ...settings,
      },
      port,
    );
    return { portal, myegov };
  }

  /** A portal and both sample applications, acquainted with each other. They run on another host name than the portal. */
  async house(settings: { portal?: Record<string, string>; samples?: Record<string, string> } = {}): Promise<House> {
    const [port, response, messages] = [await freePort(), await freePort(), await freePort()];
    const address = (port: number) => `http://127.0.0.1:${port}`;
    const portal = await this.portal(
      {
        EMIC_DEMO_RESPONSE_URL: address(response),
        EMIC_DEMO_MESSAGES_URL: address(messages),
        EMIC_DEMO_CLIENT_SECRET: SAMPLES_SECRET,
        ...settings.portal,
      },
      port,
    );
    const sample = async (kind: string, client: string, port: number): Promise<Application> => {
      const folder = await this.newFolder();
      const all = {
        SAMPLE_KIND: kind,
        SAMPLE_LISTEN: `127.0.0.1:${port}`,
        SAMPLE_PUBLIC_URL: address(port),
        SAMPLE_DATABASE_URL: `sqlite://${join(folder, `${kind}.db`)}?mode=rwc`,
        SAMPLE_ISSUER: portal.url,
        SAMPLE_CLIENT_ID: client,
        SAMPLE_CLIENT_SECRET: SAMPLES_SECRET,
        SAMPLE_MAIL_FOLDER: join(folder, 'mail'),
        ...settings.samples,
      };
      const program = await Program.start(kind, SAMPLE(), all, join(folder, `${kind}.log`), `${address(port)}/health/ready`, []);
      this.#programs.push(program);
      return { url: address(port), program };
    };
    return {
      portal,
      response: await sample('response', 'emic', response),
      messages: await sample('messages', 'messages', messages),
    };
  }

  /** What the programs have written, for a test that failed. */
  async logs(): Promise<string> {
    const parts = this.#programs.map(async (program) => `== ${program.name} ==\n${await program.printed()}`);
    return (await Promise.all(parts)).join('\n');
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
