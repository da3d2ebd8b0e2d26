// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { EnrolmentService } from '@signet/exchange/rest';
import type { IdentityStore } from '@signet/sealing';

/** Binds a client's certificate, whose key it proved in the handshake, to the identity that a code was made for. */
export function enrolment(identities: Pick<IdentityStore, 'redeemEnrolmentCode'>): EnrolmentService {
  return {
    async enrol(code, certificate) {
      const fingerprint = createHash('sha256').update(certificate).digest('hex');
      const { tenant, name, processes, scopes } = await identities.redeemEnrolmentCode(code, fingerprint);
      return { tenant, identity: name, processes, scopes };
    },
  };
}
