import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What a program may take to be ready, and to stop, in milliseconds. */
const PATIENCE = { start: 30_000, stop: 8_000 };

/**
 * Where servers of the journeys listen. Each worker has ports of its own, below those that the machine itself gives away: of two
 * that are told of one free port, the second would take the first one's server for its own.
 */
const PORTS = { first: 11_000, ofEach: 2_000, workers: 10 };
let next = Math.floor(Math.random() * PORTS.ofEach);

/** A port of this machine that nobody listens on, and that no other worker is told of. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env['TEST_PARALLEL_INDEX'] ?? 0) % PORTS.workers;
  for (let tried = 0; tried < PORTS.ofEach; tried += 1) {
    next = (next + 1) % PORTS.ofEach;
    const port = PORTS.first + worker * PORTS.ofEach + next;
    if (await isFree(port)) return port;
  }
  throw new Error('all ports are taken');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** What a program needs of the surrounding environment; no setting of the portal that happens to be there. */
function plainEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Runs a program to its end: what it printed. Fails as it fails. */
export function run(bin: string, args: string[], env: Record<string, string>, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(bin, args, { env: { ...plainEnvironment(), ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    let printed = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    child.stderr.on('data', (chunk) => (complaint += chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`${bin} ${args.join(' ')} ended with ${code}: ${complaint}`)),
    );
    child.stdin.end(input);
  });
}

/** A server that a test started. It ends when told to, or with this process. */
export class Program {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly name: string;
  readonly log: string;

  private constructor(name: string, log: string, child: ChildProcess) {
    this.name = name;
    this.log = log;
    this.#child = child;
    this.#gone = new Promise((resolve) => child.once('close', () => resolve()));
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    void this.#gone.then(() => process.removeListener('exit', end));
  }

  /** Starts it, and waits until it says that it is ready. */
  static async start(
    name: string,
    bin: string,
    env: Record<string, string>,
    log: string,
    ready: string,
    args: readonly string[] = ['serve'],
  ): Promise<Program> {
    const child = spawn(bin, args, { env: { ...plainEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const file = createWriteStream(log, { flags: 'a' });
    child.stdout?.pipe(file, { end: false });
    child.stderr?.pipe(file, { end: false });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    failed.catch(() => {});
    const program = new Program(name, log, child);
    await Promise.race([program.#untilReady(ready), failed]);
    return program;
  }

  async #untilReady(address: string): Promise<void> {
    const deadline = Date.now() + PATIENCE.start;
    for (;;) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`${this.name} ended before it was ready:\n${await this.printed()}`);
      }
      const answer = await fetch(address).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready:\n${await this.printed()}`);
      await pause(50);
    }
  }

  /** What it has written into its log. */
  printed(): Promise<string> {
    return readFile(this.log, 'utf8').catch(() => '');
  }

  /** Ends it: politely, and after a while not. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const late = new AbortController();
    const killed = pause(PATIENCE.stop, undefined, { signal: late.signal }).then(
      () => this.#child.kill('SIGKILL'),
      () => {},
    );
    await this.#gone;
    late.abort();
    await killed;
  }
}
