// The smallest client of the compatible API in TypeScript without dependencies: status, sign, verify (version 2, JSON).
// Usage: node sign.ts URL USER:PASSWORD NIK PASSPHRASE-FILE LETTER.pdf SIGNED.pdf

import { readFile, writeFile } from 'node:fs/promises';

const [url = '', credential = '', nik = '', passphraseFile = '', letter = '', signed = ''] =
  process.argv.slice(2);

async function call<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(credential).toString('base64')}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  // A refusal says why: {"error":"…","status_code":…}
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

const status = await call<{ status: string; message: string }>('/api/v2/user/check/status', { nik });
if (status.status !== 'ISSUE') throw new Error(status.message);

const { file } = await call<{ file: [string] }>('/api/v2/sign/pdf', {
  nik,
  passphrase: await readFile(passphraseFile, 'utf8'),
  signatureProperties: [{ tampilan: 'INVISIBLE', location: null, reason: null }],
  file: [(await readFile(letter)).toString('base64')],
});
await writeFile(signed, Buffer.from(file[0], 'base64'));

const verdict = await call<{ conclusion: string; description: string }>('/api/v2/verify/pdf', {
  file: file[0],
});
process.stdout.write(`${verdict.conclusion === 'VALID' ? 'VALID' : verdict.description}\n`);
