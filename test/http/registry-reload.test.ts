// The signers file, changed while the service runs: the next request is asked by the new one, a request under way ends by the old.

import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { openContainer } from '../../src/signers/open-container.ts';
import { CSC } from '../doubles/csc.ts';
import { formOf, requestSignature, requestVerdict, startRealService } from './real-service.ts';
import { arrangeRemoteKeys, type RemoteKeys } from './remote-keys.ts';

interface Entry extends Record<string, unknown> {
  readonly id: string;
}

let remote: RemoteKeys | null = null;
const service = await startRealService(
  {},
  {
    arrange: async (paths) => {
      // Its holder answers on a telephone, which takes seconds.
      const personas = { tunggu: { asks: ['PIN'], push: 5 }, singkat: { asks: ['PIN'] } } as const;
      remote = await arrangeRemoteKeys(t, paths, personas);
      return {};
    },
  },
);
t.teardown(() => service.close());
const { csc } = remote as unknown as RemoteKeys;
const file = String(service.environment.TEKEN_SIGNERS_FILE);
const original = await readFile(file, 'utf8');

async function put(text: string): Promise<void> {
  await writeFile(`${file}.baru`, text);
  await rename(`${file}.baru`, file);
}

const EXCHANGED = 'signer registry exchanged';
const REFUSED = 'signer registry refused, the one before stays';

function countOf(words: string): number {
  return service.logged().split(words).length - 1;
}

/** Until the service has said this once more; it looks at the file every two seconds. */
async function after(words: string, change: () => Promise<void>): Promise<void> {
  const before = countOf(words);
  await change();
  for (let i = 0; countOf(words) === before; i += 1) {
    if (i > 600) throw new Error(`the service has not said: ${words}`);
    await wait(50);
  }
}

/** The original with some entries changed, or left out. */
function changed(change: (entry: Entry) => Entry | null): Promise<void> {
  const registry = JSON.parse(original) as { readonly signers: readonly Entry[] };
  const signers = registry.signers.flatMap((entry) => change(entry) ?? []);
  return after(EXCHANGED, () => put(JSON.stringify({ ...registry, signers })));
}

function only(id: string, change: (entry: Entry) => Entry | null): Promise<void> {
  return changed((entry) => (entry.id === id ? change(entry) : entry));
}

const restore = (): Promise<void> => after(EXCHANGED, () => put(original));

/** What the next request to sign meets: a signature, or the refusal as the caller and as the log have it. */
async function outcome(fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const before = service.logged().length;
  const response = await requestSignature(service, { level: 'B-B', ...fields });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status === 200) return body.subarray(0, 4).toString();
  const inside = /"msg":"(?:refused|failed)"/;
  const line =
    service
      .logged()
      .slice(before)
      .split('\n')
      .find((text) => inside.test(text)) ?? '{}';
  const { error } = JSON.parse(line) as { readonly error?: { readonly code: string } };
  return `${response.status} ${(JSON.parse(body.toString()) as { code: string }).code} ${error?.code}`;
}

interface Readiness {
  readonly status: number;
  readonly degraded: readonly { readonly name: string; readonly reason: string }[];
}

async function readiness(): Promise<Readiness> {
  const response = await fetch(`${service.url}/readyz`);
  const { degraded } = (await response.json()) as Readiness;
  return { status: response.status, degraded: degraded.filter(({ name }) => name === 'signer-registry') };
}

t.test(
  'whoever is suspended, taken out or bound to another certificate is refused at the next request',
  async (t) => {
    t.equal(await outcome(), '%PDF');
    const digest = createHash('sha256').update('another certificate').digest('hex');
    const changes: readonly (readonly [change: (entry: Entry) => Entry | null, inside: string])[] = [
      [(entry) => ({ ...entry, status: 'SUSPEND' }), 'signer-status'],
      [(entry) => ({ ...entry, status: 'REVOKE' }), 'signer-status'],
      [() => null, 'signer-unknown'],
      [(entry) => ({ ...entry, certificateSha256: [digest] }), 'certificate-foreign'],
    ];
    for (const [change, inside] of changes) {
      await only('pejabat', change);
      t.equal(await outcome(), `403 signer-auth-failed ${inside}`, 'alike for the caller, told inside');
      await restore();
      // The refusal counts as a try; nobody waits for its pause here.
      t.equal(await outcome(), '%PDF', 'and back');
    }
  },
);

t.test('a file that cannot be used changes nothing, and the operator learns of it', async (t) => {
  t.strictSame(await readiness(), { status: 200, degraded: [] });
  const { signers } = JSON.parse(original) as { readonly signers: readonly Entry[] };
  const broken: readonly (readonly [words: string, put: () => Promise<void>])[] = [
    ['half written', () => put(original.slice(0, original.length / 2))],
    ['no registry', () => put('{"signers":[{"id":7}]}')],
    [
      'a key that is not there',
      () => put(JSON.stringify({ signers: [...signers, { id: 'x', uri: 'pkcs12:tiada.p12' }] })),
    ],
    ['gone', () => rm(file)],
  ];
  for (const [words, breakIt] of broken) {
    await after(REFUSED, breakIt);
    t.equal(await outcome(), '%PDF', words);
    t.strictSame(
      await readiness(),
      { status: 200, degraded: [{ name: 'signer-registry', ok: false, reason: 'registry-refused' }] },
      words,
    );
  }
  const before = countOf(REFUSED);
  await wait(5_000);
  t.equal(countOf(REFUSED), before, 'said once for each text, not at every look');
  await put(original);
  for (let i = 0; (await readiness()).degraded.length > 0; i += 1) {
    if (i > 100) throw new Error('still degraded');
    await wait(100);
  }
  t.equal(await outcome(), '%PDF');
});

t.test('a renewed certificate comes as a container in the place of the old one', async (t) => {
  const place = (id: string): string => join(dirname(file), 'signers', `${id}.p12`);
  const replace = async (bytes: Uint8Array): Promise<void> => {
    await writeFile(`${place('pejabat')}.baru`, bytes);
    await rename(`${place('pejabat')}.baru`, place('pejabat'));
  };
  const [old, renewed] = [await readFile(place('pejabat')), await readFile(place('pejabat-ec'))];
  const before = countOf(EXCHANGED);
  await after(REFUSED, () => replace(renewed.subarray(0, renewed.length / 2)));
  t.equal(await outcome(), '%PDF', 'half of it changes nothing');
  t.equal(countOf(EXCHANGED), before);
  await after(EXCHANGED, () => replace(renewed));
  t.equal(
    await outcome(),
    '403 signer-auth-failed certificate-foreign',
    'the registry names the old one yet',
  );
  const { certificates } = await openContainer({
    container: new Uint8Array(renewed),
    passphrase: new TextEncoder().encode(service.passphrase),
  });
  const digests = certificates.map((der) => createHash('sha256').update(der).digest('hex'));
  await only('pejabat', (entry) => ({ ...entry, certificateSha256: digests.slice(0, 1) }));
  const signed = await requestSignature(service, { level: 'B-B' });
  t.equal(signed.status, 200);
  const verdict = await requestVerdict(service, Buffer.from(await signed.arrayBuffer()));
  t.match(await verdict.json(), { ok: true, signatures: [{ signer: { commonName: /Kurva Eliptik/ } }] });
  await after(EXCHANGED, () => replace(old));
  await restore();
  t.equal(await outcome(), '%PDF', 'and back');
});

t.test('a request under way ends by the registry that it began with', async (t) => {
  const sign = (signer: string): Promise<Response> =>
    fetch(`${service.url}/v1/sign`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${service.apiKey}` },
      body: formOf(service.letter, { signer, passphrase: CSC.pin, level: 'B-B' }),
    });
  for (const change of [(entry: Entry) => ({ ...entry, status: 'SUSPEND' }), () => null]) {
    const asked = csc.calls('credentials/authorize');
    const pending = sign('tunggu');
    while (csc.calls('credentials/authorize') === asked) await wait(10);
    const signed = csc.calls('signatures/signHash');
    await only('tunggu', change);
    t.equal(csc.calls('signatures/signHash'), signed, 'exchanged before the key was used');
    const response = await pending;
    t.equal(response.status, 200, 'the one that had begun');
    const verdict = await requestVerdict(service, Buffer.from(await response.arrayBuffer()));
    t.match(await verdict.json(), { ok: true });
    const next = await sign('tunggu');
    t.match(
      { status: next.status, ...((await next.json()) as object) },
      { status: 403, code: 'signer-auth-failed' },
    );
    t.equal(csc.calls('credentials/authorize'), asked + 1, 'nobody was asked for the next');
    await restore();
  }
});
