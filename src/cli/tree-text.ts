// A tree of lines, drawn with its branches.

import type { Paint } from '../report/text.ts';
import { wrapText } from '../report/wrap.ts';

export interface Tree {
  readonly role: Parameters<Paint>[0] | null;
  readonly text: string;
  readonly branches: readonly Tree[];
}

export function branch(role: Tree['role'], text: string, branches: readonly Tree[] = []): Tree {
  return { role, text, branches };
}

export interface TreeStyle {
  readonly paint: Paint;
  /** Columns. */
  readonly width: number;
}

/** Ends with a line feed. */
export function treeText(tree: Tree, style: TreeStyle): string {
  return `${treeLines(tree, '', '', style).join('\n')}\n`;
}

/** @param lead - before the first line; `rest` before those below it */
function treeLines(
  { role, text, branches }: Tree,
  lead: string,
  rest: string,
  style: TreeStyle,
): readonly string[] {
  const room = Math.max(20, style.width - lead.length);
  const inside = branches.length === 0 ? '  ' : '│ ';
  const own = wrapText(text, '', room).map((line, i) => {
    const painted = role === null ? line : style.paint(role, line);
    return i === 0 ? `${lead}${painted}` : `${rest}${inside}${painted}`;
  });
  const below = branches.flatMap((each, i) => {
    const last = i === branches.length - 1;
    return treeLines(each, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`, style);
  });
  return [...own, ...below];
}
