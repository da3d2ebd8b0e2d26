// SPDX-License-Identifier: Apache-2.0
// Seals of every level, and documents augmented to it, are accepted as that level by EU DSS and pyHanko from what they
// carry alone: made with the demo's running trust services, judged without any network.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '@signet/base';
import { type DemoPki, type DemoQtsp, startDemoQtsp } from '@signet/qtsp';
import type { SealLevel } from '@signet/sealing';
import { openEgress } from '@signet/trust/egress';
import {
  memoryRevocationCache,
  openRevocationClient,
  validationDataCollector,
} from '@signet/trust/revocation';
import { openTimeStampPool } from '@signet/trust/tsa';
import { type DemoSealer, type DemoSealerOptions, demoPkiIn, demoSealer } from '../testkit/demo-seal.ts';
import { dss, type Oracle, pyhanko, qpdfComplaints } from '../testkit/oracle.ts';
import { makePdf } from '../testkit/pdf-files.ts';
import { sharedPath, withoutShared } from '../testkit/shared.ts';

const scratch = mkdtempSync(join(tmpdir(), 'signet-levels-'));
const closing: (() => Promise<unknown> | unknown)[] = [
  () => rmSync(scratch, { recursive: true, force: true }),
];
let pki: DemoPki;
let services: Pick<DemoSealerOptions, 'timeStamping' | 'validationData'>;
let validators: { readonly dss: Oracle; readonly pyhanko: Oracle };

before(async () => {
  if (withoutShared) return;
  const port = await freePort();
  pki = await demoPkiIn(join(scratch, 'pki'), ['p256', 'rsa3072'], `http://127.0.0.1:${port}`);
  const qtsp = await startDemoQtsp({ pki, httpsPort: 0, httpPort: port });
  services = servicesOf(qtsp);
  validators = { dss: dss(pki.rootFile, [], ['--strict']), pyhanko: pyhanko(pki.rootFile, ['--ltv']) };
  closing.unshift(
    () => validators.dss.close(),
    () => validators.pyhanko.close(),
    () => qtsp.stop(),
  );
});
after(async () => {
  for (const close of closing) await close();
});

/** A port that was free a moment ago: certificates name the services' port before these run. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function servicesOf({ timeStampUrl, httpUrl }: DemoQtsp): typeof services {
  const caPem = readFileSync(pki.rootFile, 'utf8');
  const authority = {
    name: 'demo',
    url: timeStampUrl,
    allowPlain: false,
    allowPrivate: true,
    caPem,
    timeoutSeconds: 10,
  };
  const timeStamping = openTimeStampPool({ name: 'demo', authorities: [authority] }, { clock: systemClock });
  const { hostname, port } = new URL(httpUrl);
  const host = { host: hostname, port: Number(port), allowPlain: true, allowPrivate: true };
  const egress = openEgress({ kind: 'configured', hosts: [host] });
  const client = openRevocationClient({
    egress,
    clock: systemClock,
    cache: memoryRevocationCache(systemClock),
  });
  closing.unshift(
    () => timeStamping.close(),
    () => egress.close(),
  );
  const validationData = validationDataCollector([pki.credential('root').certificate.bytes], client);
  return { timeStamping, validationData };
}

async function sealedBy(
  options: DemoSealerOptions,
  work: (sealer: DemoSealer) => Promise<Buffer>,
): Promise<string> {
  const sealer = await demoSealer(pki, { ...services, ...options });
  try {
    const path = join(scratch, `${options.credential}-${options.level}.pdf`);
    writeFileSync(path, await work(sealer));
    return path;
  } finally {
    await sealer.close();
  }
}

/**
 * @param stamped whether the signatures have time-stamps of their own: pyHanko's long-term validation knows no others, so
 *   that of a signature under document time-stamps alone it says only that it is intact and trusted
 */
async function assertAccepted(path: string, level: 'B-LT' | 'B-LTA', stamped = true): Promise<void> {
  const java = await validators.dss.ask(path);
  assert.equal(java.error, undefined);
  for (const signature of java.signatures ?? []) {
    const found = [signature.indication, signature.format];
    assert.deepEqual(found, ['TOTAL_PASSED', `PAdES-BASELINE-${level.slice(2)}`], JSON.stringify(java));
  }
  assert.ok((java.signatures?.length ?? 0) > 0);
  assert.deepEqual(java.doubts, []);
  const python = await validators.pyhanko.ask(path);
  const { signatures: found = [] } = python;
  if (stamped) assert.equal(python.ok, true, JSON.stringify(python));
  else
    assert.ok(
      found.every(({ intact, valid, trusted, docmdp_ok }) => intact && valid && trusted && docmdp_ok),
    );
  assert.ok(found.every(({ modificationLevel }) => modificationLevel !== 'OTHER'));
  assert.deepEqual(qpdfComplaints(path), []);
}

const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const satisfies readonly SealLevel[];

for (const credential of ['seal-p256', 'seal-rsa3072']) {
  for (const kind of ['table', 'stream'] as const) {
    describe(`${credential}, cross-reference ${kind}`, { skip: withoutShared }, () => {
      const base = makePdf({ kind, pages: 2, version: '1.7' });
      for (const level of ['B-LT', 'B-LTA'] as const) {
        test(`sealed at ${level}`, async () => {
          await assertAccepted(await sealedBy({ credential, level }, (sealer) => sealer.seal(base)), level);
        });
        for (const from of levels.slice(0, levels.indexOf(level))) {
          test(`augmented from ${from} to ${level}`, async () => {
            const path = await sealedBy({ credential, level: from }, async (sealer) => {
              const { output } = await sealer.augment(await sealer.seal(base), level);
              return output;
            });
            await assertAccepted(path, level, from !== 'B-B');
          });
        }
      }
    });
  }
}

/** Seals by EU DSS or pyHanko with a credential of the demo. */
function sealedByOthers(tool: 'dss' | 'pyhanko', base: Uint8Array): Buffer {
  const [input, output] = [join(scratch, `${tool}-in.pdf`), join(scratch, `${tool}-out.pdf`)];
  writeFileSync(input, base);
  const password = readFileSync(pki.pkcs12PasswordFile, 'utf8');
  const key = ['sign', '--p12', pki.pkcs12File('seal-p256'), '--pass', password, '--level', 'B'];
  const [program, args] =
    tool === 'dss'
      ? [sharedPath('tools', 'oracles', 'dss', 'dss'), [...key, '--format', 'pades', '--out', output, input]]
      : [
          sharedPath('tools', 'oracles', 'pyhanko', 'pyhanko-check'),
          [...key, '--trust', pki.rootFile, input, output],
        ];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return readFileSync(output);
}

describe('signatures of other makers', { skip: withoutShared }, () => {
  for (const tool of ['dss', 'pyhanko'] as const) {
    for (const kind of ['table', 'stream'] as const) {
      test(`by ${tool}, cross-reference ${kind}, augmented to B-LTA`, async () => {
        const path = await sealedBy({ level: 'B-LTA' }, async (sealer) => {
          const { output } = await sealer.augment(sealedByOthers(tool, makePdf({ kind })), 'B-LTA');
          return output;
        });
        await assertAccepted(path, 'B-LTA', false);
      });
    }
  }
});

describe('beyond one seal', { skip: withoutShared }, () => {
  const base = makePdf();
  test('an archive time-stamp renewed', async () => {
    const path = await sealedBy({ level: 'B-LTA' }, async (sealer) => {
      const { output } = await sealer.augment(await sealer.seal(base), 'B-LTA');
      return output;
    });
    await assertAccepted(path, 'B-LTA');
  });
  test('a second seal at B-LTA over a first', async () => {
    const path = await sealedBy({ level: 'B-LTA' }, async (sealer) => sealer.seal(await sealer.seal(base)));
    await assertAccepted(path, 'B-LTA');
  });
  test('with VRI dictionaries', async () => {
    const path = await sealedBy({ level: 'B-LTA', vri: true }, (sealer) => sealer.seal(base));
    await assertAccepted(path, 'B-LTA');
  });
});
