// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { ioError, isSignetError, SignetError } from '@signet/base';
import { type ClientConfig, DatabaseError, TypeOverrides } from 'pg';

/** Whole numbers of 64 bits come as numbers: ours are identities and counts far below 2^53. */
const types = new TypeOverrides();
types.setTypeParser(20, Number);

/** What a connection is told beside its URL. */
export interface ConnectionOptions {
  /** PEM of the CA that signed the server's certificate. */
  readonly caPem?: string | undefined;
  /** Shown to the database's administrator. */
  readonly applicationName?: string;
}

/**
 * Reads a database URL. A remote host is spoken to by TLS with its certificate verified, nothing less.
 *
 * @param url `postgresql://user:password@host:port/database`, with `?host=/directory` for a Unix socket;
 *   `sslmode=verify-full` and `sslrootcert=FILE` are understood
 * @throws SignetError `storage.url-invalid`, `storage.plain-connection`, `general.io`
 */
export function connectionConfig(url: string, options: ConnectionOptions): ClientConfig {
  const parsed = parseUrl(url);
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname);
  const sslmode = parsed.searchParams.get('sslmode');
  const ca = caOf(parsed.searchParams.get('sslrootcert'), options.caPem);
  const verified = sslmode === 'verify-full' || sslmode === null;
  if (!isLocal(host) && !verified) throw new SignetError('storage.plain-connection', { host });
  const encrypted = !isLocal(host) || sslmode === 'verify-full';
  return {
    host,
    port: Number(parsed.port || 5432),
    user: decodeURIComponent(parsed.username),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    ...(parsed.password !== '' && { password: decodeURIComponent(parsed.password) }),
    ssl: encrypted ? { rejectUnauthorized: true, ...(ca !== undefined && { ca }) } : false,
    application_name: options.applicationName ?? 'signet',
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    // A server whose machine is gone answers nothing: the statement's own limit would never be heard of.
    query_timeout: 35_000,
    keepAlive: true,
    types,
  };
}

function parseUrl(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (error) {
    throw new SignetError('storage.url-invalid', { problem: 'it is not a URL' }, error);
  }
  const problem = problemOf(parsed);
  if (problem !== undefined) throw new SignetError('storage.url-invalid', { problem });
  return parsed;
}

function problemOf(url: URL): string | undefined {
  if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:') return `its scheme is ${url.protocol}`;
  if (url.username === '') return 'it names no user';
  if (url.pathname.length < 2) return 'it names no database';
  const unknown = [...url.searchParams.keys()].find(
    (key) => !['host', 'sslmode', 'sslrootcert'].includes(key),
  );
  return unknown === undefined ? undefined : `the parameter ${unknown} is not known`;
}

function caOf(path: string | null, pem: string | undefined): string | undefined {
  if (path === null) return pem;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw ioError(path, error);
  }
}

function isLocal(host: string): boolean {
  return (
    host.startsWith('/') || host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
  );
}

/**
 * Whether a failure says that the connection or the server is gone, so that the same may succeed on a new connection:
 * no SQLSTATE at all (a socket's error), class 08 (connection, but not a violated protocol), 53 (resources), 57P (shut
 * down), 25006 (read-only standby).
 */
export function isUnavailable(error: unknown): boolean {
  if (isSignetError(error)) return error.code === 'storage.unavailable';
  if (!(error instanceof DatabaseError)) return error instanceof Error && !(error instanceof TypeError);
  return /^(08(?!P01)|53|57P|25006)/.test(error.code ?? '');
}

/** Turns a failure of the database into the coded error; the server's own words stay in the cause. */
export function databaseError(error: unknown): SignetError {
  if (isSignetError(error)) return error;
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'connection lost';
  // 28: invalid authorization; 3D: no such database.
  if (/^(28|3D)/.test(reason)) return new SignetError('storage.login-refused', { reason }, error);
  return new SignetError(
    isUnavailable(error) ? 'storage.unavailable' : 'storage.statement-failed',
    { reason },
    error,
  );
}
