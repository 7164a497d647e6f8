// What the page for officials is given: links, letters and signatures, each step asked again on the other side.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../identity/sign-in-session.ts';
import type { Instant, VerificationReport } from '../index.ts';
import type { PageProblem } from './page-services.ts';

/** A form of our own page, sent by whoever has come in. */
export interface OwnForm {
  readonly session: Session;
  readonly fields: ReadonlyMap<string, string>;
}

/** What has to be asked of whoever signs. */
export interface DeskSigner {
  readonly signerName: string;
  readonly secondFactor: 'totp' | 'email' | null;
  /** What the key itself asks for. */
  readonly secret: 'passphrase' | 'otp' | 'none';
}

/** What a link says to its addressee. */
export interface DeskLink extends DeskSigner {
  readonly sealed: string;
  readonly title: string;
  /** Name of the application. */
  readonly client: string;
  /** Where the official is led back to; null: nowhere. */
  readonly back: string | null;
  readonly expiresAt: Instant;
  /** Lower-case hexadecimal. */
  readonly documentSha256: string;
}

/** Lengths in millimetres, from the corner to the same corner of the box. */
export interface DeskPlace {
  readonly page: number | 'last';
  readonly corner: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DeskLetter extends DeskLink {
  readonly size: number;
  readonly report: VerificationReport;
  readonly place:
    | { readonly kind: 'free'; readonly place: DeskPlace }
    | { readonly kind: 'fixed' | 'invisible' };
}

export interface DeskOutcome extends DeskLink {
  readonly signatureId: string;
  readonly sha256: string;
  readonly delivered: boolean;
  /** Null where it is not at hand. */
  readonly pdf: Uint8Array | null;
}

/** A letter that the official brought. */
export interface OwnOutcome {
  readonly signatureId: string;
  readonly sha256: string;
  readonly pdf: Uint8Array;
}

export interface DeskProblem extends PageProblem {
  /** Fields of the form that are not as they must be. */
  readonly fields: readonly string[];
}

/** All methods throw what `refuse` understands. */
export interface SigningServices {
  /** Officials sign what they bring themselves; null: they do not. */
  readonly own: {
    signer(session: Session): DeskSigner;
    /** Reads the form and asks whose it is. */
    sign(request: FastifyRequest, reply: FastifyReply): Promise<OwnOutcome>;
  } | null;
  /** Null: nobody has come in. */
  session(request: FastifyRequest): Session | null;
  /** Sends the browser to the agency's provider; afterwards this link is opened. */
  begin(reply: FastifyReply, link: string, again: boolean): Promise<FastifyReply>;
  /** @returns the link that is to be opened */
  complete(request: FastifyRequest, reply: FastifyReply): Promise<string>;
  leave(reply: FastifyReply): void;
  readForm(request: FastifyRequest): Promise<OwnForm>;
  visit(
    request: FastifyRequest,
    sealed: string,
    session: Session,
  ): Promise<{ readonly waiting: DeskLetter } | { readonly done: DeskOutcome }>;
  /** The very bytes. */
  letter(request: FastifyRequest, sealed: string, session: Session): Promise<Uint8Array>;
  sign(request: FastifyRequest, reply: FastifyReply, form: OwnForm): Promise<DeskOutcome>;
  deliverAgain(request: FastifyRequest, form: OwnForm): Promise<DeskOutcome>;
  sendCode(request: FastifyRequest, form: OwnForm): Promise<void>;
  /** Logs the error and puts its status and headers on the reply. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): DeskProblem;
  readonly development: boolean;
  readonly timeZone: string;
}
