// HTML from templates: every value is escaped unless it is HTML that such a template made.

/** Markup that is safe to put into a page; only `html` makes it. */
export interface Html {
  readonly kind: 'html';
  readonly markup: string;
}

type Value = Html | string | number | null | readonly Value[];

/** Values are escaped for element content and for attributes in double quotes; null is nothing, a list is joined. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = strings.map((part, index) => part + markupOf(values[index] ?? null)).join('');
  return { kind: 'html', markup };
}

function markupOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  return 'kind' in value ? value.markup : value.map(markupOf).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
