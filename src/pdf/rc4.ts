// RC4, which old encrypted files need and today's runtimes no longer lend.

/** Encrypts or decrypts, which is the same; `key` has 1 to 256 bytes. */
export function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  return rc4Cipher(key)(data);
}

/** The same for many messages under one key, each from the beginning of the key stream. */
export function rc4Cipher(key: Uint8Array): (data: Uint8Array) => Uint8Array {
  const scheduled = scheduledState(key);
  return (data) => xorKeyStream(scheduled.slice(), data);
}

function scheduledState(key: Uint8Array): Uint8Array {
  const state = new Uint8Array(256);
  for (let i = 0; i < 256; i += 1) state[i] = i;
  let j = 0;
  for (let i = 0; i < 256; i += 1) {
    const a = state[i] ?? 0;
    j = (j + a + (key[i % key.length] ?? 0)) & 0xff;
    state[i] = state[j] ?? 0;
    state[j] = a;
  }
  return state;
}

function xorKeyStream(state: Uint8Array, data: Uint8Array): Uint8Array {
  const output = new Uint8Array(data.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < data.length; at += 1) {
    i = (i + 1) & 0xff;
    const a = state[i] ?? 0;
    j = (j + a) & 0xff;
    const b = state[j] ?? 0;
    state[i] = b;
    state[j] = a;
    output[at] = (data[at] ?? 0) ^ (state[(a + b) & 0xff] ?? 0);
  }
  return output;
}
