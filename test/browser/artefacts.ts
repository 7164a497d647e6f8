// Pictures that CI keeps for people to look at: in a folder of CI's own, never in the repository.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = process.env.CI_ARTEFACTS;

/** Takes a picture of the whole page where CI asks for pictures. @param name - without an ending; a folder may stand before it */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (folder === undefined || folder === '') return;
  const path = join(folder, `${name}.png`);
  mkdirSync(join(path, '..'), { recursive: true });
  await page.screenshot({ path, fullPage: true });
}
