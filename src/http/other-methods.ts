// A method that an address does not take is 405 with `Allow` (RFC 9110, 15.5.6), told before a body is read.

import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problems.ts';

/** Refuses other methods at the addresses of the routes that are registered from here on, but not below the compatible `/api`. */
export function refuseOtherMethods(server: FastifyInstance): void {
  const addresses = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  server.addHook('onRoute', ({ url, method }) => {
    if (!/^\/(?:v1\/|healthz$|readyz$)/.test(url)) return;
    const known = addresses.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    addresses.set(url, known);
  });
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const [path = ''] = request.url.split('?');
    const methods = [...addresses.values()].find(({ pattern }) => pattern.test(path))?.methods;
    if (methods === undefined || methods.has(request.method)) return;
    reply.header('Allow', [...methods].toSorted().join(', '));
    throw new HttpProblem('method-not-allowed');
  });
}

/** A route's address as the router reads it: parameters are one step each, a slash at the end changes nothing. */
function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}/?$`);
}
