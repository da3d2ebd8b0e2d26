// SPDX-License-Identifier: Apache-2.0
import type { ResultRecord } from '@signet/sealing';
import { type Static, Type } from 'typebox';
import type { Same } from './shared.ts';

/** SHA-256 in lower-case hexadecimal. */
export const Sha256 = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description });

/** AdES baseline level. */
export const Level = Type.Union([
  Type.Literal('B-B'),
  Type.Literal('B-T'),
  Type.Literal('B-LT'),
  Type.Literal('B-LTA'),
]);

/** What is known of a result, the same by every way. */
export const ResultRecordSchema = Type.Object(
  {
    format: Type.Literal(1),
    job: Type.String({ format: 'uuid' }),
    process: Type.String(),
    version: Type.Integer({ description: 'Version of the process that made the seal' }),
    levelWanted: Level,
    levelReached: Level,
    timeStamp: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Time of the signature time-stamp, null at B-B',
    }),
    certificate: Sha256('SHA-256 of the signing certificate'),
    sha256In: Sha256('SHA-256 of the document as it arrived; of the DocHash in hash transfer'),
    sha256Out: Type.Union([Sha256('SHA-256 of the sealed document'), Type.Null()], {
      description: 'null in hash transfer, where the caller assembles the document',
    }),
    warnings: Type.Array(Type.String()),
  },
  { $id: 'ResultRecord' },
);

const same: Same<Static<typeof ResultRecordSchema>, ResultRecord> = true;
void same;
