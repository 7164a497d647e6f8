// The compatible API's codes and texts, as applications compare them; the texts that no source shows are our own.

import type { SignerStatus } from '../../identity/signer-status.ts';

export interface BusinessText {
  readonly code: number;
  readonly text: string;
}

export const UNKNOWN_SIGNER: BusinessText = { code: 2011, text: 'User tidak terdaftar' };
export const WRONG_PASSPHRASE: BusinessText = { code: 2031, text: 'Passphrase anda salah' };
export const NIK_MISSING: BusinessText = { code: 4014, text: 'NIK harus diisi' };
export const EMAIL_KNOWN: BusinessText = { code: 4024, text: 'Email telah terdaftar' };
export const FILE_NOT_THERE: BusinessText = {
  code: 4044,
  text: 'File tidak tersedia, pastikan bahwa dokumen belum di download',
};
export const TOO_MANY: BusinessText = { code: 429, text: 'Terlalu banyak permintaan' };
export const WRONG_TOTP: BusinessText = { code: 400, text: 'TOTP tidak valid atau sudah kedaluwarsa' };
export const FILES_AND_PROPERTIES: BusinessText = {
  code: 400,
  text: 'Jumlah signatureProperties tidak sesuai dengan jumlah file',
};
export const UNREADABLE_PDF = 'Berkas PDF tidak dapat diproses';
export const SIGNING_FAILED = 'Proses signing gagal : ';

export function missingField(name: string): BusinessText {
  return name === 'nik' ? NIK_MISSING : { code: 400, text: `Parameter '${name}' harus diisi` };
}

/** What an application is told of a user's account; `NOT_REGISTERED` is nobody's. */
export type UserStatus = SignerStatus | 'NOT_REGISTERED';

const ISSUED = 'User sudah terdaftar dan memiliki sertifikat dengan status ISSUE';

const STATUS_TEXTS: Readonly<Record<UserStatus, BusinessText>> = {
  ISSUE: { code: 1111, text: ISSUED },
  NOT_REGISTERED: UNKNOWN_SIGNER,
  NO_CERTIFICATE: { code: 2021, text: 'Pengguna terdaftar dan belum memiliki sertifikat aktif' },
  NEW: { code: 2021, text: 'Sertifikat elektronik belum diaktivasi' },
  WAITING_FOR_VERIFICATION: { code: 2021, text: 'Pendaftaran masih menunggu verifikasi' },
  RENEW: { code: 2021, text: 'Sertifikat elektronik sedang diperbarui' },
  EXPIRED: { code: 2021, text: 'Sertifikat elektronik sudah kedaluwarsa' },
  SUSPEND: { code: 2021, text: 'Akun sedang ditangguhkan' },
  REVOKE: { code: 2021, text: 'Sertifikat elektronik sudah dicabut' },
};

/** As v2 and refusals to sign say it. */
export function statusText(status: UserStatus): BusinessText {
  return STATUS_TEXTS[status];
}

/** As v1 says it: whoever is not registered has another code there. */
export function statusTextV1(status: UserStatus): BusinessText {
  return status === 'NOT_REGISTERED' ? { code: 1110, text: 'User belum terdaftar' } : statusText(status);
}
