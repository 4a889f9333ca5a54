import { join } from 'node:path';

/** The Python that `cargo xtask setup` has put aiosmtpd and Authlib into. */
export function python(): string {
  const target = process.env['CARGO_TARGET_DIR'] ?? join(import.meta.dirname, '../../target');
  return process.env['EMIC_PYTHON'] ?? join(target, 'xtask/fuzz/bin/python');
}
