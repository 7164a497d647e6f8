// What a document's size costs: bytes and pages, signed and verified by HTTP and signed by the command line.

import { readFileSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLetterOfSize } from '../bench/generate-pdf.ts';
import { watchProcess } from '../bench/watch-process.ts';
import { projectRoot } from '../tools.ts';
import { signCall, verifyCall } from './calls.ts';
import { exchange, keptConnections } from './exchange.ts';
import { type LoadGround, SIGNERS, startService } from './ground.ts';
import { watchResident } from './process-tree.ts';

export interface SizeRow {
  readonly megabytes: number;
  readonly pages: number;
  readonly signMs: number;
  readonly verifyMs: number;
  /** Of the service and its workers while it signed. */
  readonly signPeakMiB: number;
  readonly commandMs: number;
  readonly commandPeakMiB: number;
}

export async function measureSize(ground: LoadGround, megabytes: number): Promise<SizeRow> {
  const path = join(ground.place.folder, 'ukuran.pdf');
  writeLetterOfSize(path, megabytes * 1_000_000);
  return measureFile(ground, path, Math.max(1, Math.ceil(megabytes)));
}

export async function measurePages(ground: LoadGround, pages: number): Promise<SizeRow> {
  const path = join(ground.place.folder, 'halaman.pdf');
  await writeFile(path, ofPages(pages, PAGES_BYTES));
  return measureFile(ground, path, pages);
}

/** Each in a service of its own: what one size has left behind is not the next one's. */
async function measureFile(ground: LoadGround, path: string, pages: number): Promise<SizeRow> {
  const { place } = ground;
  const file = readFileSync(path);
  const service = await startService(ground, {
    TEKEN_MAX_UPLOAD_MB: '600',
    TEKEN_SIGN_DEADLINE_MS: '120000',
    TEKEN_VERIFY_DEADLINE_MS: '120000',
  });
  const agent = keptConnections();
  try {
    const call = signCall({ apiKey: place.apiKey, passphrase: '', letter: file }, { signer: SIGNERS.rsa });
    await exchange(service.url, { ...call, body: ground.letter }, { agent });
    const resident = watchResident(service.child.pid);
    const sign = await timed(() => exchange(service.url, call, { agent, timeoutMs: 120_000 }));
    resident.stop();
    if (sign.result.status !== 200)
      throw new Error(`not signed: ${sign.result.body.toString('utf8').slice(0, 300)}`);
    const signed = sign.result.body;
    const verify = await timed(() =>
      exchange(service.url, verifyCall(signed), { agent, timeoutMs: 120_000 }),
    );
    if (verify.result.status !== 200)
      throw new Error(`no verdict: ${verify.result.body.toString('utf8').slice(0, 300)}`);
    const command = await byCommand(ground, path);
    return {
      megabytes: statSync(path).size / 1_000_000,
      pages,
      signMs: sign.ms,
      verifyMs: verify.ms,
      signPeakMiB: resident.peakMiB(),
      commandMs: command.ms,
      commandPeakMiB: command.peakMiB,
    };
  } finally {
    agent.destroy();
    await service.stop();
    await rm(path);
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const beganMs = performance.now();
  return { result: await work(), ms: performance.now() - beganMs };
}

async function byCommand({ place }: LoadGround, path: string): Promise<{ ms: number; peakMiB: number }> {
  const output = `${path}.signed`;
  const uri = `pkcs12:${place.paths.container('pejabat')}?passphrase-file=${place.paths.passphrase('pejabat')}`;
  const args = [
    join(projectRoot, 'src/cli/main.ts'),
    'sign',
    '--signer',
    uri,
    '--level',
    'B-B',
    path,
    '-o',
    output,
  ];
  const { code, stderr, ms, peakMiB } = await watchProcess(process.execPath, args, {
    TEKEN_ENV: 'development',
    TEKEN_TRUST_DIR: place.paths.trust,
  });
  if (code !== 0) throw new Error(`not signed by the command line: ${stderr}`);
  await rm(output);
  return { ms, peakMiB };
}

/** Together; a document of 5,000 pages has little on each. */
const PAGES_BYTES = 5_000_000;

/** A document of as many bytes on as many pages, with a tree of one level. */
function ofPages(pages: number, bytes: number): Buffer {
  const parts: string[] = ['%PDF-1.7\n'];
  const offsets: number[] = [];
  let position = parts[0]?.length ?? 0;
  const object = (number: number, text: string): void => {
    const whole = `${number} 0 obj\n${text}\nendobj\n`;
    offsets[number] = position;
    parts.push(whole);
    position += whole.length;
  };
  object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  const kids = Array.from({ length: pages }, (_, i) => `${3 + 2 * i} 0 R`).join(' ');
  object(2, `<< /Type /Pages /Count ${pages} /Kids [ ${kids} ] >>`);
  const content = '% isi\n'.repeat(Math.ceil(bytes / pages / 6));
  for (let i = 0; i < pages; i += 1) {
    const number = 3 + 2 * i;
    object(
      number,
      `<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Contents ${number + 1} 0 R /Resources << >> >>`,
    );
    object(number + 1, `<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  const entries = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  parts.push(`xref\n0 ${offsets.length}\n0000000000 65535 f \n${entries.join('')}`);
  parts.push(`trailer\n<< /Size ${offsets.length} /Root 1 0 R >>\nstartxref\n${position}\n%%EOF\n`);
  return Buffer.from(parts.join(''), 'latin1');
}
