// The problem answers that a route can give, for openapi.yaml.

import type { HttpProblemCode } from './problem-texts.ts';
import { PROBLEM_STATUS } from './problems.ts';
import { reasonPhrase } from './reason-phrases.ts';
import { problemSchema } from './schemas.ts';

interface ProblemResponse {
  readonly description: string;
  readonly content: { readonly 'application/problem+json': { readonly schema: typeof problemSchema } };
}

/** One response for each status among the codes; its description lists which of them it carries. */
export function problemResponses(codes: readonly HttpProblemCode[]): Record<number, ProblemResponse> {
  const byStatus = Map.groupBy(codes, (code) => PROBLEM_STATUS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: `${reasonPhrase(status) ?? 'Problem'}: ${those.map((code) => `\`${code}\``).join(', ')}`,
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
