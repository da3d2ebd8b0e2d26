// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { type Clock, ioError, systemClock } from '@signet/base';
import { connectSealingApi } from '@signet/exchange/rest';
import { type NewFile, refuseExisting, removeNewFiles, writeNewFiles } from '@signet/program';
import { readSettings, settingsTemplate, type TemplateBinding } from '../settings/index.ts';
import { makeClientCertificate, makeListenerCertificate, type PemPair } from './certificates.ts';
import { pinServer } from './pin-server.ts';

/** What `init` is told. */
export interface InitOptions {
  /** `https://host:port` of the Sealing Server. */
  readonly server: string;
  /** Enrolment code that an administrator made. */
  readonly code: string;
  readonly dir: string;
  /** PEM file of the CA that is trusted for the server. */
  readonly ca?: string;
  /** Or the SHA-256 fingerprint of a certificate that the server shows. */
  readonly fingerprint?: string;
  readonly host: string;
  readonly port: number;
  /** Further host names and addresses for the certificate of the REST listener. */
  readonly name?: readonly string[];
  readonly binding?: readonly TemplateBinding[];
}

const clientCertificate = 'tls/client.pem';
const clientKey = 'tls/client.key';
const pinnedCa = 'server-ca.pem';
const written = [
  'client.yaml',
  'application.token',
  pinnedCa,
  clientCertificate,
  clientKey,
  'tls/rest.pem',
  'tls/rest.key',
];

/**
 * Makes the directory of a new client and enrols it: its key is made here and never leaves; the server learns the
 * certificate over the TLS connection, for which that key answers, and binds it to the identity that the code was made for.
 *
 * @throws SignetError `config.exists`, `access.enrolment-code`, `exchange.server-…`, `general.io`
 */
export async function initialise(options: InitOptions, clock: Clock = systemClock): Promise<void> {
  const directory = resolve(options.dir);
  refuseExisting(directory, written);
  const ca = await trustedCa(options);
  const identity = makeClientCertificate(`Signet client on ${hostname()}`, clock);
  // Written before the code is used up: an enrolled key that was not kept would be of no use.
  const files: readonly NewFile[] = [
    { path: clientCertificate, content: identity.certificate },
    { path: clientKey, content: identity.key, secret: true },
  ];
  writeNewFiles(directory, files);
  const enrolled = await enrol(options, ca, identity).catch((error: unknown) => {
    removeNewFiles(directory, files);
    throw error;
  });
  const token = randomBytes(32).toString('base64url');
  writeNewFiles(directory, configurationFiles(options, { ca, token, clock }));
  readSettings(join(directory, 'client.yaml'));
  makeRoots(options.binding ?? []);
  print(directory, options, enrolled);
}

async function trustedCa({ ca, fingerprint, server }: InitOptions): Promise<string | undefined> {
  if (ca === undefined) return fingerprint === undefined ? undefined : pinServer(server, fingerprint);
  try {
    return readFileSync(ca, 'utf8');
  } catch (error) {
    throw ioError(ca, error);
  }
}

async function enrol({ server, code }: InitOptions, ca: string | undefined, clientCertificate: PemPair) {
  const api = connectSealingApi({ baseUrl: server, ...(ca && { ca }), clientCertificate });
  try {
    return await api.enrol(code);
  } finally {
    await api.close();
  }
}

function configurationFiles(
  options: InitOptions,
  made: { readonly ca: string | undefined; readonly token: string; readonly clock: Clock },
): NewFile[] {
  const { host, port, name = [], server } = options;
  const anywhere = host === '0.0.0.0' || host === '::';
  const names = [...new Set([...(anywhere ? [] : [host]), ...name, hostname(), 'localhost', '127.0.0.1'])];
  const listener = makeListenerCertificate(names, made.clock);
  const bindings = (options.binding ?? []).map((binding) => ({ ...binding, root: resolve(binding.root) }));
  const tokenSha256 = createHash('sha256').update(made.token).digest('hex');
  const content = settingsTemplate({
    server,
    ...(made.ca && { ca: pinnedCa }),
    host,
    port,
    tokenSha256,
    bindings,
  });
  return [
    ...(made.ca === undefined ? [] : [{ path: pinnedCa, content: made.ca }]),
    { path: 'tls/rest.pem', content: listener.certificate },
    { path: 'tls/rest.key', content: listener.key, secret: true },
    { path: 'application.token', content: `${made.token}\n`, secret: true },
    { path: 'client.yaml', content },
  ];
}

/** Named on the command line by a person, so they may be made; a running client never makes a root. */
function makeRoots(bindings: readonly TemplateBinding[]): void {
  for (const { root } of bindings) {
    try {
      mkdirSync(root, { recursive: true });
    } catch (error) {
      throw ioError(root, error);
    }
  }
}

function print(
  directory: string,
  { host, port }: InitOptions,
  { identity, processes }: { readonly identity: string; readonly processes: readonly string[] | '*' },
): void {
  const allowed = processes === '*' ? 'all processes' : `the processes ${processes.join(', ')}`;
  const lines = [
    `Made ${directory}, enrolled as ${identity} for ${allowed}. Start the client by`,
    `  signet client --config ${join(directory, 'client.yaml')}`,
    `Applications reach it at https://${host.includes(':') ? `[${host}]` : host}:${port},`,
    `trusting ${join(directory, 'tls', 'rest.pem')}, with the token in ${join(directory, 'application.token')}.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
