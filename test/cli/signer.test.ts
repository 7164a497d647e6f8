// `teken signer`: what it writes is what a service takes.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { certificatePem } from '../../certs-dev/pem.ts';
import { readTotpSecret } from '../../src/identity/second-factor.ts';
import { parseSignerRegistry } from '../../src/identity/signer-registry.ts';
import { parseBase32 } from '../../src/identity/totp.ts';
import { pki } from '../sign/development-signer.ts';
import { runTeken } from './development-place.ts';

const folder = t.testdir();
const FILE = join(folder, 'signers.json');
const NIK = '8999000000000001';
const teken = (...line: readonly string[]) =>
  runTeken(['signer', ...line, '--signers', FILE, '--lang', 'en']);
const registry = () => parseSignerRegistry(readFileSync(FILE, 'utf8'));

t.test(
  'a signer is added, given a status and an authenticator, and listed without the whole NIK',
  async (t) => {
    const certificate = join(folder, 'bupati.crt');
    writeFileSync(certificate, certificatePem(pki.signers.pejabat.certificate));
    writeFileSync(join(folder, 'bupati.nik'), `${NIK}\n`);
    const line = [
      'bupati',
      '--uri',
      'pkcs12:bupati.p12',
      '--name',
      'Nama Pejabat',
      '--nik-file',
      join(folder, 'bupati.nik'),
    ];
    const without = await teken('add', ...line);
    t.match([without.exit, without.err], [2, /certificateSha256/], 'a NIK needs its certificate');
    t.equal((await teken('add', ...line, '--certificate', certificate)).exit, 0);
    t.match(registry().find(NIK), { id: 'bupati', status: 'ISSUE' });
    t.match(await teken('add', ...line, '--certificate', certificate), { exit: 2, err: /same id/ });

    const enrolled = await teken('enrol-totp', 'bupati');
    t.equal(enrolled.exit, 0, enrolled.err);
    const factor = registry().find('bupati')?.secondFactor;
    if (factor?.kind !== 'totp') throw new Error('no authenticator');
    const secretFile = join(folder, factor.secretFile);
    t.equal(statSync(secretFile).mode & 0o777, 0o600);
    const shown = new URL(enrolled.out.trim()).searchParams.get('secret') ?? '';
    t.same(await readTotpSecret(secretFile), parseBase32(shown));
    t.notOk(readFileSync(FILE, 'utf8').includes(shown), 'the registry itself holds no secret');

    t.equal((await teken('status', 'bupati', 'SUSPEND')).exit, 0);
    const listed = await teken('list');
    t.equal(listed.out, 'bupati  SUSPEND  899900********01  totp  -  Nama Pejabat\n');
  },
);

t.test('what is not understood changes nothing', async (t) => {
  const before = readFileSync(FILE, 'utf8');
  t.match(await teken('status', 'bupati', 'AKTIF'), { exit: 2, out: '' });
  t.match(await teken('status', 'tidak-ada', 'ISSUE'), { exit: 2, err: /no signer of that id/ });
  t.match(await teken('enrol-totp', 'tidak-ada'), { exit: 2, err: /no signer of that id/ });
  for (const line of [[], ['hapus', 'bupati'], ['add'], ['list', 'bupati'], ['status', 'bupati']])
    t.match(await teken(...line), { exit: 2, err: /teken signer/ }, line.join(' '));
  t.equal(readFileSync(FILE, 'utf8'), before);
});
