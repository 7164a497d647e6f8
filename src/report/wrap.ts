// Lines of limited width, for faces that have only text.

/** The text in lines of at most `width` columns where its words allow; `lead` opens the first, blanks the others. */
export function wrapText(text: string, lead: string, width: number): readonly string[] {
  const indent = ' '.repeat(columns(lead));
  const lines: string[] = [];
  let line = lead;
  let room = width - columns(lead);
  for (const word of text.split(' ').filter((found) => found !== '')) {
    const needed = columns(word);
    const opened = line !== lead && line !== indent;
    if (opened && needed + 1 > room) {
      lines.push(line);
      line = indent;
      room = width - columns(indent);
    }
    const glue = line === lead || line === indent ? '' : ' ';
    line += glue + word;
    room -= needed + glue.length;
  }
  return [...lines, line];
}

// Code points, which is right for Latin script; nothing here needs more.
function columns(text: string): number {
  return [...text].length;
}
