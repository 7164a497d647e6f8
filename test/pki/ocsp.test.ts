import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { MalformedAsn1, parseElement, Tag } from '../../src/asn1/element.ts';
import {
  encodeEnumerated,
  encodeExplicit,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from '../../src/asn1/encode.ts';
import { sequenceFields } from '../../src/asn1/fields.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { hex } from '../../src/asn1/values.ts';
import { encodeOcspRequest, parseBasicOcspResponse, parseOcspResponse } from '../../src/pki/ocsp.ts';
import { run, toolMissing } from '../tools.ts';
import {
  caExtensions,
  day,
  digests,
  encodeOcspResponse,
  extension,
  invalidityDate,
  issue,
  noon,
  pem,
  unknownExtension,
} from './authority.ts';

const ca = issue({ subject: 'CA', extensions: caExtensions });
const leaf = issue({ subject: 'Pejabat Contoh', issuer: ca });
const about = { certificate: leaf.certificate, issuer: ca.certificate, signer: ca };

t.test('a response is read with what binds it', async (t) => {
  const { status, basic } = parseOcspResponse(
    encodeOcspResponse({
      ...about,
      status: { revokedAt: noon - day, reason: 1 },
      singleExtensions: [invalidityDate(noon - 3 * day)],
      responseExtensions: [extension(Oid.ocspNonce, encodeOctetString(Uint8Array.of(9, 9)))],
      certificates: [ca.certificate],
      responderId: 'key',
    }),
  );
  t.equal(status, 'successful');
  t.equal(basic?.responses.length, 1);
  t.match(basic?.responses[0], {
    status: 'revoked',
    revokedAt: noon - day,
    reason: 1,
    invalidityDate: noon - 3 * day,
    thisUpdate: noon - day,
    nextUpdate: noon + day,
    archiveCutoff: null,
    unknownCritical: false,
  });
  t.equal(
    hex(basic?.responses[0]?.certId.serialNumber ?? new Uint8Array()),
    hex(leaf.certificate.serialNumber),
  );
  t.equal(hex(basic?.nonce ?? new Uint8Array()), '0909');
  t.same(
    basic?.certificates.map(({ der }) => hex(der)),
    [hex(ca.certificate.der)],
  );
});

t.test('a refusal has a status and no answer', async (t) => {
  t.match(parseOcspResponse(encodeSequence(encodeEnumerated(3))), { status: 'try-later', basic: null });
  t.throws(() => parseOcspResponse(encodeSequence(encodeEnumerated(4))), { code: 'value-malformed' });
  const otherType = encodeSequence(encodeOid('1.2.3'), encodeOctetString(Uint8Array.of(1)));
  t.equal(parseOcspResponse(encodeSequence(encodeEnumerated(0), encodeExplicit(0, otherType))).basic, null);
});

t.test('critical extensions that are not known are noted, of the response and of the answer', async (t) => {
  const response = parseOcspResponse(
    encodeOcspResponse({ ...about, responseExtensions: [unknownExtension(true)] }),
  );
  t.ok(response.basic?.unknownCritical);
  const single = parseOcspResponse(
    encodeOcspResponse({ ...about, singleExtensions: [unknownExtension(true)] }),
  );
  t.ok(single.basic?.responses[0]?.unknownCritical);
  t.notOk(single.basic?.unknownCritical);
});

t.test('a basic response that stands alone is read as well', async (t) => {
  const der = encodeOcspResponse(about);
  const wrapper = sequenceFields(parseElement(der, 'response'), 'response');
  wrapper.take(Tag.enumerated);
  const bytes = sequenceFields(parseElement(wrapper.takeAny().content, 'bytes'), 'bytes');
  bytes.take(Tag.oid);
  const basic = bytes.take(Tag.octetString).content;
  t.same(parseBasicOcspResponse(basic).basic, parseOcspResponse(der).basic);
  t.throws(() => parseOcspResponse(basic), MalformedAsn1);
});

t.test('no byte changed in a response does more than make it malformed', async () => {
  const der = encodeOcspResponse({ ...about, certificates: [ca.certificate] });
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (offset, difference) => {
      const mutant = Uint8Array.from(der);
      mutant[offset] = (mutant[offset] ?? 0) ^ difference;
      try {
        return parseOcspResponse(mutant).der === mutant;
      } catch (error) {
        return error instanceof MalformedAsn1;
      }
    }),
    { numRuns: 3000 },
  );
});

t.test('openssl answers our request, and we read its answer', { skip: toolMissing('openssl') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'teken-ocsp-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const request = { certificate: leaf.certificate, issuer: ca.certificate, digests, nonce };
  const serial = hex(leaf.certificate.serialNumber).toUpperCase();
  const answer = join(folder, 'answer.der');
  const { code, stderr } = await run('openssl', [
    'ocsp',
    '-index',
    file(
      'index.txt',
      `R\t300101000000Z\t260601000000Z,keyCompromise\t${serial}\tunknown\t/CN=Pejabat Contoh\n`,
    ),
    '-CA',
    file('ca.pem', pem('CERTIFICATE', ca.certificate.der)),
    '-rsigner',
    join(folder, 'ca.pem'),
    '-rkey',
    file('ca.key', ca.key.export({ type: 'pkcs8', format: 'pem' }) as string),
    '-reqin',
    file('request.der', encodeOcspRequest(request)),
    '-respout',
    answer,
    '-ndays',
    '1',
  ]);
  t.equal(code, 0, stderr);
  const { basic } = parseOcspResponse(new Uint8Array(readFileSync(answer)));
  t.match(basic?.responses[0], { status: 'revoked', reason: 1, revokedAt: Date.UTC(2026, 5, 1) });
  t.equal(
    hex(basic?.responses[0]?.certId.serialNumber ?? new Uint8Array()),
    hex(leaf.certificate.serialNumber),
  );
  t.equal(hex(basic?.nonce ?? new Uint8Array()), hex(nonce));
});
