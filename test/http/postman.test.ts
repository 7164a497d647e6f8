// Every request of the Postman collection, sent by Postman's own runner to the running service; each has its own checks of the answer.

import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { projectRoot, run, toolMissing, toolPath } from '../tools.ts';
import { startRealService } from './real-service.ts';

interface Run {
  readonly run: {
    readonly stats: Readonly<
      Record<'requests' | 'assertions', { readonly total: number; readonly failed: number }>
    >;
    readonly failures: readonly {
      readonly source: { readonly name: string };
      readonly error: { readonly test: string; readonly message: string };
    }[];
    readonly executions: readonly {
      readonly item: { readonly name: string };
      readonly response?: { readonly code: number };
    }[];
  };
}

t.test(
  'every request is answered as described, and what can be done is done',
  { skip: toolMissing('newman') },
  async (t) => {
    const service = await startRealService();
    const folder = mkdtempSync(join(tmpdir(), 'teken-postman-'));
    t.teardown(async () => {
      await service.close();
      rmSync(folder, { recursive: true });
    });
    // As beside a service that `npm start` has made.
    symlinkSync(dirname(service.environment.TEKEN_SIGNERS_FILE ?? ''), join(folder, '.dev'));
    const collection = join(projectRoot, 'examples', 'teken.postman_collection.json');
    const [user = '', password = ''] = Buffer.from(service.basic.slice(6), 'base64')
      .toString('utf8')
      .split(':');
    const values = {
      baseUrl: service.url,
      apiKey: service.apiKey,
      user,
      password,
      passphrase: service.passphrase,
    };
    const report = join(folder, 'report.json');
    const { stdout, stderr } = await run(process.execPath, [
      // Newman's own use of old interfaces.
      '--no-deprecation',
      toolPath('newman') ?? '',
      ...[
        'run',
        collection,
        '--reporters',
        'json',
        '--reporter-json-export',
        report,
        '--working-dir',
        folder,
      ],
      ...Object.entries(values).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]),
    ]);
    t.equal(stderr, '', stdout);
    const { stats, failures, executions } = (JSON.parse(readFileSync(report, 'utf8')) as Run).run;
    t.strictSame(
      failures.map(({ source, error }) => `${source.name}: ${error.test}: ${error.message}`),
      [],
    );
    const { item } = JSON.parse(readFileSync(collection, 'utf8')) as { item: { item: unknown[] }[] };
    t.equal(stats.requests.total, item.flatMap((folder) => folder.item).length, 'each of them was sent');
    t.equal(stats.requests.failed, 0);
    t.ok(stats.assertions.total > 2 * stats.requests.total);
    for (const { item, response } of executions) t.comment(`${response?.code} ${item.name}`);
  },
);
