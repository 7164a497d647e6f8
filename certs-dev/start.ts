// `npm start`: everything that a newcomer needs, on loopback. Looks at the Node version before anything else is loaded.

const NEEDED = 24;
const found = Number(process.versions.node.split('.')[0]);

if (found < NEEDED) {
  process.stderr.write(
    `Node.js ${NEEDED} or newer is needed, this is ${process.versions.node}. "npm ci" brings one along: start with "npm start".\n`,
  );
  process.exitCode = 1;
} else {
  const { runDevelopment } = await import('./development.ts');
  process.exitCode = await runDevelopment(process.argv.slice(2), process.env);
}
