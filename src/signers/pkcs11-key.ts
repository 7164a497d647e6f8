// One private key on a token: found again after every login, and signing with a session of its own for each call.

import { SignerFailed } from '../sign/errors.ts';
import type { Activation, SignatureAlgorithm, ToBeSigned } from '../sign/ports.ts';
import { failureOfToken, isLost } from './pkcs11-errors.ts';
import { operationFor, signatureOfToken } from './pkcs11-mechanisms.ts';
import type { OpenedToken } from './pkcs11-module.ts';
import { findKey, type TokenKey } from './pkcs11-objects.ts';
import type { Handle } from './pkcs11-token.ts';
import type { Pkcs11Location } from './pkcs11-uri.ts';

/** The longest value: RSA with 8 192 bits. */
const MOST_SIGNATURE_BYTES = 1024;

export class Pkcs11Key {
  readonly #opened: OpenedToken;
  readonly #wanted: Pick<Pkcs11Location, 'object' | 'id'>;
  /** Null: each signature brings the PIN. Asked for every login, so that a PIN is not kept, and a changed one is found. */
  readonly #pin: (() => Promise<string>) | null;
  #found: { readonly login: number; readonly key: TokenKey } | null = null;
  #held: { readonly login: number; readonly leave: () => void } | null = null;
  #entering: Promise<void> | null = null;

  constructor(
    opened: OpenedToken,
    wanted: Pick<Pkcs11Location, 'object' | 'id'>,
    pin: (() => Promise<string>) | null,
  ) {
    this.#opened = opened;
    this.#wanted = wanted;
    this.#pin = pin;
  }

  /** What a signature has to bring. */
  get activation(): 'none' | 'passphrase' {
    return this.#pin === null ? 'passphrase' : 'none';
  }

  /** What the token says of a key that is logged in for good. @throws SignerFailed */
  facts(): Promise<Pick<TokenKey, 'id' | 'type'>> {
    return this.#loggedIn({ kind: 'none' }, ({ id, type }) => ({ id, type }));
  }

  /** @returns values as CMS has them, not verified @throws SignerFailed */
  sign(
    algorithm: SignatureAlgorithm,
    items: readonly ToBeSigned[],
    activation: Activation,
  ): Promise<readonly Uint8Array[]> {
    return this.#loggedIn(activation, async (key, session, pin) => {
      const values: Uint8Array[] = [];
      for (const item of items) values.push(await this.#signOne(algorithm, item, key, session, pin));
      return values;
    });
  }

  /** Whether the token is there and, where nobody has to bring a PIN, takes ours. */
  async isUsable(): Promise<boolean> {
    const { token } = this.#opened;
    try {
      await this.#again(async () => {
        token.requirePresent();
        if (this.#pin !== null) await this.#stayLoggedIn();
      });
      return true;
    } catch (error) {
      if (error instanceof SignerFailed) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#entering?.catch(() => undefined);
    this.#held?.leave();
    this.#held = null;
  }

  /** Runs with the key at hand. */
  #loggedIn<T>(
    activation: Activation,
    operation: (key: TokenKey, session: Handle, pin: string) => T | Promise<T>,
  ): Promise<T> {
    return this.#again(async () => {
      const { token, api, constants } = this.#opened;
      const leave = this.#pin === null ? token.logIn(pinOf(activation)) : null;
      try {
        if (leave === null) await this.#stayLoggedIn();
        return await token.withSession(async (session) => {
          const { login } = token;
          if (this.#found?.login !== login)
            this.#found = { login, key: findKey(api, constants, session, this.#wanted) };
          const { key } = this.#found;
          const pin = key.alwaysAuthenticate ? await this.#pinFor(activation) : '';
          return operation(key, session, pin);
        });
      } finally {
        leave?.();
      }
    });
  }

  /** A token that was taken out, or lost its sessions, is found anew once; what was asked of it then has not been done. */
  async #again<T>(operation: () => Promise<T>): Promise<T> {
    const { token } = this.#opened;
    const { insertion } = token;
    try {
      return await operation();
    } catch (error) {
      if (!isLost(error)) throw failureOfToken(error);
      if (token.insertion === insertion) token.forget();
    }
    try {
      return await operation();
    } catch (error) {
      throw failureOfToken(error);
    }
  }

  async #stayLoggedIn(): Promise<void> {
    if (this.#held?.login === this.#opened.token.login) return;
    this.#entering ??= this.#enter();
    try {
      await this.#entering;
    } finally {
      this.#entering = null;
    }
  }

  async #enter(): Promise<void> {
    const { token } = this.#opened;
    const pin = await this.#pinFor({ kind: 'none' });
    const leave = token.logIn(pin);
    this.#held = { login: token.login, leave };
  }

  async #pinFor(activation: Activation): Promise<string> {
    return this.#pin === null ? pinOf(activation) : this.#pin();
  }

  #signOne(
    algorithm: SignatureAlgorithm,
    item: ToBeSigned,
    key: TokenKey,
    session: Handle,
    pin: string,
  ): Promise<Uint8Array> {
    const { api, constants } = this.#opened;
    const { mechanism, input } = operationFor(algorithm, item, constants);
    api.C_SignInit(session, mechanism, key.handle);
    if (key.alwaysAuthenticate) api.C_Login(session, constants.CKU_CONTEXT_SPECIFIC, pin);
    return api
      .C_SignAsync(session, input, Buffer.alloc(MOST_SIGNATURE_BYTES))
      .then((value) => signatureOfToken(algorithm, value));
  }
}

/** @throws SignerFailed `signer-auth-failed` for no PIN at all */
function pinOf(activation: Activation): string {
  if (activation.kind !== 'passphrase' || activation.passphrase.length === 0)
    throw new SignerFailed('signer-auth-failed');
  return Buffer.from(activation.passphrase).toString('utf8');
}
