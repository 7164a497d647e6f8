// Reads as much TypeScript as the architecture rules need: which modules a file names, and its code without comments and texts.

/** A module that a source file names. */
export interface ModuleUse {
  readonly specifier: string;
  /** `url`: `new URL('./worker.ts', import.meta.url)`, the way to a worker or to a file beside the module. */
  readonly kind: 'import' | 're-export' | 'dynamic' | 'url';
  /** The imported or re-exported names as written; null for a namespace, a default, an effect or a dynamic import. */
  readonly names: readonly string[] | null;
  readonly typeOnly: boolean;
}

/** Where a `/` begins a regular expression: after an operator or an opening bracket, or after one of these words. */
const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|throw|await))\s*$/;

/**
 * The source with every comment and the inside of every string, template text and regular expression blanked out; offsets
 * and line ends stay, so that what is found there can be read in the source.
 */
export function codeOf(source: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  let code = '';
  let at = 0;
  /** Depths of braces at which a template's `${` ends. */
  const templates: number[] = [];
  let depth = 0;
  const take = (pattern: RegExp, keep: number): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found === undefined) return false;
    code +=
      keep === 0 ? blank(found) : found.slice(0, keep) + blank(found.slice(keep, -keep)) + found.slice(-keep);
    at += found.length;
    return true;
  };
  const takeTemplateText = (): void => {
    take(/(?:\\[\s\S]|\$(?!\{)|[^\\`$])*/y, 0);
    if (source.startsWith('${', at)) templates.push(depth++);
    const length = source[at] === '`' ? 1 : 2;
    code += source.slice(at, at + length);
    at += length;
  };
  while (at < source.length) {
    const character = source.charAt(at);
    if (take(/\/\/.*|\/\*[\s\S]*?\*\//y, 0) || take(/'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y, 1))
      continue;
    const mayBeRegex = character === '/' && REGEX_MAY_FOLLOW.test(code.slice(-80));
    if (mayBeRegex && take(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//y, 1)) continue;
    code += character;
    at += 1;
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (character === '}' && templates.at(-1) === depth) {
      templates.pop();
      takeTemplateText();
    }
    if (character === '`') takeTemplateText();
  }
  return code;
}

const STATIC = /\b(import|export)\b([^'"`;=()]*?)\bfrom\s*(['"])/g;
const EFFECT = /\bimport\s*(['"])/g;
const DYNAMIC = /\bimport(?:\.meta\.resolve)?\s*\(\s*(['"])/g;
const BESIDE = /\bnew URL\s*\(\s*(['"`])/g;

/** Every module that the source names, in no particular order. */
export function modulesOf(source: string): readonly ModuleUse[] {
  const code = codeOf(source);
  const text = (match: RegExpExecArray, quote: string): string => {
    const start = match.index + match[0].length;
    return source.slice(start, code.indexOf(quote, start));
  };
  const uses: ModuleUse[] = [...code.matchAll(STATIC)].map((match) => {
    const [, keyword, clause = '', quote = ''] = match;
    return {
      specifier: text(match, quote),
      kind: keyword === 'import' ? 'import' : 're-export',
      names: namesIn(clause),
      typeOnly: isTypeOnly(clause),
    };
  });
  const others = [
    ['import', EFFECT],
    ['dynamic', DYNAMIC],
    ['url', BESIDE],
  ] as const;
  for (const [kind, pattern] of others) {
    for (const match of code.matchAll(pattern)) {
      // A worker's address ends in a template with the suffix of whoever runs: .ts here, .js in the package.
      const specifier = text(match, match[1] ?? '').replace(/\$\{.*$/s, '.ts');
      if (kind !== 'url' || specifier.startsWith('.')) {
        uses.push({ specifier, kind, names: null, typeOnly: false });
      }
    }
  }
  return uses;
}

function namesIn(clause: string): readonly string[] | null {
  const list = /\{([^}]*)\}/.exec(clause)?.[1];
  if (list === undefined) return null;
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => name.replace(/^type\s+/, '').replace(/\s+as\s+.*$/, ''));
}

function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const list = /\{([^}]*)\}/.exec(clause)?.[1];
  return list?.split(',').every((name) => /^\s*(?:type\s|$)/.test(name)) ?? false;
}
