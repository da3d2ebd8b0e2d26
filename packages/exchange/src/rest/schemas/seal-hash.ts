// SPDX-License-Identifier: Apache-2.0
import type { ResultRecord } from '@signet/sealing';
import { type Static, Type } from 'typebox';
import { type Problem, ProblemSchema } from './problem.ts';
import { ResultRecordSchema } from './result-record.ts';
import { shared } from './shared.ts';

const DocHash = Type.String({
  pattern: '^(?:[0-9a-f]{2}){20,64}$',
  description:
    'DocHash: digest of the ByteRange with the digest algorithm of the process, lower-case hexadecimal',
});

const Base64 = (description: string) => Type.String({ contentEncoding: 'base64', description });

/** Digests that the caller has prepared. */
export const SealHashRequestSchema = Type.Object(
  {
    hashes: Type.Array(
      Type.Object(
        {
          docHash: DocHash,
          reservedBytes: Type.Integer({
            minimum: 1,
            maximum: 1 << 24,
            description: 'Size of the hole: a CMS that does not fit is refused before a time-stamp is spent',
          }),
          documentName: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
  },
  { $id: 'SealHashRequest', additionalProperties: false },
);

/** Digests to be sealed, as JSON. */
export type SealHashRequest = Static<typeof SealHashRequestSchema>;

/** What became of each digest, in the order in which they came. */
export const SealHashAnswerSchema = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        docHash: DocHash,
        cms: Type.Optional(Base64('DER of the CMS SignedData with its time-stamp, to be put into the hole')),
        record: Type.Optional(shared<ResultRecord>(ResultRecordSchema)),
        problem: Type.Optional(shared<Problem>(ProblemSchema)),
      }),
    ),
  },
  { $id: 'SealHashAnswer' },
);

/** The answer to `SealHashRequest`, as JSON. */
export type SealHashAnswer = Static<typeof SealHashAnswerSchema>;

/** What completes the caller's own copy of a document that was sent (`?return=doc-hash`). */
export const DocHashAnswerSchema = Type.Object(
  {
    docHash: DocHash,
    cms: Base64('DER of the CMS SignedData with its time-stamp, as it is in the appended bytes'),
    appended: Base64('Bytes to append to the document as it was sent'),
    record: shared<ResultRecord>(ResultRecordSchema),
  },
  { $id: 'DocHashAnswer' },
);

/** The answer of `?return=doc-hash`, as JSON. */
export type DocHashBody = Static<typeof DocHashAnswerSchema>;
