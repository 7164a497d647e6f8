// The figures of the service on a port of their own, which is not for the public.

import fastify from 'fastify';
import { EXPOSITION_TYPE, expose } from '../metrics/exposition.ts';
import type { Family } from '../metrics/registry.ts';

export interface MetricsServer {
  /** Where the figures are. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /metrics`.
 * @throws the system's error for an address that is taken
 */
export async function serveMetrics(
  address: { readonly host: string; readonly port: number },
  collect: () => Promise<readonly Family[]>,
): Promise<MetricsServer> {
  const server = fastify({ logger: false, bodyLimit: 1024, forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) =>
    reply
      .type(EXPOSITION_TYPE)
      .header('Cache-Control', 'no-store')
      .send(expose(await collect())),
  );
  const url = await server.listen(address);
  return { url: `${url}/metrics`, close: () => server.close() };
}
