// One-time codes of signers and the four steps of an agency's seal, with a mail server that is there.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import t from 'tap';
import { projectRoot, run } from '../../tools.ts';
import { NIK, openDesk } from './desk.ts';
import type { Answer } from './wire.ts';

const messages: string[] = [];
const mail = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, _session, done) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    stream.on('end', () => {
      messages.push(text);
      done();
    });
  },
});
const { promise, resolve } = Promise.withResolvers<void>();
const listening = mail.listen(0, '127.0.0.1', () => resolve());
await promise;
const address = listening.address();
if (address === null || typeof address === 'string') throw new Error('not listening');

const OPEN_KEY = 'pkcs12:signers/segel.p12?passphrase-file=signers/segel.pass';
const desk = await openDesk(
  { TEKEN_SMTP_URL: `smtp://127.0.0.1:${address.port}`, TEKEN_MAIL_FROM: 'teken@contoh.example' },
  {
    arrange: async ({ signersFile, clientsFile }) => {
      const { signers } = JSON.parse(readFileSync(signersFile, 'utf8'));
      const byMail = { uri: OPEN_KEY, secondFactor: { kind: 'email' } };
      const more = [
        { id: 'SUB001', email: 'segel@contoh.example', ...byMail },
        { id: 'kepala', email: 'kepala@contoh.example', ...byMail },
      ];
      writeFileSync(signersFile, JSON.stringify({ signers: [...signers, ...more] }));
      const file = JSON.parse(readFileSync(clientsFile, 'utf8'));
      file.clients[0].signers.push('SUB001', 'kepala');
      writeFileSync(clientsFile, JSON.stringify(file));
      return {};
    },
  },
);
t.teardown(async () => {
  await desk.service.close();
  await new Promise<void>((closed) => mail.close(() => closed()));
});

const post = (path: string, json: object): Promise<Answer> => desk.send({ path: `/api/v2/${path}`, json });
const mailedCode = (): string => /Kode Anda: (\d{6})/.exec(messages.at(-1) ?? '')?.[1] ?? '';
const other = (code: string): string => (code === '000000' ? '000001' : '000000');
const WRONG = { error: 'TOTP tidak valid atau sudah kedaluwarsa', status_code: 400 };

t.test(
  'a code by mail signs as many files as it was asked for, once, and under both of its names',
  async (t) => {
    const asked = await post('sign/get/totp', { email: 'Kepala@contoh.example', data: '2' });
    t.equal(asked.text, '{"success":true,"message":"TOTP berhasil dikirim","data":null}');
    const code = mailedCode();
    t.match(code, /^\d{6}$/);
    const sign = (body: object): Promise<Answer> =>
      post('sign/pdf', { email: 'kepala@contoh.example', file: [desk.base64, desk.base64], ...body });
    t.strictSame((await sign({ totp: other(code) })).json, WRONG);
    const signed = await sign({ otp: code });
    t.equal(signed.status, 200, signed.text.slice(0, 200));
    t.equal(signed.json.file.length, 2);
    t.strictSame((await sign({ otp: code })).json.file, signed.json.file, 'a repeat gets the same');
    t.strictSame((await sign({ otp: code, file: [desk.base64] })).json, WRONG, 'and nothing else');
  },
);

t.test('whoever has no code is told so, and nobody else gets one', async (t) => {
  t.equal((await post('sign/get/totp', { nik: NIK.unknown })).json.status_code, 2011);
  t.equal((await post('sign/get/totp', { nik: '8999000000000016' })).json.status_code, 2021);
  t.match((await post('sign/get/totp', { nik: NIK.active })).json, { status_code: 400 });
  t.equal((await post('sign/get/totp', {})).json.status_code, 4014);
});

t.test("an agency's seal in its four steps", async (t) => {
  const subscriber = { idSubscriber: 'SUB001' };
  const sent = await post('seal/get/activation', subscriber);
  t.equal(sent.text, '{"success":true,"message":"TOTP Aktivasi berhasil dikirim","data":null}');
  const activation = mailedCode();
  const wrong = await post('seal/get/totp', { ...subscriber, data: 1, totp: other(activation) });
  t.equal(wrong.status, 200);
  t.equal(wrong.text, '{"message":"TOTP Aktivasi tidak valid","totp":null,"expires":null,"result":false}');
  const refreshed = (await post('seal/get/activation', { ...subscriber, totp: activation })).json;
  t.match(refreshed, { success: true, message: null, data: { totp: activation, result: true } });
  t.match(refreshed.data.expires, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  const issued = (await post('seal/get/totp', { ...subscriber, data: '2', totp: refreshed.data.totp })).json;
  t.strictSame(Object.keys(issued), ['message', 'totp', 'expires', 'result'], 'no wrapper');
  t.equal(issued.result, true);
  const properties = { signatureProperties: [{ tampilan: 'INVISIBLE', location: null, reason: null }] };
  const seal = (totp: string, files: number): Promise<Answer> =>
    post('seal/pdf', { ...subscriber, totp, ...properties, file: Array(files).fill(desk.base64) });
  t.strictSame((await seal(activation, 1)).json, WRONG, 'the activation itself seals nothing');
  t.strictSame((await seal(issued.totp, 3)).json, WRONG, 'no more files than announced');
  const sealed = await seal(issued.totp, 2);
  t.strictSame(Object.keys(sealed.json), ['time', 'file']);
  t.equal(sealed.json.file.length, 2);
  t.strictSame((await seal(issued.totp, 1)).json, WRONG, 'once');
  t.equal((await post('seal/get/totp', { idSubscriber: 'SUB999', totp: '1' })).json.status_code, 2011);
  const revoked = await post('seal/revoke/activation', { ...subscriber, totp: activation });
  t.strictSame(revoked.json, { success: true, message: 'TOTP Aktivasi berhasil dicabut', data: null });
  t.equal((await post('seal/get/totp', { ...subscriber, totp: activation })).json.result, false);
  const over = await post('seal/get/activation', { ...subscriber, totp: activation });
  t.strictSame(over.json, { success: false, message: 'TOTP Aktivasi tidak valid', data: null });
});

/** What the authenticator of a development signer shows; `code-dev` prints it. */
async function shownCode(signer: string): Promise<string> {
  const folder = dirname(desk.service.environment.TEKEN_SIGNERS_FILE ?? '');
  const script = join(projectRoot, 'certs-dev', 'one-time-code.ts');
  const { stdout } = await run(process.execPath, [script, signer, '--folder', folder]);
  return stdout.trim();
}

t.test('the development signer with an authenticator signs with its code alone, once', async (t) => {
  const email = 'pejabat-kode@contoh.example';
  const asked = await post('sign/get/totp', { email, data: 1 });
  t.match(asked.json, { success: true, message: /autentikator/, data: null });
  const code = await shownCode('pejabat-kode');
  t.match(code, /^\d{6}$/);
  const sign = (body: object): Promise<Answer> => post('sign/pdf', { email, file: [desk.base64], ...body });
  t.strictSame((await sign({ totp: other(code) })).json, WRONG);
  t.equal((await sign({ totp: code })).status, 200);
  const again = { totp: code, signatureProperties: [{ tampilan: 'INVISIBLE', reason: 'lagi' }] };
  t.strictSame((await sign(again)).json, WRONG);
});

t.test('the development seal is activated by its authenticator', async (t) => {
  const subscriber = { idSubscriber: 'segel-kode' };
  const code = await shownCode('segel-kode');
  t.equal((await post('seal/get/totp', { ...subscriber, totp: other(code) })).json.result, false);
  const issued = (await post('seal/get/totp', { ...subscriber, data: 1, totp: code })).json;
  t.equal(issued.result, true);
  const sealed = await post('seal/pdf', { ...subscriber, totp: issued.totp, file: [desk.base64] });
  t.equal(sealed.status, 200, sealed.text.slice(0, 200));
  t.strictSame((await post('seal/pdf', { ...subscriber, totp: code, file: [desk.base64] })).json, WRONG);
});

t.test('nobody applies for an account where the signers file names no place for it', async (t) => {
  const answer = await post('user/registration', { nama: 'Pegawai', email: 'pegawai@contoh.example' });
  t.match(answer.json, { status: 404, error: 'Not Found' });
});

t.test('no code is in the log', (t) => {
  for (const text of messages)
    t.notOk(desk.service.logged().includes(/Kode Anda: (\d{6})/.exec(text)?.[1] ?? 'x'));
  t.end();
});
