import t from 'tap';
import { projectRoot, run } from '../tools.ts';

const without = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
   registerHooks({ resolve(name, context, next) {
     if (name === 'pkcs11js') throw new Error('Cannot find package');
     return next(name, context);
   } });`,
)}`;

const opening = `
  const { openSigner } = await import('./src/signers/open-signer.ts');
  const { nodePlatform: platform } = await import('./src/platform/node.ts');
  const uri = 'pkcs11:token=uji;object=rsa?module-path=/usr/lib/softhsm/libsofthsm2.so';
  const failure = await openSigner(uri, { production: true, platform }).catch((error) => error);
  console.log(JSON.stringify({ code: failure.code, values: failure.values }));
`;

t.test(
  'without the optional package the adapter says what is missing, and nothing else needs it',
  async (t) => {
    const args = ['--import', without, '--input-type=module', '--eval', opening];
    const { code, stdout, stderr } = await run(process.execPath, args, { cwd: projectRoot });
    t.equal(code, 0, stderr);
    const failure = JSON.parse(stdout) as { code: string; values: { reason: string } };
    t.equal(failure.code, 'signer-unavailable');
    t.match(failure.values.reason, /pkcs11js is not installed/);
  },
);
