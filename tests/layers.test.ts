// SPDX-License-Identifier: Apache-2.0
// The architecture as a test: docs/architecture.md §3 and §5.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** Imports go from a higher number to a lower one, never sideways or up. */
const layerOf: Readonly<Record<string, number>> = {
  base: 0,
  pkix: 1,
  documents: 2,
  devices: 2,
  qtsp: 2,
  ades: 3,
  trust: 4,
  validation: 5,
  sealing: 6,
  storage: 7,
  program: 7,
  exchange: 7,
  server: 8,
  client: 8,
  cli: 8,
  console: 8,
};

interface SourceFile {
  readonly path: string;
  /** Name of its package, as in `layerOf`. */
  readonly owner: string;
  readonly text: string;
  readonly imports: readonly { readonly from: string }[];
}

const sources: readonly SourceFile[] = globSync('{packages,apps}/*/src/**/*.{ts,tsx}', { cwd: root }).map(
  (path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const statements = text.matchAll(
      /^(?:import|export)\s[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    );
    const imports = [...statements].map((match) => ({
      from: match[1] ?? match[2] ?? match[3] ?? '',
    }));
    return { path, owner: path.split(/[\\/]/)[1]!, text, imports };
  },
);

const packageOf = (specifier: string) =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0]!;

test('there are sources to look at', () => assert.ok(sources.length > 50));

test('every package has a layer', () => {
  for (const { owner } of sources) assert.ok(owner in layerOf, owner);
});

test('imports point down only', () => {
  const wrong: string[] = [];
  for (const { path, owner, imports } of sources) {
    for (const { from } of imports) {
      if (from.startsWith('@signet/')) {
        const target = from.split('/')[1]!;
        if (layerOf[target]! >= layerOf[owner]!) wrong.push(`${path} → ${from}`);
      } else if (from.startsWith('.')) {
        const inside = relative(
          join(root, path.split(/[\\/]/).slice(0, 2).join('/'), 'src'),
          resolve(root, dirname(path), from),
        );
        if (inside.startsWith('..')) wrong.push(`${path} → ${from} leaves its package`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('every import is declared in its package.json', () => {
  const wrong: string[] = [];
  for (const { path, owner, imports } of sources) {
    const manifest = JSON.parse(
      readFileSync(join(root, path.split(/[\\/]/)[0]!, owner, 'package.json'), 'utf8'),
    );
    const declared = { ...manifest.dependencies, ...manifest.optionalDependencies };
    for (const { from } of imports) {
      if (from.startsWith('.') || from.startsWith('node:')) continue;
      if (!(packageOf(from) in declared)) wrong.push(`${path} → ${from}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every declared dependency is imported', () => {
  const wrong: string[] = [];
  for (const path of globSync('{packages,apps}/*/package.json', { cwd: root })) {
    const [, owner = ''] = path.split(/[\\/]/);
    const imported = new Set(
      sources
        .filter((file) => file.owner === owner)
        .flatMap(({ imports }) => imports.map(({ from }) => packageOf(from))),
    );
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, path), 'utf8'));
    for (const name of Object.keys(dependencies)) if (!imported.has(name)) wrong.push(`${path}: ${name}`);
  }
  assert.deepEqual(wrong, []);
});

test('every package says in a line what it is', () => {
  for (const path of globSync('{packages,apps}/*/package.json', { cwd: root })) {
    const { description } = JSON.parse(readFileSync(join(root, path), 'utf8'));
    assert.match(description ?? '', /^.{20,140}$/, path);
  }
});

test('no file imports itself by way of others, types included', () => {
  const graph = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => relative(root, resolve(root, dirname(path), from))),
    ]),
  );
  const circles: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) visit(path, []);
  assert.deepEqual(circles, []);
});

test('no file is longer than 400 lines', () => {
  const all = globSync('{packages,apps,tests,bench,scripts}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  });
  const long = all.filter((path) => readFileSync(join(root, path), 'utf8').split('\n').length > 401);
  assert.deepEqual(long, []);
});

test('errors have codes: new Error( stands nowhere in the product', () => {
  const wrong = sources.filter(({ text }) => /\bnew Error\(/.test(text)).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

test('every exported name is described', () => {
  const exported =
    /(.*)\n+export (?:default )?(?:async )?(?:function|const|class|interface|type|abstract)\b(?! \{)(.*)/g;
  const wrong = sources.flatMap(({ path, text }) =>
    [...text.matchAll(exported)]
      .filter(([, before]) => !before!.endsWith('*/'))
      .map((match) => `${path}: ${match[2]}`),
  );
  assert.deepEqual(wrong, []);
});

test('every source file names its licence', () => {
  const wrong = sources.filter(
    ({ text }) => !text.replace(/^#![^\n]*\n/, '').startsWith('// SPDX-License-Identifier: Apache-2.0\n'),
  );
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});
