// A token that loses its sessions, is taken out, is slow, or has its PIN locked.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FaultyToken, faultyToken, makeSoftToken, TOKEN, tokenContent } from '../doubles/soft-token.ts';
import { signCall } from '../load/calls.ts';
import { tokenMissing, toolMissing } from '../tools.ts';
import { type Fault, hold } from './fault.ts';
import { ask, type ChaosGround, type Outcome, readyStatus, told, until } from './ground.ts';

const token: Fault = {
  name: 'a token loses its sessions, is slow, is taken out, has its PIN locked',
  passes: 'signing again within 5 s of each; /readyz 503 within 5 s; no PIN is sent again that was wrong',
  skip: tokenMissing() || toolMissing('cc'),
  happen: async (ground) => {
    const endings: (() => unknown)[] = [];
    try {
      const { faulty, sign, url } = await serveToken(ground, endings);
      hold((await sign()).status === 200, 'not signed before');

      // CKR_SESSION_HANDLE_INVALID, as after a restart of the device.
      faulty.fault('C_Sign=0xb3');
      const lost = await sign();
      hold(lost.status === 503 || lost.status === 200, `session lost: ${told(lost)}`);
      faulty.fault();
      const backMs = await until(10_000, async () => (await sign()).status === 200);
      hold(backMs <= 5_000, `signing again after ${backMs} ms`);

      faulty.fault('slow=2000');
      const slow = await sign();
      hold(slow.status === 200 && slow.ms >= 2_000, `slow: ${told(slow)}`);

      faulty.fault('removed');
      const removed = await sign();
      hold(removed.status === 503, `taken out: ${told(removed)}`);
      const knownMs = await until(10_000, async () => (await readyStatus(url)) === 503);
      hold(knownMs <= 5_000, `not ready after ${knownMs} ms`);
      faulty.fault();
      const inMs = await until(10_000, async () => (await sign()).status === 200);
      hold(inMs <= 5_000, `back in: ${inMs} ms`);

      // A login is asked for anew once the token was away; CKR_PIN_LOCKED, then CKR_PIN_INCORRECT: somebody has changed it.
      faulty.fault('C_Login=0xa4', 'removed');
      await sign();
      faulty.fault('C_Login=0xa4');
      const locked = await sign();
      hold(locked.status === 423 && locked.code === 'signer-locked', `locked: ${told(locked)}`);
      faulty.fault('C_Login=0xa0');
      const logins = faulty.calls('C_Login');
      const refused: Outcome[] = [];
      for (let i = 0; i < 5; i += 1) refused.push(await sign());
      const sent = faulty.calls('C_Login') - logins;
      hold(
        refused.every(({ status }) => status >= 400),
        `wrong PIN: ${refused.map(told).join(', ')}`,
      );
      hold(sent <= 1, `the wrong PIN was sent ${sent} times`);
      return `back after ${backMs.toFixed(0)} and ${inMs.toFixed(0)} ms, wrong PIN sent ${sent} times`;
    } finally {
      for (const end of endings) await end();
    }
  },
};

async function serveToken(
  ground: ChaosGround,
  endings: (() => unknown)[],
): Promise<{ faulty: FaultyToken; url: string; sign: () => Promise<Outcome> }> {
  const { place } = ground;
  const teardown = ((end: () => unknown) => endings.push(end)) as never;
  const soft = await makeSoftToken({ teardown }, [tokenContent('pejabat', '01', place.pki.signers.pejabat)]);
  const faulty = await faultyToken(soft);
  const uri = `pkcs11:token=${TOKEN.label};object=pejabat?module-path=${faulty.library}&pin-source=file:${faulty.pinFile}`;
  const signersFile = join(place.folder, 'penandatangan-token.json');
  await writeFile(signersFile, JSON.stringify({ signers: [{ id: 'pejabat', uri }] }));
  const variable = (name: string): Record<string, string> => ({ [name]: process.env[name] ?? '' });
  const { url } = await ground.serve({
    TEKEN_SIGNERS_FILE: signersFile,
    ...variable('SOFTHSM2_CONF'),
    ...variable('FAULTY_TOKEN_LIBRARY'),
    ...variable('FAULTY_TOKEN_FAULTS'),
    ...variable('FAULTY_TOKEN_CALLS'),
  });
  return { faulty, url, sign: () => ask(url, signCall({ ...place, passphrase: '' })) };
}

export const tokenFaults: readonly Fault[] = [token];
