// SPDX-License-Identifier: Apache-2.0
// A program for tests: starts the built-in PostgreSQL of a directory, writes a row, tells the postmaster's id and stays.
import { startBuiltInPostgres } from '../src/sql/index.ts';
import { query } from './postgres-fixture.ts';

const server = await startBuiltInPostgres({ dataDirectory: process.argv[2]! });
await query(server.address.owner, ['create table row (n int)', 'insert into row values (1)']);
process.stdout.write(`${server.pid}\n`);
setInterval(() => undefined, 1000);
