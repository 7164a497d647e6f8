// One text for one value: members in the order of their names, no white space, numbers as ECMAScript writes them. What is
// compared byte for byte, today and in ten years, is written here and nowhere else.

/** What canonical JSON can say; bytes stand as base64. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/** The value has no canonical form: a number that is not finite, something that is no JSON, or nesting beyond reason. */
export class NotCanonical extends Error {
  constructor(reason: 'not-finite' | 'not-json' | 'too-deep') {
    super(`canonical JSON: ${reason}`);
    this.name = 'NotCanonical';
  }
}

// A report nests six levels deep; the bound keeps made-up input from exhausting the stack.
const MOST_DEPTH = 32;

/**
 * Writes a value. Members that are undefined are left out, as JSON knows none.
 * @throws NotCanonical
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MOST_DEPTH) throw new NotCanonical('too-deep');
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotCanonical('not-finite');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) throw new NotCanonical('not-json');
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // By code units, whatever the language of the machine.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}
