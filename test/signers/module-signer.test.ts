import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { openSigner } from '../../src/signers/open-signer.ts';
import { issue, pem } from '../cms/identities.ts';
import { failureOf, openRaw, rawSignerOf, testRawSigner, toBeSigned } from '../signer-contract.ts';
import { projectRoot, run } from '../tools.ts';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const adapter = /<!-- adapter -->\n```js\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'teken-adapter-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const environment = { production: false, platform: nodePlatform, directory: folder } as const;

function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const official = issue('p256');
const key = fileOf('key.pem', official.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
const chain = fileOf('chain.pem', pem(official.certificate));
const file = fileOf('adapter.mjs', adapter);
const uri = `module:${file}?key=${key}&chain=${chain}`;

t.test('the adapter in the README is one file of about 30 lines, and keeps the contract', async (t) => {
  const lines = adapter.trimEnd().split('\n').length;
  t.ok(lines > 10 && lines <= 30, `${lines} lines`);
  await testRawSigner(t, {
    open: () => openSigner(uri, environment),
    signerId: null,
    expectedAlgorithms: ['ecdsa-p256-sha256'],
    activation: () => ({ kind: 'none' }),
    wrongActivation: null,
    mostWaiting: 256,
  });
});

const judge = (module: string) =>
  run(process.execPath, [join(projectRoot, 'test', 'judge-signer.ts'), module], { cwd: projectRoot });

t.test('the command judges an adapter, and says what is wrong with one that is', async (t) => {
  const good = await judge(uri);
  t.equal(good.code, 0, good.stdout + good.stderr);
  t.match(good.stdout, /ok \d+ - a batch keeps its order/);
  t.notMatch(good.stdout, /^\s*not ok/m);
  const swapped = fileOf(
    'swapped.mjs',
    adapter.replace('return items.map(', 'return items.toReversed().map('),
  );
  const bad = await judge(uri.replace(file, swapped));
  t.not(bad.code, 0);
  t.match(bad.stdout, /not ok \d+ - a batch keeps its order/);
  const nothing = await judge('');
  t.equal(nothing.code === 0, false);
});

t.test('an adapter whose certificate or algorithms do not fit its key is refused at opening', async (t) => {
  const stranger = fileOf('stranger.pem', pem(issue('p256').certificate));
  const rows = [
    [uri.replace(chain, stranger), 'the certificate does not fit the key'],
    [
      uri.replace(file, fileOf('rsa.mjs', adapter.replace("'ecdsa-p256-sha256'", "'rsa-pkcs1-sha256'"))),
      'an algorithm does not fit the certificate',
    ],
  ] as const;
  for (const [wrong, reason] of rows) {
    const failure = await failureOf(openSigner(wrong, environment).then((each) => each.signerFor(null)));
    t.match(failure, { code: 'signer-certificate-unusable', values: { reason } });
  }
  const none = fileOf('none.mjs', 'export const open = 1;');
  t.match(await failureOf(openSigner(`module:${none}`, environment)), { code: 'signer-uri-invalid' });
  t.match(await failureOf(openSigner(`module:${none}-absent`, environment)), {
    values: { reason: 'the module cannot be loaded' },
  });
});

t.test('what an adapter throws keeps its code when it is one of ours', async (t) => {
  for (const [thrown, code] of [
    ['signer-locked', 'signer-locked'],
    ['signer-auth-failed', 'signer-auth-failed'],
    ['ENOENT', 'signer-refused'],
    ['pkcs12-wrong-password', 'signer-refused'],
  ] as const) {
    const failing = adapter
      .replace('algorithms:', "activation: 'passphrase', algorithms:")
      .replace('if (signal.aborted)', 'if (true)')
      .replace("'signer-unavailable'", `'${thrown}'`);
    const signer = await rawSignerOf(
      await openRaw(uri.replace(file, fileOf(`${thrown}.mjs`, failing)), environment),
    );
    const signing = signer.sign(
      'ecdsa-p256-sha256',
      [toBeSigned('ecdsa-p256-sha256')],
      { kind: 'none' },
      new AbortController().signal,
    );
    t.match(await failureOf(signing), { code, cause: { message: 'too late' } });
  }
});
