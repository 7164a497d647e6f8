// `npm run load`: the service under load, in processes of its own on loopback, beside what openssl does with the same cores.
// `npm run load -- verify sign` makes parts of it; `--seconds 60` lasts as long for each step, `--minutes 60` for the soak; `--rate 5`
// asks less of a machine that is shared.

import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say, sayTable } from '../bench/table.ts';
import { verifyCall } from './calls.ts';
import { type ColdProgram, measureColdStart, withPackedProgram } from './cold-start.ts';
import type { Call } from './exchange.ts';
import { type LoadGround, makeGround, startService } from './ground.ts';
import {
  holds,
  measureOverload,
  measureSigning,
  type Step,
  senderTo,
  signing,
  stepToKnee,
  withShares,
} from './measures.ts';
import { arrive, summarise } from './open-loop.ts';
import { measurePages, measureSize, type SizeRow } from './sizes.ts';
import { line, soak } from './soak.ts';

const PARTS = { cold, verify, sign, mixed, overload, sizes, soak: soakMixed } as const;

const STEP_HEAD = [
  'in a second',
  'p50 ms',
  'p95',
  'p99',
  'most',
  'not answered',
  'processor ms each, service',
  'client',
  'memory MiB',
];
const MEGABYTES = [0.1, 1, 10, 50, 100, 250, 500];
const PAGES = [1, 10, 100, 1_000, 5_000];
const SIZE_HEAD = [
  'MB',
  'pages',
  'sign ms',
  'verify ms',
  'memory MiB',
  '1.2 × file + 100',
  'command ms',
  'command MiB',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '2' },
    rate: { type: 'string', default: '30' },
    largest: { type: 'string', default: '500' },
  },
});
const [seconds, minutes, largest] = [Number(values.seconds), Number(values.minutes), Number(values.largest)];
/** Requests of the mixed traffic in a second. */
const mixedRate = Number(values.rate);
const unknown = positionals.filter((name) => !(name in PARTS));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
const names = Object.keys(PARTS) as (keyof typeof PARTS)[];

const ground = await makeGround();
try {
  const { node, openssl } = process.versions;
  const load = loadavg().map((average) => average.toFixed(1));
  say(
    `Node ${node}, OpenSSL ${openssl}, ${cpus().length} × ${cpus()[0]?.model}, load before ${load.join(' ')}`,
  );
  say(
    'The client, the authorities and Redis share the cores with the service; latencies count from when a request was due.\n',
  );
  for (const name of names)
    if (positionals.length === 0 || positionals.includes(name)) await PARTS[name](ground);
} finally {
  await ground.close();
}

async function cold(on: LoadGround): Promise<void> {
  say('## From the start of the process until it is ready, two keys and the seal opened\n');
  const row = async (name: string, from?: ColdProgram): Promise<string[]> => {
    const { medianMs, mostMs, processorMs } = await measureColdStart(on, 5, from);
    return [name, fixed(medianMs), fixed(mostMs), fixed(processorMs)];
  };
  sayTable(
    ['', 'median ms', 'most ms', 'processor ms'],
    [
      await row('from the sources'),
      await row('with a compile cache', { compileCache: join(on.place.folder, 'compile-cache') }),
      ...(await withPackedProgram(async (program) => [
        await row('as the image runs it', { program }),
        await row('with a compile cache', { program, compileCache: join(on.place.folder, 'packed-cache') }),
      ])),
    ],
  );
}

async function verify(on: LoadGround): Promise<void> {
  const service = await startService(on);
  try {
    say(`## Verifying ${kilobytes(on.archived)} kB, two signatures with long-term data, ${seconds} s each\n`);
    const knee = await stepToKnee(service, [verifyCall(on.archived)], { seconds });
    sayTable(STEP_HEAD, knee.steps.map(stepRow));
    say(`Held: ${knee.perSecond} in a second, all answered and p99 within half a second.\n`);
    say(`## Verifying ${kilobytes(on.largeArchived)} kB, likewise, 20 in a second\n`);
    const large = await stepToKnee(service, [verifyCall(on.largeArchived)], { seconds, first: [20] });
    sayTable(STEP_HEAD, large.steps.map(stepRow));
  } finally {
    await service.stop();
  }
}

function stepRow({ perSecond, summary, serviceMs, clientMs, peakMiB }: Step): string[] {
  const { sent, p50, p95, p99, most, others } = summary;
  return [
    String(perSecond),
    ...[p50, p95, p99, most].map((ms) => ms.toFixed(1)),
    wordsOf(others),
    (serviceMs / sent).toFixed(2),
    (clientMs / sent).toFixed(2),
    fixed(peakMiB),
  ];
}

async function sign(on: LoadGround): Promise<void> {
  say(
    `## Signing ${kilobytes(on.letter)} kB by HTTP, PAdES B-B, verified and on record, one process for each core, 16 callers\n`,
  );
  const rows = (await measureSigning(on, seconds)).map((rate) => [
    `${rate.key}, ${rate.form}`,
    rate.perSecond.toFixed(0),
    rate.limit.toFixed(0),
    `${((rate.perSecond / rate.limit) * 100).toFixed(0)} %`,
    rate.p50.toFixed(1),
    rate.p99.toFixed(1),
    (rate.serviceMs / rate.perSecond / seconds).toFixed(2),
    `${((rate.clientMs / (rate.clientMs + rate.serviceMs)) * 100).toFixed(0)} %`,
    fixed(rate.peakMiB),
    String(rate.failures),
  ]);
  sayTable(
    [
      '',
      'signatures/s',
      'openssl -multi',
      'of it',
      'p50 ms',
      'p99',
      'processor ms each',
      "client's share",
      'memory MiB',
      'failed',
    ],
    rows,
  );
}

/** As a ministry's day: mostly verdicts, every fifth request a signature, some of them with a time-stamp. */
function traffic(on: LoadGround): readonly Call[] {
  const verdict = verifyCall(on.archived);
  const plain = verifyCall(on.letter);
  const ready: Call = { method: 'GET', path: '/readyz' };
  const bb = signing(on, 'rsa', 'raw');
  return [
    verdict,
    bb,
    plain,
    verdict,
    signing(on, 'p256', 'multipart', 'B-T'),
    verdict,
    ready,
    verdict,
    bb,
    plain,
  ];
}

async function mixed(on: LoadGround): Promise<void> {
  const service = await startService(on);
  try {
    say(
      `## Mixed: verdicts, every third request a signature, one of three with a time-stamp, ${seconds} s\n`,
    );
    const calls = traffic(on);
    await arrive({ perSecond: 10, seconds: 5, send: senderTo(service.url, calls) });
    const { result, ...shares } = await withShares(service, () =>
      arrive({ perSecond: mixedRate, seconds, send: senderTo(service.url, calls) }),
    );
    sayTable(STEP_HEAD, [stepRow({ perSecond: mixedRate, summary: summarise(result), ...shares })]);
  } finally {
    await service.stop();
  }
}

async function overload(on: LoadGround): Promise<void> {
  const service = await startService(on);
  try {
    const calls = [verifyCall(on.archived)];
    const found = await stepToKnee(service, calls, { seconds: Math.min(5, seconds), first: [50] });
    const knee = found.perSecond || found.steps.find(holds)?.perSecond || 20;
    say(`## Five times what it holds (${knee} verdicts in a second), ${seconds} s\n`);
    const measured = await measureOverload(service, calls, { knee, seconds });
    sayTable(
      [
        'offered/s',
        'verdicts/s',
        'of the knee',
        'refused',
        'refusal p99 ms',
        'broken',
        'recovery ms',
        'memory MiB',
        "client's share",
      ],
      [
        [
          fixed(measured.offered),
          measured.goodput.toFixed(1),
          `${((measured.goodput / knee) * 100).toFixed(0)} %`,
          String(measured.refused),
          fixed(measured.refusalP99),
          wordsOf(measured.broken),
          fixed(measured.recoveryMs),
          fixed(measured.peakMiB),
          `${((measured.clientMs / (measured.clientMs + measured.serviceMs)) * 100).toFixed(0)} %`,
        ],
      ],
    );
  } finally {
    await service.stop();
  }
}

async function sizes(on: LoadGround): Promise<void> {
  say('## By size\n');
  const bySize: SizeRow[] = [];
  for (const megabytes of MEGABYTES.filter((each) => each <= largest))
    bySize.push(await measureSize(on, megabytes));
  sayTable(SIZE_HEAD, bySize.map(sizeRow));
  const fit = (of: (row: SizeRow) => number): string =>
    line(bySize.map((row) => [row.megabytes, of(row)])).r2.toFixed(3);
  say(
    `How straight time is in bytes, R²: signing ${fit((row) => row.signMs)}, verifying ${fit((row) => row.verifyMs)}.\n`,
  );
  say('## By pages, 5 MB\n');
  const byPages: SizeRow[] = [];
  for (const pages of PAGES) byPages.push(await measurePages(on, pages));
  sayTable(SIZE_HEAD, byPages.map(sizeRow));
}

function sizeRow(row: SizeRow): string[] {
  return [
    row.megabytes.toFixed(1),
    String(row.pages),
    fixed(row.signMs),
    fixed(row.verifyMs),
    fixed(row.signPeakMiB),
    fixed(1.2 * row.megabytes + 100),
    fixed(row.commandMs),
    fixed(row.commandPeakMiB),
  ];
}

async function soakMixed(on: LoadGround): Promise<void> {
  const service = await startService(on);
  try {
    say(`## ${minutes} minutes of mixed traffic, ${mixedRate} in a second\n`);
    const made = await soak(service, traffic(on), { minutes, perSecond: mixedRate });
    sayTable(
      [
        'answered',
        'not answered',
        'p99 ms',
        'memory after warm-up MiB',
        'at the end',
        'MiB/h',
        'descriptors',
        'at the end',
      ],
      [
        [
          String(made.summary.ok),
          wordsOf(made.summary.others),
          made.summary.p99.toFixed(1),
          fixed(made.firstMiB),
          fixed(made.lastMiB),
          made.growthMiBPerHour.toFixed(1),
          String(made.descriptors.first),
          String(made.descriptors.last),
        ],
      ],
    );
  } finally {
    await service.stop();
  }
}

function kilobytes(file: Uint8Array): string {
  return (file.length / 1000).toFixed(0);
}

function fixed(value: number): string {
  return value.toFixed(0);
}

function wordsOf(others: Readonly<Record<string, number>>): string {
  return Object.entries(others)
    .map(([outcome, count]) => `${count} × ${outcome}`)
    .join(', ');
}
