// What is said to a caller whose request Node cannot read as HTTP: no route and no hook has seen it.

import type { Socket } from 'node:net';
import { problemAnswer } from './problem-answer.ts';
import type { HttpProblemCode } from './problem-texts.ts';
import { HttpProblem, PROBLEM_STATUS } from './problems.ts';
import { reasonPhrase } from './reason-phrases.ts';

const CODES: Readonly<Record<string, HttpProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'head-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/**
 * Answers with a problem in Indonesian, the language of whoever names none, and ends the connection.
 *
 * @param requestId - made for this answer
 * @returns the code, for the log; null when nobody is there to read an answer
 */
export function answerUnreadable(
  error: { readonly code?: string },
  socket: Socket,
  requestId: string,
): HttpProblemCode | null {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return null;
  }
  const code = CODES[error.code ?? ''] ?? 'invalid-request';
  const status = PROBLEM_STATUS[code];
  const context = { language: 'id', requestId, maxUploadMegabytes: 0, verification: false } as const;
  const body = JSON.stringify(problemAnswer(new HttpProblem(code), context));
  const head = [
    `HTTP/1.1 ${status} ${reasonPhrase(status)}`,
    'Content-Type: application/problem+json',
    'Content-Language: id',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  return code;
}
