// The logical structure of a document of ours (ISO 32000-2, 14.7): what is read aloud, in which order, and as what.

import {
  PDFArray,
  type PDFDict,
  type PDFDocument,
  PDFHexString,
  PDFName,
  type PDFPage,
  type PDFRef,
} from 'pdf-lib';

/** Standard structure types (14.8.4) that we use. */
export type TagType =
  | 'Document'
  | 'Sect'
  | 'H1'
  | 'H2'
  | 'H3'
  | 'P'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'Figure';

/** An element of the structure; where its contents stand is added while pages are drawn. */
export interface Tag {
  readonly type: TagType;
  /** Text instead of a picture. */
  readonly alternative?: string;
  /** Cells that one of a table takes, where it is more than one. */
  readonly columns?: number;
  readonly children: (Tag | PlacedContent)[];
}

/** A marked sequence of a page. */
interface PlacedContent {
  readonly page: PDFPage;
  readonly number: number;
}

/** A new element below `parent`. */
export function tagBelow(parent: Tag, type: TagType, parts: Omit<Tag, 'type' | 'children'> = {}): Tag {
  const tag: Tag = { ...parts, type, children: [] };
  parent.children.push(tag);
  return tag;
}

/** Numbers the marked sequences of one page. */
export function contentNumbers(page: PDFPage): (tag: Tag) => number {
  let next = 0;
  return (tag) => {
    const number = next;
    next += 1;
    tag.children.push({ page, number });
    return number;
  };
}

/** Writes the structure into the catalog, and into each page where its elements are found. */
export function writeStructure(document: PDFDocument, root: Tag): void {
  const { context, catalog } = document;
  const tree = context.obj({ Type: 'StructTreeRoot' });
  const treeRef = context.register(tree);
  const parents = new Map<PDFPage, PDFRef[]>();
  tree.set(PDFName.of('K'), writeElement(document, root, treeRef, parents));
  const numbers = PDFArray.withContext(context);
  for (const [index, page] of document.getPages().entries()) {
    page.node.set(PDFName.of('StructParents'), context.obj(index));
    page.node.set(PDFName.of('Tabs'), PDFName.of('S'));
    numbers.push(context.obj(index));
    numbers.push(context.register(context.obj(parents.get(page) ?? [])));
  }
  tree.set(PDFName.of('ParentTree'), context.register(context.obj({ Nums: numbers })));
  tree.set(PDFName.of('ParentTreeNextKey'), context.obj(document.getPageCount()));
  catalog.set(PDFName.of('StructTreeRoot'), treeRef);
  catalog.set(PDFName.of('MarkInfo'), context.obj({ Marked: true }));
}

function writeElement(
  document: PDFDocument,
  tag: Tag,
  parent: PDFRef,
  parents: Map<PDFPage, PDFRef[]>,
): PDFRef {
  const { context } = document;
  const ref = context.nextRef();
  const element: PDFDict = context.obj({ Type: 'StructElem', S: tag.type, P: parent });
  if (tag.alternative !== undefined) element.set(PDFName.of('Alt'), PDFHexString.fromText(tag.alternative));
  const attributes = attributesOf(tag);
  if (attributes !== null) element.set(PDFName.of('A'), context.obj(attributes));
  const kids = PDFArray.withContext(context);
  for (const child of tag.children) {
    if ('type' in child) {
      kids.push(writeElement(document, child, ref, parents));
      continue;
    }
    const { page, number } = child;
    kids.push(context.obj({ Type: 'MCR', Pg: page.ref, MCID: number }));
    const onPage = parents.get(page) ?? [];
    onPage[number] = ref;
    parents.set(page, onPage);
  }
  element.set(PDFName.of('K'), kids);
  context.assign(ref, element);
  return ref;
}

function attributesOf({ type, columns }: Tag): Readonly<Record<string, string | number>> | null {
  if (type !== 'TH' && columns === undefined) return null;
  return {
    O: 'Table',
    ...(type === 'TH' ? { Scope: 'Column' } : {}),
    ...(columns === undefined ? {} : { ColSpan: columns }),
  };
}
