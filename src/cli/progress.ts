// How far a run is: a bar on a terminal, or a line now and then where somebody reads a log. Never in the results.

import type { Language, Text } from '../report/language.ts';
import { fillText } from '../report/template.ts';
import type { Terminal } from './terminal.ts';

export const PROGRESS_MODES = ['auto', 'never', 'plain'] as const;

export type ProgressMode = (typeof PROGRESS_MODES)[number];

export interface Progress {
  step(): void;
  end(): void;
}

export interface ProgressSettings {
  readonly mode: ProgressMode;
  readonly total: number;
  readonly language: Language;
  /** Milliseconds, of any beginning. */
  readonly clock: () => number;
}

const LINE: Text = {
  id: '{done} dari {total} berkas, {rate}/detik, sisa {left}',
  en: '{done} of {total} files, {rate}/s, {left} left',
};

const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 10_000;
const BAR_WIDTH = 20;

const SILENT: Progress = { step: () => undefined, end: () => undefined };

/** Silent for a single file, and with `auto` where nobody looks. */
export function openProgress(
  { mode, total, language, clock }: ProgressSettings,
  terminal: Terminal,
): Progress {
  const { status } = terminal;
  if (mode === 'never' || total < 2) return SILENT;
  if (mode === 'auto' && status === null) return SILENT;
  const begun = clock();
  const every = mode === 'plain' ? LINE_EVERY_MS : BAR_EVERY_MS;
  let shown = begun;
  let done = 0;
  return {
    step: () => {
      done += 1;
      const now = clock();
      if (now - shown < every) return;
      shown = now;
      const text = progressText(done, total, now - begun, language);
      if (mode === 'plain') terminal.warn(`teken: ${text}`);
      else status?.(`${barOf(done / total)} ${text}`);
    },
    end: () => status?.(''),
  };
}

/** @param elapsedMs - since the beginning */
export function progressText(done: number, total: number, elapsedMs: number, language: Language): string {
  const rate = (done * 1000) / Math.max(1, elapsedMs);
  return fillText(LINE[language], {
    done: String(done),
    total: String(total),
    rate: rate < 10 ? rate.toFixed(1) : rate.toFixed(0),
    left: spanText((total - done) / rate),
  });
}

function spanText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function barOf(part: number): string {
  const full = Math.round(part * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)}]`;
}
