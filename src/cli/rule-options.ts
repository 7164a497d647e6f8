// What a signature shall hold the document to: the options of `teken sign` for certification and locks.

import type { FieldLock } from '../pdf/doc-mdp.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import { type Arguments, type Option, oneOf } from './arguments.ts';
import { UsageError } from './usage-error.ts';

export const RULE_OPTIONS: readonly Option[] = [
  {
    name: 'certify',
    value: 'no-changes|form-filling|annotations',
    about: {
      id: 'sertifikasi dokumen: yang masih boleh berubah setelah ini; hanya pada tanda tangan pertama',
      en: 'certify the document: what may still change afterwards; the first signature only',
    },
  },
  {
    name: 'lock-all',
    value: null,
    about: { id: 'kunci semua isian formulir', en: 'lock all form fields' },
  },
  {
    name: 'lock-field',
    value: 'NAME',
    multiple: true,
    about: {
      id: 'kunci isian ini dan semua di bawahnya; boleh diulang',
      en: 'lock this form field and all below it; repeatable',
    },
  },
  {
    name: 'lock-except',
    value: 'NAME',
    multiple: true,
    about: {
      id: 'kunci semua isian kecuali ini; boleh diulang',
      en: 'lock all form fields but this one; repeatable',
    },
  },
];

/** @throws UsageError */
export function readRuleSettings(line: Arguments): Pick<SignRequest, 'certification' | 'lock'> {
  const certify = line.value('certify');
  return {
    certification:
      certify === null ? null : oneOf('certify', certify, ['no-changes', 'form-filling', 'annotations']),
    lock: readLock(line),
  };
}

function readLock(line: Arguments): FieldLock | null {
  const [first, second] = ['lock-all', 'lock-field', 'lock-except'].filter((option) => line.has(option));
  if (second !== undefined)
    throw new UsageError('options-exclude', { option: `--${first}`, other: `--${second}` });
  switch (first) {
    case 'lock-all':
      return { action: 'All', fields: [] };
    case 'lock-field':
      return { action: 'Include', fields: line.values('lock-field') };
    case 'lock-except':
      return { action: 'Exclude', fields: line.values('lock-except') };
    default:
      return null;
  }
}
