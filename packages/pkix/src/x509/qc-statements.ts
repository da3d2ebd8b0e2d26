// SPDX-License-Identifier: Apache-2.0
import { type DerNode, der, encodeDer, type Oid, readDer } from '../der/index.ts';

const qcs = '0.4.0.1862.1';
const qcSyntaxV2 = '1.3.6.1.5.5.7.11.2';

/** What a qualified certificate is for (EN 319 412-5 §4.2.3). */
export type QcType = 'esign' | 'eseal' | 'web';

const qcTypes: readonly QcType[] = ['esign', 'eseal', 'web'];

/** Where a disclosure statement lies (EN 319 412-5 §4.3.4). */
export interface PdsLocation {
  readonly url: string;
  /** ISO 639-1. */
  readonly language: string;
}

/** The statements of a qualified certificate (RFC 3739 §3.2.6, EN 319 412-5). */
export interface QcStatements {
  /** QcCompliance: issued as qualified under EU law or the laws of `legislation`. */
  readonly compliance: boolean;
  /** QcSSCD: the key lies in a qualified signature creation device. */
  readonly sscd: boolean;
  /** QcType; object identifiers that are not of EN 319 412-5 stay as they are. */
  readonly types: readonly (QcType | Oid)[];
  readonly pds: readonly PdsLocation[];
  /** Years that records are kept after the end of validity. */
  readonly retentionYears: number | undefined;
  /** Semantics of the subject's identifiers (EN 319 412-1 §5). */
  readonly semantics: Oid | undefined;
  /** QcCClegislation: countries, ISO 3166-1; empty means EU law. */
  readonly legislation: readonly string[];
  /** Every statement there is, the ones that are not read here too. */
  readonly oids: readonly Oid[];
}

/** Reads the value of the QCStatements extension. @throws SignetError `der.*` */
export function readQcStatements(value: Uint8Array): QcStatements {
  const statements = new Map<Oid, Uint8Array>();
  const reader = readDer(value).sequence();
  while (!reader.atEnd) {
    const statement = reader.sequence();
    statements.set(statement.oid(), statement.rest);
  }
  const retention = statements.get(`${qcs}.3`);
  return {
    compliance: statements.has(`${qcs}.1`),
    sscd: statements.has(`${qcs}.4`),
    types: listOf(statements.get(`${qcs}.6`), (list) => typeOf(list.oid())),
    pds: listOf(statements.get(`${qcs}.5`), (list) => {
      const location = list.sequence();
      return { url: location.text(), language: location.text() };
    }),
    retentionYears: retention === undefined ? undefined : readDer(retention).number(),
    semantics: semanticsOf(statements.get(qcSyntaxV2)),
    legislation: listOf(statements.get(`${qcs}.7`), (list) => list.text()),
    oids: [...statements.keys()],
  };
}

/** What QCStatements are built of. */
export type QcStatementsInput = Partial<Omit<QcStatements, 'oids' | 'types'>> & {
  readonly types?: readonly QcType[];
};

/** DER of a QCStatements extension's value. */
export function buildQcStatements(input: QcStatementsInput): Uint8Array {
  const statement = (arc: number, info?: DerNode) => der.sequence(der.oid(`${qcs}.${arc}`), info);
  const statements: DerNode[] = [];
  if (input.semantics !== undefined) {
    statements.push(der.sequence(der.oid(qcSyntaxV2), der.sequence(der.oid(input.semantics))));
  }
  if (input.compliance) statements.push(statement(1));
  if (input.retentionYears !== undefined) statements.push(statement(3, der.integer(input.retentionYears)));
  if (input.sscd) statements.push(statement(4));
  if (input.pds?.length) {
    const locations = input.pds.map(({ url, language }) =>
      der.sequence(der.ia5String(url), der.printableString(language)),
    );
    statements.push(statement(5, der.sequenceOf(locations)));
  }
  if (input.types?.length) {
    statements.push(statement(6, der.sequenceOf(input.types.map((type) => der.oid(oidOfType(type))))));
  }
  if (input.legislation?.length) {
    statements.push(statement(7, der.sequenceOf(input.legislation.map(der.printableString))));
  }
  return encodeDer(der.sequenceOf(statements));
}

function listOf<T>(
  info: Uint8Array | undefined,
  read: (list: ReturnType<typeof readDer>) => T,
): readonly T[] {
  if (info === undefined) return [];
  const items: T[] = [];
  const list = readDer(info).sequence();
  while (!list.atEnd) items.push(read(list));
  return items;
}

function semanticsOf(info: Uint8Array | undefined): Oid | undefined {
  if (info === undefined || info.length === 0) return undefined;
  const fields = readDer(info).sequence();
  return fields.is(0x06) ? fields.oid() : undefined;
}

function oidOfType(type: QcType): Oid {
  return `${qcs}.6.${qcTypes.indexOf(type) + 1}`;
}

function typeOf(oid: Oid): QcType | Oid {
  return qcTypes.find((type) => oidOfType(type) === oid) ?? oid;
}
