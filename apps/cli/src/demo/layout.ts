// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SignetError } from '@signet/base';

/** Where everything of a demo lies, and on which ports it listens. */
export interface DemoLayout {
  readonly directory: string;
  readonly pki: string;
  readonly accessFile: string;
  readonly serverConfiguration: string;
  readonly clientConfiguration: string;
  /** PEM of the local CA of the server's TLS certificate. */
  readonly serverCa: string;
  /** Roots of the folder bindings, by process. */
  readonly exchange: Readonly<Record<DemoProcess, string>>;
  /** What came back by REST. */
  readonly rest: string;
  /** Where the programs' own words go. */
  readonly logs: string;
  readonly ports: DemoPorts;
}

/** The demo's processes: the same seal, by the two transfers. */
export type DemoProcess = 'invoices' | 'invoices-hash';

/** Ports on the loopback address. */
export interface DemoPorts {
  /** OCSP, revocation lists, CA certificates (plain HTTP). */
  readonly http: number;
  /** Time-stamping authority (HTTPS). */
  readonly timeStamps: number;
  readonly server: number;
  readonly client: number;
}

/** The file that remembers the ports: they are part of the demo's certificates. */
const notes = 'demo.json';

/**
 * The layout of a demo directory. Its ports are those it was made with, whatever is asked for later.
 *
 * @param basePort the first of four ports, for a directory that is not made yet
 * @throws SignetError `config.demo-port` if the directory was made for other ports than those asked for
 */
export function demoLayout(directory: string, basePort: number | undefined): DemoLayout {
  const at = resolve(directory);
  const base = rememberedPort(at, basePort);
  return {
    directory: at,
    pki: join(at, 'pki'),
    accessFile: join(at, 'access.env'),
    serverConfiguration: join(at, 'server.yaml'),
    clientConfiguration: join(at, 'client.yaml'),
    serverCa: join(at, 'tls', 'ca.pem'),
    exchange: {
      invoices: join(at, 'exchange', 'invoices'),
      'invoices-hash': join(at, 'exchange', 'invoices-hash'),
    },
    rest: join(at, 'rest'),
    logs: join(at, 'logs'),
    ports: { http: base, timeStamps: base + 1, server: base + 2, client: base + 3 },
  };
}

function rememberedPort(directory: string, wanted: number | undefined): number {
  const path = join(directory, notes);
  if (existsSync(path)) {
    const { basePort } = JSON.parse(readFileSync(path, 'utf8')) as { readonly basePort: number };
    if (wanted !== undefined && wanted !== basePort) {
      throw new SignetError('config.demo-port', { directory, port: basePort, wanted });
    }
    return basePort;
  }
  const basePort = wanted ?? 18_440;
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ format: 1, basePort })}\n`);
  return basePort;
}
