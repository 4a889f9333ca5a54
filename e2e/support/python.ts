import { join } from 'node:path';

import { run } from './program.ts';

/** The Python that `cargo xtask setup` has put aiosmtpd, pypdf and Authlib into. */
export function python(): string {
  const target = process.env['CARGO_TARGET_DIR'] ?? join(import.meta.dirname, '../../target');
  return process.env['EMIC_PYTHON'] ?? join(target, 'xtask/fuzz/bin/python');
}

/** What a reader beside this file finds in these files: its answer is JSON. */
export async function readBy<T>(reader: string, files: string[]): Promise<T> {
  return JSON.parse(await run(python(), [join(import.meta.dirname, reader), ...files], { PYTHONIOENCODING: 'utf-8' })) as T;
}
