// SPDX-License-Identifier: Apache-2.0
import { type Static, Type } from 'typebox';

/** The code that an administrator made for a client. */
export const EnrolmentRequestSchema = Type.Object(
  { code: Type.String({ minLength: 8, maxLength: 512 }) },
  { $id: 'EnrolmentRequest', additionalProperties: false },
);

/** Whom the client certificate of this connection stands for from now on. */
export const EnrolmentAnswerSchema = Type.Object(
  {
    identity: Type.String(),
    processes: Type.Union([Type.Literal('*'), Type.Array(Type.String())]),
  },
  { $id: 'EnrolmentAnswer' },
);

/** An enrolment, as JSON. */
export type EnrolmentAnswer = Static<typeof EnrolmentAnswerSchema>;
