// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for database, journal and document store. */
export const storageErrors = {
  'storage.unavailable': {
    message: 'The database cannot be reached or does not answer ({reason}). Nothing was released; try again.',
    status: 503,
    retryable: true,
    fault: 'service',
  },
  'storage.statement-failed': {
    message: 'The database refused a statement ({reason}). Nothing was released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'storage.login-refused': {
    message:
      'The database does not let this login in ({reason}). Check user, password and database name in the URL, and its pg_hba.conf.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.closed': {
    message: 'The store is being closed; nothing more is taken. Try again.',
    status: 503,
    retryable: true,
    fault: 'signet',
  },
  'storage.in-use': {
    message:
      'The directory {path} is in use by another running Signet process. Stop that one first, or name another directory.',
    status: 503,
    retryable: false,
    fault: 'configuration',
  },
  'storage.unknown-format': {
    message:
      '{what} has format {format}, which this version of Signet does not read. Run the version that wrote it, or a newer one.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.unknown-name': {
    message: 'There is no {kind} named {name}.',
    status: 404,
    retryable: false,
    fault: 'caller',
  },
  'storage.name-taken': {
    message: 'There is already a {kind} named {name}. Names are not used twice.',
    status: 409,
    retryable: false,
    fault: 'caller',
  },
  'storage.url-invalid': {
    message:
      'The database URL cannot be read: {problem}. It looks like postgresql://user@host:5432/database.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.plain-connection': {
    message:
      'The database at {host} is remote, so its connection needs verified TLS: leave sslmode out or set it to verify-full.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.server-too-old': {
    message: 'The database server is PostgreSQL {version}; Signet needs {wanted} or newer.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.schema-older': {
    message:
      'The database schema has version {found}, this program needs {wanted}. Run the migrations (as the owner role) first.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.schema-newer': {
    message:
      'The database schema has version {found}, newer than the {wanted} that this program knows. Run the newer program.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.migration-changed': {
    message: 'Migration {name} was applied to this database with another content than this program has.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.migration-failed': {
    message: 'Migration {name} failed and was rolled back: {reason}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.roles-missing': {
    message:
      'An administrator has to run "{statements}" first: the database roles {roles} are missing, and this login may not create them.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.role-too-mighty': {
    message:
      'The login {role} is a superuser, owns the tables or bypasses row security: tenants would not be kept apart. Use a member of {wanted}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.no-builtin-postgres': {
    message:
      'The built-in PostgreSQL is not there for {platform}. Install the package {package}, or name a database server by its URL.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.no-unprivileged-user': {
    message:
      'PostgreSQL does not run as root, and of the users {tried} none exists to run it. Create one, or start Signet as an ordinary user.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.user-without-name': {
    message:
      'The user id {uid} has no name on this machine (no passwd entry), which PostgreSQL needs. Run Signet under a named user.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.cluster-missing': {
    message:
      '{pointer} says that the database lies in {cluster}, but it is not there. Bring that directory back, or restore a backup.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.other-major': {
    message:
      'The database in {cluster} was made by PostgreSQL {found}; this Signet brings {wanted}. Start the Signet that brings {found}, dump the database there with pg_dump of that version, and restore it into an empty data directory.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.postgres-not-started': {
    message: 'The built-in PostgreSQL did not {step}: {reason}. Its log is {log}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.journal-corrupt': {
    message:
      'The journal {path} is damaged at byte {offset} ({reason}) and more follows it. Restore it from a backup; nothing was changed.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'storage.blob-exists': {
    message: 'The document store already holds {id}; nothing was overwritten.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'storage.blob-missing': {
    message: 'The document store does not hold {id}, though it should.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
} as const satisfies Partial<Record<`${'storage'}.${string}`, ErrorRow>>;
