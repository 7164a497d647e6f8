// XML written: what is written by hand as markup, what comes from a file only as escaped text.

/** Markup that is well-formed; made only here. */
export type Xml = string & { readonly markup: true };

// Characters that XML 1.0 has no way to write (2.2), and lone halves of surrogate pairs.
const IMPOSSIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

export function xmlText(value: string): Xml {
  const possible = value.replaceAll(IMPOSSIBLE, '\ufffd');
  return possible.replaceAll(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? '') as Xml;
}

/** @param name - with its prefix, as it stands in the program; children that are null are left out */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Xml | null)[]
): Xml {
  const opened = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(value)}"`);
  const content = children.filter((child) => child !== null).join('');
  return `<${name}${opened.join('')}${content === '' ? '/>' : `>${content}</${name}>`}` as Xml;
}

/** An element that holds one text. */
export function xmlLeaf(name: string, value: string): Xml {
  return xmlElement(name, {}, xmlText(value));
}

/** `base64Binary` of hexadecimal digits. */
export function base64OfHex(digits: string): string {
  const codes = (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return btoa(String.fromCharCode(...codes));
}
