// Certificate policies along a path (RFC 5280, 6.1.3 (d)–(f), 6.1.4 (a)–(b), 6.1.5 (g)), as the graph of RFC 9618: the tree of
// RFC 5280 can be made to grow exponentially, the graph has at most one node for each policy and depth.

import { Oid } from '../asn1/oids.ts';
import type { PolicyInformation, PolicyMapping, PolicyQualifier } from './certificate-policies.ts';

const ANY = Oid.anyPolicy;

interface PolicyNode {
  readonly policy: string;
  readonly qualifiers: readonly PolicyQualifier[];
  expected: ReadonlySet<string>;
  readonly parents: readonly PolicyNode[];
}

type Level = Map<string, PolicyNode>;

/** A policy under which a path is valid, with what its issuer wanted to say about it. */
export interface ValidPolicy {
  /** In the domain of the trust anchor. */
  readonly policy: string;
  readonly qualifiers: readonly PolicyQualifier[];
}

/** valid_policy_graph: which policies the certificates so far agree on. Empty means NULL. */
export class PolicyGraph {
  #levels: Level[] = [
    new Map([[ANY, { policy: ANY, qualifiers: [], expected: new Set([ANY]), parents: [] }]]),
  ];

  get empty(): boolean {
    return this.#levels.length === 0;
  }

  /**
   * 6.1.3 (d), (e): goes one certificate down.
   * @param policies - null where the certificate has no certificatePolicies
   * @param anyCounts - whether anyPolicy in this certificate may stand for what was expected of it
   */
  descend(policies: readonly PolicyInformation[] | null, anyCounts: boolean): void {
    const above = this.#levels.at(-1);
    if (policies === null) this.#levels = [];
    if (policies === null || above === undefined) return;
    const expecting = nodesByExpectation(above);
    const level: Level = new Map();
    for (const { policy, qualifiers } of policies) {
      // (d) (1): below the nodes that expect this policy, else below anyPolicy.
      const parents = expecting.get(policy) ?? above.get(ANY);
      if (policy !== ANY && parents !== undefined) addNode(level, policy, qualifiers, [parents].flat());
    }
    const any = policies.find(({ policy }) => policy === ANY);
    if (any !== undefined && anyCounts) {
      for (const [policy, parents] of expecting) {
        if (!level.has(policy)) addNode(level, policy, any.qualifiers, parents);
      }
    }
    this.#levels.push(level);
    this.#prune();
  }

  /**
   * 6.1.4 (b): maps the policies of the last certificate for those below it.
   * @param allowed - policy_mapping > 0; otherwise what is mapped is lost
   */
  map(
    mappings: readonly PolicyMapping[],
    policies: readonly PolicyInformation[] | null,
    allowed: boolean,
  ): void {
    if (mappings.length === 0) return;
    const level = this.#levels.at(-1);
    const above = this.#levels.at(-2);
    if (level === undefined || above === undefined) return;
    for (const [issuerPolicy, mapped] of Map.groupBy(mappings, (mapping) => mapping.issuerDomainPolicy)) {
      if (!allowed) {
        level.delete(issuerPolicy);
        continue;
      }
      const any = level.get(ANY);
      if (!level.has(issuerPolicy) && any !== undefined) {
        const qualifiers = policies?.find(({ policy }) => policy === ANY)?.qualifiers ?? [];
        addNode(level, issuerPolicy, qualifiers, any.parents);
      }
      const node = level.get(issuerPolicy);
      if (node !== undefined)
        node.expected = new Set(mapped.map(({ subjectDomainPolicy }) => subjectDomainPolicy));
    }
    this.#prune();
  }

  /**
   * 6.1.5 (g): the policies that the path is valid for and that the user accepts.
   * @param accepted - user-initial-policy-set
   */
  userConstrained(accepted: ReadonlySet<string>): readonly ValidPolicy[] {
    const last = this.#levels.at(-1);
    if (last === undefined) return [];
    const valid = new Map<string, PolicyQualifier[]>();
    const add = (policy: string, lineage: readonly PolicyNode[]): void => {
      const qualifiers = lineage.flatMap((node) => node.qualifiers);
      valid.set(policy, [...(valid.get(policy) ?? []), ...qualifiers]);
    };
    for (const node of last.values()) {
      const lineage = lineageOf(node);
      for (const { policy, parents } of lineage) {
        // The anchor's name for a policy is the one that stands directly below anyPolicy.
        const named = policy !== ANY && parents.some((parent) => parent.policy === ANY);
        if (named && (accepted.has(policy) || accepted.has(ANY))) add(policy, lineage);
      }
    }
    const any = last.get(ANY);
    if (any !== undefined) {
      for (const policy of accepted) if (!valid.has(policy)) add(policy, lineageOf(any));
    }
    return [...valid].map(([policy, qualifiers]) => ({ policy, qualifiers }));
  }

  // 6.1.3 (d) (3): a node that nothing follows is removed, from the bottom up.
  #prune(): void {
    for (let depth = this.#levels.length - 2; depth >= 0; depth -= 1) {
      const parents = new Set(
        [...(this.#levels[depth + 1]?.values() ?? [])].flatMap((node) => [...node.parents]),
      );
      const level = this.#levels[depth] ?? new Map();
      for (const [policy, node] of level) if (!parents.has(node)) level.delete(policy);
    }
    if (this.#levels.some((level) => level.size === 0)) this.#levels = [];
  }
}

/** A node and all above it, from which it inherits what their issuers wanted to say. */
function lineageOf(node: PolicyNode): readonly PolicyNode[] {
  const lineage = new Set([node]);
  // A set that grows while it is walked is walked to its end.
  for (const { parents } of lineage) for (const parent of parents) lineage.add(parent);
  return [...lineage];
}

function addNode(
  level: Level,
  policy: string,
  qualifiers: readonly PolicyQualifier[],
  parents: readonly PolicyNode[],
): void {
  level.set(policy, { policy, qualifiers, expected: new Set([policy]), parents });
}

function nodesByExpectation(level: Level): ReadonlyMap<string, readonly PolicyNode[]> {
  const expecting = new Map<string, PolicyNode[]>();
  for (const node of level.values()) {
    for (const policy of node.expected) {
      const nodes = expecting.get(policy);
      if (nodes === undefined) expecting.set(policy, [node]);
      else nodes.push(node);
    }
  }
  return expecting;
}
