import t from 'tap';
import { encodeElement, encodeExplicit, encodeInteger, encodeSequence } from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import type { Extension } from '../../src/pki/certificate.ts';
import { ComparisonsSpent, ConstraintState, readNameConstraints } from '../../src/pki/name-constraints.ts';
import { type AttributeSpec, extension, issue, nameDer } from './authority.ts';

const ascii = (tag: number, text: string): Uint8Array => encodeElement(tag, new TextEncoder().encode(text));
const mail = (text: string): Uint8Array => ascii(0x81, text);
const dns = (text: string): Uint8Array => ascii(0x82, text);
const uri = (text: string): Uint8Array => ascii(0x86, text);
const ip = (...octets: readonly number[]): Uint8Array => encodeElement(0x87, Uint8Array.from(octets));
const directory = (...attributes: readonly AttributeSpec[]): Uint8Array =>
  encodeExplicit(4, nameDer(...attributes));
const registered = encodeElement(0x88, Uint8Array.of(0x2a, 3));

const subtrees = (n: number, bases: readonly Uint8Array[]): readonly Uint8Array[] =>
  bases.length === 0 ? [] : [encodeElement(0xa0 | n, ...bases.map((base) => encodeSequence(base)))];

interface Constraints {
  readonly permitted?: readonly Uint8Array[];
  readonly excluded?: readonly Uint8Array[];
}

interface Names {
  readonly subject?: readonly AttributeSpec[];
  readonly alternative?: readonly Uint8Array[];
}

function permits({ permitted = [], excluded = [] }: Constraints, names: Names, comparisons = 1000): boolean {
  const state = new ConstraintState({ comparisons });
  state.add(readNameConstraints(encodeSequence(...subtrees(0, permitted), ...subtrees(1, excluded))));
  const extensions: Extension[] =
    names.alternative === undefined
      ? []
      : [extension(Oid.subjectAltName, encodeSequence(...names.alternative))];
  return state.permits(issue({ subject: nameDer(...(names.subject ?? [])), extensions }).certificate);
}

type Row = readonly [base: Uint8Array, name: Uint8Array, inside: boolean];

/** A name inside is permitted and excluded as such; one outside is neither. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  'a host name constraint holds for the host and all below it': [
    [dns('bssn.example'), dns('bssn.example'), true],
    [dns('bssn.example'), dns('va.BSSN.example'), true],
    [dns('bssn.example'), dns('notbssn.example'), false],
    [dns('.bssn.example'), dns('va.bssn.example'), true],
    [dns('.bssn.example'), dns('bssn.example'), false],
    [dns(''), dns('anything.example'), true],
  ],
  'a mail constraint is a mailbox, a host or the hosts below one': [
    [mail('a@kota.example'), mail('a@KOTA.example'), true],
    [mail('a@kota.example'), mail('A@kota.example'), false],
    [mail('kota.example'), mail('b@kota.example'), true],
    [mail('kota.example'), mail('b@dinas.kota.example'), false],
    [mail('.kota.example'), mail('b@dinas.kota.example'), true],
    [mail('.kota.example'), mail('b@kota.example'), false],
  ],
  'a URI constraint is about its host': [
    [uri('kota.example'), uri('https://kota.example/path'), true],
    [uri('kota.example'), uri('https://user@kota.example:8443?x'), true],
    [uri('kota.example'), uri('https://dinas.kota.example/'), false],
    [uri('.kota.example'), uri('https://dinas.kota.example/'), true],
    [uri('kota.example'), uri('https://kota.example.evil/'), false],
    [uri('kota.example'), uri('https://evil/@kota.example'), false],
  ],
  'an address constraint is an address and a mask': [
    [ip(10, 1, 0, 0, 255, 255, 0, 0), ip(10, 1, 2, 3), true],
    [ip(10, 1, 0, 0, 255, 255, 0, 0), ip(10, 2, 2, 3), false],
    [ip(10, 1, 0, 0, 255, 255, 0, 0), ip(...new Array<number>(16).fill(0)), false],
  ],
  'a directory name constraint is the beginning of the name': [
    [directory([Oid.countryName, 'ID']), directory([Oid.countryName, 'id'], 'x'), true],
    [directory([Oid.countryName, 'ID']), directory('x', [Oid.countryName, 'ID']), false],
    [directory('a', 'b'), directory('a'), false],
  ],
};

for (const [rule, table] of Object.entries(rows)) {
  t.test(rule, async (t) => {
    for (const [i, [base, name, inside]] of table.entries()) {
      t.equal(permits({ permitted: [base] }, { alternative: [name] }), inside, `permitted, row ${i}`);
      t.equal(permits({ excluded: [base] }, { alternative: [name] }), !inside, `excluded, row ${i}`);
    }
  });
}

t.test(
  'a name that cannot be read or compared is neither permitted nor safely outside what is excluded',
  async (t) => {
    const unclear: readonly (readonly [base: Uint8Array, name: Uint8Array])[] = [
      [uri('kota.example'), uri('urn:no:host')],
      [uri('kota.example'), uri('https://10.0.0.1/')],
      [dns('kota.example'), dns('ko ta.example')],
      [dns('kota.example'), dns('kota.example\u0000.evil')],
      [mail('kota.example'), mail('kota.example')],
      [ip(10, 1, 0, 0, 255, 255, 0, 0), ip(10, 1)],
      [registered, registered],
    ];
    for (const [i, [base, name]] of unclear.entries()) {
      t.notOk(permits({ permitted: [base] }, { alternative: [name] }), `permitted, row ${i}`);
      t.notOk(permits({ excluded: [base] }, { alternative: [name] }), `excluded, row ${i}`);
    }
  },
);

t.test('a form that is not constrained is free', async (t) => {
  t.ok(permits({ permitted: [dns('kota.example')] }, { alternative: [mail('a@elsewhere.example')] }));
  t.ok(permits({ excluded: [registered] }, { alternative: [dns('kota.example')] }));
});

t.test('every name of a certificate must be inside', async (t) => {
  const permitted = [dns('kota.example')];
  t.notOk(permits({ permitted }, { alternative: [dns('kota.example'), dns('evil.example')] }));
});

t.test('what is excluded stays excluded inside what is permitted', async (t) => {
  const constraints = { permitted: [dns('kota.example')], excluded: [dns('dinas.kota.example')] };
  t.ok(permits(constraints, { alternative: [dns('kota.example')] }));
  t.notOk(permits(constraints, { alternative: [dns('a.dinas.kota.example')] }));
});

t.test(
  'the subject is a directory name, and its mail address counts where there are no alternative names',
  async (t) => {
    t.notOk(permits({ permitted: [directory('Depok')] }, { subject: ['Bogor'] }));
    t.ok(permits({ permitted: [directory('Depok')] }, { subject: [] }), 'an empty subject is no name');
    const subject: readonly AttributeSpec[] = ['x', [Oid.emailAddress, 'a@evil.example']];
    t.notOk(permits({ permitted: [mail('kota.example')] }, { subject }));
    t.ok(permits({ permitted: [mail('kota.example')] }, { subject, alternative: [dns('kota.example')] }));
  },
);

t.test('the constraints of every certificate above must be met', async (t) => {
  const state = new ConstraintState({ comparisons: 100 });
  state.add(readNameConstraints(encodeSequence(...subtrees(0, [dns('kota.example')]))));
  state.add(readNameConstraints(encodeSequence(...subtrees(0, [dns('other.example')]))));
  const extensions = [extension(Oid.subjectAltName, encodeSequence(dns('kota.example')))];
  t.notOk(state.permits(issue({ subject: 'x', extensions }).certificate));
});

t.test('a budget ends the comparisons', async (t) => {
  const alternative = Array.from({ length: 20 }, () => dns('kota.example'));
  const permitted = Array.from({ length: 20 }, () => dns('other.example'));
  t.throws(() => permits({ permitted }, { alternative }, 10), ComparisonsSpent);
});

t.test('a minimum, a maximum or half a mask makes the extension unreadable', async (t) => {
  const withBounds = (...bounds: readonly Uint8Array[]): Uint8Array =>
    encodeSequence(encodeElement(0xa0, encodeSequence(dns('kota.example'), ...bounds)));
  t.throws(() => readNameConstraints(withBounds(encodeElement(0x80, Uint8Array.of(1)))), {
    code: 'value-malformed',
  });
  t.throws(() => readNameConstraints(withBounds(encodeElement(0x81, Uint8Array.of(1)))), {
    code: 'trailing-bytes',
  });
  t.same(readNameConstraints(withBounds(encodeElement(0x80, Uint8Array.of(0)))).permitted.length, 1);
  const half = encodeSequence(...subtrees(0, [ip(10, 0, 0, 0)]));
  t.throws(() => readNameConstraints(half), { code: 'value-malformed' });
  t.throws(() => readNameConstraints(encodeInteger(1)), { code: 'tag-unexpected' });
});
