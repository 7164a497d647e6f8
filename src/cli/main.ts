#!/usr/bin/env node
// The `teken` command. Looks at the Node version before anything else is loaded: older ones cannot read the rest.

const NEEDED = 24;
const found = Number(process.versions.node.split('.')[0]);

if (found < NEEDED) {
  process.stderr.write(
    `teken: Node.js ${NEEDED} or newer is needed, this is ${process.versions.node}. See https://nodejs.org/.\n`,
  );
  process.exitCode = 2;
} else {
  // Node's own exit code for these is 1, which here means "a signature was rejected".
  process.on('uncaughtException', (error) => {
    process.stderr.write(`teken: ${error.stack ?? error.message}\n`);
    process.exit(70);
  });
  // What was compiled once need not be compiled again by the next command; where there is no home, it is. In a folder of this
  // user alone: whoever writes there decides what runs. A service starts once, and leaves no files.
  if (process.argv[2] !== 'serve') {
    const [{ enableCompileCache }, { homedir }] = [await import('node:module'), await import('node:os')];
    enableCompileCache(`${homedir()}/.cache/teken`);
  }
  const { runCli } = await import('./run.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
