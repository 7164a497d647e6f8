// An address, shown in the browser of whoever sits at this computer.

import { spawn } from 'node:child_process';
import { platform } from 'node:os';

/** @param display - of X11 or Wayland; other systems always have a desktop */
export function hasDesktop(display: boolean): boolean {
  return display || platform() in openers;
}

/** Asks the desktop for it. Where that fails the person has the address in print. @param url - http or https, never a shell's */
export function openAddress(url: string): void {
  const [program, ...words] = openers[platform()] ?? ['xdg-open'];
  const child = spawn(program, [...words, url], { detached: true, stdio: 'ignore', shell: false });
  child.on('error', () => undefined);
  child.unref();
}

const openers: Partial<Record<NodeJS.Platform, readonly [program: string, ...words: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
