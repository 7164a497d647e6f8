// `teken offline-verifier`: the file that is carried to where there is no network.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readEmbedded } from '../../src/browser/embedded.ts';
import { basicConstraints, issue, pem } from '../pki/authority.ts';
import { runTeken } from './development-place.ts';

const root = issue({ subject: 'Root </script> Contoh', extensions: [basicConstraints(true)] });
const folder = t.testdir();
const trust = join(folder, 'root.pem');
const output = join(folder, 'pemeriksa.html');
writeFileSync(trust, pem('CERTIFICATE', root.certificate.der));

const teken = (...line: readonly string[]) => runTeken(['offline-verifier', '--lang', 'en', ...line]);

t.test('one file is written, with the trust list in it and nothing to load', async (t) => {
  const { exit, out, err } = await teken('-o', output, '--trust', trust);
  t.equal(exit, 0, err);
  t.match(out, /Written: .*pemeriksa\.html.*1 issuers/);
  const html = readFileSync(output, 'utf8');
  const [, data = ''] = /id="embedded">(.*?)<\/script>/s.exec(html) ?? [];
  const { trustList, policy } = readEmbedded(data);
  t.same(
    trustList.anchors.map(({ certificate }) => Buffer.from(certificate.der)),
    [Buffer.from(root.certificate.der)],
  );
  t.equal(policy.revocation, 'require');
  t.match(html, /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'/);
  t.notMatch(html, /<(?:link|img|iframe)\b|\bsrc=|@import|url\(/, 'nothing is loaded');
  t.equal(html.match(/<\/script>/g)?.length, 2, 'nothing that is embedded ends its place early');
});

t.test('what is there stays there unless it is to be replaced', async (t) => {
  writeFileSync(output, 'lama');
  const { exit, err } = await teken('-o', output, '--trust', trust);
  t.equal(exit, 2);
  t.match(err, '[output-exists]');
  t.equal(readFileSync(output, 'utf8'), 'lama');
  t.equal((await teken('-o', output, '--trust', trust, '--force')).exit, 0);
  t.match(readFileSync(output, 'utf8'), /^<!DOCTYPE html>/);
});

t.test('without a place or without issuers there is no file', async (t) => {
  const elsewhere = join(folder, 'lain.html');
  for (const [line, words] of [
    [['--trust', trust], '[option-missing]'],
    [['-o', elsewhere], '[option-missing]'],
    [['-o', elsewhere, '--trust', join(folder, 'tidak-ada')], '[trust-unusable]'],
    [['-o', elsewhere, '--trust', trust, 'surat.pdf'], '[argument-unexpected]'],
  ] as const) {
    const { exit, err } = await teken(...line);
    t.equal(exit, 2, words);
    t.match(err, words);
  }
  t.notOk(existsSync(elsewhere));
});
