// S6, planning and budgeting: a budget paper is signed by several officials. The first certifies that only form fields may change
// from then on and locks the amount; the others sign in their own fields; the treasurer fills in what was spent. Whoever changes
// more than that is named, and whoever asks for more than that is refused.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { requestSignature, requestVerdict, startRealService } from '../http/real-service.ts';
import { judgeByPdfsig } from '../interop/oracles.ts';
import { projectRoot, run, toolMissing } from '../tools.ts';
import { drawBudgetPaper, ENTRIES, SIGNERS } from './budget-paper.ts';
import { fillIn, turnPage } from './later-changes.ts';

const service = await startRealService();
t.teardown(() => service.close());
const folder = await mkdtemp(join(tmpdir(), 'teken-s6-'));
t.teardown(() => rm(folder, { recursive: true }));

type Role = keyof typeof SIGNERS;

const KEYS: Readonly<Record<Role, string>> = {
  PenggunaAnggaran: 'pejabat',
  PPKD: 'pejabat-ec',
  Sekretariat: 'segel',
};

/** One official signs in the field of the role. */
async function signs(
  role: Role,
  file: Uint8Array,
  more: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const fields = {
    signer: KEYS[role],
    fieldName: role,
    level: 'B-LT',
    visible: 'true',
    position: SIGNERS[role].title,
  };
  const response = await requestSignature(service, { ...fields, ...more }, file);
  if (response.status !== 200) throw new Error(await response.text());
  return new Uint8Array(await response.arrayBuffer());
}

interface Answer {
  readonly verdict: string;
  readonly ok: boolean;
  readonly signatures: readonly {
    readonly verdict: string;
    readonly rules: { readonly certification: string | null; readonly lock: object | null };
    readonly integrity: {
      readonly status: string;
      readonly changesAfter: readonly {
        readonly kind: string;
        readonly permitted: boolean;
        readonly field: string | null;
      }[];
    };
  }[];
}

async function verdictOn(file: Uint8Array): Promise<Answer> {
  return (await (await requestVerdict(service, file)).json()) as Answer;
}

/** What the answer says was done to the paper after its first signature, and must not have been. */
function forbiddenIn({ signatures }: Answer): readonly (string | null)[] {
  const changes = signatures[0]?.integrity.changesAfter ?? [];
  return changes.filter(({ permitted }) => !permitted).map(({ kind, field }) => field ?? kind);
}

async function onTheCommandLine(file: Uint8Array): Promise<{ code: number | null; output: string }> {
  const path = join(folder, 'dpa.pdf');
  await writeFile(path, file);
  const trust = String(service.environment.TEKEN_TRUST_DIR);
  const line = ['src/cli/main.ts', 'verify', path, '--trust', trust, '--lang', 'id'];
  const { code, stdout } = await run(process.execPath, line, {
    cwd: projectRoot,
    env: { TEKEN_ENV: 'development' },
  });
  return { code, output: stdout.replaceAll(/\s+/g, ' ') };
}

const LOCKED = [ENTRIES.anggaran.name];
const paper = await drawBudgetPaper();
const certified = await signs('PenggunaAnggaran', paper, {
  certification: 'form-filling',
  lock: 'include',
  lockFields: JSON.stringify(LOCKED),
});
const second = await signs('PPKD', certified);
const complete = await signs('Sekretariat', second);
const filled = fillIn(complete, ENTRIES.realisasi.name, '310.400.000');

t.test('three officials sign in order, and each paper is the beginning of the next', async (t) => {
  const stages = [paper, certified, second, complete];
  for (const [i, stage] of stages.slice(1).entries()) {
    const before = stages[i] ?? new Uint8Array(1);
    t.ok(Buffer.from(stage.subarray(0, before.length)).equals(before));
  }
  const answer = await verdictOn(complete);
  t.equal(answer.verdict, 'VALID');
  t.same(
    answer.signatures.map(({ rules }) => rules),
    [
      { certification: 'form-filling', lock: { action: 'Include', fields: LOCKED } },
      { certification: null, lock: null },
      { certification: null, lock: null },
    ],
  );
});

t.test('the command line explains in Indonesian what may still change', async (t) => {
  const { code, output } = await onTheCommandLine(complete);
  t.equal(code, 0);
  t.match(output, 'Sertifikasi: setelah tanda tangan ini hanya isian formulir yang boleh diisi');
  t.match(output, 'Mengunci isian formulir "Anggaran".');
});

t.test('the treasurer may fill in what was spent', async (t) => {
  const answer = await verdictOn(filled);
  t.equal(answer.ok, true, answer.verdict);
  t.equal(answer.verdict, 'VALID_WITH_NOTES');
  t.same(forbiddenIn(answer), []);
  t.match(answer.signatures[0]?.integrity.changesAfter.at(-1), {
    kind: 'field-filled',
    field: ENTRIES.realisasi.name,
    permitted: true,
  });
});

t.test('an amount that was locked is named when it is changed', async (t) => {
  const answer = await verdictOn(fillIn(complete, ENTRIES.anggaran.name, '9.250.000.000'));
  t.equal(answer.ok, false);
  t.equal(answer.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
  t.ok(forbiddenIn(answer).includes(ENTRIES.anggaran.name), JSON.stringify(forbiddenIn(answer)));
  const { code, output } = await onTheCommandLine(fillIn(complete, ENTRIES.anggaran.name, '9.250.000.000'));
  t.equal(code, 1);
  t.match(output, /isian formulir "Anggaran"/);
});

t.test('a page that is turned is named too', async (t) => {
  const answer = await verdictOn(turnPage(complete));
  t.equal(answer.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
  t.same(forbiddenIn(answer), ['page-changed']);
});

t.test(
  'whoever asks to sign against the certification is refused, with the signature that forbids it',
  async (t) => {
    const asked = [
      [
        { page: '1', rect: '50,120,145,60' },
        'docmdp-forbids',
        'certified with level 2 by the signature in "PenggunaAnggaran"',
      ],
      [
        { certification: 'annotations' },
        'certification-not-first',
        'signed before by the signature in "PenggunaAnggaran"',
      ],
      [{ fieldName: 'PPKD' }, 'field-already-signed', '"PPKD"'],
    ] as const;
    for (const [wish, code, message] of asked) {
      const response = await requestSignature(service, { level: 'B-B', ...wish }, complete);
      t.match(await response.json(), { code, errors: [{ message }] }, code);
    }
  },
);

t.test('a lock on an entry that the paper does not have is a mistake, not a lock', async (t) => {
  const wish = { level: 'B-B', lock: 'include', lockFields: '["Angaran"]' };
  const response = await requestSignature(service, wish, paper);
  t.match(await response.json(), { code: 'field-not-found', errors: [{ message: '"Angaran"' }] });
});

t.test(
  'poppler finds the three signatures valid, before and after the treasurer',
  { skip: toolMissing('pdfsig') },
  async (t) => {
    for (const file of [complete, filled]) {
      const path = join(folder, 'pdfsig.pdf');
      await writeFile(path, file);
      t.ok((await readFile(path)).length > paper.length);
      const verdicts = (await judgeByPdfsig(path)).map(({ validation }) => validation);
      t.same(verdicts, Array(3).fill('Signature is Valid.'));
    }
  },
);
