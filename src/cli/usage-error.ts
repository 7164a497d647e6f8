// A command line that cannot be carried out as it stands.

/**
 * - `command-unknown` { command }; `option-unknown` { option }, also an option of another command or a later version
 * - `option-value-missing`, `option-value-unexpected`, `option-repeated` { option }
 * - `option-value-invalid` { option, value, expected }; `options-conflict` { option, other }: the one needs the other
 * - `options-exclude` { option, other }
 * - `option-missing` { option }; `file-argument-missing`; `too-many-files`; `argument-unexpected` { argument }
 * - `code-unknown` { code }: of `--explain`
 * - `output-exists`, `output-is-input`, `output-unwritable` { file, reason }
 * - `outputs-collide` { file, other }: two inputs of one name for one folder
 * - `input-unreadable` { file, reason }: the system does not give the file
 * - `trust-unusable`, `clients-unusable`, `signers-unusable`, `algorithms-unusable`, `password-file-unusable`, `revocation-data-unusable` { file, reason }
 * - `state-unusable` { file, reason }: of `--resume` and `--since`; `trust-list-old` { age, limit }
 * - `evidence-needs-folder` { file }: packs of several documents
 * - `replay-arguments`: of `teken replay`, which takes two files; `trust-arguments`: of `teken trust`; `audit-arguments`: of `teken audit`; `client-arguments`: of `teken client`; `qr-arguments`: of `teken qr`; `signer-arguments`: of `teken signer`
 */
export type UsageCode =
  | 'command-unknown'
  | 'option-unknown'
  | 'option-value-missing'
  | 'option-value-unexpected'
  | 'option-repeated'
  | 'option-value-invalid'
  | 'options-conflict'
  | 'options-exclude'
  | 'option-missing'
  | 'file-argument-missing'
  | 'too-many-files'
  | 'argument-unexpected'
  | 'code-unknown'
  | 'output-exists'
  | 'output-is-input'
  | 'output-unwritable'
  | 'outputs-collide'
  | 'input-unreadable'
  | 'trust-unusable'
  | 'algorithms-unusable'
  | 'policy-unusable'
  | 'password-file-unusable'
  | 'revocation-data-unusable'
  | 'state-unusable'
  | 'trust-list-old'
  | 'evidence-needs-folder'
  | 'replay-arguments'
  | 'trust-arguments'
  | 'audit-arguments'
  | 'client-arguments'
  | 'clients-unusable'
  | 'qr-arguments'
  | 'signer-arguments'
  | 'signers-unusable';

export class UsageError extends Error {
  readonly code: UsageCode;
  readonly values: Readonly<Record<string, string>>;

  constructor(code: UsageCode, values: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(values)}`, { cause });
    this.name = 'UsageError';
    this.code = code;
    this.values = values;
  }
}
