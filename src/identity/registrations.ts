// Who asked for an account through the compatible API. An account is the operator's to give: what is kept is a line in a file that the
// operator reads, and until then the application is told that it waits.

import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

export interface Registrations {
  /** Null where nobody may apply. `full`: the operator has some reading to do. */
  note(client: string, applicant: Applicant): 'noted' | 'known' | 'full' | null;
  /** Whether this client has asked for an account with this address. */
  waits(client: string, email: string): boolean;
}

export interface Applicant {
  readonly name: string;
  readonly email: string;
}

/** As many as somebody reads; the file stays below 5 MB. */
const MOST_LINES = 10_000;

const line = z.object({ client: z.string(), email: z.string() });

/**
 * @param pathOf - of the file now; null where nobody may apply
 * @param clock - milliseconds since 1970
 */
export function registrations(pathOf: () => string | null, clock: () => number): Registrations {
  let seen = '';
  let known: ReadonlySet<string> = new Set();
  /** Read again when it differs: other processes write it too, and the operator takes lines out. */
  const current = (path: string): ReadonlySet<string> => {
    const facts = statSync(path, { throwIfNoEntry: false });
    const appearance = `${path} ${facts?.ino} ${facts?.size} ${facts?.mtimeMs}`;
    if (appearance !== seen) {
      known = new Set(facts === undefined ? [] : applicantsIn(readFileSync(path, 'utf8')));
      seen = appearance;
    }
    return known;
  };
  return {
    note: (client, { name, email }) => {
      const path = pathOf();
      if (path === null) return null;
      const waiting = current(path);
      if (waiting.has(keyOf(client, email))) return 'known';
      if (waiting.size >= MOST_LINES) return 'full';
      const at = new Date(clock()).toISOString();
      appendFileSync(path, `${JSON.stringify({ at, client, name, email })}\n`, { mode: 0o600 });
      return 'noted';
    },
    waits: (client, email) => {
      const path = pathOf();
      return path !== null && current(path).has(keyOf(client, email));
    },
  };
}

/** Addresses are compared without regard to case, as in the registry. */
function keyOf(client: string, email: string): string {
  return `${client} ${email.toLowerCase()}`;
}

/** A line that the operator's editor has spoiled is nobody's. */
function applicantsIn(text: string): readonly string[] {
  return text.split('\n').flatMap((each) => {
    const read = line.safeParse(parsed(each));
    return read.success ? [keyOf(read.data.client, read.data.email)] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Also the empty one behind the last line feed.
    return null;
  }
}
