// An error that ends a command: one line for people, and the exit code.

import { InvalidConfiguration } from '../config.ts';
import { ClientsEditRefused } from '../identity/edit-clients.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { TrustListRefused } from '../pki/trust-list.ts';
import type { Language, Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { SignerFailed, SigningFailed, SigningRefused, TrustServiceFailed } from '../sign/errors.ts';
import { TrustAdditionRefused } from '../trust-services/add-to-trust-directory.ts';
import { TrustDirectoryRefused } from '../trust-services/trust-directory.ts';
import { EvidencePackRefused } from '../verify/pack-fields.ts';
import { VersionRefused } from '../verify/revisions.ts';
import {
  CLIENTS_EDIT_TEXTS,
  PACK_TEXTS,
  PDF_TEXTS,
  REFUSAL_TEXTS,
  SIGNER_TEXTS,
  SIGNING_FAILURE_TEXTS,
  TRUST_ADDITION_TEXTS,
  TRUST_SERVICE_TEXTS,
  USAGE_TEXTS,
  VERSION_TEXTS,
} from './error-texts.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

export interface Failure {
  readonly exit: number;
  /** Stable. */
  readonly code: string;
  /** What happened, what to do, and the stable code; without a line feed. */
  readonly line: string;
}

const INTERNAL: Text = {
  id: 'Gangguan internal. Laporkan baris ini kepada pengembang:',
  en: 'Internal error. Report this line to the developers:',
};

/** Says an error. Whatever is not one of ours is an internal error. */
export function failureOf(error: unknown, language: Language): Failure {
  if (error instanceof UsageError) return usageFailure(error, language);
  if (error instanceof InvalidConfiguration)
    return { exit: EXIT.usage, code: 'configuration-invalid', line: error.message };
  if (error instanceof MalformedPdf) return coded(EXIT.unreadable, PDF_TEXTS[error.code], error, language);
  if (error instanceof SigningRefused) return coded(EXIT.refused, REFUSAL_TEXTS[error.code], error, language);
  if (error instanceof SigningFailed) {
    return coded(EXIT.refused, SIGNING_FAILURE_TEXTS[error.code], error, language);
  }
  if (error instanceof SignerFailed) {
    return coded(signerExit(error), SIGNER_TEXTS[error.code], error, language);
  }
  if (error instanceof TrustServiceFailed) {
    return coded(EXIT.refused, TRUST_SERVICE_TEXTS[error.code], error, language);
  }
  if (error instanceof EvidencePackRefused) {
    const exit = error.code === 'document-differs' ? EXIT.refused : EXIT.unreadable;
    return coded(exit, PACK_TEXTS[error.code], error, language);
  }
  if (error instanceof TrustAdditionRefused) {
    return coded(EXIT.refused, TRUST_ADDITION_TEXTS[error.code], error, language);
  }
  if (error instanceof ClientsEditRefused) {
    return coded(EXIT.refused, CLIENTS_EDIT_TEXTS[error.code], error, language);
  }
  // Of `teken trust`: the others name the place that --trust named.
  if (error instanceof TrustDirectoryRefused) {
    return usageFailure(
      new UsageError('trust-unusable', { file: error.where, reason: error.code }),
      language,
    );
  }
  if (error instanceof TrustListRefused) {
    return usageFailure(
      new UsageError('trust-unusable', { file: error.entry, reason: error.code }),
      language,
    );
  }
  if (error instanceof VersionRefused) return coded(EXIT.refused, VERSION_TEXTS[error.code], error, language);
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exit: EXIT.internal, code: 'internal', line: `${INTERNAL[language]} ${printable(trace)}` };
}

function usageFailure(error: UsageError, language: Language): Failure {
  const values = Object.fromEntries(
    Object.entries(error.values).map(([name, value]) => [name, printable(value)]),
  );
  return {
    exit: error.code === 'input-unreadable' ? EXIT.unreadable : EXIT.usage,
    code: error.code,
    line: `${fillText(USAGE_TEXTS[error.code][language], values)} [${error.code}]`,
  };
}

/** What is wrong with the key as it was named is the caller's to correct; a key that was opened and fails is not. */
function signerExit({ code }: SignerFailed): number {
  return code.startsWith('pkcs12-') || code === 'signer-uri-invalid' ? EXIT.usage : EXIT.refused;
}

interface CodedError {
  readonly code: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function coded(exit: number, text: Text, { code, values }: CodedError, language: Language): Failure {
  const facts = Object.keys(values).length === 0 ? '' : ` ${printable(JSON.stringify(values))}`;
  return { exit, code, line: `${text[language]} [${code}${facts}]` };
}
