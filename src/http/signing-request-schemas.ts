// What a request for an official's signature must look like, and its answer.

import { z } from 'zod';
import { orderParameters } from './schemas.ts';

const LONGEST_S = 7 * 86_400;

const address = (description: string, example: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(1024)
    .meta({ description, example });

/** A member of the order stands as it would in the form of `/v1/sign`: a text. */
export const signingRequestBody = z
  .strictObject({
    signer: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .meta({ description: 'Identifier of the signer in the registry.', example: 'pejabat' }),
    title: z.string().min(1).max(200).meta({
      description: 'How the letter is called on the page.',
      example: 'Lembar disposisi 005/123/2026',
    }),
    documentUrl: address(
      'Where the letter is fetched, below an address that is listed for the client. It may hold a secret of the application: it is sealed, and nobody who carries the link can read it.',
      'https://surat.example.go.id/tte/7f3a…/surat.pdf',
    ),
    documentSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({
        description: 'SHA-256 of the letter, lower-case hexadecimal. No other letter is shown or signed.',
      }),
    deliverTo: address(
      'Where the signed letter is delivered by POST, below such an address.',
      'https://surat.example.go.id/tte/7f3a…',
    ),
    returnTo: address(
      'Where the official is led back to afterwards, on the host of such an address.',
      'https://surat.example.go.id/surat/123',
    ).optional(),
    expiresIn: z
      .int()
      .min(60)
      .max(LONGEST_S)
      .default(86_400)
      .meta({ description: 'Seconds for which the link opens. Default: a day.' }),
    order: orderParameters.default({}).meta({
      description:
        'How to sign, by the parameters of /v1/sign. With "anchor" or "fieldName" the place is fixed; "rect" is a proposal that the official may move; without either the official chooses.',
    }),
  })
  .meta({ description: 'Which letter, by whom, and where it comes from and goes to.' });

export type SigningRequestBody = z.output<typeof signingRequestBody>;
export type OrderTexts = z.input<typeof orderParameters>;

export const signingRequestAnswer = z
  .strictObject({
    id: z.uuid().meta({ description: 'Names the request; the letter is fetched and delivered with it.' }),
    url: z.url().meta({ description: 'To be given to the signer; useless to anybody else.' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'SigningRequest' });
