// SPDX-License-Identifier: Apache-2.0
// NIST PKITS (RFC 5280 path validation): every path is judged as the table says, with revocation where the table asks for it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isSignetError } from '@signet/base';
import { type Certificate, parseCertificate } from '@signet/pkix';
import {
  findCertificationPath,
  type PathResult,
  type PolicyInput,
  type RevocationCheck,
} from '@signet/trust/path';
import { RevocationValues } from '../../packages/validation/src/revocation.ts';
import { sharedPath, withoutShared } from '../testkit/shared.ts';

/** When the certificates of PKITS are valid (2010 to 2030) and its revocation lists current. */
const at = new Date('2026-11-24T00:00:00Z');

/** What is refused though PKITS calls it valid, and why. */
const refusedOnPurpose: Readonly<Record<string, string>> = {
  valid_dsa_parameter_inheritance_test5: 'DSA is not in the algorithm table',
  valid_crlissuer_test28: 'indirect revocation lists are not followed to an issuer of their own',
  valid_crlissuer_test30: 'indirect revocation lists are not followed to an issuer of their own',
  valid_idp_with_indirectcrl_test24: 'indirect revocation lists are not followed to an issuer of their own',
  valid_deltacrl_test5: 'delta lists are not applied, so what they take back stays revoked',
  valid_onlysomereasons_test18: 'lists for some reasons are not put together',
};

interface Row {
  readonly name: string;
  readonly valid: boolean;
  readonly certificate: string;
  readonly others: readonly string[];
  readonly crls: readonly string[];
  readonly revocation: boolean;
  readonly policy: PolicyInput;
}

if (withoutShared) test('NIST PKITS', { skip: withoutShared });
else {
  for (const row of rows()) {
    const refused = refusedOnPurpose[row.name];
    const expected = row.valid && refused === undefined ? 'valid' : 'invalid';
    test(`${row.name}: ${expected}${refused === undefined ? '' : ` (${refused})`}`, () => {
      assert.equal(judge(row).status, expected);
    });
  }
}

function judge(row: Row): PathResult | { readonly status: 'invalid' } {
  const anchor = certificate('TrustAnchorRootCertificate.crt')!;
  const target = certificate(row.certificate);
  // Two certificates carry a signature that is no octet string: they cannot be read, which is as good as invalid.
  if (target === undefined) return { status: 'invalid' };
  const candidates = row.others.flatMap((name) => certificate(name) ?? []);
  return findCertificationPath({
    certificate: target,
    candidates,
    anchors: [anchor],
    at,
    policy: row.policy,
    ...(row.revocation ? { revocation: revocationBy(row.crls, anchor) } : {}),
  });
}

/** A list may be signed by any key that the issuer has on the path: after a change of keys it has several. */
function revocationBy(names: readonly string[], anchor: Certificate): RevocationCheck {
  const values = new RevocationValues(
    names.map((name) => read('crls', name)),
    [],
  );
  return (certificate, issuer, path) => {
    const issuers = [issuer, ...path, anchor].filter(({ subject }) => subject.equals(issuer.subject));
    return values.status({ certificate, issuers, at, existedAt: undefined }).kind;
  };
}

function rows(): readonly Row[] {
  const [, ...lines] = readFileSync(sharedPath('corpora', 'certs-pkits', 'expected-pkits.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const [, name = '', expected, target = '', others = '', crls = '', revocation, parameters = '{}'] =
      line.split('\t');
    const given = JSON.parse(parameters) as {
      user_initial_policy_set?: string[];
      initial_explicit_policy?: boolean;
      initial_policy_mapping_inhibit?: boolean;
      initial_any_policy_inhibit?: boolean;
    };
    return {
      name,
      valid: expected === 'VALID',
      certificate: target,
      others: others.split(',').filter((each) => each !== ''),
      crls: crls.split(',').filter((each) => each !== ''),
      revocation: revocation === 'True',
      policy: {
        ...(given.user_initial_policy_set === undefined ? {} : { initial: given.user_initial_policy_set }),
        requireExplicit: given.initial_explicit_policy ?? false,
        inhibitMapping: given.initial_policy_mapping_inhibit ?? false,
        inhibitAny: given.initial_any_policy_inhibit ?? false,
      },
    };
  });
}

function certificate(name: string): Certificate | undefined {
  try {
    return parseCertificate(read('certs', name));
  } catch (error) {
    if (isSignetError(error, 'x509.malformed')) return undefined;
    throw error;
  }
}

function read(folder: string, name: string): Uint8Array {
  return readFileSync(sharedPath('corpora', 'certs-pkits', 'files', 'nist_pkits', folder, name));
}
