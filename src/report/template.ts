// Texts with places to fill: `{name}` is a value, `**…**` is set in bold where a face can.

/** A stretch of a filled text. */
export interface TextPart {
  readonly text: string;
  readonly strong: boolean;
}

export type Values = Readonly<Record<string, string>>;

/**
 * Fills a template. Values are put in last and are never read as markup or as places themselves.
 * @throws Error when a place has no value: a text with a hole must not reach anybody
 */
export function fillTemplate(template: string, values: Values): readonly TextPart[] {
  return template
    .split('**')
    .map((stretch, index) => ({ text: fillPlaces(stretch, values), strong: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}

/** A filled template without its bold marks. @throws Error like `fillTemplate` */
export function fillText(template: string, values: Values): string {
  return plainText(fillTemplate(template, values));
}

export function plainText(parts: readonly TextPart[]): string {
  return parts.map((part) => part.text).join('');
}

/** The places of a template, each once. */
export function placesOf(template: string): readonly string[] {
  return [...new Set([...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))];
}

function fillPlaces(stretch: string, values: Values): string {
  return stretch.replace(/\{(\w+)\}/g, (_, place: string) => {
    const value = values[place];
    if (value === undefined) throw new Error(`no value for {${place}}`);
    return value;
  });
}
