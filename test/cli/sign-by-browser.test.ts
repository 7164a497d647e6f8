// `teken sign --browser`: the holder of the key authorises at the service that has it, and the browser brings the code back.

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { openContainer } from '../../src/signers/open-container.ts';
import { CSC, type CscDouble, type CscOptions, startCsc } from '../doubles/csc.ts';
import { toolMissing } from '../tools.ts';
import {
  type DevelopmentPlace,
  type Ran,
  type RunOptions,
  startDevelopmentPlace,
} from './development-place.ts';

let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(t.testdir());
});

t.teardown(async () => place.close());

interface Remote {
  readonly csc: CscDouble;
  readonly output: string;
  sign(options?: readonly string[], run?: RunOptions): Promise<Ran>;
}

/** A service whose one credential its holder authorises in a browser. */
async function remoteKey(
  t: Test,
  mode: 'oauth2code' | 'explicit',
  options: CscOptions = {},
): Promise<Remote> {
  const { keys, certificates } = await openContainer({
    container: readFileSync(place.paths.container('pejabat-ec')),
    passphrase: Buffer.from(readFileSync(place.paths.passphrase('pejabat-ec'), 'utf8').trim()),
  });
  const [[privateKey], [certificate, ...others]] = [keys, certificates];
  if (privateKey === undefined || certificate === undefined) throw new Error('no key');
  const identity = { privateKey, certificate };
  const csc = await startCsc(t, { pribadi: { identity, certificates: others, mode } }, options);
  const folder = t.testdir({ klien: CSC.clientSecret });
  const output = join(folder, 'out.pdf');
  const uri = `csc:${csc.url}?allow-insecure-http=true&client-id=${CSC.clientId}&client-secret-file=${join(folder, 'klien')}&credential=pribadi`;
  const line = [
    'sign',
    place.paths.sample,
    '-o',
    output,
    '--signer',
    uri,
    '--level',
    'B-B',
    '--lang',
    'en',
    '--browser',
  ];
  return { csc, output, sign: (more = [], run = {}) => place.teken([...line, ...more], run) };
}

/** What a person at this computer does with the address: an HTTP client that follows redirects, as a browser would. */
function atBrowser(
  visit: (address: URL) => Promise<unknown>,
): RunOptions & { readonly visits: Promise<unknown>[] } {
  const visits: Promise<unknown>[] = [];
  const onWarn = (text: string): void => {
    const [, address] = /^(https?:\S+)$/m.exec(text) ?? [];
    if (address !== undefined) visits.push(visit(new URL(address)));
  };
  return { visits, onWarn };
}

t.test('the person authorises exactly this signature, and reads that it arrived', async (t) => {
  for (const versions of [[2], [1]] as const) {
    const { csc, output, sign } = await remoteKey(t, 'oauth2code', { versions });
    const browser = atBrowser(async (address) => {
      const page = await fetch(address);
      return {
        status: page.status,
        text: await page.text(),
        policy: page.headers.get('content-security-policy'),
      };
    });
    const ran = await sign([], browser);
    t.equal(ran.exit, 0, ran.err);
    t.match(ran.err, "Open this address in this computer's browser");
    t.equal(browser.visits.length, 1);
    t.match(await browser.visits[0], {
      status: 200,
      text: 'Your authorisation has arrived',
      policy: "default-src 'none'",
    });
    const [asked] = [...ran.err.matchAll(/^(http:\S+)$/gm)].map(([address]) => new URL(address).searchParams);
    t.match(asked?.get('redirect_uri'), /^http:\/\/127\.0\.0\.1:\d+\/teken$/);
    t.equal(asked?.get('code_challenge_method'), 'S256');
    t.equal(csc.calls('signatures/signHash'), 1);
    const { out } = await place.teken(['verify', '-f', 'ndjson', output]);
    t.match(JSON.parse(out), { verdict: 'VALID' });
  }
});

t.test(
  'what has another state, path, method or host is sent away, and the right answer still counts',
  async (t) => {
    const { sign, csc } = await remoteKey(t, 'oauth2code');
    const browser = atBrowser(async (address) => {
      const back = String(address.searchParams.get('redirect_uri'));
      const state = String(address.searchParams.get('state'));
      const status = async (url: string, init: RequestInit = {}): Promise<number> =>
        (await fetch(url, init)).status;
      const wrong = [
        await status(`${back}?code=x&state=${state.slice(0, -1)}`),
        await status(`${back}?code=x`),
        await status(`${back}?state=${state}`),
        await status(`${back}/x?code=x&state=${state}`),
        await status(`${new URL(back).origin}/favicon.ico`),
        await status(`${back}?code=x&state=${state}`, { method: 'POST' }),
        await status(`${back.replace('127.0.0.1', 'localhost')}?code=x&state=${state}`),
      ];
      return [...wrong, await status(address.href)];
    });
    const ran = await sign([], browser);
    t.equal(ran.exit, 0, ran.err);
    t.strictSame(await browser.visits[0], [404, 404, 404, 404, 404, 404, 404, 200]);
    t.equal(csc.calls('signatures/signHash'), 1);
  },
);

t.test('nobody is there for a second answer', async (t) => {
  const { sign } = await remoteKey(t, 'oauth2code');
  let back = '';
  const browser = atBrowser(async (address) => {
    back = `${address.searchParams.get('redirect_uri')}?code=x&state=${address.searchParams.get('state')}`;
    await fetch(address);
  });
  t.equal((await sign([], browser)).exit, 0);
  await t.rejects(fetch(back), 'the port is closed');
});

t.test('a person who says no, a code of nobody, and nobody at all: nothing is signed', async (t) => {
  const cases: readonly (readonly [
    words: string,
    act: (address: URL, csc: CscDouble) => Promise<unknown>,
    code: string,
  ])[] = [
    [
      'denied',
      async (address, csc) => {
        csc.person = 'denies';
        const page = await fetch(address);
        t.match(await page.text(), 'Not authorised: nothing is signed');
      },
      '[signer-auth-failed',
    ],
    [
      'a code that the service never gave',
      async (address) =>
        fetch(
          `${address.searchParams.get('redirect_uri')}?code=x&state=${address.searchParams.get('state')}`,
        ),
      '[signer-auth-failed',
    ],
    [
      'a fault of the service',
      async (address) =>
        fetch(
          `${address.searchParams.get('redirect_uri')}?error=server_error&state=${address.searchParams.get('state')}`,
        ),
      '[signer-unavailable',
    ],
    ['nobody comes', async () => undefined, '[signer-unavailable'],
  ];
  for (const [words, act, code] of cases) {
    const { csc, output, sign } = await remoteKey(t, 'oauth2code');
    const browser = atBrowser((address) => act(address, csc));
    const ran = await sign(words === 'nobody comes' ? ['--timeout', '3s'] : [], browser);
    await Promise.all(browser.visits);
    t.match(ran, { exit: 1, err: code }, `${words}: ${ran.exit} ${ran.err}`);
    t.equal(csc.calls('signatures/signHash'), 0, words);
    t.notOk(existsSync(output), words);
  }
});

t.test('an interrupt while the person thinks ends it', async (t) => {
  const { csc, output, sign } = await remoteKey(t, 'oauth2code');
  const interrupting = new AbortController();
  const browser = atBrowser(async () => interrupting.abort());
  const ran = await sign([], { ...browser, interrupted: interrupting.signal });
  t.not(ran.exit, 0);
  t.equal(csc.calls('signatures/signHash'), 0);
  t.notOk(existsSync(output));
});

t.test('a key that nobody authorises in a browser, and secrets beside one, are refused', async (t) => {
  const { output, sign } = await remoteKey(t, 'explicit');
  t.match(await sign(), { exit: 1, err: '[signer-refused {"reason":"no-browser"}]' });
  for (const other of ['--passphrase-file', '--otp-file'])
    t.match(await sign([other, 'x']), { exit: 2, err: '[options-exclude]' });
  t.notOk(existsSync(output));
});

t.test(
  'on a desktop the address is opened too',
  { skip: process.platform !== 'linux' || toolMissing('curl') },
  async (t) => {
    const { sign, output } = await remoteKey(t, 'oauth2code');
    const folder = dirname(output);
    const opener = join(folder, 'xdg-open');
    writeFileSync(opener, '#!/bin/sh\nexec curl -sL "$1"\n');
    chmodSync(opener, 0o755);
    const path = process.env.PATH ?? '';
    process.env.PATH = `${folder}${delimiter}${path}`;
    t.teardown(() => {
      process.env.PATH = path;
    });
    const environment = { ...place.environment, DISPLAY: ':0' };
    const ran = await sign([], { environment, onStatus: () => undefined });
    t.equal(ran.exit, 0, ran.err);
  },
);
