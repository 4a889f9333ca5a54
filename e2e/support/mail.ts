import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { freePort } from './program.ts';
import { python } from './python.ts';

/** How long the server may take to begin, and a mail to come, in milliseconds. */
const PATIENCE = 30_000;

/** A mail as it was taken. */
export interface Letter {
  readonly head: string;
  readonly text: string;
}

/** A mail server, a program of its own that is not ours (aiosmtpd); what it takes lies in a Maildir. */
export class MailServer {
  readonly #child: ChildProcess;
  readonly #box: string;
  readonly url: string;

  private constructor(child: ChildProcess, box: string, port: number) {
    this.#child = child;
    this.#box = box;
    this.url = `smtp://127.0.0.1:${port}`;
  }

  /** Starts one whose mailbox is below this folder, and waits until it greets. */
  static async start(folder: string): Promise<MailServer> {
    const port = await freePort();
    const box = join(folder, 'mailbox');
    const args = ['-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${port}`, '-c', 'aiosmtpd.handlers.Mailbox', box];
    const child = spawn(python(), args, { stdio: 'ignore' });
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('close', () => process.removeListener('exit', end));
    const failed = once(child, 'error').then(([error]) => {
      throw error;
    });
    const server = new MailServer(child, box, port);
    await Promise.race([server.#untilItGreets(port), failed]);
    return server;
  }

  async #untilItGreets(port: number): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error('aiosmtpd ended before it greeted: run `cargo xtask setup`');
      const socket = connect(port, '127.0.0.1');
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
    const files = await readdir(folder).catch(() => [] as string[]);
    const letters = await Promise.all(files.sort().map(async (file) => decoded(await readFile(join(folder, file)))));
    return letters.filter(({ head, text }) => head.includes(`X-RcptTo: ${to}`) && text.includes(about));
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
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'close');
      this.#child.kill('SIGKILL');
      await gone;
    }
  }
}

/** The part of a mail in two forms (RFC 2046, section 5.1.4) that is plain text. */
function plainPart(head: string, body: string): { head: string; body: string } {
  const boundary = /^content-type: *multipart\/alternative;\s*boundary="?([^";\n]+)/im.exec(head)?.[1];
  if (!boundary) return { head, body };
  const part = body.split(`--${boundary}`).find((part) => /^content-type: *text\/plain/im.test(part)) ?? '';
  const start = part.replace(/^\n/, '');
  const cut = start.indexOf('\n\n');
  return { head: start.slice(0, cut), body: start.slice(cut + 2) };
}

/** Head and text; the text may come as base64 or quoted-printable (RFC 2045, section 6). */
function decoded(raw: Buffer): Letter {
  const mail = raw.toString('latin1').replaceAll('\r\n', '\n');
  const cut = mail.indexOf('\n\n');
  const head = mail.slice(0, cut);
  const { head: partHead, body } = plainPart(head, mail.slice(cut + 2));
  const encoding = /^content-transfer-encoding: *(\S+)/im.exec(partHead)?.[1]?.toLowerCase();
  const bytes = {
    base64: () => Buffer.from(body, 'base64'),
    'quoted-printable': () => {
      const joined = body.replaceAll(/=\n/g, '');
      return Buffer.from(joined.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
    },
  }[encoding ?? ''];
  return { head, text: (bytes?.() ?? Buffer.from(body, 'latin1')).toString('utf8') };
}

/** The link in a mail. */
export function linkIn(letter: Letter): string {
  const link = /https?:\/\/\S+(?:#|\?token=)[\w-]{43}/.exec(letter.text)?.[0];
  if (!link) throw new Error(`no link in: ${letter.text}`);
  return link;
}
