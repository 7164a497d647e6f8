// Speaking with one CSC service as one application: its access token is fetched when needed and once more when it is refused.

import { SignerFailed } from '../sign/errors.ts';
import type { CscInfo } from './csc-info.ts';
import { type CscClientCredentials, type CscLogin, clientCredentialsToken, logIn } from './csc-oauth.ts';
import { type CscAnswer, type CscCall, callCsc, isTokenRefused } from './csc-service.ts';
import type { ServiceClient } from './service-client.ts';

export interface CscAccess {
  readonly client: ServiceClient;
  readonly info: CscInfo;
  readonly credentials: CscClientCredentials | null;
  readonly login: CscLogin | null;
}

export class CscSession {
  readonly access: CscAccess;
  #token: Promise<string | null> | null = null;

  constructor(access: CscAccess) {
    this.access = access;
  }

  has(method: string): boolean {
    return this.access.info.methods.has(method);
  }

  /** @param bearer - a person's token instead of the application's @throws SignerFailed */
  async call(
    call: Omit<CscCall, 'bearer'> & { readonly bearer?: string },
    signal: AbortSignal,
  ): Promise<CscAnswer> {
    const { client, info } = this.access;
    if (!this.has(call.method))
      throw new SignerFailed('signer-refused', { original: `the service has no ${call.method}` });
    if (call.bearer !== undefined)
      return callCsc(client, info.version, { ...call, bearer: call.bearer }, signal);
    const token = this.#currentToken(signal);
    try {
      return await callCsc(client, info.version, { ...call, bearer: await token }, signal);
    } catch (error) {
      if (!isTokenRefused(error)) throw error;
      // Refused at the door, so nothing was done.
      if (this.#token === token) this.#token = null;
      return callCsc(client, info.version, { ...call, bearer: await this.#currentToken(signal) }, signal);
    }
  }

  #currentToken(signal: AbortSignal): Promise<string | null> {
    if (this.#token === null) {
      const token = this.#fetchToken(signal);
      this.#token = token;
      // A failure is not kept: the next call asks anew.
      token.catch(() => {
        if (this.#token === token) this.#token = null;
      });
    }
    return this.#token;
  }

  async #fetchToken(signal: AbortSignal): Promise<string | null> {
    const { client, info, credentials, login } = this.access;
    if (login !== null) return (await logIn(client, info.version, login, signal)).token;
    if (credentials === null) return null;
    const granted = await clientCredentialsToken(
      client,
      this.oauth2(),
      info.version,
      credentials,
      'service',
      signal,
    );
    return granted.token;
  }

  /** @throws SignerFailed for a service without an OAuth server */
  oauth2(): string {
    const { oauth2 } = this.access.info;
    if (oauth2 === null) throw new SignerFailed('signer-refused', { original: 'the service has no oauth2' });
    return oauth2;
  }
}
