// SPDX-License-Identifier: Apache-2.0
import { ProcessConfigurationSchema } from '@signet/sealing';
import { type Static, Type } from 'typebox';
import type { ProcessView } from '../service.ts';
import { Level } from './result-record.ts';
import type { Same } from './shared.ts';

const configuration = ProcessConfigurationSchema.properties;

/** What a caller must know of a process, above all one who prepares documents itself. */
export const ProcessSchema = Type.Object(
  {
    process: Type.String(),
    version: Type.Integer({ description: 'The version in force' }),
    description: Type.Optional(Type.String()),
    documentFormat: Type.Literal('pades'),
    level: Level,
    digestAlgorithm: configuration.digestAlgorithm,
    signatureAlgorithm: Type.String({ description: 'Identifier in the algorithm table' }),
    reservedBytes: Type.Integer({
      description:
        'Bytes to reserve in /Contents for the CMS, before they are doubled by hexadecimal writing',
    }),
    transfer: configuration.transfer,
    pades: configuration.pades,
    maxBytes: Type.Integer({ description: 'Largest document in bytes' }),
    deadlineHours: Type.Number({ description: 'How long errors that pass are tried again' }),
  },
  { $id: 'Process' },
);

const same: Same<Static<typeof ProcessSchema>, ProcessView> = true;
void same;
