// SPDX-License-Identifier: Apache-2.0
import type { ValidationReport } from '@signet/validation';
import { Type } from 'typebox';
import { Sha256 } from './result-record.ts';
import { shared } from './shared.ts';

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const Indication = Type.Union([
  Type.Literal('TOTAL_PASSED'),
  Type.Literal('INDETERMINATE'),
  Type.Literal('TOTAL_FAILED'),
]);
const SubIndication = nullable(Type.String({ description: 'EN 319 102-1 §5.1.3, table 6' }));
const Time = Type.String({ format: 'date-time' });

const FindingSchema = Type.Object(
  { key: Type.String({ description: 'Stable key' }), message: Type.String() },
  { $id: 'Finding' },
);
const Findings = Type.Array(shared(FindingSchema));

const CertificateReportSchema = Type.Object(
  {
    name: Type.String({ description: 'For people' }),
    subject: Type.String({ description: 'RFC 4514' }),
    issuer: Type.String({ description: 'RFC 4514' }),
    serialNumber: Type.String({ description: 'Hexadecimal' }),
    sha256: Sha256('SHA-256 of the DER'),
    notBefore: Time,
    notAfter: Time,
    qualifiedClaims: Type.Object(
      {
        compliance: Type.Boolean(),
        device: Type.Boolean(),
        types: Type.Array(Type.String()),
      },
      { description: 'What its QCStatements claim (EN 319 412-5); not judged here' },
    ),
  },
  { $id: 'CertificateReport' },
);
const Certificate = nullable(shared(CertificateReportSchema));

const TimeStampReportSchema = Type.Object(
  {
    kind: Type.Union([Type.Literal('signature-time-stamp'), Type.Literal('document-time-stamp')]),
    indication: Indication,
    subIndication: SubIndication,
    time: nullable(Time),
    authority: Certificate,
    findings: Findings,
  },
  { $id: 'TimeStampReport' },
);

const SignatureReportSchema = Type.Object(
  {
    fieldName: Type.String(),
    subFilter: Type.String(),
    indication: Indication,
    subIndication: SubIndication,
    level: nullable(Type.String({ description: 'Baseline level whose parts are intact; null below B-B' })),
    signer: Certificate,
    signingTime: nullable(
      Type.Object({
        source: Type.Union([Type.Literal('time-stamp'), Type.Literal('claimed')]),
        time: Time,
      }),
    ),
    signatureAlgorithm: nullable(Type.String()),
    digestAlgorithm: nullable(Type.String()),
    changes: Type.Object({
      kind: Type.Union([Type.Literal('none'), Type.Literal('allowed'), Type.Literal('forbidden')]),
      laterRevisions: Type.Integer(),
      changes: Findings,
    }),
    timeStamps: Type.Array(shared(TimeStampReportSchema)),
    errors: Findings,
    warnings: Findings,
  },
  { $id: 'SignatureReport' },
);

/** The validation of a document in the words of EN 319 102-1; the shape is that of the validation package. */
export const ValidationReportSchema = Type.Object(
  {
    format: Type.Literal(1),
    validationTime: Time,
    document: Type.Object({ size: Type.Integer(), sha256: Sha256('SHA-256 of the document') }),
    indication: nullable(Indication),
    signatures: Type.Array(shared(SignatureReportSchema)),
    documentTimeStamps: Type.Array(shared(TimeStampReportSchema)),
    findings: Findings,
  },
  { $id: 'ValidationReport' },
);

/** The schemas of a report's parts, to be registered with it. */
export const validationSchemas = [
  FindingSchema,
  CertificateReportSchema,
  TimeStampReportSchema,
  SignatureReportSchema,
  ValidationReportSchema,
] as const;

/** Fails to compile where a member of the report is missing above. */
const described: Record<keyof ValidationReport, unknown> = ValidationReportSchema.properties;
void described;
