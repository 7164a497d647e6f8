// `npm run release-notes -- v0.1.0`: what has changed since, from the commits; each says scope and effect.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Change {
  readonly hash: string;
  readonly subject: string;
  readonly body: string;
}

/** What concerns whoever runs or calls the service, in this order; everything else is for whoever changes it. */
const FIRST = [
  'verify',
  'sign',
  'http',
  'bsre',
  'cli',
  'web',
  'signers',
  'identity',
  'audit',
  'config',
  'deploy',
];

/** The notes as Markdown: by scope, a change of one's own hands (`upgrade:` in a body) above all. */
export function releaseNotes(title: string, changes: readonly Change[]): string {
  const upgrades = changes.flatMap(({ body }) =>
    [...body.matchAll(/^upgrade: (.+)$/gim)].map(([, text = '']) => text),
  );
  const byScope = Map.groupBy(changes, ({ subject }) => scopeOf(subject));
  const rank = (scope: string): number => (FIRST.includes(scope) ? FIRST.indexOf(scope) : FIRST.length);
  const scopes = [...byScope.keys()].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const parts = scopes.map((scope) => [
    `## ${scope}`,
    '',
    ...(byScope.get(scope) ?? []).map(({ hash, subject }) => `- ${effectOf(subject)} (${hash.slice(0, 8)})`),
    '',
  ]);
  const first =
    upgrades.length === 0 ? [] : ['## Before the update', '', ...upgrades.map((text) => `- ${text}`), ''];
  return [`# ${title}`, '', ...first, ...parts.flat()].join('\n');
}

function scopeOf(subject: string): string {
  return /^([a-z0-9-]+)(?:, [a-z0-9-]+)*: /.exec(subject)?.[1] ?? 'other';
}

function effectOf(subject: string): string {
  return subject.replace(/^[a-z0-9-]+(?:, [a-z0-9-]+)*: /, '');
}

if (import.meta.main) {
  const [from, to = 'HEAD'] = process.argv.slice(2);
  const range = from === undefined ? to : `${from}..${to}`;
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const args = ['log', '--no-merges', '--format=%H%x00%s%x00%b%x1e', range];
  const log = execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const changes = log
    .split('\x1e')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const [hash = '', subject = '', body = ''] = entry.trim().split('\0');
      return { hash, subject, body };
    });
  process.stdout.write(`${releaseNotes(range, changes)}\n`);
}
