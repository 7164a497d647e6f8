import t from 'tap';
import { Oid } from '../../src/asn1/oids.ts';
import type { PolicyInformation, PolicyMapping } from '../../src/pki/certificate-policies.ts';
import { PolicyGraph } from '../../src/pki/policy-graph.ts';

const policies = (...oids: readonly string[]): PolicyInformation[] =>
  oids.map((policy) => ({ policy, qualifiers: [{ oid: policy, value: new Uint8Array() }] }));

const mapping = (issuerDomainPolicy: string, subjectDomainPolicy: string): PolicyMapping => ({
  issuerDomainPolicy,
  subjectDomainPolicy,
});

const validFor = (graph: PolicyGraph, ...accepted: readonly string[]): readonly string[] =>
  graph.userConstrained(new Set(accepted)).map(({ policy }) => policy);

t.test('a path is valid for the policies that all its certificates name', async (t) => {
  const graph = new PolicyGraph();
  graph.descend(policies('1.1', '1.2', '1.3'), true);
  graph.descend(policies('1.2', '1.3', '1.4'), true);
  t.same(validFor(graph, Oid.anyPolicy), ['1.2', '1.3']);
  t.same(validFor(graph, '1.3', '1.4'), ['1.3']);
  graph.descend(policies('1.9'), true);
  t.ok(graph.empty);
  t.same(validFor(graph, Oid.anyPolicy), []);
});

t.test('a certificate without policies ends them', async (t) => {
  const graph = new PolicyGraph();
  graph.descend(policies('1.1'), true);
  graph.descend(null, true);
  t.ok(graph.empty);
  graph.descend(policies('1.1'), true);
  t.ok(graph.empty, 'for good');
});

t.test('anyPolicy stands for what was expected, unless it is inhibited', async (t) => {
  const under = (anyCounts: boolean): PolicyGraph => {
    const graph = new PolicyGraph();
    graph.descend(policies('1.1'), true);
    graph.descend(policies(Oid.anyPolicy), anyCounts);
    return graph;
  };
  t.same(validFor(under(true), Oid.anyPolicy), ['1.1']);
  t.ok(under(false).empty);
});

t.test('anyPolicy down to the end accepts whatever the user accepts', async (t) => {
  const graph = new PolicyGraph();
  graph.descend(policies(Oid.anyPolicy), true);
  t.same(validFor(graph, '1.7'), ['1.7']);
  t.same(validFor(graph, Oid.anyPolicy), [Oid.anyPolicy]);
});

t.test("a mapped policy is known by the anchor's name for it", async (t) => {
  const graph = new PolicyGraph();
  graph.descend(policies('1.1'), true);
  graph.map([mapping('1.1', '2.1'), mapping('1.1', '2.2')], policies('1.1'), true);
  graph.descend(policies('2.2'), true);
  t.same(validFor(graph, Oid.anyPolicy), ['1.1']);
  t.same(validFor(graph, '2.2'), [], 'not by the name below');
});

t.test('where mapping is inhibited, a mapped policy is lost', async (t) => {
  const graph = new PolicyGraph();
  graph.descend(policies('1.1'), true);
  graph.map([mapping('1.1', '2.1')], policies('1.1'), false);
  t.ok(graph.empty);
});

t.test('mapping out of anyPolicy makes the policy and keeps its qualifiers', async (t) => {
  const graph = new PolicyGraph();
  const any = policies(Oid.anyPolicy);
  graph.descend(any, true);
  graph.map([mapping('1.1', '2.1')], any, true);
  graph.descend(policies('2.1'), true);
  const [valid] = graph.userConstrained(new Set([Oid.anyPolicy]));
  t.equal(valid?.policy, '1.1');
  t.same(new Set(valid?.qualifiers.map(({ oid }) => oid)), new Set(['2.1', Oid.anyPolicy]));
});

t.test('mapping everything to everything does not grow beyond one node for each policy', async (t) => {
  const names = Array.from({ length: 20 }, (_, i) => `1.2.${i}`);
  const all = names.flatMap((from) => names.map((to) => mapping(from, to)));
  const graph = new PolicyGraph();
  // As a tree this would have 20^10 leaves (CVE-2023-0464).
  for (let depth = 0; depth < 10; depth += 1) {
    graph.descend(policies(...names), true);
    graph.map(all, policies(...names), true);
  }
  t.equal(validFor(graph, Oid.anyPolicy).length, names.length);
});
