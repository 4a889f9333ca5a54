import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian puts libfaketime, below the folder of each kind of machine. */
const FOLDER = '/usr/lib';

/** The library that tells a program another time: the one that is named, or Debian's. */
function library(): string {
  const named = process.env['EMIC_FAKETIME'];
  if (named) return named;
  const found = readdirSync(FOLDER)
    .map((machine) => join(FOLDER, machine, 'faketime/libfaketime.so.1'))
    .find(existsSync);
  if (!found) throw new Error('libfaketime is missing: cargo xtask setup, or name it in EMIC_FAKETIME');
  return found;
}

/**
 * What a program is started with so that its clock goes ahead by so many milliseconds, from then on as fast as all
 * clocks. The portal has no switch for that, and gets none: what a journey sees is what operators run.
 */
export function ahead(by: number): Record<string, string> {
  const seconds = Math.round(by / 1000);
  if (seconds === 0) return {};
  const preloaded: Record<string, string> =
    process.platform === 'darwin'
      ? { DYLD_INSERT_LIBRARIES: library(), DYLD_FORCE_FLAT_NAMESPACE: '1' }
      : { LD_PRELOAD: library() };
  return {
    ...preloaded,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}`,
    // What only measures how long something takes is left alone, and so are the times of files.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}
