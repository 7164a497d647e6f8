// All faults, in the order of the table.

import { auditFaults } from './audit-faults.ts';
import { authorityFaults } from './authority-faults.ts';
import type { Fault } from './fault.ts';
import { processFaults } from './process-faults.ts';
import { repeatFaults } from './repeat-faults.ts';
import { replicaFaults } from './replica-faults.ts';
import { tokenFaults } from './token-faults.ts';

export const FAULTS: readonly Fault[] = [
  ...authorityFaults,
  ...tokenFaults,
  ...processFaults,
  ...auditFaults,
  ...replicaFaults,
  ...repeatFaults,
];
