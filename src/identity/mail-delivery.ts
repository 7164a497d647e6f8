// Codes by mail (RFC 5321), over a mail server that the operator names.

import { createTransport } from 'nodemailer';
import { type CodeDelivery, type CodeMessage, CodeNotDelivered } from './code-delivery.ts';

export interface MailOptions {
  /** `smtps://user:password@host`, or `smtp://` with STARTTLS. */
  readonly url: string;
  readonly from: string;
  /** Whether a server without TLS is let read the code. */
  readonly plainText: 'allow' | 'refuse';
}

// Who signs waits for the code; a mail server takes a message within a second.
const TIMEOUT_MS = 5_000;

export function mailDelivery({ url, from, plainText }: MailOptions): CodeDelivery {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && plainText === 'refuse',
    ignoreTLS: !secure && plainText === 'allow',
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A message is made of our own words; nothing of a file or an address on the network belongs into it.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  });
  return {
    send: async (message) => {
      try {
        await transport.sendMail({ from, to: message.to, ...textOf(message) });
      } catch (error) {
        throw new CodeNotDelivered(error);
      }
    },
    close: () => transport.close(),
  };
}

function textOf({ code, documents, minutes }: CodeMessage): { subject: string; text: string } {
  return {
    subject: 'Kode sekali pakai untuk tanda tangan elektronik / One-time code for your electronic signature',
    text: [
      `Kode Anda: ${code}`,
      `Berlaku ${minutes} menit, sekali pakai, untuk paling banyak ${documents} dokumen.`,
      'Jangan berikan kode ini kepada siapa pun. Bila Anda tidak sedang menandatangani dokumen, abaikan dan laporkan surat ini.',
      '',
      `Your code: ${code}`,
      `Good for ${minutes} minutes, once, for at most ${documents} documents.`,
      'Give it to nobody. If you are not signing a document now, ignore this message and report it.',
      '',
    ].join('\n'),
  };
}
