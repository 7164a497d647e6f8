// What a benchmark says: text and tables on standard output.

export function sayTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  say([line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line), ''].join('\n'));
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
