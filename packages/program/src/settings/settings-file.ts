// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SignetError } from '@signet/base';
import { Ajv, type ErrorObject } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { locate } from './locate.ts';

/** A configuration file that fits its schema. */
export interface SettingsFile<T> {
  /** What it says, with the schema's defaults filled in. */
  readonly values: T;
  /** Its absolute path. */
  readonly file: string;
  /** Its directory: what relative paths and `file:` references in it are meant from. */
  readonly directory: string;
  /** A path of the file made absolute. */
  resolve(path: string): string;
  /**
   * Refuses the file for something the schema cannot say.
   *
   * @param pointer JSON pointer (RFC 6901) of the key
   * @throws SignetError `config.invalid` with file, key, line, reason
   */
  refuse(pointer: string, reason: string): never;
}

/**
 * Reads a YAML configuration and validates it by a TypeBox schema.
 *
 * @throws SignetError `config.unreadable`; `config.invalid` with file, key, line and reason of the first thing wrong
 */
export function readSettingsFile<S extends TSchema>(file: string, schema: S): SettingsFile<Static<S>> {
  const path = resolve(file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new SignetError('config.unreadable', { file: path, reason }, error);
  }
  return parseSettingsFile(text, path, schema);
}

/**
 * The same from text; `path` (absolute) says where it is from.
 *
 * @throws SignetError `config.invalid`
 */
export function parseSettingsFile<S extends TSchema>(
  text: string,
  path: string,
  schema: S,
): SettingsFile<Static<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const refuse = (pointer: string, reason: string, atKey = true): never => {
    throw new SignetError('config.invalid', {
      file: path,
      ...locate(document, lines, pointer, atKey),
      reason,
    });
  };
  refuseSyntax(document, lines, path);
  const values: unknown = document.toJS();
  const validate = new Ajv({ allErrors: true, useDefaults: true, strict: false, verbose: true }).compile<
    Static<S>
  >(schema);
  if (!validate(values)) {
    const { pointer, reason, atKey } = explain(firstError(validate.errors ?? []));
    return refuse(pointer, reason, atKey);
  }
  const directory = dirname(path);
  return { values, file: path, directory, resolve: (relative) => resolve(directory, relative), refuse };
}

function refuseSyntax(document: Document, lines: LineCounter, file: string): void {
  const [syntax] = document.errors;
  if (syntax === undefined) return;
  const { line } = lines.linePos(syntax.pos[0]);
  const details = { file, key: '(the file)', line, reason: syntax.message };
  throw new SignetError('config.invalid', details, syntax);
}

/** An unknown or missing key explains more than the wrong value it leads to, so these come first. */
function firstError(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const keyword = (name: string) => errors.find((error) => error.keyword === name);
  return keyword('additionalProperties') ?? keyword('required') ?? errors[0];
}

/** Says what is wrong in words. A value is never repeated: it may be a secret written where its reference belongs. */
function explain(error: ErrorObject | undefined): { pointer: string; reason: string; atKey: boolean } {
  if (error === undefined) return { pointer: '', reason: 'is not valid', atKey: false };
  const { keyword, instancePath, params, parentSchema } = error;
  if (keyword === 'additionalProperties') {
    const key = String(params.additionalProperty);
    return { pointer: `${instancePath}/${escapeStep(key)}`, reason: 'there is no such key', atKey: true };
  }
  if (keyword === 'required') {
    const key = String(params.missingProperty);
    return { pointer: `${instancePath}/${escapeStep(key)}`, reason: 'is missing', atKey: false };
  }
  const wanted = (parentSchema as { description?: string } | undefined)?.description;
  if (keyword === 'pattern' && wanted !== undefined) {
    return { pointer: instancePath, reason: `must be: ${wanted}`, atKey: false };
  }
  if (keyword === 'const') {
    return { pointer: instancePath, reason: `must be ${JSON.stringify(params.allowedValue)}`, atKey: false };
  }
  return { pointer: instancePath, reason: error.message ?? 'is not valid', atKey: false };
}

function escapeStep(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
