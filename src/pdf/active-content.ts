// What in a document acts, or shows something else than its pages (operations, threat 22): found before anybody signs it.

import type { PdfDocument, RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from './objects.ts';
import { pages } from './page-tree.ts';

/**
 * - `javascript`, `launch` (starts a program), `open-action` (acts as soon as the document is opened)
 * - `form-action`: sends entries away or imports them; `multimedia`: sound, film, 3D, rich media
 * - `remote-document`: leads into another document; `external-content`: shows what stands in another file
 * - `hides-content`: an action that shows or hides something; `optional-content`: layers, which may be invisible or differ in print
 * - `embedded-files`; `xfa`: a second form, which viewers may show instead of the pages
 */
export type ActiveContentKind =
  | 'javascript'
  | 'launch'
  | 'open-action'
  | 'form-action'
  | 'multimedia'
  | 'remote-document'
  | 'external-content'
  | 'hides-content'
  | 'optional-content'
  | 'embedded-files'
  | 'xfa';

export interface ActiveContent {
  readonly kind: ActiveContentKind;
  /** The first page from which it is reached, counted from 1; null for the document as a whole. */
  readonly page: number | null;
}

export interface ActiveContentSearch {
  /** Each kind once for each page, and once for the document. */
  readonly found: readonly ActiveContent[];
  /** False where an object could not be read, or there were too many: then something may be hidden there. */
  readonly complete: boolean;
}

// Named and GoTo move the view, URI opens a link that the reader clicks: letters have them.
const ACTIONS: ReadonlyMap<string, ActiveContentKind> = new Map(
  Object.entries({
    JavaScript: 'javascript',
    Launch: 'launch',
    SubmitForm: 'form-action',
    ImportData: 'form-action',
    Movie: 'multimedia',
    Sound: 'multimedia',
    Rendition: 'multimedia',
    GoTo3DView: 'multimedia',
    RichMediaExecute: 'multimedia',
    GoToR: 'remote-document',
    GoToE: 'remote-document',
    Hide: 'hides-content',
    SetOCGState: 'hides-content',
  } as const),
);

const ANNOTATIONS: ReadonlyMap<string, ActiveContentKind> = new Map(
  Object.entries({
    FileAttachment: 'embedded-files',
    Movie: 'multimedia',
    Sound: 'multimedia',
    Screen: 'multimedia',
    RichMedia: 'multimedia',
    '3D': 'multimedia',
  } as const),
);

// Ways up and across, and the structure tree, which holds the same objects by other paths and triggers nothing.
const NOT_FOLLOWED: ReadonlySet<string> = new Set(['Parent', 'P', 'StructTreeRoot', 'Dest', 'ParentTree']);

/** Searches everything that is reached from the catalog of the last revision: pages first, then what belongs to none. */
export function findActiveContent(document: PdfDocument): ActiveContentSearch {
  const search = new Search(document);
  try {
    for (const page of pages(document.last, document.limits)) search.walk(page.reference, page.number);
    const catalog = document.last.catalog();
    search.walk(catalog, null);
    for (const kind of ofCatalog(document.last, catalog)) search.add(kind, null);
  } catch (error) {
    search.missed(error);
  }
  return { found: search.found(), complete: search.complete };
}

/** What only the catalog's own entries tell. */
function* ofCatalog(view: RevisionView, catalog: PdfDictionary): Generator<ActiveContentKind> {
  if (opensWithAction(view, view.get(catalog, 'OpenAction'))) yield 'open-action';
  const form = asKind(view.get(catalog, 'AcroForm'), 'dictionary');
  if (form !== undefined && view.get(form, 'XFA') !== null) yield 'xfa';
  const layers = asKind(view.get(catalog, 'OCProperties'), 'dictionary');
  const groups = layers === undefined ? undefined : asKind(view.get(layers, 'OCGs'), 'array');
  if (groups !== undefined && groups.items.length > 0) yield 'optional-content';
  if (view.get(catalog, 'Collection') !== null) yield 'embedded-files';
}

/** A destination, also as an action, only says which page is shown first. */
function opensWithAction(view: RevisionView, object: PdfObject): boolean {
  const action = asKind(object, 'dictionary');
  return action !== undefined && (!isName(view.get(action, 'S'), 'GoTo') || action.entries.has('Next'));
}

class Search {
  readonly #view: RevisionView;
  readonly #mostObjects: number;
  readonly #visited = new Set<number>();
  readonly #found = new Map<string, ActiveContent>();
  #complete = true;

  constructor({ last, limits }: PdfDocument) {
    this.#view = last;
    this.#mostObjects = limits.pathSteps;
  }

  get complete(): boolean {
    return this.#complete;
  }

  found(): readonly ActiveContent[] {
    return [...this.#found.values()];
  }

  add(kind: ActiveContentKind, page: number | null): void {
    this.#found.set(`${kind} ${page}`, { kind, page });
  }

  /** What is damaged is told; other errors are ours. */
  missed(error: unknown): void {
    if (!(error instanceof MalformedPdf)) throw error;
    this.#complete = false;
  }

  /** Everything that is reached from an object and was not reached before. */
  walk(root: PdfObject, page: number | null): void {
    const pending: PdfObject[] = [root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const object = this.#arrive(next);
      const dictionary = asKind(object, 'dictionary') ?? asKind(object, 'stream')?.dictionary;
      if (dictionary === undefined) {
        for (const item of asKind(object, 'array')?.items ?? []) if (isContainer(item)) pending.push(item);
        continue;
      }
      // A page that another object refers to is searched as itself.
      if (next !== root && isName(dictionary.entries.get('Type'), 'Page')) continue;
      for (const kind of this.#kindsOf(dictionary, asKind(object, 'stream') !== undefined))
        this.add(kind, page);
      for (const [key, value] of dictionary.entries)
        if (!NOT_FOLLOWED.has(key) && isContainer(value)) pending.push(value);
    }
  }

  /** The object itself; null where it was seen before, cannot be read or is one too many. */
  #arrive(object: PdfObject): PdfObject {
    const reference = asKind(object, 'reference');
    if (reference === undefined) return object;
    if (this.#visited.has(reference.number)) return null;
    if (this.#visited.size >= this.#mostObjects) {
      this.#complete = false;
      return null;
    }
    this.#visited.add(reference.number);
    try {
      return this.#view.resolve(reference);
    } catch (error) {
      this.missed(error);
      return null;
    }
  }

  *#kindsOf({ entries }: PdfDictionary, isStream: boolean): Generator<ActiveContentKind> {
    const nameAt = (key: string): string => asKind(this.#resolved(entries.get(key)), 'name')?.name ?? '';
    const action = ACTIONS.get(nameAt('S'));
    if (action !== undefined) yield action;
    const annotation = entries.has('Rect') ? ANNOTATIONS.get(nameAt('Subtype')) : undefined;
    if (annotation !== undefined) yield annotation;
    if (entries.has('JS')) yield 'javascript';
    if (entries.has('EF')) yield 'embedded-files';
    // The data of such a stream, or the page of such a form, stands in another file (7.3.8.2 and 8.10.4).
    if (isStream && (entries.has('F') || entries.has('Ref'))) yield 'external-content';
  }

  #resolved(object: PdfObject | undefined): PdfObject {
    try {
      return this.#view.resolve(object);
    } catch (error) {
      this.missed(error);
      return null;
    }
  }
}

function isContainer(object: PdfObject): boolean {
  if (object === null || typeof object === 'boolean') return false;
  const { kind } = object;
  return kind === 'reference' || kind === 'dictionary' || kind === 'array' || kind === 'stream';
}
