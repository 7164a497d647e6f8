// The import table of the architecture, and the few rules beside it, as data and as a function over one source file.

import { posix } from 'node:path';
import { codeOf, type ModuleUse, modulesOf } from './source-text.ts';

/** What every layer of the library may name: types of what a runtime lends. */
const PORTS_OF_PLATFORM = 'platform/platform.ts';
/** The types, and the errors that belong to them, through which adapters know the use cases. */
const PORTS_OF_SIGN = ['sign/ports.ts', 'sign/errors.ts'];
const PORTS_OF_VERIFY = ['verify/ports.ts'];
/** Part of the result types: a report's times are instants. Types alone. */
const INSTANT = 'type asn1/values.ts';
/** What goes out to others carries the trace that it is for. */
const TRACE = 'tracing/trace-context.ts';
const LIBRARY = [
  'asn1',
  'pki',
  'cms',
  'pdf',
  'drawing',
  'sign',
  'verify',
  'signers',
  'trust-services',
  'platform',
];

/** Layer (a folder, or a file directly in `src`) → layers, files, or the `type`s of a file that it may import; itself always. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[] | 'everything'>> = {
  platform: [],
  asn1: [PORTS_OF_PLATFORM],
  pdf: [PORTS_OF_PLATFORM],
  pki: [PORTS_OF_PLATFORM, 'asn1'],
  cms: [PORTS_OF_PLATFORM, 'asn1', 'pki'],
  drawing: [PORTS_OF_PLATFORM],
  sign: [PORTS_OF_PLATFORM, 'drawing', 'pdf', 'cms', 'pki', 'asn1'],
  verify: [PORTS_OF_PLATFORM, 'pdf', 'cms', 'pki', 'asn1'],
  signers: [PORTS_OF_PLATFORM, ...PORTS_OF_SIGN, 'cms', 'pki', 'asn1', TRACE],
  'trust-services': [PORTS_OF_PLATFORM, 'cms', 'pki', 'asn1', ...PORTS_OF_SIGN, ...PORTS_OF_VERIFY, TRACE],
  'self-check': LIBRARY,
  'sign-and-verify': [...LIBRARY, 'self-check'],
  'prepare-and-complete': [...LIBRARY, 'sign-and-verify'],
  preflight: [...LIBRARY, 'sign-and-verify'],
  batch: [...LIBRARY, 'sign-and-verify', 'prepare-and-complete'],
  index: [...LIBRARY, 'sign-and-verify', 'prepare-and-complete', 'preflight', 'batch'],
  identity: ['pki', 'state'],
  audit: [],
  letters: [],
  state: [],
  report: ['verify/report.ts', 'verify/report-details.ts', INSTANT],
  config: ['process-settings', 'rate-setting'],
  'process-settings': ['config', 'rate-setting'],
  'rate-setting': [],
  'policy-file': ['trust-services', 'verify'],
  paper: [PORTS_OF_PLATFORM, 'drawing', 'report', 'verify/report.ts'],
  metrics: [],
  tracing: [],
  'tracing-services': 'everything',
  http: [TRACE, 'index', 'identity', 'audit', 'letters', 'state', 'report', 'config', 'metrics', 'web'],
  web: ['index', 'identity', 'audit', 'letters', 'state', 'report', 'config'],
  // What runs on the device of who asks: the verifier, and the page's own way to show what it says.
  browser: ['platform', 'asn1', 'pki', 'cms', 'pdf', 'verify', 'report', 'web'],
  'browser-bundles': ['browser'],
  'write-browser-programs': ['browser-bundles'],
  'write-node-bundle': [],
  'offline-verifier': ['platform', 'browser', 'browser-bundles', 'web'],
  server: 'everything',
  'audit-services': 'everything',
  'metrics-services': 'everything',
  readiness: 'everything',
  'process-family': 'everything',
  'letter-services': 'everything',
  'report-services': 'everything',
  'seal-report': ['index'],
  'browser-authorisation': 'everything',
  'service-seal': ['asn1', 'pki', 'audit', PORTS_OF_PLATFORM, ...PORTS_OF_SIGN],
  'document-pool': 'everything',
  'document-worker': 'everything',
  'signing-services': 'everything',
  'signing-page-services': 'everything',
  'verifying-services': 'everything',
  'authentication-services': 'everything',
  'identity-services': 'everything',
  'open-signers': 'everything',
  'certificate-standing': 'everything',
  cli: 'everything',
};

/** These make the verifier that runs in a browser too: nothing of Node in them, and no package. */
const RUNTIME_FREE = ['asn1', 'pki', 'cms', 'pdf', 'verify', 'report', 'browser'];

/** Where adapters are put together with the clock and the platform. */
const WIRING = [
  'tracing-services',
  'server',
  'signing-services',
  'signing-page-services',
  'verifying-services',
  'authentication-services',
  'audit-services',
  'metrics-services',
  'browser-authorisation',
  'letter-services',
  'report-services',
  'identity-services',
  'open-signers',
  'certificate-standing',
  'document-pool',
  'document-worker',
  'offline-verifier',
  'browser',
  'cli',
];

/** Package (or scope) → layers that wrap it. A new package gets its line here with the commit that argues for it. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  fastify: ['http', 'web', 'server'],
  '@fastify/': ['http', 'web', 'server'],
  'fastify-type-provider-zod': ['http', 'web', 'server'],
  zod: ['http', 'web', 'identity', 'trust-services', 'config', 'rate-setting', 'policy-file'],
  pino: [
    'http',
    'server',
    'signing-services',
    'signing-page-services',
    'verifying-services',
    'authentication-services',
    'audit-services',
    'identity-services',
    'open-signers',
    'tracing-services',
    'process-family',
  ],
  jose: ['identity'],
  'node-forge': ['signers'],
  '@signpdf/': ['signers'],
  pkcs11js: ['signers'],
  'pdf-lib': ['sign', 'drawing'],
  '@pdf-lib/fontkit': ['drawing'],
  qrcode: ['sign'],
  '@redis/client': ['state'],
  nodemailer: ['identity'],
  // What the verifier that runs in a browser lacks there; they are bundled, and no part of an installation.
  '@noble/': ['platform'],
  pako: ['platform'],
  // Handed to browsers as they are, never run here.
  'pdfjs-dist': ['web'],
  qr: ['web'],
  esbuild: ['browser-bundles', 'write-node-bundle'],
};

/** Node's modules that reach the network; the loopback server is Fastify's. */
const NETWORK_MODULES = /^node:(?:http|https|http2|net|tls|dgram)$/;

/** node:crypto's signature arithmetic and key operations. */
const ARITHMETIC =
  /^(?:sign|verify|createSign|createVerify|privateEncrypt|privateDecrypt|publicEncrypt|publicDecrypt)$/;

export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/** The layer of a file of `src`: its folder, or for a file directly there its name. */
export function layerOf(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.ts$/, '');
}

/**
 * What is wrong with one source file.
 *
 * @param file - path below `src`, with forward slashes
 */
export function violationsOf(file: string, source: string): readonly Violation[] {
  const modules = modulesOf(source);
  return [
    ...nameViolations(file),
    ...modules.flatMap((use) => moduleViolations(file, use)),
    ...barrelViolations(file, source, modules),
    ...codeViolations(file, codeOf(source)),
  ];
}

function nameViolations(file: string): readonly Violation[] {
  const vague = /^(?:utils?|helpers?|common|types|managers?|services)(?:\.ts)?$/;
  const parts = file.split('/').filter((part) => vague.test(part));
  const unknown = MAY_IMPORT[layerOf(file)] === undefined ? [layerOf(file)] : [];
  return [
    ...parts.map((part) => ({ rule: 'vague-name', detail: part })),
    ...unknown.map((layer) => ({ rule: 'unknown-layer', detail: layer })),
  ];
}

function moduleViolations(file: string, use: ModuleUse): readonly Violation[] {
  const { specifier } = use;
  const found = (rule: string): readonly Violation[] => [{ rule, detail: specifier }];
  if (specifier.startsWith('.')) return relativeViolations(file, use);
  if (specifier.startsWith('node:')) return nodeViolations(file, use);
  const wrappers = Object.entries(PACKAGES).find(([name]) =>
    name.endsWith('/') ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
  )?.[1];
  if (wrappers === undefined) return found('unlisted-package');
  return wrappers.includes(layerOf(file)) ? [] : found('package-elsewhere');
}

function relativeViolations(file: string, use: ModuleUse): readonly Violation[] {
  const target = posix.join(posix.dirname(file), use.specifier);
  if (target.startsWith('../')) {
    // Files of the package itself, such as package.json; never other people's code (certs-dev, test).
    return use.kind === 'url' ? [] : [{ rule: 'outside-src', detail: use.specifier }];
  }
  if (!target.endsWith('.ts')) {
    return use.kind === 'url' ? [] : [{ rule: 'no-ts-suffix', detail: use.specifier }];
  }
  const layer = layerOf(file);
  const allowed = MAY_IMPORT[layer] ?? [];
  const within = layerOf(target) === layer || allowed === 'everything';
  const names = [target, layerOf(target), ...(use.typeOnly ? [`type ${target}`] : [])];
  if (within || allowed.some((entry) => names.includes(entry))) {
    const adapter = layerOf(target) === 'platform' && layer !== 'platform' && target !== PORTS_OF_PLATFORM;
    return adapter && !WIRING.includes(layer) ? [{ rule: 'platform-adapter', detail: use.specifier }] : [];
  }
  return [{ rule: 'import-table', detail: `${layer} → ${target}` }];
}

function nodeViolations(file: string, use: ModuleUse): readonly Violation[] {
  const layer = layerOf(file);
  const found = (rule: string): readonly Violation[] => [{ rule, detail: use.specifier }];
  if (RUNTIME_FREE.includes(layer)) return found('node-in-runtime-free');
  if (use.specifier === 'node:process') return found('environment');
  if (NETWORK_MODULES.test(use.specifier) && !['trust-services', 'signers', ...WIRING].includes(layer)) {
    // The table of status texts and lists of addresses open no connection.
    const open = use.names?.filter((name) => !['STATUS_CODES', 'BlockList', 'isIP'].includes(name));
    const harmless = use.typeOnly || open?.length === 0;
    return harmless ? [] : found('network-elsewhere');
  }
  if (use.specifier !== 'node:crypto' || ['platform', 'signers'].includes(layer) || use.typeOnly) return [];
  return use.names === null || use.names.some((name) => ARITHMETIC.test(name))
    ? found('arithmetic-elsewhere')
    : [];
}

function barrelViolations(file: string, source: string, modules: readonly ModuleUse[]): readonly Violation[] {
  if (file === 'index.ts') return [];
  const named = file.endsWith('/index.ts');
  const reExports = modules.filter((use) => use.kind === 're-export');
  const everything = reExports.some((use) => use.names === null);
  const own =
    /\bexport\s+(?:async\s+|abstract\s+|default\b|declare\s+)*(?:function|class|const|let|interface|type\s+\w+\s*[=<]|default)/;
  const only = reExports.length > 0 && !own.test(codeOf(source));
  return named || everything || only ? [{ rule: 'barrel', detail: file }] : [];
}

/** What may stand in code only in certain layers; `null` means nowhere. */
const CODE_RULES: readonly { rule: string; pattern: RegExp; only: (layer: string) => boolean }[] = [
  {
    rule: 'environment',
    pattern: /\bprocess\s*\.\s*env\b|\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/,
    only: (layer) => layer === 'config',
  },
  {
    rule: 'clock',
    pattern: /\bDate\s*\.\s*now\b|\bnew Date\s*(?:\(\s*\)|(?![\s(\w]))|(?<!new )\bDate\s*\(\s*\)/,
    only: (layer) => WIRING.includes(layer),
  },
  {
    rule: 'network-elsewhere',
    pattern: /(?:\b(?:await|return|void)|=>|[=(,:?&|!])\s*fetch\b(?!\s*[:?])|\bglobalThis\s*\.\s*fetch\b/,
    only: (layer) => ['trust-services', 'signers'].includes(layer),
  },
  {
    rule: 'node-in-runtime-free',
    pattern: /\bBuffer\b|(?<![.\w])process\s*\.|\bsetImmediate\b/,
    only: (layer) => !RUNTIME_FREE.includes(layer),
  },
  { rule: 'decorator', pattern: /(?:^|[\s;{}(])@[A-Za-z_]\w*/, only: () => false },
  {
    rule: 'accessor-field',
    pattern: /(?:^|[\s;{}])accessor\s+(?:static\s+)?[\w#]+\s*[:=;]/,
    only: () => false,
  },
];

function codeViolations(file: string, code: string): readonly Violation[] {
  return CODE_RULES.flatMap(({ rule, pattern, only }) => {
    const found = only(layerOf(file)) ? null : pattern.exec(code);
    return found === null ? [] : [{ rule, detail: found[0].trim() }];
  });
}
