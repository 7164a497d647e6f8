// A token while it is in use: found again when it was away, one login for all who use it, and a session for each signature in
// flight.

import { createHmac, randomBytes } from 'node:crypto';
import { sameBytes } from '../asn1/values.ts';
import { SignerFailed } from '../sign/errors.ts';
import { isLost, returnValueOf } from './pkcs11-errors.ts';
import type { Cryptoki, Pkcs11 } from './pkcs11-module.ts';
import type { TokenDescription } from './pkcs11-uri.ts';

export type Handle = Parameters<Cryptoki['C_CloseSession']>[0];

/** What was opened on one insertion of the token; it is worth nothing once the token was away. */
interface Connection {
  readonly slot: Handle;
  /** Holds the login when no signature is in flight. */
  readonly keeper: Handle;
  readonly idle: Handle[];
}

export class Pkcs11Token {
  readonly #api: Cryptoki;
  readonly #constants: Pkcs11;
  readonly #description: TokenDescription;
  readonly #macKey = randomBytes(32);
  #connection: Connection | null = null;
  /** Of the PIN that the token accepted; null while nobody is logged in. */
  #acceptedPin: Uint8Array | null = null;
  /** Of the PIN that it refused last: it is not sent a second time, for the token counts. */
  #refusedPin: Uint8Array | null = null;
  #loggedInUsers = 0;
  #insertion = 0;
  /** Counts logins: handles of private objects end with them. */
  #login = 0;

  constructor(api: Cryptoki, constants: Pkcs11, description: TokenDescription) {
    this.#api = api;
    this.#constants = constants;
    this.#description = description;
  }

  /** Changes whenever handles of keys have become worthless. */
  get login(): number {
    return this.#login;
  }

  /** Changes whenever everything that was opened has been dropped. */
  get insertion(): number {
    return this.#insertion;
  }

  /** Mechanisms that the device lists. */
  mechanisms(): readonly number[] {
    return this.#api.C_GetMechanismList(this.#connected().slot);
  }

  /** Throws what the library says when the token is not there. */
  requirePresent(): void {
    this.#api.C_GetSessionInfo(this.#connected().keeper);
  }

  /**
   * Logs in, or joins those who are: then the PIN has to be the one that the token accepted.
   * @returns ends this use of the login; the last to leave takes it along, so that the next PIN is judged by the token again
   * @throws SignerFailed `signer-auth-failed` without asking the token, for a PIN that it has refused already
   */
  logIn(pin: string): () => void {
    const { keeper } = this.#connected();
    const mac = createHmac('sha256', this.#macKey).update(pin, 'utf8').digest();
    if (this.#acceptedPin === null) this.#logInAnew(keeper, pin, mac);
    else if (!sameBytes(this.#acceptedPin, mac)) throw new SignerFailed('signer-auth-failed');
    this.#loggedInUsers += 1;
    const login = this.#login;
    let left = false;
    return () => {
      if (!left && this.#login === login) this.#leave(keeper);
      left = true;
    };
  }

  #logInAnew(keeper: Handle, pin: string, mac: Uint8Array): void {
    if (this.#refusedPin !== null && sameBytes(this.#refusedPin, mac))
      throw new SignerFailed('signer-auth-failed');
    try {
      this.#requestLogin(keeper, pin);
    } catch (error) {
      if (returnValueOf(error) === 'CKR_PIN_INCORRECT') this.#refusedPin = mac;
      throw error;
    }
    this.#refusedPin = null;
    this.#acceptedPin = mac;
    this.#login += 1;
  }

  /** A login that is left from before says nothing about this PIN. */
  #requestLogin(keeper: Handle, pin: string): void {
    const { CKU_USER } = this.#constants;
    try {
      this.#api.C_Login(keeper, CKU_USER, pin);
    } catch (error) {
      if (returnValueOf(error) !== 'CKR_USER_ALREADY_LOGGED_IN') throw error;
      this.#api.C_Logout(keeper);
      this.#api.C_Login(keeper, CKU_USER, pin);
    }
  }

  #leave(keeper: Handle): void {
    this.#loggedInUsers -= 1;
    if (this.#loggedInUsers > 0) return;
    this.#acceptedPin = null;
    this.#login += 1;
    try {
      this.#api.C_Logout(keeper);
    } catch (error) {
      if (!isLost(error)) throw error;
      this.forget();
    }
  }

  /** Runs one operation with a session of its own. */
  async withSession<T>(operation: (session: Handle) => T | Promise<T>): Promise<T> {
    const connection = this.#connected();
    const session = connection.idle.pop() ?? this.#openSession(connection.slot);
    let reusable = false;
    try {
      const result = await operation(session);
      reusable = true;
      return result;
    } finally {
      // A session whose operation failed may still be in the middle of it.
      if (reusable && this.#connection === connection) connection.idle.push(session);
      else this.#closeSession(session);
    }
  }

  /** Drops everything that was opened; the next use finds the token anew. Who was logged in has to log in again. */
  forget(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#acceptedPin = null;
    this.#loggedInUsers = 0;
    this.#login += 1;
    this.#insertion += 1;
    if (connection === null) return;
    for (const session of [...connection.idle, connection.keeper]) this.#closeSession(session);
  }

  #connected(): Connection {
    if (this.#connection === null) {
      const slot = this.#findSlot();
      this.#connection = { slot, keeper: this.#openSession(slot), idle: [] };
    }
    return this.#connection;
  }

  #findSlot(): Handle {
    const slots = this.#api.C_GetSlotList(true).filter((slot) => this.#fits(slot));
    const [slot, ...others] = slots;
    if (slot === undefined) throw new SignerFailed('signer-unavailable', { reason: 'token not present' });
    if (others.length > 0) throw new SignerFailed('signer-uri-invalid', { reason: 'several tokens fit' });
    return slot;
  }

  #fits(slot: Handle): boolean {
    const { label, serialNumber, manufacturer, model } = this.#description;
    const info = this.#tokenInfo(slot);
    if (info === null) return false;
    const same = (wanted: string | null, found: string): boolean =>
      wanted === null || wanted === found.replace(/[ \0]+$/, '');
    return (
      same(label, info.label) &&
      same(serialNumber, info.serialNumber) &&
      same(manufacturer, info.manufacturerID) &&
      same(model, info.model)
    );
  }

  /** Null for a slot whose token was taken out just now. */
  #tokenInfo(slot: Handle): ReturnType<Cryptoki['C_GetTokenInfo']> | null {
    try {
      return this.#api.C_GetTokenInfo(slot);
    } catch (error) {
      if (isLost(error)) return null;
      throw error;
    }
  }

  #openSession(slot: Handle): Handle {
    return this.#api.C_OpenSession(slot, this.#constants.CKF_SERIAL_SESSION);
  }

  /** A session that is gone already cannot be closed, and need not be. */
  #closeSession(session: Handle): void {
    try {
      this.#api.C_CloseSession(session);
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }
}
