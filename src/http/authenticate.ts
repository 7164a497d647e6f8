// The caller's credential (RFC 6750, 2.1); what it may do is asked of nothing else that the request says.

import type { FastifyRequest } from 'fastify';
import type { ApiClient, ApiClients } from '../identity/api-clients.ts';
import { HttpProblem } from './problems.ts';

/** @throws HttpProblem `unauthenticated` */
export function requireClient(request: FastifyRequest, clients: ApiClients): ApiClient {
  const key = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1];
  const client = key === undefined ? null : clients.authenticate(key);
  if (client === null) throw new HttpProblem('unauthenticated');
  return client;
}
