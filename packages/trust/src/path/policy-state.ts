// SPDX-License-Identifier: Apache-2.0
import { anyPolicy, type Certificate, type Oid } from '@signet/pkix';
import type { PolicyInput } from './result.ts';

/**
 * A policy at the depth reached. RFC 9618 replaces the tree of RFC 5280 §6.1.2 by a graph with one node for each policy
 * and depth, since the tree grows exponentially with hostile mappings; of that graph only two things are ever asked of the
 * depths before: whether a node has an ancestor, and under which policies of the first domain. Keeping these with the node
 * makes the rest of the graph superfluous.
 */
interface PolicyNode {
  expected: ReadonlySet<Oid>;
  /** Policies of the anchor's domain that this one stands for. */
  readonly origins: ReadonlySet<Oid>;
}

/** Processing of policies along a path (RFC 5280 §6.1.3 (d)-(f), §6.1.4 (a), (b), (h)-(j), §6.1.5 (a), (b), (g)). */
export class PolicyState {
  readonly #initial: readonly Oid[];
  #nodes: Map<Oid, PolicyNode>;
  #explicitPolicy: number;
  #policyMapping: number;
  #inhibitAny: number;

  constructor(input: PolicyInput, pathLength: number) {
    this.#initial = input.initial ?? [anyPolicy];
    this.#explicitPolicy = input.requireExplicit ? 0 : pathLength + 1;
    this.#policyMapping = input.inhibitMapping ? 0 : pathLength + 1;
    this.#inhibitAny = input.inhibitAny ? 0 : pathLength + 1;
    this.#nodes = new Map([[anyPolicy, { expected: new Set([anyPolicy]), origins: new Set([anyPolicy]) }]]);
  }

  /** Processes the next certificate of the path; false if policies forbid it. */
  process(certificate: Certificate, last: boolean): boolean {
    const policies = certificate.certificatePolicies;
    this.#nodes = policies === undefined ? new Map() : this.#descend(new Set(policies), certificate, last);
    if (this.#explicitPolicy === 0 && this.#nodes.size === 0) return false;
    return last ? this.#wrapUp(certificate) : this.#prepareNext(certificate);
  }

  /** The user-constrained-policy-set. */
  result(): readonly Oid[] {
    const origins = new Set([...this.#nodes.values()].flatMap((node) => [...node.origins]));
    if (this.#initial.includes(anyPolicy)) return [...origins];
    return origins.has(anyPolicy) ? this.#initial : this.#initial.filter((policy) => origins.has(policy));
  }

  #descend(policies: ReadonlySet<Oid>, certificate: Certificate, last: boolean): Map<Oid, PolicyNode> {
    const next = new Map<Oid, PolicyNode>();
    for (const policy of policies) {
      if (policy === anyPolicy) continue;
      const origins = this.#expecting(policy);
      if (origins.size > 0) next.set(policy, { expected: new Set([policy]), origins });
      else if (this.#nodes.has(anyPolicy))
        next.set(policy, { expected: new Set([policy]), origins: new Set([policy]) });
    }
    const anyCounts = this.#inhibitAny > 0 || (!last && certificate.isSelfIssued);
    if (policies.has(anyPolicy) && anyCounts) {
      const expected = new Set([...this.#nodes.values()].flatMap((node) => [...node.expected]));
      for (const policy of expected) {
        if (!next.has(policy))
          next.set(policy, { expected: new Set([policy]), origins: this.#expecting(policy) });
      }
    }
    return next;
  }

  #expecting(policy: Oid): ReadonlySet<Oid> {
    const parents = [...this.#nodes.values()].filter((node) => node.expected.has(policy));
    return new Set(parents.flatMap((node) => [...node.origins]));
  }

  #prepareNext(certificate: Certificate): boolean {
    const mappings = certificate.policyMappings;
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      if (issuerDomainPolicy === anyPolicy || subjectDomainPolicy === anyPolicy) return false;
    }
    const mapped = Map.groupBy(mappings, ({ issuerDomainPolicy }) => issuerDomainPolicy);
    for (const [policy, targets] of mapped)
      this.#map(policy, new Set(targets.map((each) => each.subjectDomainPolicy)));
    if (!certificate.isSelfIssued) this.#count();
    this.#constrain(certificate);
    return true;
  }

  #map(policy: Oid, expected: ReadonlySet<Oid>): void {
    const node = this.#nodes.get(policy);
    if (this.#policyMapping === 0) this.#nodes.delete(policy);
    else if (node !== undefined) node.expected = expected;
    else if (this.#nodes.has(anyPolicy)) this.#nodes.set(policy, { expected, origins: new Set([policy]) });
  }

  #count(): void {
    if (this.#explicitPolicy > 0) this.#explicitPolicy -= 1;
    if (this.#policyMapping > 0) this.#policyMapping -= 1;
    if (this.#inhibitAny > 0) this.#inhibitAny -= 1;
  }

  #constrain(certificate: Certificate): void {
    const { requireExplicitPolicy, inhibitPolicyMapping } = certificate.policyConstraints ?? {};
    this.#explicitPolicy = Math.min(this.#explicitPolicy, requireExplicitPolicy ?? Infinity);
    this.#policyMapping = Math.min(this.#policyMapping, inhibitPolicyMapping ?? Infinity);
    this.#inhibitAny = Math.min(this.#inhibitAny, certificate.inhibitAnyPolicy ?? Infinity);
  }

  #wrapUp(certificate: Certificate): boolean {
    if (this.#explicitPolicy > 0) this.#explicitPolicy -= 1;
    if (certificate.policyConstraints?.requireExplicitPolicy === 0) this.#explicitPolicy = 0;
    return this.#explicitPolicy > 0 || this.result().length > 0;
  }
}
