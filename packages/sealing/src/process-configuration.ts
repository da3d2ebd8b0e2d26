// SPDX-License-Identifier: Apache-2.0
import { type Static, Type } from 'typebox';

const name = (description: string) => Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description });

/**
 * How documents of one kind are sealed: the one schema for API, command line and docs. A process is named; each change
 * makes a new version, a version never changes, and every seal names the version that made it.
 */
export const ProcessConfigurationSchema = Type.Object(
  {
    format: Type.Literal(1),
    process: name('Name of the process, unique in its tenant'),
    description: Type.Optional(Type.String({ maxLength: 200 })),
    documentFormat: Type.Literal('pades', { description: 'EN 319 142-1' }),
    level: Type.Union(
      [Type.Literal('B-B'), Type.Literal('B-T'), Type.Literal('B-LT'), Type.Literal('B-LTA')],
      {
        description: 'Level that every seal reaches; in hash transfer at most B-T',
      },
    ),
    credential: name('Name of the credential that seals'),
    signatureAlgorithm: Type.Optional(
      Type.String({
        description: 'Identifier in the algorithm table; default: the first that the credential offers',
      }),
    ),
    digestAlgorithm: Type.Union([Type.Literal('sha256'), Type.Literal('sha384'), Type.Literal('sha512')], {
      default: 'sha256',
      description: 'Digest of the signer’s document representation (DocHash)',
    }),
    timeStamp: Type.Optional(
      Type.Object(
        {
          pool: name('Name of the pool of time-stamping authorities'),
          whenUnavailable: Type.Union([Type.Literal('fail'), Type.Literal('lower')], {
            default: 'fail',
            description:
              'fail: a retryable error. lower: deliver the level below, flagged in record and header',
          }),
        },
        { additionalProperties: false },
      ),
    ),
    validationData: Type.Optional(
      Type.Object(
        {
          whenUnavailable: Type.Optional(
            Type.Union([Type.Literal('fail'), Type.Literal('lower')], {
              description:
                'fail (default): a retryable error. lower: deliver B-T, flagged in record and header',
            }),
          ),
          vri: Type.Optional(
            Type.Boolean({
              description: 'Whether a VRI dictionary repeats the data for each signature; default not',
            }),
          ),
        },
        { additionalProperties: false, description: 'How validation data are stored, at B-LT and B-LTA' },
      ),
    ),
    pades: Type.Object(
      {
        reason: Type.Optional(Type.String({ maxLength: 500 })),
        location: Type.Optional(Type.String({ maxLength: 500 })),
        contactInfo: Type.Optional(Type.String({ maxLength: 500 })),
        signerName: Type.Optional(Type.String({ maxLength: 500 })),
      },
      { additionalProperties: false, default: {} },
    ),
    transfer: Type.Object(
      { document: Type.Boolean({ default: true }), hash: Type.Boolean({ default: false }) },
      {
        additionalProperties: false,
        default: { document: true, hash: false },
        description:
          'Whether the server may get the document, or digests prepared by the caller (content not seen)',
      },
    ),
    limits: Type.Object(
      {
        maxBytes: Type.Integer({ minimum: 1, maximum: 2 ** 40, default: 2 ** 30 }),
        deadlineHours: Type.Number({ exclusiveMinimum: 0, maximum: 24 * 90, default: 24 }),
      },
      { additionalProperties: false, default: { maxBytes: 2 ** 30, deadlineHours: 24 } },
    ),
  },
  { additionalProperties: false, $id: 'ProcessConfiguration' },
);

/** What one version of a process says. Frozen once it is stored. */
export type ProcessConfiguration = Static<typeof ProcessConfigurationSchema>;

/** A stored version: the configuration with the number it was given. */
export interface ProcessVersion {
  readonly configuration: Readonly<ProcessConfiguration>;
  /** 1 for the first; the newest one is in force. */
  readonly version: number;
  readonly createdAt: Date;
}
