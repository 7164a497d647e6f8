// The download of the offline verifier: a file to keep, with the trust list of the service.

import t from 'tap';
import { readEmbedded } from '../../src/browser/embedded.ts';
import { startRealService } from '../http/real-service.ts';

t.test('the start page leads to the file, and the file trusts whom the service trusts', async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());
  for (const language of ['id', 'en'] as const) {
    const start = await (await fetch(`${service.url}/?lang=${language}`)).text();
    const [, path = ''] = /<a href="(\/pemeriksa-luring\?lang=\w+)" download>/.exec(start) ?? [];
    const answer = await fetch(new URL(path, service.url));
    t.equal(answer.status, 200);
    t.match(
      answer.headers.get('content-disposition'),
      /^attachment; filename="teken-luring-\d{4}-\d\d-\d\d\.html"$/,
    );
    t.equal(answer.headers.get('cache-control'), 'no-store');
    const html = await answer.text();
    t.match(html, `<html lang="${language}">`);
    const [, data = ''] = /id="embedded">(.*?)<\/script>/s.exec(html) ?? [];
    const listed = (await (await fetch(`${service.url}/v1/trust-list`)).json()) as { sha256: string };
    t.equal(readEmbedded(data).trustList.sha256, listed.sha256);
  }
});
