// What is handed to clusters and operators: manifests as the chart makes them, rules and dashboards on figures that exist.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import { InvalidConfiguration, readConfig } from '../src/config.ts';
import { requestVerdict, signedLetter, startRealService } from './http/real-service.ts';
import { projectRoot, run, toolMissing, toolPath } from './tools.ts';

const place = (path: string): string => join(projectRoot, 'deploy', path);
const text = (path: string): string => readFileSync(place(path), 'utf8');

// Kubernetes objects are open by nature; each test names what it looks at.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Manifest = any;

const manifests: readonly Manifest[] = parseAllDocuments(text('kubernetes/teken.yaml'))
  .map((document) => document.toJS())
  .filter((manifest) => manifest !== null);

function manifest(kind: string, name = 'teken'): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

t.test(
  'the plain manifests are what the chart makes of its own values',
  { skip: toolMissing('helm') },
  async (t) => {
    const args = ['template', 'teken', place('helm/teken'), '--namespace', 'teken'];
    const made = await run(toolPath('helm') ?? '', args);
    t.equal(made.code, 0, made.stderr);
    t.equal(text('kubernetes/teken.yaml'), made.stdout, '`npm run manifests` writes them');
    const lint = await run(toolPath('helm') ?? '', ['lint', '--strict', place('helm/teken')]);
    t.equal(lint.code, 0, lint.stdout);
    const other = await run(toolPath('helm') ?? '', [
      ...args,
      ...[
        '--set',
        'image.digest=sha256:0123',
        '--set',
        'autoscaling.enabled=false',
        '--set',
        'redis.enabled=false',
      ],
      ...['--set', 'serviceMonitor.enabled=true', '--set', 'replicas=3'],
    ]);
    const kinds = parseAllDocuments(other.stdout).map((document) => (document.toJS() as Manifest)?.kind);
    t.notOk(kinds.includes('HorizontalPodAutoscaler'));
    t.ok(kinds.includes('ServiceMonitor'));
    t.match(other.stdout, /image: registry\.example\.go\.id\/teken@sha256:0123/);
    t.match(other.stdout, /replicas: 3/);
    t.notMatch(other.stdout, /teken-redis$/m);
  },
);

t.test(
  'every manifest is what Kubernetes describes, and nothing else',
  { skip: toolMissing('kubernetes-validate') },
  async (t) => {
    const { code, stdout, stderr } = await run(toolPath('kubernetes-validate') ?? '', [
      '--strict',
      place('kubernetes/teken.yaml'),
    ]);
    t.equal(code, 0, `${stdout}${stderr}`);
  },
);

t.test(
  'the pods run as nobody, read-only, without rights, and only the inner network reaches the figures',
  (t) => {
    for (const name of ['teken', 'teken-redis']) {
      const { spec } = manifest('Deployment', name).spec.template;
      t.match(spec, {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            readinessProbe: {},
            livenessProbe: {},
            resources: { limits: {} },
          },
        ],
      });
      t.ok(spec.securityContext.runAsUser > 0);
      for (const volume of spec.volumes ?? [])
        t.ok(volume.secret ?? volume.configMap, 'nothing that can be written to');
      for (const mount of spec.containers[0].volumeMounts ?? []) t.equal(mount.readOnly, true, mount.name);
    }
    const user = /^USER (\d+)$/m.exec(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8'))?.[1];
    t.equal(
      manifest('Deployment').spec.template.spec.securityContext.runAsUser,
      Number(user),
      'the user of the image',
    );
    const [http, metrics] = manifest('NetworkPolicy').spec.ingress;
    t.same(http.ports, [{ protocol: 'TCP', port: 8080 }]);
    t.same(metrics.ports, [{ protocol: 'TCP', port: 9090 }]);
    t.match(metrics.from[0].namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': 'monitoring' });
    t.same(
      manifest('Service').spec.ports.map((port: Manifest) => port.targetPort),
      ['http'],
      'figures are not served there',
    );
    t.end();
  },
);

t.test('egress is closed but for what is named', (t) => {
  const { policyTypes, egress } = manifest('NetworkPolicy').spec;
  t.same(policyTypes, ['Ingress', 'Egress']);
  for (const { to, ports } of egress) {
    t.ok(to.length > 0 && ports.length > 0, 'a rule without places or ports would open everything');
    for (const { ipBlock } of to) if (ipBlock !== undefined) t.not(ipBlock.cidr, '0.0.0.0/0');
  }
  t.same(manifest('NetworkPolicy', 'teken-redis').spec.egress, []);
  t.end();
});

t.test('replicas survive an update, a drain and a load', (t) => {
  const { strategy, template } = manifest('Deployment').spec;
  t.equal(strategy.rollingUpdate.maxUnavailable, 0);
  t.equal(template.spec.topologySpreadConstraints.length, 1);
  t.ok(template.spec.terminationGracePeriodSeconds >= 5 + 30 + 5, 'routing lag, finishing, and some');
  t.ok(manifest('PodDisruptionBudget').spec.minAvailable >= 1);
  const { minReplicas, maxReplicas, metrics } = manifest('HorizontalPodAutoscaler').spec;
  t.ok(minReplicas >= 2 && maxReplicas > minReplicas);
  t.equal(metrics[0].resource.target.averageUtilization, 60);
  t.end();
});

/** Only what is no file of ours is checked later, by the service itself. */
function readable(environment: Readonly<Record<string, string>>): string {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.message;
    throw error;
  }
}

t.test('a production service takes the settings as they are handed to it', (t) => {
  const given: readonly Manifest[] = manifest('Deployment').spec.template.spec.containers[0].env;
  const cluster = Object.fromEntries(
    given.map(({ name, value }) => [name, value ?? 'redis://:rahasia@teken-redis:6379']),
  );
  t.equal(readable(cluster), '');
  const { services } = parse(text('compose/docker-compose.yaml')) as Manifest;
  const asked = /\$\{(\w+):\?[^}]*\}/g;
  const fill: Readonly<Record<string, string>> = {
    REDIS_PASSWORD: 'rahasia',
    TEKEN_TSA_URLS: 'https://tsa.example.go.id',
  };
  const machine = Object.fromEntries(
    Object.entries(services.teken.environment as Record<string, string>).map(([name, value]) => [
      name,
      value.replace(asked, (_, variable: string) => fill[variable] ?? ''),
    ]),
  );
  t.equal(readable(machine), '');
  t.match(services.teken, { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  t.match(services.redis, { read_only: true, cap_drop: ['ALL'], networks: ['inside'] });
  t.end();
});

/** Names of figures in an expression: what stands before a label or a range, with our prefixes. */
function figuresIn(expression: string): readonly string[] {
  return [...expression.matchAll(/\b((?:tte|http_server|process)_[a-z_]+)/g)].map(([, name = '']) => name);
}

t.test(
  'alerts and dashboard ask for figures that the service serves, with labels that it sets',
  async (t) => {
    const service = await startRealService({ TEKEN_METRICS_PORT: '0' });
    t.teardown(() => service.close());
    await requestVerdict(service, await signedLetter(service));
    const served = await (await fetch(`${service.server.metricsUrl}`)).text();
    // Counters that nothing was counted by are not written out; they are there all the same.
    const families = new Set((await service.server.figures()).map(({ name }) => name));
    const { groups } = parse(text('prometheus/alerts.yaml')) as Manifest;
    const { panels, templating } = JSON.parse(text('grafana/teken.json')) as Manifest;
    const expressions: string[] = [
      ...groups.flatMap(({ rules }: Manifest) => rules.map(({ expr }: Manifest) => expr)),
      ...panels.flatMap(({ targets }: Manifest) => targets.map(({ expr }: Manifest) => expr)),
      ...templating.list.map(({ query }: Manifest) => query),
    ];
    const asked = new Set(expressions.flatMap(figuresIn));
    t.ok(asked.size >= 15, `${asked.size} figures`);
    for (const name of asked) t.ok(families.has(name.replace(/_(?:bucket|count|sum)$/, '')), name);
    const rules = groups.flatMap((group: Manifest) => group.rules);
    t.equal(rules.length, 8);
    for (const { alert, annotations, labels } of rules) {
      t.ok(annotations.summary && annotations.action, `${alert} says what to do`);
      t.match(labels.severity, /^(?:warning|critical)$/);
    }
    for (const sample of [
      'kind="tsa",',
      'outcome="answered"',
      'status="200"',
      'route="/v1/sign"',
      'certificate="',
    ])
      t.ok(served.includes(sample.replace(',', '')), sample);
    t.equal(new Set(panels.map(({ id }: Manifest) => id)).size, panels.length);
  },
);

t.test(
  'promtool accepts the rules, and each fires when it must',
  { skip: toolMissing('promtool') },
  async (t) => {
    for (const args of [
      ['check', 'rules', place('prometheus/alerts.yaml')],
      ['test', 'rules', place('prometheus/alerts.test.yaml')],
    ]) {
      const { code, stdout, stderr } = await run(toolPath('promtool') ?? '', args);
      t.equal(code, 0, `${stdout}${stderr}`);
    }
  },
);

t.test('no file for clusters names a real place, or holds a secret', (t) => {
  const files = globSync('deploy/**/*.*', { cwd: projectRoot });
  t.ok(files.length >= 12);
  for (const file of files) {
    const content = readFileSync(join(projectRoot, file), 'utf8');
    t.notMatch(content, /BEGIN [A-Z ]*PRIVATE KEY|password: *['"]?\w{8}/i, file);
    for (const [host = ''] of content.matchAll(/[\w.-]+\.go\.id/g))
      t.match(host, /\.?example\.go\.id$/, file);
  }
  t.end();
});
