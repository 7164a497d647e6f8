// What commands say: every error in both languages, with its code, and nothing that could steer a terminal.

import t from 'tap';
import { COMMANDS } from '../../src/cli/commands.ts';
import {
  CLIENTS_EDIT_TEXTS,
  PACK_TEXTS,
  PDF_TEXTS,
  REFUSAL_TEXTS,
  SIGNER_TEXTS,
  SIGNING_FAILURE_TEXTS,
  TRUST_ADDITION_TEXTS,
  TRUST_SERVICE_TEXTS,
  USAGE_TEXTS,
  VERSION_TEXTS,
} from '../../src/cli/error-texts.ts';
import { exitCodesOf } from '../../src/cli/exit-codes.ts';
import { failureOf } from '../../src/cli/failure.ts';
import { commandText } from '../../src/cli/help.ts';
import { type UsageCode, UsageError } from '../../src/cli/usage-error.ts';
import { VERIFY } from '../../src/cli/verify-command.ts';
import { InvalidConfiguration } from '../../src/config.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import type { Text } from '../../src/report/language.ts';
import { placesOf } from '../../src/report/template.ts';
import { SignerFailed, SigningFailed, SigningRefused, TrustServiceFailed } from '../../src/sign/errors.ts';
import { EvidencePackRefused } from '../../src/verify/pack-fields.ts';
import { VersionRefused } from '../../src/verify/revisions.ts';
import { runTeken } from './development-place.ts';

const TABLES = [
  PDF_TEXTS,
  REFUSAL_TEXTS,
  SIGNER_TEXTS,
  SIGNING_FAILURE_TEXTS,
  TRUST_SERVICE_TEXTS,
  USAGE_TEXTS,
  PACK_TEXTS,
  VERSION_TEXTS,
  TRUST_ADDITION_TEXTS,
  CLIENTS_EDIT_TEXTS,
] as const;

t.test('every error text is a sentence in both languages, with the same places', async (t) => {
  for (const [code, text] of TABLES.flatMap((table): [string, Text][] => Object.entries(table))) {
    for (const language of ['id', 'en'] as const) t.match(text[language], /^\S.*\.$/, code);
    t.strictSame(placesOf(text.id).toSorted(), placesOf(text.en).toSorted(), code);
    t.not(text.id, text.en, code);
  }
});

t.test('every error has its exit code and shows its own code and values', async (t) => {
  const expected: readonly (readonly [Error, number, string])[] = [
    [new UsageError('too-many-files'), 2, '[too-many-files]'],
    [new UsageError('input-unreadable', { file: 'a', reason: 'EACCES' }), 5, '[input-unreadable]'],
    [new MalformedPdf('limits-exceeded', { limit: 'nesting' }), 5, '[limits-exceeded {"limit":"nesting"}]'],
    [new SigningRefused('field-locked', { fieldName: 'a' }), 1, '[field-locked {"fieldName":"a"}]'],
    [
      new SigningFailed('self-check-failed', { findings: ['x'] }),
      1,
      '[self-check-failed {"findings":["x"]}]',
    ],
    [new SignerFailed('signer-auth-failed'), 1, '[signer-auth-failed]'],
    [new SignerFailed('pkcs12-wrong-password'), 2, '[pkcs12-wrong-password]'],
    [new SignerFailed('signer-uri-invalid', { reason: 'x' }), 2, '[signer-uri-invalid {"reason":"x"}]'],
    [new TrustServiceFailed('tsa-unavailable', { sources: [] }), 1, '[tsa-unavailable {"sources":[]}]'],
    [new EvidencePackRefused('pack-malformed', { at: '/format' }), 5, '[pack-malformed {"at":"/format"}]'],
    [new EvidencePackRefused('document-differs'), 1, '[document-differs]'],
    [new VersionRefused('signature-unknown', { field: 'a' }), 1, '[signature-unknown {"field":"a"}]'],
    [new InvalidConfiguration([]), 2, ''],
    [new TypeError('x is not a function'), 70, 'TypeError: x is not a function'],
  ];
  for (const [error, exit, words] of expected) {
    const failure = failureOf(error, 'en');
    t.equal(failure.exit, exit, error.message);
    t.match(failure.line, words);
  }
});

t.test('values of an error cannot break the line or steer the terminal', async (t) => {
  const hostile = 'x\u001b[2J\r\ny\u202e';
  for (const error of [
    new UsageError('command-unknown', { command: hostile }),
    new SigningRefused('field-not-found', { fieldName: hostile }),
    new MalformedPdf('pdf-unsupported', { feature: hostile }),
    new Error(hostile),
  ]) {
    t.notMatch(failureOf(error, 'id').line, /[\p{Cc}\u202e]/u);
  }
});

t.test('every place of a usage text is filled by whoever raises it', async (t) => {
  const values = { command: 'c', option: 'o', other: 'p', value: 'v', expected: 'e', code: 'k' };
  const more = { file: 'f', reason: 'r', argument: 'a', age: '31', limit: '30d' };
  for (const code of Object.keys(USAGE_TEXTS) as UsageCode[]) {
    t.notMatch(failureOf(new UsageError(code, { ...values, ...more }), 'en').line, /[{}]/, code);
  }
});

t.test('the help of verify holds the table of exit codes', async (t) => {
  const text = commandText(VERIFY, 'en').replace(/\s+/g, ' ');
  for (const { code, meaning } of exitCodesOf('verify', 'en')) t.match(text, ` ${code} ${meaning}`);
});

t.test('no line of help is wider than 80 columns, in either language', async (t) => {
  for (const language of ['id', 'en']) {
    for (const words of [['help'], ...COMMANDS.map(({ name }) => [name, '--help'])]) {
      const { out } = await runTeken([...words, '--lang', language]);
      t.strictSame(
        out.split('\n').filter((line) => [...line].length > 80),
        [],
        `${words.join(' ')} ${language}`,
      );
    }
  }
});

t.test('an unknown TEKEN_ variable is a configuration error, all of them at once', async (t) => {
  const { exit, err } = await runTeken(['verify', 'a.pdf'], {
    environment: { TEKEN_TRUSTDIR: 'x', TEKEN_ENV: 'staging' },
  });
  t.equal(exit, 2);
  t.match(err, 'TEKEN_TRUSTDIR');
  t.match(err, 'TEKEN_ENV');
});

t.test('an explanation needs no file', async (t) => {
  const verdict = await runTeken(['verify', '--explain', 'unknown_issuer']);
  t.equal(verdict.exit, 0);
  t.match(verdict.out, /^UNKNOWN_ISSUER: Document intact, but the certificate issuer is not recognised\n/);
  t.match((await runTeken(['verify', '--explain', 'NOT_LTV'])).out, 'No long-term validation data');
  t.match((await runTeken(['verify', '--explain', 'pdf-encrypted'])).out, 'password protected');
  t.equal((await runTeken(['verify', '--explain', 'toString'])).exit, 2);
});
