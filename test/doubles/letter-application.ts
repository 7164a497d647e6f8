// An application with letters on loopback: it hands them out, takes them back signed, and can be told to misbehave.

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Test } from 'tap';
import { answerWith, bodyOf, startLoopbackServer } from './loopback-server.ts';

export interface TakenLetter {
  readonly pdf: Buffer;
  readonly headers: IncomingMessage['headers'];
}

export interface LetterApplication {
  /** The folder that is listed for the client. */
  readonly letters: string;
  /** Where the letter is fetched and delivered; both hold a secret of the application. */
  readonly documentUrl: string;
  readonly deliverTo: string;
  /** The letter that is there now. */
  letter: Buffer;
  sha256(): string;
  /** Everything that was delivered, in order. */
  readonly taken: TakenLetter[];
  /** How often the letter was fetched. */
  fetched(): number;
  /** Answers instead, until told otherwise; null: as usual. */
  misbehave(answer: ((request: IncomingMessage, response: ServerResponse) => void) | null): void;
}

/** Whatever was delivered is the letter from then on: the next signer gets it. */
export async function startLetterApplication(t: Test, letter: Buffer): Promise<LetterApplication> {
  const taken: TakenLetter[] = [];
  let fetched = 0;
  let instead: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  const server = await startLoopbackServer(t, async (request, response) => {
    if (instead !== null) {
      instead(request, response);
      return;
    }
    if (request.url === '/tte/kunci-rahasia/surat.pdf' && request.method === 'GET') {
      fetched += 1;
      answerWith(response, 'application/pdf', application.letter);
    } else if (request.url === '/tte/kunci-rahasia' && request.method === 'POST') {
      const pdf = Buffer.from(await bodyOf(request));
      taken.push({ pdf, headers: request.headers });
      application.letter = pdf;
      response.writeHead(204).end();
    } else response.writeHead(404).end();
  });
  const application: LetterApplication = {
    letters: `${server.url}/tte/`,
    documentUrl: `${server.url}/tte/kunci-rahasia/surat.pdf`,
    deliverTo: `${server.url}/tte/kunci-rahasia`,
    letter,
    sha256: () => createHash('sha256').update(application.letter).digest('hex'),
    taken,
    fetched: () => fetched,
    misbehave: (answer) => {
      instead = answer;
    },
  };
  return application;
}
