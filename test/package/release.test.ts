// What goes with a release: the bill of materials, licences, notes, and a package that anybody can make again.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { billOfMaterials, licenceOf } from '../../deploy/release/bill-of-materials.ts';
import { releaseNotes } from '../../deploy/release/notes.ts';
import { projectRoot } from '../tools.ts';

t.test('the bill of materials names every package that is shipped, with version, licence and digest', (t) => {
  const bill = billOfMaterials();
  t.match(bill, {
    bomFormat: 'CycloneDX',
    specVersion: /^1\.[5-9]$/,
    metadata: { component: { name: 'teken' } },
  });
  t.same(billOfMaterials(), bill, 'it is the same again');
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; version?: string }>;
  };
  const shipped = Object.entries(lock.packages)
    .filter(([place, { dev }]) => place !== '' && dev !== true)
    .map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')}@${version}`);
  t.ok(shipped.length > 50);
  const named = bill.components.map(({ name, version }) => `${name}@${version}`);
  t.same([...new Set(named)].toSorted(), [...new Set(shipped)].toSorted());
  for (const component of bill.components) {
    t.ok(licenceOf(component).length > 0, `${component.name}: licence`);
    t.match(component.purl, /^pkg:npm\//);
    t.match(component.hashes?.[0], { alg: 'SHA-512', content: /^[0-9a-f]{128}$/ }, component.name);
  }
  t.end();
});

t.test('release notes say effects by scope, what an operator must do above all', (t) => {
  const notes = releaseNotes('v0.1.0..v0.2.0', [
    { hash: '0123456789abcdef', subject: 'pdf: read a damaged table', body: '' },
    {
      hash: 'fedcba9876543210',
      subject: 'verify: reject revisions that free a signed object',
      body: 'Why.\n\nupgrade: TEKEN_X is gone',
    },
    { hash: '00000000aaaaaaaa', subject: 'without a scope', body: '' },
  ]);
  t.equal(
    notes,
    [
      '# v0.1.0..v0.2.0',
      '',
      '## Before the update',
      '',
      '- TEKEN_X is gone',
      '',
      '## verify',
      '',
      '- reject revisions that free a signed object (fedcba98)',
      '',
      '## other',
      '',
      '- without a scope (00000000)',
      '',
      '## pdf',
      '',
      '- read a damaged table (01234567)',
      '',
    ].join('\n'),
  );
  t.end();
});
