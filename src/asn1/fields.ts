// Walking the fields of a SEQUENCE in the order of its ASN.1 module, with the optional ones asked for by tag.

import { childrenOf, type Element, MalformedAsn1, Tag } from './element.ts';

/**
 * The fields of one constructed element, taken from first to last.
 *
 * ```ts
 * const fields = new Fields(certificate, 'Certificate');
 * const tbs = fields.take(Tag.sequence);
 * const algorithm = fields.take(Tag.sequence);
 * const signature = fields.take(Tag.bitString);
 * fields.end();
 * ```
 */
export class Fields {
  readonly #children: readonly Element[];
  readonly #where: string;
  #next = 0;

  /** @throws MalformedAsn1 `tag-unexpected` when the element is not constructed */
  constructor(element: Element, where: string) {
    if ((element.tag & 0x20) === 0) throw new MalformedAsn1('tag-unexpected', where);
    this.#children = childrenOf(element, where);
    this.#where = where;
  }

  /** The next field, which must have this tag. @throws MalformedAsn1 */
  take(tag: number): Element {
    const element = this.takeAny();
    if (element.tag !== tag) throw new MalformedAsn1('tag-unexpected', this.#where);
    return element;
  }

  /** The next field whatever its tag (CHOICE, ANY). @throws MalformedAsn1 */
  takeAny(): Element {
    const element = this.#children[this.#next];
    if (element === undefined) throw new MalformedAsn1('truncated', this.#where);
    this.#next += 1;
    return element;
  }

  /** The next field if it has one of these tags (OPTIONAL, DEFAULT). */
  takeIf(...tags: number[]): Element | undefined {
    const element = this.#children[this.#next];
    if (element === undefined || !tags.includes(element.tag)) return undefined;
    this.#next += 1;
    return element;
  }

  /** Whether fields are left. */
  get more(): boolean {
    return this.#next < this.#children.length;
  }

  /** @throws MalformedAsn1 `trailing-bytes` when fields are left */
  end(): void {
    if (this.more) throw new MalformedAsn1('trailing-bytes', this.#where);
  }
}

/** The fields of a SEQUENCE. @throws MalformedAsn1 */
export function sequenceFields(element: Element, where: string): Fields {
  if (element.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', where);
  return new Fields(element, where);
}
