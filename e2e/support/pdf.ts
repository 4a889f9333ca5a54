import { writeFile } from 'node:fs/promises';

import { expect, type TestInfo } from '@playwright/test';

import { readBy } from './python.ts';

/** A page as pypdf sees it, in millimetres. */
interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

/** Opens a PDF with a reader that is not ours. It has one page of A4: what is on it, as `plain` has it. */
export async function theOnlyPage(pdf: Buffer, name: string, info: TestInfo): Promise<string> {
  const path = info.outputPath(`${name}.pdf`);
  await writeFile(path, pdf);
  const [sheets = []] = await readBy<Sheet[][]>('pages.py', [path]);
  expect(sheets.map(({ width, height }) => `${width} × ${height} mm`), `${name} is one page of A4`).toEqual(['210 × 297 mm']);
  return plain(sheets[0]?.text ?? '');
}

/** A text as it is compared: without spaces, which each program sets as it likes, and with no radicals in place of characters (⽇ for 日), which a font may draw alike. */
export function plain(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/g, '');
}
