// The commands about this installation: is it configured rightly, and how does a shell know the commands.

import type { Command } from './commands.ts';
import { HELP, LANGUAGE, NO_COLOR } from './shared-options.ts';

export const DOCTOR: Command = {
  name: 'doctor',
  usage: '[options]',
  about: {
    id: 'Memeriksa pengaturan, daftar penerbit, jam, dan stempel waktu di mesin ini, dan cara memperbaikinya.',
    en: 'Checks configuration, trust list, clock and time-stamps of this machine, and says how to mend each.',
  },
  options: [
    {
      name: 'offline',
      value: null,
      about: { id: 'jangan menghubungi layanan stempel waktu', en: 'ask no time-stamp authority' },
    },
    {
      name: 'format',
      short: 'f',
      value: 'text|json',
      about: {
        id: 'bentuk hasil: teks (bawaan) atau JSON',
        en: 'form of the result: text (default) or JSON',
      },
    },
    LANGUAGE,
    NO_COLOR,
    HELP,
  ],
  environment: [],
  examples: [
    { line: 'teken doctor', about: { id: 'Apakah semuanya siap?', en: 'Is everything ready?' } },
    {
      line: 'teken doctor --offline',
      about: { id: 'Tanpa menghubungi siapa pun', en: 'Without asking anybody' },
    },
    {
      line: 'teken doctor -f json',
      about: { id: 'Untuk pemantauan', en: 'For monitoring' },
    },
  ],
};

export const CONFIG_COMMAND: Command = {
  name: 'config',
  usage: 'check',
  about: {
    id: 'Memeriksa variabel TEKEN_… seperti layanan membacanya, tanpa menjalankannya.',
    en: 'Checks the TEKEN_… variables as the service reads them, without running it.',
  },
  options: [LANGUAGE, HELP],
  environment: [],
  examples: [
    {
      line: 'teken config check',
      about: { id: 'Akankah layanan mulai dengan pengaturan ini?', en: 'Would the service start like this?' },
    },
    {
      line: 'TEKEN_ENV=development TEKEN_TRUST_DIR=.dev/trust teken config check',
      about: { id: 'Untuk pengembangan', en: 'For development' },
    },
    { line: 'teken config check --lang id', about: { id: 'Dalam bahasa Indonesia', en: 'In Indonesian' } },
  ],
};

export const COMPLETION: Command = {
  name: 'completion',
  usage: 'bash|zsh|fish|man',
  about: {
    id: 'Menulis pelengkapan untuk sebuah shell, atau halaman manual.',
    en: 'Writes the completion for a shell, or the manual page.',
  },
  options: [LANGUAGE, HELP],
  environment: [],
  examples: [
    { line: 'source <(teken completion bash)', about: { id: 'Di bash', en: 'In bash' } },
    {
      line: 'teken completion fish > ~/.config/fish/completions/teken.fish',
      about: { id: 'Di fish', en: 'In fish' },
    },
    {
      line: 'teken completion man > ~/.local/share/man/man1/teken.1',
      about: { id: 'Halaman manual', en: 'The manual page' },
    },
  ],
};
