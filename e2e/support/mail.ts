import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { freePort } from './program.ts';
import { python, readBy } from './python.ts';

/** How long the server may take to begin, and a mail to come, in milliseconds. */
const PATIENCE = 30_000;

/** A mail as it was taken, read by Python's own library. */
export interface Letter {
  /** Its fields by their names in small letters, decoded. */
  readonly head: Readonly<Record<string, string>>;
  readonly type: string;
  /** Its parts; empty where it has none of the kind. */
  readonly text: string;
  readonly html: string;
  /** What is not as the standards have it. */
  readonly defects: string[];
}

/** A mail server, a program of its own that is not ours (aiosmtpd); what it takes lies in a Maildir. */
export class MailServer {
  readonly #port: number;
  readonly #box: string;
  readonly #read = new Map<string, Letter>();
  #child: ChildProcess | undefined;
  readonly url: string;

  private constructor(port: number, box: string) {
    this.#port = port;
    this.#box = box;
    this.url = `smtp://127.0.0.1:${port}`;
  }

  /** One that is down: whose mailbox will be below this folder. */
  static async down(folder: string): Promise<MailServer> {
    return new MailServer(await freePort(), join(folder, 'mailbox'));
  }

  /** One that greets. */
  static async start(folder: string): Promise<MailServer> {
    const server = await MailServer.down(folder);
    await server.start();
    return server;
  }

  /** Starts it, and waits until it greets. */
  async start(): Promise<void> {
    const args = ['-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${this.#port}`, '-c', 'aiosmtpd.handlers.Mailbox', this.#box];
    const child = spawn(python(), args, { stdio: 'ignore' });
    this.#child = child;
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('close', () => process.removeListener('exit', end));
    const failed = once(child, 'error').then(([error]) => {
      throw error;
    });
    await Promise.race([this.#untilItGreets(child), failed]);
  }

  async #untilItGreets(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      if (child.exitCode !== null) throw new Error('aiosmtpd ended before it greeted: run `cargo xtask setup`');
      const socket = connect(this.#port, '127.0.0.1');
      const greeted = await once(socket, 'data').then(
        ([data]) => String(data).startsWith('220'),
        () => false,
      );
      socket.destroy();
      if (greeted) return;
      if (Date.now() > deadline) throw new Error('aiosmtpd does not greet');
      await pause(50);
    }
  }

  /** All mails to this address whose text holds this. */
  async #letters(to: string, about: string): Promise<Letter[]> {
    const folder = join(this.#box, 'new');
    const files = (await readdir(folder).catch(() => [] as string[])).sort();
    const unread = files.filter((file) => !this.#read.has(file));
    if (unread.length > 0) {
      const letters = await readBy<Letter[]>('letters.py', unread.map((file) => join(folder, file)));
      letters.forEach((letter, at) => this.#read.set(unread[at] ?? '', letter));
    }
    const letters = files.flatMap((file) => this.#read.get(file) ?? []);
    return letters.filter(({ head, text }) => head['x-rcptto'] === to && text.includes(about));
  }

  /** The mail to this address whose text holds this, once it has come. With several, the newest one. */
  async letter(to: string, about: string, { after = 0 } = {}): Promise<Letter> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const letters = await this.#letters(to, about);
      const newest = letters.at(-1);
      if (newest && letters.length > after) return newest;
      if (Date.now() > deadline) throw new Error(`no mail to ${to} about ${about}`);
      await pause(100);
    }
  }

  /** How many mails to this address have come. */
  async count(to: string): Promise<number> {
    return (await this.#letters(to, '')).length;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    }
  }
}

/** The link in a mail. */
export function linkIn(letter: Letter): string {
  const link = /https?:\/\/\S+(?:#|\?token=)[\w-]{43}/.exec(letter.text)?.[0];
  if (!link) throw new Error(`no link in: ${letter.text}`);
  return link;
}
