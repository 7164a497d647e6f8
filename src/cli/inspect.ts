// `teken inspect`: what a PDF file is made of, as a tree: its versions, the signatures that end with each, their certificates and
// proofs, and what each covers.

import { nodePlatform } from '../platform/node.ts';
import { changeText } from '../report/change-texts.ts';
import { reportJson } from '../report/json.ts';
import type { Language, Text } from '../report/language.ts';
import { LOOK_SYMBOLS, lookOfSignature } from '../report/looks.ts';
import { printable, printableClaim } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { rfc3339, timeText } from '../report/time-text.ts';
import type { SignatureReport, VerificationReport } from '../verify/report.ts';
import type { CertificateDetails, TimestampDetails } from '../verify/report-details.ts';
import { type DocumentVersions, listVersions } from '../verify/revisions.ts';
import { verifyDocument } from '../verify/verify-document.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { openInput } from './input-files.ts';
import { runIdOf } from './run-id.ts';
import { plain } from './terminal.ts';
import { branch, type Tree, treeText } from './tree-text.ts';
import { UsageError } from './usage-error.ts';
import { openVerifyContext } from './verify-context.ts';
import { readVerifySettings } from './verify-settings.ts';

const WORDS = {
  file: { id: '{name}: {size} bita, sha256 {sha256}', en: '{name}: {size} bytes, sha256 {sha256}' },
  version: {
    id: 'versi {revision}: bita {from} sampai {to}',
    en: 'version {revision}: bytes {from} to {to}',
  },
  unsigned: { id: 'tanpa tanda tangan', en: 'not signed' },
  loose: { id: 'tidak mengakhiri versi mana pun', en: 'ending with no version' },
  covers: {
    id: 'mencakup bita 0 sampai {to}, kecuali nilainya sendiri',
    en: 'covers bytes 0 to {to}, its own value left out',
  },
  whole: {
    id: 'mencakup seluruh berkas, kecuali nilainya sendiri',
    en: 'covers the whole file, its own value left out',
  },
  algorithms: { id: '{signature}, sidik {digest}', en: '{signature}, digest {digest}' },
  chain: { id: 'sertifikat', en: 'certificates' },
  certificate: { id: '{subject}, {from} – {to}{anchor}', en: '{subject}, {from} – {to}{anchor}' },
  anchor: { id: ', dipercaya', en: ', trusted' },
  status: { id: 'status: {status}{source}{time}', en: 'status: {status}{source}{time}' },
  timestamp: {
    id: 'stempel waktu ({kind}): {time}, {authority}, {status}',
    en: 'time-stamp ({kind}): {time}, {authority}, {status}',
  },
  reasons: { id: 'catatan: {reasons}', en: 'reasons: {reasons}' },
  later: { id: 'versi {revision} sesudahnya: {change}', en: 'version {revision} afterwards: {change}' },
} as const satisfies Readonly<Record<string, Text>>;

interface Showing {
  readonly language: Language;
  readonly timeZone: string;
}

/**
 * Shows the tree.
 * @returns the exit code; nothing is decided here, so a file that can be read ends with 0
 * @throws UsageError, MalformedPdf
 */
export async function inspect(line: Arguments, calling: Calling): Promise<number> {
  const [path, ...more] = line.files;
  if (path === undefined) throw new UsageError('file-argument-missing');
  if (more.length > 0) throw new UsageError('too-many-files');
  const { terminal, language } = calling;
  const environment = calling.environment();
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
  const run = openVerifyContext(readVerifySettings(line, environment), environment, null);
  const source = openInput(path);
  try {
    const { password } = run.context;
    const context = { platform: nodePlatform, signal: terminal.interrupted };
    const versions = await listVersions(source, {
      ...context,
      ...(password === undefined ? {} : { password }),
    });
    const report = await verifyDocument(source, {
      ...run.context,
      detail: true,
      signal: terminal.interrupted,
    });
    if (terminal.interrupted.aborted) return EXIT.interrupted;
    const { timeZone, tool } = run.shown;
    if (format === 'json') {
      const requestId = runIdOf(path, report, run.now);
      const answer = reportJson(report, { requestId, fileName: path, tool, timeZone });
      await terminal.write(`${JSON.stringify({ versions: versions.versions, answer }, null, 2)}\n`);
    } else {
      const paint = line.has('no-color') ? plain : terminal.paint;
      const tree = fileTree(path, versions, report, { language, timeZone });
      await terminal.write(treeText(tree, { paint, width: terminal.width }));
    }
    return EXIT.accepted;
  } finally {
    source.close();
    run.close();
  }
}

function fileTree(
  path: string,
  versions: DocumentVersions,
  report: VerificationReport,
  showing: Showing,
): Tree {
  const { language } = showing;
  const { file } = versions;
  const head = fillText(WORDS.file[language], {
    name: printable(path),
    size: String(file.size),
    sha256: file.sha256,
  });
  const ofRevision = (revision: number | null): readonly Tree[] =>
    report.signatures
      .filter((each) => each.revision === revision)
      .map((each) => signatureTree(each, versions, showing));
  const loose = ofRevision(null);
  return branch('strong', head, [
    ...versions.versions.map(({ revision, size }, i) => {
      const from = versions.versions[i - 1]?.size ?? 0;
      const signed = ofRevision(revision);
      const said = { revision: String(revision), from: String(from), to: String(size) };
      const nothing = branch('faint', WORDS.unsigned[language]);
      return branch(
        'strong',
        fillText(WORDS.version[language], said),
        signed.length === 0 ? [nothing] : signed,
      );
    }),
    ...(loose.length === 0 ? [] : [branch('bad', WORDS.loose[language], loose)]),
  ]);
}

function signatureTree(signature: SignatureReport, versions: DocumentVersions, showing: Showing): Tree {
  const { language } = showing;
  const look = lookOfSignature(signature.verdict);
  const { details, integrity, revision, reasons } = signature;
  const head = [
    `${LOOK_SYMBOLS[look]} ${signature.verdict}`,
    signature.level,
    signature.kind,
    ...(signature.fieldName === null ? [] : [`"${printableClaim(signature.fieldName)}"`]),
  ].join(', ');
  const end = versions.versions.find((each) => each.revision === revision)?.size ?? 0;
  const covered = integrity.coversWholeFile
    ? WORDS.whole[language]
    : fillText(WORDS.covers[language], { to: String(end) });
  const algorithms = fillText(WORDS.algorithms[language], {
    signature: details?.signatureAlgorithm ?? '?',
    digest: details?.digestAlgorithm ?? '?',
  });
  return branch(look, head, [
    ...(revision === null ? [] : [branch(null, covered)]),
    branch(null, algorithms),
    ...chainTree(details?.chain ?? [], showing),
    ...(details?.timestamps ?? []).map((each) => timestampTree(each, showing)),
    ...(reasons.length === 0
      ? []
      : [
          branch(
            null,
            fillText(WORDS.reasons[language], { reasons: reasons.map(({ code }) => code).join(', ') }),
          ),
        ]),
    ...laterLines(signature, language).map((each) => branch('faint', each)),
  ]);
}

function laterLines({ integrity }: SignatureReport, language: Language): readonly string[] {
  const lines = integrity.changesAfter.map((change) =>
    fillText(WORDS.later[language], {
      revision: String(change.revision),
      change: changeText(change, language),
    }),
  );
  return [...new Set(lines)];
}

function chainTree(chain: readonly CertificateDetails[], showing: Showing): readonly Tree[] {
  if (chain.length === 0) return [];
  return [
    branch(
      null,
      WORDS.chain[showing.language],
      chain.map((each) => certificateTree(each, showing)),
    ),
  ];
}

function certificateTree(certificate: CertificateDetails, { language, timeZone }: Showing): Tree {
  const { subject, notBefore, notAfter, anchor, revocation } = certificate;
  const head = fillText(WORDS.certificate[language], {
    subject: printableClaim(subject),
    from: rfc3339(notBefore).slice(0, 10),
    to: rfc3339(notAfter).slice(0, 10),
    anchor: anchor ? WORDS.anchor[language] : '',
  });
  if (revocation === null) return branch(null, head);
  const { status, source, thisUpdate } = revocation;
  const said = fillText(WORDS.status[language], {
    status,
    source: source === null ? '' : `, ${source}`,
    time: thisUpdate === null ? '' : `, ${timeText(thisUpdate, { language, timeZone })}`,
  });
  return branch(null, head, [branch('faint', said)]);
}

function timestampTree(timestamp: TimestampDetails, showing: Showing): Tree {
  const { language, timeZone } = showing;
  const { kind, genTime, authority, status, chain } = timestamp;
  const head = fillText(WORDS.timestamp[language], {
    kind,
    time: genTime === null ? '?' : timeText(genTime, { language, timeZone, precision: 'second' }),
    authority: authority === null ? '?' : printableClaim(authority),
    status,
  });
  return branch(
    null,
    head,
    chain.map((each) => certificateTree(each, showing)),
  );
}
