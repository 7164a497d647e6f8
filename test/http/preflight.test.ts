// Preflight over REST: the parameters of signing, an answer instead of a signature, and what signing then does.

import t from 'tap';
import { preflightAnswer } from '../../src/http/preflight-answer.ts';
import { formOf, type RealService, requestSignature, startRealService } from './real-service.ts';

const service = await startRealService();
t.teardown(() => service.close());

function requestPreflight(
  of: RealService,
  fields: Readonly<Record<string, string>> = {},
  file: Uint8Array = of.letter,
): Promise<Response> {
  return fetch(`${of.url}/v1/preflight`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${of.apiKey}` },
    body: formOf(file, fields),
  });
}

t.test('a letter that can be signed, with the services asked: the answer is as described', async (t) => {
  const fields = { signer: 'pejabat', level: 'B-LTA', rect: '360,60,180,80' };
  const answer = await requestPreflight(service, { ...fields, probe: 'services' });
  t.equal(answer.status, 200);
  const seen = (await answer.json()) as Record<string, unknown>;
  t.ok(preflightAnswer.safeParse(seen).success);
  t.match(seen, {
    ok: true,
    blockers: [],
    signer: { activation: 'passphrase', development: true },
    level: { asked: 'B-LTA', highest: 'B-LTA', probed: true },
  });
  const signed = await requestSignature(service, fields);
  t.equal(signed.status, 200, 'and signing does what was said');
});

t.test('what is in the way has the code that signing gives', async (t) => {
  const cases: readonly (readonly [fields: Record<string, string>, code: string])[] = [
    [{ page: '9', rect: '1,1,180,80' }, 'page-not-found'],
    [{ rect: '500,1,180,80' }, 'placement-out-of-page'],
    [{ anchor: 'tidak ada di sini', rect: '0,0,120,40' }, 'anchor-not-found'],
    [{ fieldName: 'Tidak Ada', visible: 'true' }, 'field-not-found'],
  ];
  for (const [fields, code] of cases) {
    const given = { signer: 'pejabat', level: 'B-B', ...fields };
    const ahead = await requestPreflight(service, given);
    const refused = await requestSignature(service, given);
    if (ahead.status !== 200) {
      t.equal(ahead.status, refused.status, `${code}: a request that makes no sense is refused by both`);
      continue;
    }
    t.match(await ahead.json(), { ok: false, blockers: [{ code }] }, code);
    t.match(await refused.json(), { code }, code);
  }
});

t.test('a file that cannot be read is an answer, not an error', async (t) => {
  const answer = await requestPreflight(service, { signer: 'pejabat' }, Buffer.from('%PDF-1.7\nrusak'));
  t.equal(answer.status, 200);
  t.match(await answer.json(), { ok: false, file: null, blockers: [{ code: 'pdf-damaged' }] });
});

t.test('only a known client asks, and only about signers that it may use', async (t) => {
  const anonymous = await fetch(`${service.url}/v1/preflight`, {
    method: 'POST',
    body: formOf(service.letter),
  });
  t.equal(anonymous.status, 401);
  const foreign = await requestPreflight(service, { signer: 'orang-lain' });
  t.match(await foreign.json(), { code: 'signer-not-allowed' });
});

t.test('no passphrase is asked for, and one that is sent is refused unread', async (t) => {
  const answer = await requestPreflight(service, { signer: 'pejabat', passphrase: 'rahasia-sekali' });
  t.equal(answer.status, 400);
  t.notMatch(await answer.text(), /rahasia-sekali/);
  t.notMatch(service.logged(), /rahasia-sekali/);
});

t.test('without a signer the document alone is looked at; an expired certificate is told', async (t) => {
  t.match(await (await requestPreflight(service, { level: 'B-B' })).json(), { ok: true, signer: null });
  const expired = await requestPreflight(service, { signer: 'kedaluwarsa', level: 'B-B' });
  t.match(await expired.json(), { ok: false, blockers: [{ code: 'certificate-expired' }] });
});
