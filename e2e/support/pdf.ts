import { writeFile } from 'node:fs/promises';

import { expect, type TestInfo } from '@playwright/test';

import { readBy } from './python.ts';

/** A page as pypdf sees it: millimetres, and its text without spaces, which each program sets as it likes. */
interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

/** Opens a PDF with a reader that is not ours. It has one page of A4: what is on it. */
export async function theOnlyPage(pdf: Buffer, name: string, info: TestInfo): Promise<string> {
  const path = info.outputPath(`${name}.pdf`);
  await writeFile(path, pdf);
  const [sheets = []] = await readBy<Sheet[][]>('pages.py', [path]);
  expect(sheets.map(({ width, height }) => `${width} × ${height} mm`), `${name} is one page of A4`).toEqual(['210 × 297 mm']);
  return (sheets[0]?.text ?? '').replaceAll(/\s/g, '');
}
