// A PKCS#11 library in this process. It is initialised once, however many keys come from it, and one token has one login for
// all of them (PKCS #11, 5.4 and 5.6.1).

import { SignerFailed } from '../sign/errors.ts';
import { returnValueOf } from './pkcs11-errors.ts';
import { Pkcs11Token } from './pkcs11-token.ts';
import type { TokenDescription } from './pkcs11-uri.ts';

export type Pkcs11 = typeof import('pkcs11js');
export type Cryptoki = InstanceType<Pkcs11['PKCS11']>;

interface LoadedModule {
  readonly constants: Pkcs11;
  readonly api: Cryptoki;
  readonly tokens: Map<string, Pkcs11Token>;
  users: number;
}

const loaded = new Map<string, LoadedModule>();

/** A token of a library, and how to let go of it. */
export interface OpenedToken {
  readonly token: Pkcs11Token;
  readonly api: Cryptoki;
  readonly constants: Pkcs11;
  /** Ends the library with the last user. */
  release(): void;
}

/**
 * @throws SignerFailed `signer-unavailable` { reason } without the package, `signer-uri-invalid` { reason } for a file that is no
 *   PKCS#11 library
 */
export async function openToken(modulePath: string, description: TokenDescription): Promise<OpenedToken> {
  const constants = await importPackage();
  const module = loaded.get(modulePath) ?? loadModule(modulePath, constants);
  loaded.set(modulePath, module);
  module.users += 1;
  const name = JSON.stringify(description);
  const token = module.tokens.get(name) ?? new Pkcs11Token(module.api, constants, description);
  module.tokens.set(name, token);
  let held = true;
  return {
    token,
    api: module.api,
    constants,
    release: () => {
      if (!held) return;
      held = false;
      module.users -= 1;
      if (module.users > 0) return;
      loaded.delete(modulePath);
      for (const each of module.tokens.values()) each.forget();
      module.api.C_Finalize();
      module.api.close();
    },
  };
}

/** Optional, because it has to be compiled: whoever keeps no key on a token does without. */
async function importPackage(): Promise<Pkcs11> {
  try {
    const { default: constants } = (await import('pkcs11js')) as unknown as { default: Pkcs11 };
    return constants;
  } catch (cause) {
    const reason =
      'the optional package pkcs11js is not installed, or was not compiled (npm rebuild pkcs11js)';
    throw new SignerFailed('signer-unavailable', { reason }, cause);
  }
}

function loadModule(modulePath: string, constants: Pkcs11): LoadedModule {
  const api = new constants.PKCS11();
  try {
    api.load(modulePath);
  } catch (cause) {
    throw new SignerFailed('signer-uri-invalid', { reason: 'module-path is no PKCS#11 library' }, cause);
  }
  try {
    // Signing happens in the threads of the pool, several at once.
    api.C_Initialize({ flags: constants.CKF_OS_LOCKING_OK });
  } catch (cause) {
    if (returnValueOf(cause) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED')
      throw new SignerFailed('signer-unavailable', { reason: 'C_Initialize' }, cause);
  }
  return { constants, api, tokens: new Map(), users: 0 };
}
