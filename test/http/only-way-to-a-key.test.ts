// No request reaches a key but through the validation of who signs.

import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import t from 'tap';
import { requireValidated, type ValidatedIdentity } from '../../src/identity/validate-identity.ts';
import { codeOf } from '../architecture/source-text.ts';
import { projectRoot } from '../tools.ts';
import { formOf, startRealService } from './real-service.ts';
import { arrangeSigners } from './signers-of-all-kinds.ts';

t.test(
  'in the service one file opens the keys of signers, and it gives them for validated identities alone',
  (t) => {
    const src = join(projectRoot, 'src');
    const files = globSync('**/*.ts', { cwd: src }).map((file) => file.split(sep).join('/'));
    const opening = files.filter((file) => {
      const code = codeOf(readFileSync(join(src, file), 'utf8'));
      // The command line signs with what its user holds; the seal is the service's own key.
      const elsewhere =
        /^(?:signers|cli|sign)\//.test(file) || /^(?:audit-services|service-seal)\.ts$/.test(file);
      return !elsewhere && /\.signerFor\(/.test(code);
    });
    t.same(opening, ['open-signers.ts']);
    const made = { signer: {}, evidence: () => ({}), prove: () => undefined };
    t.throws(
      () => requireValidated(made as unknown as ValidatedIdentity),
      TypeError,
      'a look-alike opens nothing',
    );
    t.end();
  },
);

t.test('every address of the interface refuses a suspended signer whose secrets are right', async (t) => {
  const sealKeys = { keys: [{ id: 'k', key: Buffer.alloc(32, 7).toString('base64') }] };
  const service = await startRealService(
    {},
    {
      arrange: async (paths) => {
        const file = `${paths.signersFile}.seal`;
        await writeFile(file, JSON.stringify(sealKeys));
        return { ...(await arrangeSigners(paths)), TEKEN_SEAL_KEYS_FILE: file };
      },
    },
  );
  t.teardown(() => service.close());
  const described = await fetch(`${service.url}/openapi.json`);
  const { paths } = (await described.json()) as {
    paths: Record<string, Record<string, { tags?: string[] }>>;
  };
  const addresses = Object.entries(paths).filter(([, { post }]) => post?.tags?.includes('sign'));
  t.ok(addresses.length >= 6, addresses.map(([path]) => path).join());
  const fields = { signer: 'ditangguhkan', passphrase: service.passphrase, level: 'B-B' };
  /** What an address needs beside a signer, or does instead of signing with a key that is here. */
  const others: Readonly<Record<string, Readonly<Record<string, string>> | null>> = {
    '/v1/sign': fields,
    '/v1/sign/batch': { ...fields, count: '1' },
    '/v1/sign/prepare': { signer: fields.signer, level: 'B-B' },
    '/v1/approvals': { signer: 'pejabat', approver: fields.signer, code: '123456' },
    // A value of a key elsewhere, a mail, a look, and evidence for what is signed: no key of a signer is used.
    '/v1/sign/complete': null,
    '/v1/sign/code': null,
    '/v1/preflight': null,
    '/v1/raise': null,
    // A link: the page signs by what `/v1/sign` signs by, when its addressee comes.
    '/v1/signing-requests': null,
  };
  for (const [path] of addresses) {
    t.ok(path in others, `${path}: say here what it needs`);
    const given = others[path] ?? null;
    if (given === null) continue;
    const form = new FormData();
    for (const [name, value] of Object.entries(given)) form.append(name, value);
    form.append('file', formOf(service.letter).get('file') as Blob, 'surat.pdf');
    const headers = { Authorization: `Bearer ${service.apiKey}` };
    const answer = await fetch(`${service.url}${path}`, { method: 'POST', headers, body: form });
    const body = await answer.text();
    t.match([answer.status, body], [403, /signer-auth-failed/], `${path}: ${body}`);
  }
  t.notMatch(service.logged(), /"msg":"signed"/);
});
