// How a one-time code reaches the signer who has no authenticator.

export interface CodeMessage {
  /** Address of the registry. */
  readonly to: string;
  readonly code: string;
  /** How many documents it covers. */
  readonly documents: number;
  readonly minutes: number;
}

export interface CodeDelivery {
  /** @throws CodeNotDelivered */
  send(message: CodeMessage): Promise<void>;
  close(): void;
}

/** `code-not-delivered`: the mail service did not take it. Neither address nor code is repeated. */
export class CodeNotDelivered extends Error {
  readonly code = 'code-not-delivered';

  constructor(cause: unknown) {
    super('code-not-delivered', { cause });
    this.name = 'CodeNotDelivered';
  }
}
