// The sample for other people's judges: real PDFs of many makers, chosen by their place in the manifest, not by their outcome.

import { type CorpusFile, corpusFiles, run } from '../tools.ts';
import { checkByQpdf } from './oracles.ts';

export const SAMPLE_SIZE = 30;

/** Those that may be tried, beginning with thirty that are evenly spread; the others stand in where a file forbids signing. */
export async function sampleCandidates(): Promise<readonly CorpusFile[]> {
  const candidates: CorpusFile[] = [];
  for (const file of corpusFiles({ category: ['unsigned', 'pades-valid'] })) {
    if (await isPlain(file.path)) candidates.push(file);
  }
  const step = candidates.length / SAMPLE_SIZE;
  const spread = new Set(Array.from({ length: SAMPLE_SIZE }, (_, i) => Math.floor(i * step)));
  return [
    ...candidates.filter((_, index) => spread.has(index)),
    ...candidates.filter((_, index) => !spread.has(index)),
  ];
}

/** What qpdf reads without a password, and what is not encrypted. */
async function isPlain(path: string): Promise<boolean> {
  const { code } = await run('qpdf', ['--is-encrypted', path]);
  return code === 2 && (await checkByQpdf(path)) !== 2;
}
