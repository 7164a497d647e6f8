// The results of a verification run, in the form that was asked for, to standard output or into a file.

import type { FileResult } from '../report/file-result.ts';
import { beginFile } from './atomic-file.ts';
import type { Outcome } from './exit-codes.ts';
import { type FormSettings, formOf } from './result-forms.ts';
import type { Terminal } from './terminal.ts';

/** One file that was looked at. */
export interface Examined extends FileResult {
  readonly outcome: Outcome;
}

export interface ResultSettings extends FormSettings {
  /** Null for standard output. */
  readonly output: string | null;
}

export interface Results {
  add(examined: Examined): Promise<void>;
  /** All files were looked at. @throws UsageError `output-unwritable` */
  finish(): Promise<void>;
  /** Leaves no file behind that was not finished. */
  discard(): void;
}

export function openResults(settings: ResultSettings, terminal: Terminal): Results {
  const sink = openSink(settings.output, terminal);
  const form = formOf(settings, terminal);
  let count = 0;
  const write = async (text: string): Promise<void> => {
    if (text !== '') await sink.write(text);
  };
  return {
    add: async (examined) => {
      await write(`${count === 0 ? (form.begin?.() ?? '') : ''}${form.one(examined, count)}`);
      count += 1;
    },
    finish: async () => {
      await write(`${count === 0 ? (form.begin?.() ?? '') : ''}${form.end(count)}`);
      sink.commit();
    },
    discard: sink.discard,
  };
}

interface Sink {
  write(text: string): Promise<void>;
  commit(): void;
  discard(): void;
}

function openSink(output: string | null, terminal: Terminal): Sink {
  if (output === null) {
    return { write: terminal.write, commit: () => undefined, discard: () => undefined };
  }
  const file = beginFile(output, 'replace');
  const encoder = new TextEncoder();
  return {
    write: async (text) => file.write(encoder.encode(text)),
    commit: file.commit,
    discard: file.discard,
  };
}
