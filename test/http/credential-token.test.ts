// A token that a signer gave the application at the service with the key (`credentialToken`, Teken-Credential-Token): it signs what it was
// given for, and nothing else.

import { createHash, randomBytes } from 'node:crypto';
import t from 'tap';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import { type ReadRecord, readRecord } from '../../src/audit/record.ts';
import { authorizationRequest } from '../../src/signers/csc-oauth.ts';
import { CSC } from '../doubles/csc.ts';
import { formOf, requestVerdict, startRealService } from './real-service.ts';
import { arrangeRemoteKeys, type RemoteKeys } from './remote-keys.ts';

let remote: RemoteKeys | null = null;
const service = await startRealService(
  {},
  {
    arrange: async (paths) => {
      remote = await arrangeRemoteKeys(t, paths, {
        // The service takes an authorisation without hashes, or insists on them.
        terbuka: { mode: 'oauth2code', scal: '1' },
        terikat: { mode: 'oauth2code', scal: '2' },
        lain: { mode: 'oauth2code', scal: '1' },
        berpin: { asks: ['PIN'], scal: '1' },
      });
      return {};
    },
  },
);
t.teardown(() => service.close());
const { csc } = remote as unknown as RemoteKeys;

const SHA256 = '2.16.840.1.101.3.4.2.1';
const BACK = 'https://aplikasi.example.go.id/kembali';

/** What an application gets whose user authorises one signature with this credential, of these hashes or of any. */
async function tokenFor(credentialId: string, digests: readonly Uint8Array[] = []): Promise<string> {
  const scope = { credentialId, digests, hashAlgorithmOid: SHA256 };
  const asked = authorizationRequest(csc.url, 2, CSC.clientId, BACK, scope);
  const address = new URL(asked.url);
  // Where the service needs no hashes (SCAL 1), the number of signatures is all that is said.
  if (digests.length === 0) {
    address.searchParams.delete('hashes');
    address.searchParams.set('numSignatures', '1');
  }
  const answer = await fetch(`${csc.url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: csc.approve(address.href),
      code_verifier: asked.codeVerifier,
      redirect_uri: BACK,
      client_id: CSC.clientId,
      client_secret: CSC.clientSecret,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error('no token');
  return token;
}

function ask(signer: string, token: string, raw = false): Promise<Response> {
  const headers = { Authorization: `Bearer ${service.apiKey}` };
  if (!raw) {
    const body = formOf(service.letter, { signer, level: 'B-B', credentialToken: token });
    return fetch(`${service.url}/v1/sign`, { method: 'POST', headers, body });
  }
  return fetch(`${service.url}/v1/sign?signer=${signer}&level=B-B`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/pdf', 'Teken-Credential-Token': token },
    body: new Uint8Array(service.letter),
  });
}

async function records(): Promise<readonly ReadRecord[]> {
  const folder = String(service.environment.TEKEN_AUDIT_SINKS).slice('file:'.length);
  const [files = []] = [...(await chainsIn(folder)).values()];
  return [...linesOf(files)].flatMap(({ text }) => readRecord(text) ?? []);
}

t.test('a token for this credential signs, in a form and as a header beside a raw body', async (t) => {
  for (const raw of [false, true]) {
    const token = await tokenFor('terbuka');
    const response = await ask('terbuka', token, raw);
    t.equal(response.status, 200, response.status === 200 ? '' : await response.text());
    const signed = Buffer.from(await response.arrayBuffer());
    t.match(await (await requestVerdict(service, signed)).json(), { ok: true });
    t.notMatch(service.logged(), token, 'it is in no log line');
    t.notMatch(JSON.stringify(await records()), token, 'and in no record');
  }
});

t.test('a SAD that the application was given signs where the credential is authorised by PIN', async (t) => {
  const body = {
    credentialID: 'berpin',
    numSignatures: 1,
    authData: [{ id: 'PIN-1', value: CSC.pin }],
  };
  const granted = await fetch(`${csc.url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'service',
      client_id: CSC.clientId,
      client_secret: CSC.clientSecret,
    }),
  });
  const { access_token: bearer } = (await granted.json()) as { access_token: string };
  const answer = await fetch(`${csc.url}/csc/v2/credentials/authorize`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { SAD: sad } = (await answer.json()) as { SAD: string };
  const response = await ask('berpin', sad);
  t.equal(response.status, 200, response.status === 200 ? '' : await response.text());
  const again = await ask('berpin', sad);
  t.match(
    { status: again.status, ...((await again.json()) as object) },
    { status: 403, code: 'signer-auth-failed' },
  );
});

t.test(
  'a token that does not hold for this signature is refused as a wrong secret is, and signs nothing',
  async (t) => {
    const other = createHash('sha256').update(randomBytes(8)).digest();
    const used = await tokenFor('terbuka');
    t.equal((await ask('terbuka', used)).status, 200);
    const expired = await tokenFor('terbuka');
    csc.expire(expired);
    const cases: readonly (readonly [words: string, signer: string, token: string])[] = [
      ['expired', 'terbuka', expired],
      ['used', 'terbuka', used],
      ['for another credential', 'terbuka', await tokenFor('lain')],
      ['for another hash', 'terikat', await tokenFor('terikat', [other])],
      ['for another hash, where none was needed', 'lain', await tokenFor('lain', [other])],
      ['for no hash, where it is needed', 'terikat', await tokenFor('terikat')],
      ['nobody gave', 'lain', `token-${randomBytes(12).toString('hex')}`],
    ];
    for (const [words, signer, token] of cases) {
      const completed = (await records()).filter(({ event }) => event === 'sign.completed').length;
      const response = await ask(signer, token);
      const body = (await response.json()) as { code: string };
      t.match(
        { status: response.status, ...body },
        { status: 403, code: 'signer-auth-failed' },
        `${words}: ${response.status} ${body.code}`,
      );
      const now = await records();
      t.equal(now.filter(({ event }) => event === 'sign.completed').length, completed, words);
      t.equal(now.at(-1)?.event, 'sign.refused', words);
      t.notMatch(service.logged(), token, words);
      // The pause after a few failures is of the signer; a right token ends the row.
      if (signer !== 'terikat')
        t.equal((await ask(signer, await tokenFor(signer))).status, 200, `after: ${words}`);
    }
  },
);
