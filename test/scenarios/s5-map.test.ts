// S5, a map: several hundred megabytes come out of the geospatial system and are signed on the command line. Memory does not grow
// with the map, and what the verifier says of it is what it says of any letter.

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { nodePlatform, openFileSource } from '../../src/platform/node.ts';
import { signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { type Watched, watchProcess } from '../bench/watch-process.ts';
import { startRealService } from '../http/real-service.ts';
import { judgeByPdfsig } from '../interop/oracles.ts';
import { MAP_ROOM, sparseMap, writeSparse } from '../pdf/sparse-document.ts';
import { pki, plainRequest, signingContext } from '../sign/development-signer.ts';
import { projectRoot, toolMissing } from '../tools.ts';

const MEGABYTE = 1_000_000;
const POSITION = 'Kepala Bidang Tata Ruang';

const service = await startRealService();
t.teardown(() => service.close());
const folder = await mkdtemp(join(tmpdir(), 'teken-s5-'));
t.teardown(() => rm(folder, { recursive: true }));

function teken(...line: readonly string[]): Promise<Watched> {
  const program = join(projectRoot, 'src/cli/main.ts');
  return watchProcess(process.execPath, [program, ...line], { TEKEN_ENV: 'development' });
}

const trust = String(service.environment.TEKEN_TRUST_DIR);
const keys = join(trust, '..', 'signers');
const signer = `pkcs12:${join(keys, 'pejabat-ec.p12')}?passphrase-file=${join(keys, 'pejabat-ec.pass')}`;

interface Signed {
  readonly input: string;
  readonly output: string;
  readonly ran: Watched;
}

/** A map with so many megabytes of image, signed visibly and with a time-stamp. */
async function signMap(megabytes: number): Promise<Signed> {
  const input = join(folder, `peta-${megabytes}.pdf`);
  const output = join(folder, `peta-${megabytes}-ttd.pdf`);
  writeSparse(input, sparseMap(megabytes * MEGABYTE, 'table'));
  const { x, y, width, height } = MAP_ROOM;
  const place = ['--page', '1', '--rect', [x, y, width, height].join(','), '--origin', 'bottom-left'];
  const look = ['--position', POSITION];
  const time = ['--tsa', String(service.environment.TEKEN_TSA_URLS), '--trust', trust, '--timeout', '300s'];
  const ran = await teken('sign', input, '-o', output, '--signer', signer, ...place, ...look, ...time);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return { input, output, ran };
}

const sheet = await signMap(3);
const map = await signMap(300);

t.test('a map of 300 MB is signed by the same memory as a sheet of 3 MB', async (t) => {
  t.match(map.ran.stdout, 'PAdES-B-T');
  t.comment(`3 MB: ${sheet.ran.peakMiB.toFixed(0)} MiB, 300 MB: ${map.ran.peakMiB.toFixed(0)} MiB`);
  if (Number.isNaN(map.ran.peakMiB)) t.comment('this system does not tell the memory of a process');
  else t.ok(map.ran.peakMiB < sheet.ran.peakMiB + 60, 'a fifth of the map at most');
});

t.test('the verifier says of the map what it says of the sheet', async (t) => {
  const verdicts = [];
  for (const { output } of [sheet, map]) {
    const { code, stdout } = await teken('verify', output, '--trust', trust, '-f', 'ndjson');
    t.equal(code, 0);
    const { verdict, signatures } = JSON.parse(stdout);
    verdicts.push({ verdict, level: signatures[0].level, integrity: signatures[0].integrity });
  }
  t.same(verdicts[0], verdicts[1]);
  t.match(verdicts[1], { verdict: 'VALID', level: 'PAdES-B-T', integrity: { coversWholeFile: true } });
});

t.test('one byte in the middle of the map, and the verifier says that it was changed', async (t) => {
  const file = await open(map.output, 'r+');
  const middle = 150 * MEGABYTE;
  await file.write(Uint8Array.of(1), 0, 1, middle);
  const { code, stdout } = await teken('verify', map.output, '--trust', trust, '--lang', 'id');
  await file.write(Uint8Array.of(0), 0, 1, middle);
  await file.close();
  t.equal(code, 1);
  t.match(stdout, 'MODIFIED');
});

t.test('poppler finds the map signed as a whole', { skip: toolMissing('pdfsig') }, async (t) => {
  t.match(await judgeByPdfsig(map.output), [{ validation: 'Signature is Valid.', coversWholeFile: true }]);
});

t.test('a map beyond two gigabytes is signed where it lies', async (t) => {
  const path = join(folder, 'peta-besar.pdf');
  const large = sparseMap(2_200 * MEGABYTE, 'stream');
  writeSparse(path, large);
  const source = openFileSource(path);
  const { report, signed } = await signAndVerify(source, plainRequest, {
    ...(await signingContext()),
    verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
    earlierBroken: 'refuse',
    developmentKeys: 'allow',
  });
  source.close();
  t.equal(report.signatures[0]?.integrity.status, 'INTACT');
  t.equal(report.signatures[0]?.integrity.coversWholeFile, true);
  t.equal(report.file.size, large.size + signed.update.length);
});
