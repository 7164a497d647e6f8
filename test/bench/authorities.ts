// The development authorities in a process of their own: `node authorities.ts FOLDER ROUNDS` makes a PKI there, whose containers take so
// many rounds to open, prints its address, and answers until it is ended.

import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { writeDevelopmentFolder } from '../../certs-dev/folder.ts';
import { createInstallationLock } from '../../certs-dev/installation-lock.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { nodePlatform as platform } from '../../src/platform/node.ts';

const [folder = '', rounds] = process.argv.slice(2);
const now = Date.now();
const { url, pki } = await startDevelopmentServices({
  pki: (baseUrl) => createDevelopmentPki({ now, baseUrl, keys: 'fast', platform }),
  port: 0,
  clock: Date.now,
  platform,
});
const lock = await createInstallationLock(Number(rounds));
await writeDevelopmentFolder(folder, pki, { lock, platform, now });
process.stdout.write(`${JSON.stringify({ url })}\n`);
