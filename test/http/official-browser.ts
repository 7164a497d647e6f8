// A browser without scripts, as a program: it keeps cookies by host, follows redirects one by one, and fills in forms.

import { createHash } from 'node:crypto';

export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly bytes: Buffer;
  readonly headers: Headers;
  /** What the page says is wrong; empty where it says nothing. */
  readonly said: string;
  /** Fields of the form that leads below this address, as a browser would send them. */
  form(actionEnd?: string): Record<string, string>;
}

export class OfficialBrowser {
  /** By origin, name and value. */
  readonly cookies = new Map<string, Map<string, string>>();

  async get(url: string): Promise<Visit> {
    return this.#send(url, { method: 'GET' });
  }

  async post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
    file: Uint8Array | null = null,
  ): Promise<Visit> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) if (name !== 'file') form.append(name, value);
    if (file !== null)
      form.append('file', new Blob([new Uint8Array(file)], { type: 'application/pdf' }), 'surat.pdf');
    return this.#send(url, { method: 'POST', body: form, headers });
  }

  /** One exchange; redirects are answers. */
  async once(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const kept = this.cookies.get(origin) ?? new Map<string, string>();
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const gone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute));
      if (gone) kept.delete(pair.slice(0, at));
      else kept.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.cookies.set(origin, kept);
    return response;
  }

  /** Opens a link, signs in by this account, and comes back to the link. */
  async openAs(name: string, link: string): Promise<Visit> {
    const login = await this.get(signInUrl(link));
    const body = new URLSearchParams({ name });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#send(login.url, { method: 'POST', body: body.toString(), headers });
  }

  async #send(url: string, init: RequestInit): Promise<Visit> {
    let response = await this.once(url, init);
    let at = url;
    for (let hop = 0; hop < 10 && response.status >= 300 && response.status < 400; hop += 1) {
      at = new URL(response.headers.get('location') ?? '', at).href;
      response = await this.once(at);
    }
    const bytes = Buffer.from(await response.arrayBuffer());
    return visitOf(response, at, bytes);
  }
}

/** Where the button of the link's first page leads. */
export function signInUrl(link: string): string {
  const url = new URL(link);
  return `${url.origin}/tanda-tangan/masuk${url.search}`;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function visitOf({ status, headers }: Response, url: string, bytes: Buffer): Visit {
  const text = bytes.toString('utf8');
  const form = (actionEnd = ''): Record<string, string> => {
    const forms = [...text.matchAll(/<form [^>]*action="([^"?]*)[^>]*>([\s\S]*?)<\/form>/g)];
    const [, , inside] = forms.find(([, action = '']) => action === `/tanda-tangan${actionEnd}`) ?? [];
    if (inside === undefined) throw new Error(`no form ${actionEnd} in: ${text.slice(0, 2000)}`);
    const inputs = [...inside.matchAll(/<input [^>]*>/g)].map(([tag]) => {
      const of = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
      return [of('name'), of('value')] as const;
    });
    const selects = [
      ...inside.matchAll(/<select [^>]*name="([^"]*)"[\s\S]*?<option value="([^"]*)" selected/g),
    ];
    return Object.fromEntries([
      ...inputs,
      ...selects.map(([, name = '', value = '']) => [name, value] as const),
    ]);
  };
  const said = /<ul><li><a href="#[\w-]*">([^<]*)<|role="alert">[\s\S]*?<p class="sentence">([^<]*)</.exec(
    text,
  );
  return { status, url, text, bytes, headers, form, said: said?.[1] ?? said?.[2] ?? '' };
}
