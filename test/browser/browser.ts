// Debian's Chromium, driven by playwright-core.

import { type Browser, chromium } from 'playwright-core';
import { toolPath } from '../tools.ts';

/** Nothing of it may reach for the network: the tests are about our own page. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param more - further arguments @throws Error where Chromium is not installed; ask `toolMissing('chromium')` first */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = toolPath('chromium');
  if (executablePath === null) throw new Error('chromium is not installed');
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] });
}
