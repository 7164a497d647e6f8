// An application's desk: the real service, a letter, a picture, and the users of the development PKI.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { png } from '../../sign/pictures.ts';
import { type Arrangement, type RealService, startRealService } from '../real-service.ts';
import { type Answer, type Lines, type Part, type Sent, send } from './wire.ts';

export const NIK = {
  active: '8999000000000101',
  second: '8999000000000102',
  unknown: '8999000000009999',
} as const;

export const PICTURE = Buffer.from(png(40, 30, { colourType: 2 }, (x) => [x * 6, 40, 160]));

export interface Desk {
  readonly service: RealService;
  readonly authorization: Lines;
  send(sent: Sent): Promise<Answer>;
  /** A form of v1 with the letter behind the fields. */
  signV1(fields: Readonly<Record<string, string>>, more?: readonly Part[]): Promise<Answer>;
  signV2(body: object): Promise<Answer>;
  readonly letter: Part;
  readonly base64: string;
}

/** Waits for a service of its own. */
export async function openDesk(
  variables: Readonly<Record<string, string>> = {},
  arrangement: Arrangement = {},
): Promise<Desk> {
  const service = await startRealService(variables, arrangement);
  const authorization: Lines = [['Authorization', service.basic]];
  const sendIt = (sent: Sent): Promise<Answer> => send(service, authorization, sent);
  const letter: Part = ['file', service.letter, { fileName: 'surat.pdf', type: 'application/pdf' }];
  const who = { nik: NIK.active, passphrase: service.passphrase };
  return {
    service,
    authorization,
    send: sendIt,
    signV1: (fields, more = []) =>
      sendIt({
        path: '/api/sign/pdf',
        parts: [...Object.entries({ ...who, ...fields }), ...more, letter],
      }),
    signV2: (body) =>
      sendIt({
        path: '/api/v2/sign/pdf',
        json: { ...who, file: [service.letter.toString('base64')], ...body },
      }),
    letter,
    base64: service.letter.toString('base64'),
  };
}

/** The audit record as it stands. */
export function recordsOf({ environment }: Pick<RealService, 'environment'>): string {
  const folder = environment.TEKEN_AUDIT_SINKS?.replace(/^file:/, '') ?? '';
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('');
}
