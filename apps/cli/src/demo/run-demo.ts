// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileSource, systemClock } from '@signet/base';
import { readCertificateBytes } from '@signet/pkix';
import { type DemoPki, startDemoQtsp } from '@signet/qtsp';
import { validatePdf } from '@signet/validation';
import { connect } from '../access.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { table } from '../terminal/table.ts';
import { byBatch, byFolder, byRest, type Delivered } from './deliver.ts';
import type { DemoLayout } from './layout.ts';
import { demoPki, enrolled, startClient, startServer } from './set-up.ts';

const samples = fileURLToPath(import.meta.resolve('../../../../samples'));

/**
 * The demo: everything set up, documents sealed by every way, what came back verified and shown.
 *
 * @param once end when that is done, instead of running on
 * @returns exit code
 */
export async function runDemo(layout: DemoLayout, once: boolean): Promise<number> {
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  tell(`Signet demo in ${layout.directory}: its certificates are for trying only.`);
  tell('· a PKI with its trust services');
  const pki = await demoPki(layout);
  const stopping: (() => Promise<void>)[] = [];
  try {
    const { http, timeStamps } = layout.ports;
    const qtsp = await startDemoQtsp({ pki, httpPort: http, httpsPort: timeStamps });
    stopping.unshift(() => qtsp.stop());
    tell('· Sealing Server with its database, Sealing Client with its folders');
    const server = startServer(layout, pki);
    // An enrolled client starts beside its server; a new one needs the server to enrol.
    const client = enrolled(layout) ? startClient(layout) : server.then(() => startClient(layout));
    for (const program of await Promise.allSettled([server, client])) {
      if (program.status === 'fulfilled') stopping.unshift(() => program.value.stop());
    }
    await Promise.all([server, client]);
    tell('· documents, by folder and by REST');
    const shown = (await deliverAll(layout)).map((delivered) => ({
      ...delivered,
      ...judge(delivered.path, pki),
    }));
    process.stdout.write(`\n${resultTable(shown)}\n`);
    if (!once) {
      process.stdout.write(howToGoOn(layout));
      await interrupted();
      tell('\nStopping …');
    }
    return shown.every(({ verdict }) => verdict === 'TOTAL_PASSED') ? exitCodes.good : exitCodes.failed;
  } finally {
    for (const stop of stopping) await stop();
  }
}

async function deliverAll(layout: DemoLayout): Promise<readonly Delivered[]> {
  const documents = readdirSync(samples)
    .filter((name) => name.endsWith('.pdf'))
    .sort()
    .map((name) => join(samples, name));
  const api = connect(layout.accessFile);
  try {
    return (
      await Promise.all([
        byFolder(layout.exchange.invoices, 'invoices', documents),
        byFolder(layout.exchange['invoices-hash'], 'invoices-hash', documents),
        byRest(api, layout.rest, documents),
        byBatch(api, layout.rest, documents),
      ])
    ).flat();
  } finally {
    await api.close();
  }
}

interface Judged {
  readonly level: string;
  readonly timeStamp: string;
  readonly verdict: string;
}

/** Validates what came back with the demo's root and its revocation lists. */
function judge(path: string, pki: DemoPki): Judged {
  const source = openFileSource(path);
  const { signatures, indication } = validatePdf(source, {
    trustAnchors: readCertificateBytes(readFileSync(pki.rootFile)),
    at: systemClock.now(),
    revocation: {
      crls: (['root', 'issuing'] as const).map((name) => readFileSync(pki.revocationListFile(name))),
    },
  });
  source.close();
  const newest = signatures.at(-1);
  const time = newest?.signingTime?.source === 'time-stamp' ? newest.signingTime.time : 'none';
  return { level: newest?.level ?? 'none', timeStamp: time, verdict: indication ?? 'no seal' };
}

function resultTable(rows: readonly (Delivered & Judged)[]): string {
  const body = rows.map(({ document, way, process: name, level, timeStamp, verdict, path }) => [
    document,
    way,
    name,
    `PAdES ${level}`,
    timeStamp,
    verdict,
    relative(process.cwd(), path),
  ]);
  return table([['document', 'way', 'process', 'level', 'time-stamp', 'verdict', 'where'], ...body]);
}

function howToGoOn({ exchange, accessFile, ports, pki, serverCa }: DemoLayout): string {
  const here = (path: string) => relative(process.cwd(), path) || '.';
  return `
Try it:
  cp any.pdf ${here(exchange.invoices)}/in/        and look into ${here(exchange.invoices)}/out/

  . ${here(accessFile)}; curl --cacert ${here(serverCa)} -H "Authorization: Bearer $SIGNET_TOKEN" \\
    -H 'Content-Type: application/pdf' --data-binary @any.pdf -o sealed.pdf \\
    https://127.0.0.1:${ports.server}/api/v1/processes/invoices/seal

  ./signet validate --trust ${here(pki)}/root.pem --crl ${here(pki)}/root.crl --crl ${here(pki)}/issuing.crl sealed.pdf
  ./signet doctor --access ${here(accessFile)}

Ctrl-C ends it; the same command goes on where it ended.
`;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
