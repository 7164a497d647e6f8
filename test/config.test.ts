import t from 'tap';
import { CONFIGURATION, InvalidConfiguration, readCliEnvironment, readConfig } from '../src/config.ts';

const LEAST = { TEKEN_TRUST_DIR: '/etc/teken/trust' };

function faultsOf(read: () => unknown): InvalidConfiguration['faults'] {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.faults;
    throw error;
  }
  return [];
}

t.test('a trust folder is all that production needs', (t) => {
  t.match(readConfig({ ...LEAST, PATH: '/bin' }), {
    production: true,
    host: '0.0.0.0',
    port: 8080,
    maxUploadMegabytes: 50,
    signDeadlineMs: 15_000,
    tsaBudgetMs: 8_000,
    tsaUrls: [],
    trustDirectory: '/etc/teken/trust',
    signersFile: null,
    defaultLevel: 'B-T',
    timeZone: 'Asia/Makassar',
    allowPrivateNetwork: false,
  });
  t.end();
});

t.test('results of requests are kept in Redis where there is one, unless told otherwise', (t) => {
  const storeOf = (more: Readonly<Record<string, string>>): string =>
    readConfig({ ...LEAST, ...more }).idempotencyStore;
  const redis = { TEKEN_REDIS_URL: 'redis://127.0.0.1' };
  t.equal(storeOf({}), 'memory');
  t.equal(storeOf(redis), 'redis');
  t.equal(storeOf({ ...redis, TEKEN_IDEMPOTENCY_STORE: 'memory' }), 'memory');
  t.equal(storeOf({ ...redis, TEKEN_IDEMPOTENCY_STORE: 'none' }), 'none');
  t.match(
    faultsOf(() => readConfig({ ...LEAST, TEKEN_IDEMPOTENCY_STORE: 'redis' })),
    [{ name: 'TEKEN_REDIS_URL' }],
  );
  t.match(
    faultsOf(() => readConfig({ ...LEAST, TEKEN_IDEMPOTENCY_STORE: 'disk' })),
    [{ name: 'TEKEN_IDEMPOTENCY_STORE' }],
  );
  t.end();
});

t.test('several processes need what they share, and are told all of it at once', (t) => {
  const development = { ...LEAST, TEKEN_ENV: 'development', TEKEN_PROCESSES: '4' };
  t.same(
    faultsOf(() => readConfig(development))
      .map(({ name }) => name)
      .sort(),
    ['TEKEN_AUDIT_SINKS', 'TEKEN_REDIS_URL'],
  );
  const signing = {
    ...development,
    TEKEN_SIGNERS_FILE: '/signers.json',
    TEKEN_CLIENTS_FILE: '/clients.json',
    TEKEN_TSA_URLS: 'https://tsa.example.go.id',
    TEKEN_TSA_RATE: '3/h',
  };
  const needed = {
    TEKEN_ATTEMPT_GUARD: 'redis',
    TEKEN_AUDIT_SINKS: 'file:/audit',
    TEKEN_NIK_HMAC_KEY_FILE: '/audit-keys.json',
    TEKEN_REDIS_URL: 'redis://127.0.0.1',
    TEKEN_SEAL_KEYS_FILE: '/seal-keys.json',
    TEKEN_TSA_RATE: '4/h',
  };
  t.same(
    faultsOf(() => readConfig(signing))
      .map(({ name }) => name)
      .sort(),
    Object.keys(needed),
  );
  t.match(readConfig({ ...signing, ...needed }), { processes: 4 });
  t.match(
    faultsOf(() => readConfig({ ...signing, ...needed, TEKEN_ATTEMPT_GUARD: 'ingress' })),
    [{ name: 'TEKEN_ATTEMPT_GUARD' }],
  );
  for (const more of [{}, { TEKEN_REDIS_URL: 'redis://127.0.0.1' }])
    t.ok(
      faultsOf(() => readConfig({ ...development, ...more, TEKEN_IDEMPOTENCY_STORE: 'memory' })).some(
        ({ name }) => name === 'TEKEN_IDEMPOTENCY_STORE',
      ),
      'what one process keeps the others sign again',
    );
  t.equal(readConfig(LEAST).processes, 1);
  t.end();
});

t.test('figures are served where a port is named, and a trust list may be as old as is said', (t) => {
  t.match(readConfig(LEAST), { metricsPort: null, trustMaxAgeMs: 30 * 86_400_000 });
  const told = { TEKEN_METRICS_PORT: '9090', TEKEN_TRUST_MAX_AGE: '7d' };
  t.match(readConfig({ ...LEAST, ...told }), { metricsPort: 9090, trustMaxAgeMs: 7 * 86_400_000 });
  t.equal(readConfig({ ...LEAST, TEKEN_TRUST_MAX_AGE: 'none' }).trustMaxAgeMs, null);
  for (const wrong of ['0d', '30', '9999d', '-1d', '30h'])
    t.match(
      faultsOf(() => readConfig({ ...LEAST, TEKEN_TRUST_MAX_AGE: wrong })),
      [{ name: 'TEKEN_TRUST_MAX_AGE' }],
    );
  t.end();
});

t.test('a development service listens on the loopback address', (t) => {
  t.equal(readConfig({ ...LEAST, TEKEN_ENV: 'development' }).host, '127.0.0.1');
  t.equal(readConfig({ ...LEAST, TEKEN_ENV: 'development', TEKEN_HOST: '::1' }).host, '::1');
  t.end();
});

t.test('ten broken variables are ten lines of one error', (t) => {
  const broken = {
    TEKEN_ENV: 'prod',
    TEKEN_PORT: '65536',
    TEKEN_MAX_UPLOAD_MB: '0',
    TEKEN_SIGN_DEADLINE_MS: '15s',
    TEKEN_TSA_BUDGET_MS: '-1',
    TEKEN_TSA_URLS: 'ftp://rahasia@tsa.example',
    TEKEN_TIMEZONE: 'Asia/Malili',
    TEKEN_LOG_LEVEL: 'loud',
    TEKEN_ALLOW_PRIVATE_NETWORK: 'yes',
    TEKEN_TRUST_DRI: '/etc/teken/trust',
  };
  const faults = faultsOf(() => readConfig({ ...LEAST, ...broken }));
  t.same(new Set(faults.map(({ name }) => name)), new Set(Object.keys(broken)));
  const { message } = new InvalidConfiguration(faults);
  t.equal(message.split('\n').length, 10);
  t.match(message, /TEKEN_PORT is "65536"; expected a port, 0 to 65535 .*, for example TEKEN_PORT=8080/);
  t.notOk(message.includes('rahasia'), 'a value that may hold a credential is not repeated');
  t.end();
});

t.test('a missing trust folder and missing clients are faults', (t) => {
  t.match(
    faultsOf(() => readConfig({})),
    [{ name: 'TEKEN_TRUST_DIR', got: null }],
  );
  t.match(
    faultsOf(() => readConfig({ ...LEAST, TEKEN_SIGNERS_FILE: 'signers.json' })),
    [{ name: 'TEKEN_NIK_HMAC_KEY_FILE' }, { name: 'TEKEN_CLIENTS_FILE' }, { name: 'TEKEN_ATTEMPT_GUARD' }],
  );
  t.end();
});

t.test(
  'production signs only where wrong secrets are counted together, for at least a quarter of an hour',
  (t) => {
    const signing = {
      ...LEAST,
      TEKEN_SIGNERS_FILE: 'signers.json',
      TEKEN_CLIENTS_FILE: 'clients.json',
      TEKEN_NIK_HMAC_KEY_FILE: 'keys.json',
    };
    const faulty = (variables: Readonly<Record<string, string>>): readonly string[] =>
      faultsOf(() => readConfig({ ...signing, ...variables })).map(({ name }) => name);
    t.same(faulty({ TEKEN_ATTEMPT_GUARD: 'memory' }), ['TEKEN_ATTEMPT_GUARD']);
    t.same(faulty({ TEKEN_ATTEMPT_GUARD: 'redis' }), ['TEKEN_REDIS_URL']);
    t.same(faulty({ TEKEN_ATTEMPT_GUARD: 'signer', TEKEN_ATTEMPT_WINDOW_S: '60' }), [
      'TEKEN_ATTEMPT_WINDOW_S',
    ]);
    const counted = { TEKEN_ATTEMPT_GUARD: 'redis', TEKEN_REDIS_URL: 'redis://localhost' };
    t.match(readConfig({ ...signing, ...counted }), { attemptGuard: 'redis', attemptWindowMs: 900_000 });
    t.equal(readConfig({ ...signing, TEKEN_ENV: 'development' }).attemptGuard, 'memory');
    t.end();
  },
);

t.test('an empty variable counts as not set', (t) => {
  t.equal(readConfig({ ...LEAST, TEKEN_PORT: '', TEKEN_TSA_URLS: '' }).port, 8080);
  t.end();
});

t.test('production refuses a time-stamp authority over plain http unless told to accept it', (t) => {
  const plain = { ...LEAST, TEKEN_TSA_URLS: 'https://tsa.example.go.id, http://tsa2.example.go.id/tsr' };
  t.match(
    faultsOf(() => readConfig(plain)),
    [{ name: 'TEKEN_TSA_URLS' }],
  );
  t.same(readConfig({ ...plain, TEKEN_ALLOW_HTTP_TSA: 'true' }).tsaUrls, [
    'https://tsa.example.go.id',
    'http://tsa2.example.go.id/tsr',
  ]);
  for (const url of ['http://10.1.2.3/tsa', 'http://localhost:8081/tsa', 'http://[fd00::1]/tsa'])
    t.same(readConfig({ ...LEAST, TEKEN_TSA_URLS: url }).tsaUrls, [url]);
  t.equal(faultsOf(() => readConfig({ ...LEAST, TEKEN_TSA_URLS: 'http://10.evil.example/' })).length, 1);
  t.equal(readConfig({ ...plain, TEKEN_ENV: 'development' }).tsaUrls.length, 2);
  t.end();
});

t.test('the command line follows the same variables and refuses the same misspellings', (t) => {
  t.match(readCliEnvironment({}), { production: true, trustDir: null, timeZone: 'Asia/Makassar' });
  t.match(readCliEnvironment({ TEKEN_ENV: 'development', TEKEN_TRUST_DIR: 'trust', TEKEN_PORT: 'x' }), {
    production: false,
    trustDir: 'trust',
  });
  t.match(
    faultsOf(() => readCliEnvironment({ TEKEN_TRSUT_DIR: 'trust' })),
    [{ name: 'TEKEN_TRSUT_DIR' }],
  );
  t.end();
});

t.test('every example of the table is a right value', (t) => {
  const examples = Object.fromEntries(CONFIGURATION.map(({ name, example }) => [name, example]));
  t.same(
    faultsOf(() => readConfig(examples)),
    [],
  );
  t.ok(Object.isFrozen(readConfig(examples)));
  t.end();
});

t.test('the rate of time-stamps is one for all authorities or one for each', (t) => {
  const urls = { TEKEN_TSA_URLS: 'https://satu.example, https://dua.example' };
  const ratesOf = (rate: string) => readConfig({ ...LEAST, ...urls, TEKEN_TSA_RATE: rate }).tsaRates;
  const limited = { requests: 20, windowMs: 1_200_000 };
  t.same(readConfig({ ...LEAST, ...urls }).tsaRates, [null, null]);
  t.same(ratesOf('20/20m'), [limited, limited]);
  t.same(ratesOf('20/20m, none'), [limited, null]);
  t.same(ratesOf('5/s,100/h'), [
    { requests: 5, windowMs: 1_000 },
    { requests: 100, windowMs: 3_600_000 },
  ]);
  for (const wrong of ['20', '0/m', '5/0m', '20/20m,none,none', '20 per 20m', '-1/s', '1/d'])
    t.match(
      faultsOf(() => ratesOf(wrong)),
      [{ name: 'TEKEN_TSA_RATE', example: '20/20m' }],
      wrong,
    );
  t.end();
});

t.test('the shared state is at a Redis URL or a socket, and its password is never repeated', (t) => {
  for (const url of [
    'redis://localhost:6379',
    'rediss://teken:kata@redis.internal/0',
    'unix:/run/redis.sock',
  ])
    t.equal(readConfig({ ...LEAST, TEKEN_REDIS_URL: url }).redisUrl, url);
  t.equal(readConfig(LEAST).redisUrl, null);
  for (const url of ['http://teken:kata@rahasia.lan', 'rahasia.lan:6379', 'unix:'])
    t.notMatch(
      JSON.stringify(faultsOf(() => readConfig({ ...LEAST, TEKEN_REDIS_URL: url }))),
      /kata|rahasia/,
    );
  t.end();
});
