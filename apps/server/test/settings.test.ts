// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings, readSettings, settingsTemplate } from '../src/settings/index.ts';

const template = settingsTemplate({
  host: '127.0.0.1',
  port: 8443,
  certificate: 'tls/server.pem',
  key: 'file:tls/server.key',
  workers: 2,
  allowPrivate: [],
  revocation: [],
});

/** The template with one piece replaced; fails if the piece is not there. */
function changed(from: string, to: string): string {
  assert.ok(template.includes(from), `the template holds ${from}`);
  return template.replace(from, to);
}

/** The 1-based line on which a piece first stands. */
function lineOf(text: string, piece: string): number {
  return text.slice(0, text.indexOf(piece)).split('\n').length;
}

function refusal(text: string): { key: unknown; line: unknown } {
  try {
    parseSettings(text, '/etc/signet/server.yaml');
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && 'details' in error);
    assert.equal(error.code, 'config.invalid');
    const { key, line } = error.details as Record<string, unknown>;
    return { key, line };
  }
  assert.fail('the settings were accepted');
}

describe('server.yaml', () => {
  it('is accepted as init writes it, with paths made absolute', () => {
    const settings = parseSettings(template, '/etc/signet/server.yaml');
    assert.equal(settings.database.builtIn?.directory, '/etc/signet/data/postgres');
    assert.equal(settings.tls.certificate, '/etc/signet/tls/server.pem');
    assert.deepEqual(settings.secrets.directories, ['/etc/signet/secrets']);
    assert.equal(settings.listeners[0]?.port, 8443);
  });

  it('fills what may be left out', () => {
    const text = changed('workers: 2', '').replace(/^limits:(\n {2}.*)*/m, '');
    const settings = parseSettings(text, '/etc/signet/server.yaml');
    assert.equal(settings.workers, 2);
    assert.equal(settings.limits.uploadMegabytes, 1024);
  });

  it('names key and line of a wrong value', () => {
    const text = changed('port: 8443', 'port: 84430');
    assert.deepEqual(refusal(text), { key: 'listeners[0].port', line: lineOf(text, 'port: 84430') });
  });

  it('names key and line of an unknown key', () => {
    const text = changed('workers: 2', 'wrokers: 2');
    assert.deepEqual(refusal(text), { key: 'wrokers', line: lineOf(text, 'wrokers') });
    const nested = changed('documentSeconds: 120', 'documentSecond: 120');
    assert.deepEqual(refusal(nested), {
      key: 'limits.documentSecond',
      line: lineOf(nested, 'documentSecond:'),
    });
  });

  it('names a missing key and the line of the section it belongs to', () => {
    const text = changed('  key: "file:tls/server.key"\n', '');
    assert.deepEqual(refusal(text), { key: 'tls.key', line: lineOf(text, '\ntls:') + 1 });
  });

  it('refuses a secret in place of a reference, without repeating it', () => {
    const text = changed('masterKey: file:master.key', 'masterKey: 0123456789abcdef');
    assert.deepEqual(refusal(text), { key: 'masterKey', line: lineOf(text, 'masterKey:') });
    assert.throws(
      () => parseSettings(text, 'server.yaml'),
      (error: Error) => !error.message.includes('0123456789abcdef'),
    );
  });

  it('refuses two databases and none', () => {
    const two = changed(
      '  builtIn:\n',
      '  external: { owner: env:A, application: env:B, queue: env:C }\n  builtIn:\n',
    );
    assert.deepEqual(refusal(two), { key: 'database.external', line: lineOf(two, 'external: { owner') });
    const none = changed('  builtIn:\n    directory: data/postgres\n', '  {}\n');
    assert.deepEqual(refusal(none), { key: 'database', line: lineOf(none, '\ndatabase:') + 1 });
  });

  it('refuses what is no YAML, a key said twice, and an empty file', () => {
    assert.equal(refusal('format: 1\nlisteners: [\n').line, 3);
    assert.equal(refusal(`${template}\nworkers: 3\n`).key, '(the file)');
    assert.equal(refusal('').line, 1);
  });

  it('says when the file is not there', () => {
    assert.throws(() => readSettings('/nowhere/server.yaml'), { code: 'config.unreadable' });
  });
});
