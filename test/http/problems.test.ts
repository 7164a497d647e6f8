import t from 'tap';
import { preferredLanguage, preferredMediaType } from '../../src/http/accept.ts';
import { announcedSha256, contentDigest } from '../../src/http/content-digest.ts';
import { PROBLEM_EXAMPLE, VERIFY_EXAMPLE } from '../../src/http/examples.ts';
import { loggableError } from '../../src/http/loggable-error.ts';
import { problemAnswer } from '../../src/http/problem-answer.ts';
import { problemOf } from '../../src/http/problem-of-error.ts';
import { type HttpProblemCode, PROBLEM_DETAILS } from '../../src/http/problem-texts.ts';
import { HttpProblem, mayBeRetried, PROBLEM_STATUS } from '../../src/http/problems.ts';
import { callersRequestId, uuidV7 } from '../../src/http/request-id.ts';
import { problemSchema } from '../../src/http/schemas.ts';
import { verifyAnswer } from '../../src/http/verify-answer.ts';
import { MalformedPdf, VERDICTS } from '../../src/index.ts';
import type { VerifyAnswer } from '../../src/report/json.ts';
import { reportJson } from '../../src/report/json.ts';
import { typicalReport } from '../report/made-reports.ts';

const codes = Object.keys(PROBLEM_DETAILS) as HttpProblemCode[];

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type SchemaOutput = ReturnType<typeof verifyAnswer.parse>;

// Compiles only while the schema and the report's own type are the same.
const schemaIsTheType: Same<Frozen<SchemaOutput>, Frozen<VerifyAnswer>> = true;

t.test('the schema of the verify answer is the type of the report', (t) => {
  t.ok(schemaIsTheType);
  for (const verdict of VERDICTS) {
    const context = { requestId: 'r', fileName: 'surat.pdf', tool: { version: '1', commit: 'c' } };
    t.ok(verifyAnswer.safeParse(reportJson(typicalReport(verdict), context)).success, verdict);
  }
  t.end();
});

t.test('the schemas are closed', (t) => {
  t.notOk(verifyAnswer.safeParse({ ...VERIFY_EXAMPLE, valid: true }).success, 'another member');
  t.notOk(verifyAnswer.safeParse({ ...VERIFY_EXAMPLE, verdict: 'OK' }).success, 'another verdict');
  t.notOk(problemSchema.safeParse({ ...PROBLEM_EXAMPLE, stack: '' }).success, 'another member of a problem');
  const signatures = [{ ...VERIFY_EXAMPLE.signatures[0], nik: '7371000000000001' }];
  t.notOk(verifyAnswer.safeParse({ ...VERIFY_EXAMPLE, signatures }).success, 'another member of a signature');
  t.end();
});

t.test('every code has a status, both texts without a hole, and an answer that fits the schema', (t) => {
  for (const code of codes) {
    for (const language of ['id', 'en'] as const) {
      for (const verification of [true, false]) {
        const context = { language, requestId: 'r', maxUploadMegabytes: 50, verification };
        const answer = problemAnswer(new HttpProblem(code), context);
        t.ok(problemSchema.safeParse(answer).success, `${code} ${language}`);
        t.notOk(/[{}]/.test(answer.detail), `${code} ${language} has no hole`);
        t.equal(answer.ok, verification ? false : undefined);
      }
    }
    t.equal(mayBeRetried(code), [423, 429, 503].includes(PROBLEM_STATUS[code]), `${code}: Retry-After`);
  }
  t.end();
});

t.test('a problem of verification is UNREADABLE below 500 and SERVICE_ERROR from there on', (t) => {
  for (const code of codes) {
    const context = { language: 'id', requestId: 'r', maxUploadMegabytes: 50, verification: true } as const;
    const { verdict, status } = problemAnswer(new HttpProblem(code), context);
    t.equal(verdict, status < 500 ? 'UNREADABLE' : 'SERVICE_ERROR', code);
  }
  t.end();
});

t.test('what nobody knows is internal, and its cause is kept', (t) => {
  const foreign = new RangeError('isi surat');
  t.match(problemOf(foreign), { code: 'internal', cause: foreign });
  t.equal(problemOf('text').code, 'internal');
  t.equal(problemOf(new MalformedPdf('pdf-encrypted')).code, 'pdf-encrypted');
  t.equal(problemOf(Object.assign(new Error('x'), { statusCode: 404 })).code, 'invalid-request');
  t.end();
});

t.test('a logged error has no message, its causes neither', (t) => {
  const error = new Error('luar', { cause: Object.assign(new TypeError('isi surat'), { code: 'E_X' }) });
  const logged = JSON.stringify(loggableError(error));
  t.notOk(logged.includes('isi surat') || logged.includes('luar'));
  t.match(loggableError(error), { name: 'Error', cause: { name: 'TypeError', code: 'E_X', cause: null } });
  t.ok((loggableError(error)?.at.length ?? 0) > 0, 'it says where');
  t.equal(loggableError('text'), null);
  const cyclic = new Error('a');
  cyclic.cause = cyclic;
  t.ok(loggableError(cyclic), 'a cycle of causes ends');
  t.end();
});

t.test('the most specific media range decides', (t) => {
  const offers = ['application/pdf', 'application/json'] as const;
  const cases: readonly (readonly [string | undefined, string | null])[] = [
    [undefined, 'application/pdf'],
    ['', 'application/pdf'],
    ['*/*', 'application/pdf'],
    ['application/json', 'application/json'],
    ['application/*;q=0.5, application/json', 'application/json'],
    ['application/pdf;q=0, */*', 'application/json'],
    ['text/html', null],
    ['application/pdf;q=0', null],
    ['application/json;q=2', null],
  ];
  for (const [header, expected] of cases)
    t.equal(preferredMediaType(header, offers), expected, header ?? 'no header');
  t.end();
});

t.test('Indonesian unless English is preferred', (t) => {
  const cases: readonly (readonly [string | undefined, string])[] = [
    [undefined, 'id'],
    ['*', 'id'],
    ['en', 'en'],
    ['en-GB,en;q=0.9,id;q=0.8', 'en'],
    ['id-ID,en;q=0.9', 'id'],
    ['fr', 'id'],
    ['en;q=0', 'id'],
  ];
  for (const [header, expected] of cases) t.equal(preferredLanguage(header), expected, header ?? 'no header');
  t.end();
});

t.test('request ids of the caller are kept only where they are harmless', (t) => {
  t.equal(callersRequestId('surat-2026.01_A'), 'surat-2026.01_A');
  for (const id of ['', 'a b', 'a\nb', '<script>', 'x'.repeat(65), undefined, ['a', 'b']])
    t.equal(callersRequestId(id), null);
  t.end();
});

t.test('our own ids are UUIDs of version 7 that sort by time', (t) => {
  const ones = new Uint8Array(10).fill(0xff);
  const zeros = new Uint8Array(10);
  const earlier = uuidV7(1_700_000_000_000, ones);
  t.match(earlier, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.match(uuidV7(0, zeros), /^00000000-0000-7000-8000-000000000000$/);
  t.ok(earlier < uuidV7(1_700_000_000_001, zeros));
  t.end();
});

t.test('Content-Digest is written and read as RFC 9530 says', (t) => {
  const digest = new Uint8Array(32).fill(7);
  t.equal(announcedSha256(contentDigest(digest)), '07'.repeat(32));
  t.equal(announcedSha256(`sha-512=:abc=:, ${contentDigest(digest)}`), '07'.repeat(32));
  t.equal(announcedSha256('md5=:abc=:'), null);
  t.equal(announcedSha256(undefined), null);
  t.throws(() => announcedSha256('sha-256=abc'), { code: 'invalid-request' });
  t.end();
});
