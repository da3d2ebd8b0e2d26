// SPDX-License-Identifier: Apache-2.0
import { readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { SignetError } from '@signet/base';

/** Reads secrets by reference. What it gives is never logged, stored or sent. */
export interface SecretReader {
  /**
   * The secret as text without its final line break.
   *
   * @throws SignetError `config.secret-unavailable`, `config.secret-not-allowed`
   */
  read(reference: string): string;
}

/** Environment variables that administrators may name begin so; others (the database's URL) stay out of their reach. */
const administrativeVariable = /^SIGNET_SECRET_[A-Z0-9_]+$/;

/**
 * Reads the references of `server.yaml`: `file:` (relative to `base`), `env:` and `credential:` (a file in the directory
 * that systemd names in CREDENTIALS_DIRECTORY).
 */
export function bootSecrets(base: string, environment: NodeJS.ProcessEnv = process.env): SecretReader {
  return { read: (reference) => readReference(reference, base, environment) };
}

/**
 * Reads the references of configuration rows. An administrator who could name any file could have it sent to a
 * time-stamping authority of his own as a password: so files must lie in one of `directories` (links resolved), variables
 * must begin with SIGNET_SECRET_, and systemd credentials are for `server.yaml` alone.
 */
export function administrativeSecrets(
  directories: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): SecretReader {
  return {
    read(reference) {
      const [kind, value] = split(reference);
      if (kind === 'file') return readReference(`file:${allowedPath(value, directories)}`, '/', environment);
      if (kind === 'env' && administrativeVariable.test(value))
        return readReference(reference, '/', environment);
      throw new SignetError('config.secret-not-allowed', { reference });
    },
  };
}

/**
 * The real path of a file that an administrator named, if it lies in an allowed directory. A relative one is looked for
 * in each of them.
 *
 * @throws SignetError `config.secret-not-allowed` if it lies elsewhere; `config.secret-unavailable` if it is not there
 */
export function allowedPath(path: string, directories: readonly string[]): string {
  const candidates = isAbsolute(path) ? [path] : directories.map((directory) => join(directory, path));
  const roots = directories.map(realOrUndefined).filter((root) => root !== undefined);
  // Judged before the file is looked at: who may not read there learns nothing about what exists there.
  const plausible = candidates.filter((candidate) =>
    [...directories, ...roots].some((root) => isInside(resolve(candidate), resolve(root))),
  );
  if (plausible.length === 0) throw new SignetError('config.secret-not-allowed', { reference: path });
  for (const candidate of plausible) {
    const real = realOrUndefined(candidate);
    if (real === undefined) continue;
    if (roots.some((root) => isInside(real, root))) return real;
    throw new SignetError('config.secret-not-allowed', { reference: path });
  }
  throw new SignetError('config.secret-unavailable', { reference: path, reason: 'there is no such file' });
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

function realOrUndefined(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readReference(reference: string, base: string, environment: NodeJS.ProcessEnv): string {
  const [kind, value] = split(reference);
  if (kind === 'env') return fromEnvironment(reference, value, environment);
  if (kind === 'file') return fromFile(reference, isAbsolute(value) ? value : join(base, value));
  if (kind === 'credential') {
    const directory = environment.CREDENTIALS_DIRECTORY;
    if (directory === undefined) {
      const reason = 'CREDENTIALS_DIRECTORY is not set (it is by systemd, for LoadCredential=)';
      throw new SignetError('config.secret-unavailable', { reference, reason });
    }
    return fromFile(reference, join(directory, value));
  }
  throw new SignetError('config.secret-unavailable', {
    reference,
    reason: 'it begins with none of file:, env:, credential:',
  });
}

function fromEnvironment(reference: string, name: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new SignetError('config.secret-unavailable', { reference, reason: 'the variable is not set' });
}

function fromFile(reference: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new SignetError('config.secret-unavailable', { reference, reason }, error);
  }
}

function split(reference: string): [kind: string, value: string] {
  const colon = reference.indexOf(':');
  return [reference.slice(0, Math.max(0, colon)), reference.slice(colon + 1)];
}
