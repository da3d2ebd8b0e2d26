// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import type { Certificate, GeneralName, Name, NameConstraints } from '@signet/pkix';

/** Name constraints gathered along a path (RFC 5280 §4.2.1.10, §6.1.3 (b), (c), §6.1.4 (g)). */
export class NameConstraintState {
  // An intersection of subtrees is kept as the list of all that must hold, which needs no computing with subtrees.
  readonly #constraints: NameConstraints[] = [];

  /** Takes the constraints that a CA's certificate sets for those below it. */
  add(certificate: Certificate): void {
    const constraints = certificate.nameConstraints;
    if (constraints !== undefined) this.#constraints.push(constraints);
  }

  /** Whether all names of a certificate lie within what is permitted and outside what is excluded. */
  allows(certificate: Certificate): boolean {
    if (this.#constraints.length === 0) return true;
    const names = namesOf(certificate);
    return this.#constraints.every((constraints) => names.every((name) => permitted(name, constraints)));
  }
}

function namesOf(certificate: Certificate): readonly GeneralName[] {
  const alternatives = certificate.subjectAltName;
  const names: GeneralName[] = [...alternatives];
  if (!certificate.subject.isEmpty) names.push({ kind: 'directory', name: certificate.subject });
  if (!alternatives.some(({ kind }) => kind === 'email')) {
    names.push(
      ...certificate.subject.attributes('emailAddress').map((text) => ({ kind: 'email', text }) as const),
    );
  }
  return names;
}

function permitted(name: GeneralName, constraints: NameConstraints): boolean {
  if (constraints.excluded.some((base) => base.kind === name.kind && within(name, base) !== false))
    return false;
  const bases = constraints.permitted.filter(({ kind }) => kind === name.kind);
  return bases.length === 0 || bases.some((base) => within(name, base) === true);
}

/** Whether a name lies in the subtree of a base; undefined where that cannot be told, which then counts against it. */
function within(name: GeneralName, base: GeneralName): boolean | undefined {
  if (name.kind === 'directory' && base.kind === 'directory') return directoryWithin(name.name, base.name);
  if (name.kind === 'dns' && base.kind === 'dns') return hostWithin(name.text, base.text, 'with-subdomains');
  if (name.kind === 'email' && base.kind === 'email') return emailWithin(name.text, base.text);
  if (name.kind === 'uri' && base.kind === 'uri') return uriWithin(name.text, base.text);
  if (name.kind === 'ip' && base.kind === 'ip') return addressWithin(name.octets, base.octets);
  return undefined;
}

function directoryWithin(name: Name, base: Name): boolean {
  const [whole, start] = [name.comparable, base.comparable];
  return start === '' || whole === start || whole.startsWith(`${start},`);
}

function hostWithin(host: string, base: string, exact: 'with-subdomains' | 'alone'): boolean {
  const [name, subtree] = [host.toLowerCase(), base.toLowerCase()];
  if (subtree === '') return true;
  if (subtree.startsWith('.')) return name.endsWith(subtree) && name.length > subtree.length;
  return name === subtree || (exact === 'with-subdomains' && name.endsWith(`.${subtree}`));
}

function emailWithin(email: string, base: string): boolean {
  const at = email.lastIndexOf('@');
  if (!base.includes('@')) return hostWithin(email.slice(at + 1), base, 'alone');
  const baseAt = base.lastIndexOf('@');
  // Local parts may differ by case alone (RFC 5321 §2.4), hosts may not.
  return (
    email.slice(0, at) === base.slice(0, baseAt) &&
    email.slice(at).toLowerCase() === base.slice(baseAt).toLowerCase()
  );
}

function uriWithin(uri: string, base: string): boolean | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(uri)?.[1];
  // Without a host, or with an address for one, the constraint cannot be met (RFC 5280 §4.2.1.10).
  if (host === undefined || host === '' || host.startsWith('[') || isIP(host) !== 0) return undefined;
  return hostWithin(host, base, 'alone');
}

function addressWithin(address: Uint8Array, base: Uint8Array): boolean {
  const size = address.length;
  if (base.length !== size * 2) return false;
  return address.every((octet, i) => (octet & base[size + i]!) === (base[i]! & base[size + i]!));
}
