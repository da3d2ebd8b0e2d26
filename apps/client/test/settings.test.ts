// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixedClock, SignetError } from '@signet/base';
import type { ProcessView, SealingApi } from '@signet/exchange/rest';
import { processCatalog } from '../src/sealing/process-catalog.ts';
import { parseSettings, settingsTemplate, type TemplateValues } from '../src/settings/index.ts';
import { applicationFinder } from '../src/worker/applications.ts';

const values: TemplateValues = {
  server: 'https://seal.example.internal:8443',
  ca: 'server-ca.pem',
  host: '127.0.0.1',
  port: 8444,
  tokenSha256: 'ab'.repeat(32),
  bindings: [
    { name: 'invoices', root: '/srv/exchange/invoices', transfer: 'document' },
    { name: 'letters', root: '/srv/exchange/letters', process: 'notices', transfer: 'hash' },
  ],
};
const template = settingsTemplate(values);
const parse = (yaml: string) => parseSettings(yaml, '/etc/signet/client.yaml');

/** The refusal of an edited template: its key, and the text of its line. */
function refusal(edit: (yaml: string) => string): { key: unknown; line: string } {
  const yaml = edit(template);
  assert.notEqual(yaml, template, 'the edit changed nothing');
  try {
    parse(yaml);
  } catch (error) {
    assert.ok(error instanceof SignetError);
    assert.equal(error.code, 'config.invalid');
    return { key: error.details.key, line: yaml.split('\n')[Number(error.details.line) - 1]!.trim() };
  }
  return assert.fail('it was taken');
}

describe('client.yaml', () => {
  test('what init writes is valid, its paths are meant from its directory', () => {
    const settings = parse(template);
    assert.equal(settings.state.directory, '/etc/signet/data');
    assert.equal(settings.server.ca, '/etc/signet/server-ca.pem');
    assert.equal(settings.rest?.certificate, '/etc/signet/tls/rest.pem');
    assert.deepEqual(
      settings.bindings.map(({ name, process, transfer, onTaken }) => ({ name, process, transfer, onTaken })),
      [
        { name: 'invoices', process: undefined, transfer: 'document', onTaken: 'wait' },
        { name: 'letters', process: 'notices', transfer: 'hash', onTaken: 'wait' },
      ],
    );
    assert.deepEqual(parse(settingsTemplate({ ...values, bindings: [] })).bindings, []);
  });

  test('names the key and the line that is wrong', () => {
    const cases: [edit: (yaml: string) => string, key: string, line: RegExp][] = [
      [(yaml) => yaml.replace('inFlight: 8', 'inFlight: 0'), 'inFlight', /^inFlight: 0/],
      [(yaml) => yaml.replace('inFlight:', 'inflight:'), 'inflight', /^inflight:/],
      [(yaml) => yaml.replace('url: "https:', 'url: "http:'), 'server.url', /^url: "http:/],
      [
        (yaml) => yaml.replace('transfer: hash', 'transfer: pigeon'),
        'bindings[1].transfer',
        /^transfer: pigeon/,
      ],
      [(yaml) => yaml.replace('name: letters', 'name: invoices'), 'bindings[1].name', /^- name: invoices/],
      [(yaml) => yaml.replace('exchange/letters', 'exchange/invoices/in'), 'bindings[1].root', /^root: /],
      [
        (yaml) => yaml.replace('directory: data', 'directory: /srv/exchange/invoices/x'),
        'bindings[0].root',
        /^root: /,
      ],
      [(yaml) => yaml.replace(/^ {2}key: file:tls\/client.key\n/m, ''), 'server', /^server:/],
      [(yaml) => yaml.replace(/^ {6}tokenSha256: .*\n/m, ''), 'rest.applications[0]', /^- name: application/],
    ];
    for (const [edit, key, line] of cases) {
      const refused = refusal(edit);
      assert.equal(refused.key, key);
      assert.match(refused.line, line, key);
    }
  });

  test('a server wants one identity, not two', () => {
    const { key } = refusal((yaml) =>
      yaml.replace('  connectSeconds: 10', '  token: file:token\n  connectSeconds: 10'),
    );
    assert.equal(key, 'server');
  });
});

test('applications are found by digests alone', async () => {
  const application = parse(template).rest!.applications[0]!;
  // SHA-256 of `secret`.
  const digest = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';
  const { tokenSha256: _, ...withoutToken } = application;
  const finder = applicationFinder([
    { ...application, tokenSha256: digest, processes: ['invoices'] },
    { ...withoutToken, name: 'other', certificateSha256: digest },
  ]);
  const found = await finder.findByToken('secret');
  assert.deepEqual(found?.caller.processes, ['invoices']);
  assert.equal(await finder.findByToken(digest), undefined);
  assert.equal((await finder.findByCertificate(digest))?.caller.identity, 'other');
});

test('the process catalog asks once for many, keeps the deadline when the server goes, asks again when told', async () => {
  let asked = 0;
  let away = false;
  const view = { process: 'invoices', version: 1, deadlineHours: 48 } as ProcessView;
  const api: Pick<SealingApi, 'process' | 'processes'> = {
    async process() {
      asked += 1;
      if (away) throw new SignetError('exchange.server-unavailable', { reason: 'ECONNREFUSED' });
      return view;
    },
    processes: async () => [view],
  };
  const catalog = processCatalog(api, fixedClock('2026-01-01T00:00:00Z'));
  assert.equal(catalog.deadlineHours('invoices'), 24);
  await Promise.all([catalog.view('invoices'), catalog.view('invoices')]);
  await catalog.view('invoices');
  assert.equal(asked, 1);
  away = true;
  catalog.forget('invoices');
  await assert.rejects(catalog.view('invoices'), { code: 'exchange.server-unavailable' });
  assert.equal(catalog.deadlineHours('invoices'), 48);
});
