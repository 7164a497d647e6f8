// What is asked of every page: nothing sideways, nothing that axe finds, nothing that the policy stopped.

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';

export const PHONE = { width: 360, height: 640 };
export const DESK = { width: 1280, height: 800 };
export const SMALLEST = { width: 320, height: 568 };
export const TABLET = { width: 768, height: 1024 };

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts and violations of the policy. */
  readonly violations: string[];
  /** Hosts that were asked for anything, ours among them. */
  readonly hosts: Set<string>;
}

// What Chromium writes for every answer of 4xx and 5xx is no fault of the page.
const REFUSED = /^Failed to load resource: the server responded with a status of [45]\d\d/;

export async function openPage(
  browser: Browser,
  options: {
    readonly viewport: { readonly width: number; readonly height: number };
    readonly javaScriptEnabled?: boolean;
    readonly permissions?: string[];
  },
): Promise<OpenPage> {
  const context = await browser.newContext({ ...options });
  const page = await context.newPage();
  const violations: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' && !REFUSED.test(message.text())) violations.push(message.text());
  });
  page.on('pageerror', (error) => violations.push(error.message));
  page.on('dialog', (dialog) => {
    violations.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  return { page, context, violations, hosts };
}

/** Whether nothing has to be scrolled sideways. */
export function fits(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

/** What axe finds, a line for each rule. */
export async function axeViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

export function focusedId(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id);
}

export function pdfNamed(name: string, buffer: Buffer) {
  return { name, mimeType: 'application/pdf', buffer };
}
