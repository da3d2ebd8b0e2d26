// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';
import type { SigningCredential } from '@signet/devices';
import type { RouteContext } from '@signet/exchange/rest';
import type {
  ConfigurationStore,
  CredentialConfiguration,
  IdentityStore,
  TimeStampPool,
} from '@signet/sealing';
import type { DoctorParts } from './doctor.ts';
import type { RehearsalParts } from './rehearsal.ts';

/** What the administration's routes work with. */
export interface AdminContext {
  /** Of the sealing API: administration shares its authentication. */
  readonly routes: RouteContext;
  readonly configurations: ConfigurationStore;
  readonly identities: IdentityStore;
  readonly rehearsal: RehearsalParts;
  readonly doctor: DoctorParts;
  readonly clock: Clock;
  /** Opens a credential without keeping it. @throws SignetError `config.*`, `pkcs12.*` */
  readonly tryCredential: (row: CredentialConfiguration) => Promise<SigningCredential>;
  /** Refuses a pool that could never be asked (a plain URL, a secret that is not there). @throws SignetError */
  readonly tryPool: (pool: TimeStampPool) => void;
  /** Encrypts a secret that came by REST under the master key; gives the reference to keep. */
  readonly wrapSecret: (secret: string) => string;
  /** Tells this worker that configuration changed; others notice within a second. */
  readonly changed: () => void;
}
