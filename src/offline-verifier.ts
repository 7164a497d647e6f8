// The offline verifier as a file: program, style and trust list in one HTML document that may load nothing.

import { readFileSync } from 'node:fs';
import { type Embedded, encodeEmbedded } from './browser/embedded.ts';
import { OFFLINE_TEXTS } from './browser/offline-texts.ts';
import { browserProgram } from './browser-bundles.ts';
import { nodePlatform } from './platform/node.ts';
import { DEFAULT_PAGE, type PageSettings } from './web/page-settings.ts';
import { tokenSheet } from './web/tokens.ts';

/**
 * Makes the file. What runs and what styles it is fixed by digests in its content security policy; there is no source from which
 * anything could be loaded, nor to which anything could be sent.
 */
export async function offlineVerifier(
  embedded: Embedded,
  { colours }: Pick<PageSettings, 'colours'> = DEFAULT_PAGE,
): Promise<string> {
  const script = await browserProgram('offline');
  const sheet = readFileSync(new URL('./web/static/teken.css', import.meta.url), 'utf8');
  const style = `${tokenSheet(colours)}\n${sheet}`;
  const { language } = embedded;
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${OFFLINE_TEXTS.title[language]}</title>
<style>${style}</style>
</head>
<body>
<header>
<div class="top">
<span class="brand">Teken</span>
<nav><button type="button" id="language"></button></nav>
</div>
</header>
<main id="content" tabindex="-1">
<noscript>${OFFLINE_TEXTS.noScript.id} ${OFFLINE_TEXTS.noScript.en}</noscript>
</main>
<script type="application/json" id="embedded">${encodeEmbedded(embedded)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The file with the name that it is kept under. */
export async function offlineFile(
  embedded: Embedded,
  settings: Pick<PageSettings, 'colours'>,
): Promise<{ name: string; html: string }> {
  return { name: offlineVerifierName(embedded), html: await offlineVerifier(embedded, settings) };
}

/** `teken-luring-2026-03-14.html`: by the day of its trust list. */
export function offlineVerifierName({ trustList }: Pick<Embedded, 'trustList'>): string {
  return `teken-luring-${new Date(trustList.asOf).toISOString().slice(0, 10)}.html`;
}

function digestOf(text: string): string {
  const digest = nodePlatform.digests.of('sha256', new TextEncoder().encode(text));
  return `sha256-${Buffer.from(digest).toString('base64')}`;
}
