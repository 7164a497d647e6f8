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
  const { runCli } = await import('./run.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
