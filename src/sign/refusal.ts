// What the layers below say, in the words of the use case.

import { UpdateRefused } from '../pdf/errors.ts';
import { SigningFailed, SigningRefused, TrustServiceFailed } from './errors.ts';

/** The error to throw from a use case of this folder; what is not ours stays as it is. */
export function refusalOf(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof UpdateRefused) {
    const { code, values } = error;
    return code === 'signature-too-large'
      ? new SigningFailed(code, values, error)
      : new SigningRefused(code, values, error);
  }
  if (signal.aborted && error === signal.reason)
    return new TrustServiceFailed('deadline-exceeded', {}, error);
  return error;
}
