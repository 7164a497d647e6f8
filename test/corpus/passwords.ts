// Passwords with which makers of corpus files encrypted them, as their own tests use them.

import type { CorpusFile } from '../tools.ts';

const PASSWORDS: Readonly<Record<string, string>> = {
  'pdf/diff-permitted/test_sign_encrypted__test_sign_encrypted_with_post_sign_ownersecret-0_.pdf':
    'ownersecret',
  'pdf/diff-permitted/test_sign_encrypted__test_sign_encrypted_with_post_sign_ownersecret-1_.pdf':
    'usersecret',
  'pdf/pades-valid/test_sign_encrypted__test_sign_crypt_aes256_new_ownersecret-0_.pdf': 'ownersecret',
  'pdf/pades-valid/test_sign_encrypted__test_sign_crypt_aes256_new_ownersecret-1_.pdf': 'ownersecret',
  'pdf/pades-valid/test_sign_encrypted__test_sign_crypt_aes256_new_usersecret-1_.pdf': 'usersecret',
  'pdf/pades-valid/test_sign_encrypted__test_sign_crypt_rc4_new_ownersecret-0_.pdf': 'ownersecret',
  'pdf/pades-valid/test_sign_encrypted__test_sign_crypt_rc4_new_ownersecret-1_.pdf': 'usersecret',
  'pdf/pades-valid/test_sign_encrypted__test_sign_encrypted_with_extensions.pdf': 'secret',
  'pdf/parser/auth-event-ef-open.pdf': '000000',
  'pdf/parser/job-json-encrypt-128.pdf': 'u',
  'pdf/unsigned/minimal-aes256-empty-encrypted-string.pdf': 'secret',
  'pdf/unsigned/minimal-two-fields-aes256.pdf': 'ownersecret',
  'pdf/unsigned/minimal-with-field-aes256.pdf': 'usersecret',
};

/** Absent for files that open without one, and for those whose password nobody has written down. */
export function passwordOf({ name }: CorpusFile): string | undefined {
  return PASSWORDS[name];
}
