// What a signer's account may be, in the words that applications for BSrE know.

/** `NOT_REGISTERED` is whoever is not in the registry. */
export const SIGNER_STATUSES = [
  'ISSUE',
  'NO_CERTIFICATE',
  'NEW',
  'WAITING_FOR_VERIFICATION',
  'RENEW',
  'EXPIRED',
  'SUSPEND',
  'REVOKE',
] as const;

export type SignerStatus = (typeof SIGNER_STATUSES)[number];

/** An active certificate; nobody else signs. */
export const MAY_SIGN: SignerStatus = 'ISSUE';
