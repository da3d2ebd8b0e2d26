// SPDX-License-Identifier: Apache-2.0
import { appendFileSync, chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemClock } from '@signet/base';
import { DemoPki, demoPkiUrls } from '@signet/qtsp';
import { connect } from '../access.ts';
import { programEntry } from '../commands/programs.ts';
import { type ChildProgram, runToEnd, startProgram } from './child-program.ts';
import type { DemoLayout, DemoProcess } from './layout.ts';

const loopback = '127.0.0.1';

/** Opens the demo's PKI, making it where there is none. */
export async function demoPki({ pki, ports }: DemoLayout): Promise<DemoPki> {
  if (DemoPki.exists(pki)) return DemoPki.open(pki);
  return DemoPki.create({
    directory: pki,
    urls: demoPkiUrls(`http://${loopback}:${ports.http}`),
    clock: systemClock,
  });
}

/** Starts the server, initialising and configuring it the first time. */
export async function startServer(layout: DemoLayout, pki: DemoPki): Promise<ChildProgram> {
  const { directory, ports, serverConfiguration } = layout;
  const entry = programEntry('server');
  if (!existsSync(serverConfiguration)) {
    runToEnd('setting up the server', [
      ...[entry, 'init', '--dir', directory, '--host', loopback, '--port', String(ports.server)],
      ...['--allow-private', `${loopback}:${ports.timeStamps}`],
    ]);
  }
  const server = await startProgram({
    name: 'server',
    args: [entry, 'run', '--config', serverConfiguration],
    log: join(layout.logs, 'server.log'),
    url: `https://${loopback}:${ports.server}`,
    ca: layout.serverCa,
  });
  try {
    await configure(layout, pki);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Credential, time-stamp pool, trust anchor and the processes that are not there yet, by the routes of any administrator. */
async function configure(layout: DemoLayout, pki: DemoPki): Promise<void> {
  const api = connect(layout.accessFile);
  try {
    const there = new Set((await api.processes()).map(({ process }) => process));
    const missing = (['invoices', 'invoices-hash'] as const).filter((process) => !there.has(process));
    if (missing.length === 0) return;
    const root = readFileSync(pki.rootFile, 'utf8');
    await api.request('PUT', '/admin/trust-anchors/demo-root', { certificate: root });
    await api.request('PUT', '/admin/credentials/demo-seal', {
      device: 'pkcs12',
      location: administrativeCopy(pki.pkcs12File('seal-p256'), layout),
      password: readFileSync(pki.pkcs12PasswordFile, 'utf8'),
    });
    const url = `https://${loopback}:${layout.ports.timeStamps}/tsa`;
    await api.request('PUT', '/admin/time-stamp-pools/demo', {
      authorities: [{ name: 'demo-tsa', url, caPem: root, allowPrivate: true, timeoutSeconds: 10 }],
    });
    for (const process of missing) {
      await api.request('PUT', `/admin/processes/${process}`, processConfiguration(process));
    }
  } finally {
    await api.close();
  }
}

/** Administrators may name files of the server's own folder of secrets only. */
function administrativeCopy(file: string, { directory }: DemoLayout): string {
  const copy = join(directory, 'secrets', basename(file));
  if (!existsSync(copy)) copyFileSync(file, copy);
  chmodSync(copy, 0o600);
  return copy;
}

function processConfiguration(process: DemoProcess) {
  const hash = process === 'invoices-hash';
  return {
    format: 1,
    process,
    description: hash ? 'The same seal, but the documents never leave the client' : 'Invoices and the like',
    documentFormat: 'pades',
    level: 'B-T',
    credential: 'demo-seal',
    digestAlgorithm: 'sha256',
    timeStamp: { pool: 'demo', whenUnavailable: 'fail' },
    pades: { reason: 'Sealed by the Signet demo: for trying only' },
    transfer: { document: !hash, hash },
    limits: { maxBytes: 2 ** 30, deadlineHours: 24 },
  };
}

/** Whether the client was enrolled by an earlier run. */
export function enrolled({ clientConfiguration }: DemoLayout): boolean {
  return existsSync(clientConfiguration);
}

/** Starts the client, enrolling it the first time. */
export async function startClient(layout: DemoLayout): Promise<ChildProgram> {
  const { directory, ports, clientConfiguration, exchange, serverCa, accessFile } = layout;
  const entry = programEntry('client');
  const url = `https://${loopback}:${ports.client}`;
  if (!enrolled(layout)) {
    runToEnd('enrolling the client', [
      ...[
        entry,
        'init',
        '--dir',
        directory,
        '--server',
        `https://${loopback}:${ports.server}`,
        '--ca',
        serverCa,
      ],
      ...['--code', await enrolmentCode(accessFile), '--host', loopback, '--port', String(ports.client)],
      ...['--binding', `invoices=${exchange.invoices}`],
      ...['--binding', `invoices-hash=${exchange['invoices-hash']},transfer=hash`],
    ]);
    appendFileSync(accessFile, `SIGNET_CLIENT_URL=${url}\n`);
  }
  return startProgram({
    name: 'client',
    args: [entry, 'run', '--config', clientConfiguration],
    log: join(layout.logs, 'client.log'),
    url,
    ca: clientCa(layout),
  });
}

/** The client's own TLS certificate is signed by itself. */
function clientCa({ directory }: DemoLayout): string {
  return join(directory, 'tls', 'rest.pem');
}

async function enrolmentCode(accessFile: string): Promise<string> {
  const api = connect(accessFile);
  try {
    const { code } = (await api.request('POST', '/admin/enrolment-codes', {
      name: 'demo-client',
      processes: ['invoices', 'invoices-hash'],
      scopes: ['seal', 'seal-hash', 'validate'],
      hours: 1,
    })) as { readonly code: string };
    return code;
  } finally {
    await api.close();
  }
}
