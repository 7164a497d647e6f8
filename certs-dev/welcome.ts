// What a newcomer reads after `npm start`: where things are, and lines that can be pasted as they stand.

import { isAbsolute, relative } from 'node:path';
import type { developmentPaths } from './folder.ts';
import type { ReadyFolder } from './generate.ts';
import { SIGNATURE_ROOM } from './sample-letter.ts';

export interface WelcomeFacts {
  /** Where the page answers, without a slash at the end. */
  readonly url: string;
  readonly apiKey: string;
  readonly paths: ReturnType<typeof developmentPaths>;
  readonly outcome: ReadyFolder['outcome'];
}

const SIGNED = 'surat-bertanda-tangan.pdf';

const NEWS: Readonly<Record<ReadyFolder['outcome'], string>> = {
  kept: '',
  made: 'A development PKI was made for this machine.\n',
  replaced: 'The development PKI was replaced; letters signed with the old one are unknown now.\n',
};

/** The text, ending with a line feed. */
export function welcome({ url, apiKey, paths, outcome }: WelcomeFacts): string {
  const here = (path: string) => quoted(shortest(path));
  const { page, x, y, width, height } = SIGNATURE_ROOM;
  const sign = [
    `curl -sS --fail-with-body ${url}/v1/sign -H "Authorization: Bearer ${apiKey}"`,
    `-F signer=pejabat -F ${quoted(`passphrase=<${shortest(paths.passphrase('pejabat'))}`)}`,
    `-F page=${page} -F rect=${x},${y},${width},${height} -F file=@${here(paths.sample)} -o ${SIGNED}`,
  ].join(' ');
  return `
Teken runs with development certificates: not for official documents.
Teken berjalan dengan sertifikat pengembangan: bukan untuk dokumen resmi.
${NEWS[outcome]}
  Page / Halaman     ${url}/
  API docs           ${url}/docs

Sign the sample letter / Tanda tangani surat contoh:

  ${sign}

Verify it by REST / Periksa lewat REST:

  curl -sS ${url}/v1/verify -F file=@${SIGNED}

Verify it on the command line / Periksa di baris perintah:

  TEKEN_ENV=development npm run --silent teken -- verify ${SIGNED} --trust ${here(paths.trust)}

Other signers and their passphrases: ${shortest(paths.signersFile)}, ${shortest(paths.passphrase('*'))}
End with Ctrl-C.
`;
}

/** From the working directory, unless the way leads out of it. */
function shortest(path: string): string {
  const way = relative('.', path);
  return way.startsWith('..') || isAbsolute(way) ? path : way;
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `"${text}"`;
}
