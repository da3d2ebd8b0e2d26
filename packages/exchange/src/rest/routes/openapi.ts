// SPDX-License-Identifier: Apache-2.0
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { BatchSchema } from '../schemas/batch.ts';
import { EnrolmentAnswerSchema, EnrolmentRequestSchema } from '../schemas/enrolment.ts';
import { JobSchema } from '../schemas/job.ts';
import { ProblemSchema } from '../schemas/problem.ts';
import { ProcessSchema } from '../schemas/process.ts';
import { ResultRecordSchema } from '../schemas/result-record.ts';
import { DocHashAnswerSchema, SealHashAnswerSchema, SealHashRequestSchema } from '../schemas/seal-hash.ts';
import { validationSchemas } from '../schemas/validation-report.ts';

/** Every schema that others refer to; they become the components of the OpenAPI document. */
export const componentSchemas = [
  ResultRecordSchema,
  ProblemSchema,
  JobSchema,
  BatchSchema,
  ProcessSchema,
  SealHashRequestSchema,
  SealHashAnswerSchema,
  DocHashAnswerSchema,
  EnrolmentRequestSchema,
  EnrolmentAnswerSchema,
  ...validationSchemas,
] as const;

type SecurityScheme = NonNullable<
  NonNullable<NonNullable<FastifyDynamicSwaggerOptions['openapi']>['components']>['securitySchemes']
>[string];

/** New in OpenAPI 3.1 (§4.8.27); the types know those of 3.0 only. */
const mutualTls = {
  type: 'mutualTLS',
  description: 'Enrolled client certificate',
} as unknown as SecurityScheme;

/** How the OpenAPI 3.1 document is made from the routes. */
export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Signet sealing API',
        version,
        description:
          'Seals documents with an organisation’s electronic seal and validates them. Errors are problem documents ' +
          '(RFC 9457) with a stable `code`; those that are `retryable` carry `Retry-After`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'API token' },
          certificate: mutualTls,
        },
      },
      security: [{ token: [] }, { certificate: [] }],
    },
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema${index}`),
    },
  };
}
