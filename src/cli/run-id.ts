// The id of one result of a run.

import { hex, type Instant } from '../asn1/values.ts';
import { nodePlatform } from '../platform/node.ts';
import type { VerificationReport } from '../verify/report.ts';

/** The same for the same file, content and time, so that a run can be repeated byte for byte. */
export function runIdOf(path: string, report: VerificationReport, now: Instant): string {
  const named = new TextEncoder().encode(`${path}\n${report.file.sha256}\n${now}`);
  return hex(nodePlatform.digests.of('sha256', named)).slice(0, 16);
}
