// SPDX-License-Identifier: Apache-2.0
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { type Clock, SignetError, systemClock } from '@signet/base';
import {
  createLogger,
  type NewFile,
  readTlsFiles,
  refuseExisting,
  removeNewFiles,
  writeNewFiles,
} from '@signet/program';
import { openDatabase } from '@signet/storage/sql';
import { type ExternalDatabase, parseSettings, readSettings, settingsTemplate } from '../settings/index.ts';
import { startDatabase } from '../supervisor/database.ts';
import { issueServerCertificate, makeLocalCa } from './local-ca.ts';

/** What `init` is told. */
export interface InitOptions {
  readonly dir: string;
  readonly host: string;
  readonly port: number;
  /** Further names for the certificate of the local CA. */
  readonly name?: readonly string[];
  /** Hosts for `egress.allowPrivate`. */
  readonly allowPrivate?: readonly string[];
  /** Hosts for `egress.revocation`. */
  readonly revocationHost?: readonly string[];
  /** References to the URLs of a database of the operator's own, all three or none. */
  readonly databaseOwner?: string;
  readonly databaseApplication?: string;
  readonly databaseQueue?: string;
  readonly databaseCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** What `init` made and a person has to know. */
interface InitResult {
  readonly directory: string;
  readonly url: string;
  /** Absent with own TLS files. */
  readonly authority?: { readonly file: string; readonly fingerprint: string };
}

const written = [
  'server.yaml',
  'master.key',
  'admin.token',
  'access.env',
  'tls/server.pem',
  'tls/server.key',
  'tls/ca.pem',
  'tls/ca.key',
];

/** The tenant that the first migration makes. */
const firstTenant = 1;
const administrator = 'administrator';

/**
 * Makes the directory of a new server: a commented configuration, TLS files, a master key, a database with its schema, and
 * the first administrator, whose token is printed once and kept in two files of mode 0600.
 *
 * @throws SignetError `config.exists`, `config.tls-unusable`, `general.io`, `storage.*`
 */
export async function initialise(options: InitOptions, clock: Clock = systemClock): Promise<void> {
  const directory = resolve(options.dir);
  refuseExisting(directory, written);
  const tls = options.tlsCert ? ownTls(options) : localTls(options, clock);
  const text = settingsText(options, tls);
  const configuration = join(directory, 'server.yaml');
  // Judged before the first file is written.
  parseSettings(text, configuration);
  const files: NewFile[] = [
    ...tls.files,
    { path: 'server.yaml', content: text },
    { path: 'master.key', content: `${randomBytes(32).toString('hex')}\n`, secret: true },
  ];
  writeNewFiles(directory, files);
  try {
    mkdirSync(join(directory, 'secrets'), { recursive: true, mode: 0o700 });
    const settings = readSettings(configuration);
    readTlsFiles(settings.tls, directory);
    const token = await firstAdministrator(settings);
    tellAccess(directory, options, tls, token);
  } catch (error) {
    removeNewFiles(directory, files);
    throw error;
  }
}

function settingsText(options: InitOptions, tls: TlsFilesToWrite): string {
  const { host, port, allowPrivate = [], revocationHost = [] } = options;
  const workers = 2;
  return settingsTemplate({
    host,
    port,
    workers,
    allowPrivate,
    revocation: revocationHost,
    ...externalDatabase(options),
    ...tls.settings,
  });
}

/** Writes how the server is reached, and prints it. */
function tellAccess(directory: string, options: InitOptions, tls: TlsFilesToWrite, token: string): void {
  const { host, port } = options;
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const authority = tls.fingerprint
    ? { file: join(directory, 'tls', 'ca.pem'), fingerprint: tls.fingerprint }
    : undefined;
  const access = [
    `SIGNET_URL=${url}`,
    ...(authority ? [`SIGNET_CA=${authority.file}`] : []),
    `SIGNET_TOKEN=${token}`,
  ];
  writeNewFiles(directory, [
    { path: 'admin.token', content: `${token}\n`, secret: true },
    { path: 'access.env', content: `${access.join('\n')}\n`, secret: true },
  ]);
  print({ directory, url, ...(authority && { authority }) }, token);
}

/** What of it is missing, the settings say when they are read. */
function externalDatabase(options: InitOptions): { readonly database?: ExternalDatabase } {
  const { databaseOwner, databaseApplication = '', databaseQueue = '', databaseCa } = options;
  if (databaseOwner === undefined) return {};
  const urls = { owner: databaseOwner, application: databaseApplication, queue: databaseQueue };
  return { database: { ...urls, ...(databaseCa !== undefined && { ca: resolve(databaseCa) }) } };
}

interface TlsFilesToWrite {
  readonly files: readonly NewFile[];
  /** How the configuration names them. */
  readonly settings: { readonly certificate: string; readonly key: string };
  /** SHA-256 of the local CA's certificate. */
  readonly fingerprint?: string;
}

function ownTls({ tlsCert, tlsKey }: InitOptions): TlsFilesToWrite {
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new SignetError('config.tls-unusable', {
      path: tlsCert ?? tlsKey ?? '',
      reason: '--tls-cert and --tls-key belong together',
    });
  }
  return { files: [], settings: { certificate: resolve(tlsCert), key: `file:${resolve(tlsKey)}` } };
}

function localTls({ host, name = [] }: InitOptions, clock: Clock): TlsFilesToWrite {
  const anywhere = host === '0.0.0.0' || host === '::';
  const names = [
    ...new Set([...(anywhere ? [] : [host]), ...name, hostname(), 'localhost', '127.0.0.1', '::1']),
  ];
  const ca = makeLocalCa(hostname(), clock);
  const server = issueServerCertificate(ca, names, clock);
  const pem = (bytes: Uint8Array) => new X509Certificate(bytes).toString();
  const keyPem = (key: typeof ca.key) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const caPem = pem(ca.certificate.bytes);
  return {
    files: [
      { path: 'tls/server.pem', content: pem(server.certificate.bytes) + caPem },
      { path: 'tls/server.key', content: keyPem(server.key), secret: true },
      { path: 'tls/ca.pem', content: caPem },
      { path: 'tls/ca.key', content: keyPem(ca.key), secret: true },
    ],
    settings: { certificate: 'tls/server.pem', key: 'file:tls/server.key' },
    fingerprint: new X509Certificate(ca.certificate.bytes).fingerprint256,
  };
}

/** Starts the database for a moment and makes the administrator. */
async function firstAdministrator(settings: ReturnType<typeof readSettings>): Promise<string> {
  const running = await startDatabase(settings, createLogger({ level: 'error', part: 'init' }));
  try {
    const database = await openDatabase({ address: running.address });
    try {
      const request = {
        name: administrator,
        scopes: ['admin', 'metrics', 'seal', 'seal-hash', 'validate'],
        processes: '*',
        expiresAt: null,
      } as const;
      const { secret } = await database.identities.createToken(firstTenant, request, 'init');
      return secret;
    } finally {
      await database.close();
    }
  } finally {
    await running.stop();
  }
}

function print({ directory, url, authority }: InitResult, token: string): void {
  const lines = [
    `Made ${directory}. Start the server by`,
    `  signet server --config ${join(directory, 'server.yaml')}`,
    `It will answer at ${url}.`,
    ...(authority
      ? [
          `Clients trust it by ${authority.file}, a CA made for this server alone. Its SHA-256 fingerprint is`,
          `  ${authority.fingerprint}`,
        ]
      : []),
    `The administrator's token, also in ${join(directory, 'admin.token')}:`,
    `  ${token}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
