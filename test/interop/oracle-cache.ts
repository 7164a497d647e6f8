// What an oracle said about the same bytes once before: others are slow, and do not change their mind without a new version.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ciCache } from '../tools.ts';

/** Where answers are kept unless a test says otherwise; outside the project, so that a clean checkout finds them again. */
const ANSWERS = join(ciCache, 'answers');

/** Files that one process judges in a row: one that is killed loses no more than this. */
const BATCH = 100;

/** A file put before an oracle. */
export interface Question {
  readonly path: string;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** Of an encrypted file. */
  readonly password?: string;
}

/** Who is asked: a new version, or another way of asking, is another oracle. */
export interface Oracle<Answer> {
  readonly name: string;
  readonly version: string;
  /** How it is asked. */
  readonly options: readonly string[];
  /**
   * Answers each question, by path. What it says may depend on the file and on nothing else: not on the clock, not on a
   * trust list.
   */
  readonly ask: (questions: readonly Question[]) => Promise<ReadonlyMap<string, Answer>>;
}

/**
 * The answers to all questions, by path; only those are asked anew that this version has never answered.
 *
 * @param folder - where answers are kept; each is a file in JSON, written whole or not at all
 * @throws Error when the oracle leaves a question without answer
 */
export async function askOnce<Answer>(
  oracle: Oracle<Answer>,
  questions: readonly Question[],
  folder: string = ANSWERS,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  const open: Question[] = [];
  for (const question of questions) {
    const answer = readAnswer<Answer>(placeOf(oracle, question, folder));
    if (answer === undefined) open.push(question);
    else answers.set(question.path, answer);
  }
  for (let start = 0; start < open.length; start += BATCH) {
    const batch = open.slice(start, start + BATCH);
    const fresh = await oracle.ask(batch);
    for (const question of batch) {
      const answer = fresh.get(question.path);
      if (answer === undefined) throw new Error(`${oracle.name} has no answer on ${question.path}`);
      keepAnswer(placeOf(oracle, question, folder), answer);
      answers.set(question.path, answer);
    }
  }
  return answers;
}

function placeOf(oracle: Omit<Oracle<unknown>, 'ask'>, question: Question, folder: string): string {
  const { name, version, options } = oracle;
  const key = JSON.stringify([name, version, options, question.sha256, question.password ?? null]);
  return join(folder, name, `${createHash('sha256').update(key).digest('hex')}.json`);
}

/** Undefined for what was never asked. */
function readAnswer<Answer>(place: string): Answer | undefined {
  try {
    return JSON.parse(readFileSync(place, 'utf8')) as Answer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${place} cannot be read; delete it`, { cause: error });
  }
}

/** Under another name first: a second run at the same time, or one that is killed, leaves no half answer. */
function keepAnswer(place: string, answer: unknown): void {
  mkdirSync(join(place, '..'), { recursive: true });
  const draft = `${place}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(answer));
  renameSync(draft, place);
}
