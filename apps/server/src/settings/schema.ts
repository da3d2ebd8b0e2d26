// SPDX-License-Identifier: Apache-2.0
import { secretReference } from '@signet/program';
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const path = (description: string) => Type.String({ minLength: 1, description });
const megabytes = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 2 ** 20, default: fallback, description });

const Listener = Type.Object(
  {
    host: Type.String({ minLength: 1, description: 'Address to listen on' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  },
  closed,
);

const Tls = Type.Object(
  {
    certificate: path('PEM file: the server certificate, then its issuers'),
    key: secretReference('PEM of its private key'),
  },
  closed,
);

const Database = Type.Object(
  {
    builtIn: Type.Optional(
      Type.Object({ directory: path('Data directory of the PostgreSQL that Signet starts itself') }, closed),
    ),
    external: Type.Optional(
      Type.Object(
        {
          owner: secretReference('postgresql:// URL of the role that owns the tables'),
          application: secretReference('postgresql:// URL of the role that works with them'),
          queue: secretReference('postgresql:// URL of the role that sees the queue'),
          ca: Type.Optional(path('PEM file of the CA of the database server')),
        },
        closed,
      ),
    ),
  },
  { ...closed, description: 'Exactly one of builtIn and external' },
);

const Limits = Type.Object(
  {
    uploadMegabytes: megabytes(1024, 'Largest document'),
    batchMegabytes: megabytes(4096, 'Largest batch package'),
    batchDocuments: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 10_000 }),
    uploadSeconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 600 }),
    inlineMegabytes: Type.Number({ minimum: 0, maximum: 16, default: 1 }),
    documentSeconds: Type.Integer({ minimum: 1, maximum: 3600, default: 120 }),
    documentMegabytes: megabytes(1024, 'Memory of one document worker'),
    concurrentJobs: Type.Integer({ minimum: 1, maximum: 1024, default: 8 }),
    leaseSeconds: Type.Integer({ minimum: 2, maximum: 300, default: 10 }),
  },
  { ...closed, default: {} },
);

const OutgoingProxy = Type.Object(
  {
    url: Type.String({ pattern: '^https?://', description: 'Proxy for outgoing connections' }),
    login: Type.Optional(secretReference('user:password')),
    except: Type.Array(Type.String({ minLength: 1 }), { default: [], description: 'Hosts reached directly' }),
  },
  closed,
);

/**
 * What `server.yaml` may say: only what is needed to boot. Tenants, processes, credentials, pools and anchors are rows of
 * the database. Relative paths are meant from the file's own directory.
 */
export const SettingsSchema = Type.Object(
  {
    format: Type.Literal(1),
    listeners: Type.Array(Listener, { minItems: 1, maxItems: 16 }),
    tls: Tls,
    database: Database,
    blobs: Type.Object({ directory: path('Where documents lie that must outlive a request') }, closed),
    spool: Type.Object({ directory: path('Where documents lie while they are received') }, closed),
    masterKey: secretReference('32 bytes, hexadecimal'),
    secrets: Type.Object(
      {
        directories: Type.Array(path('Where credentials and secrets named by administrators may lie'), {
          default: [],
        }),
      },
      { ...closed, default: { directories: [] } },
    ),
    workers: Type.Integer({ minimum: 1, maximum: 128, default: 2 }),
    limits: Limits,
    egress: Type.Object(
      {
        proxy: Type.Optional(OutgoingProxy),
        allowPrivate: Type.Array(Type.String({ minLength: 1 }), {
          default: [],
          description: 'Hosts (name or name:port) that may be reached although their address is private',
        }),
        revocation: Type.Array(Type.String({ minLength: 1 }), {
          default: [],
          description:
            'Hosts (name or name:port) where OCSP, revocation lists and issuers may be asked for: B-LT and B-LTA need them',
        }),
      },
      { ...closed, default: { allowPrivate: [], revocation: [] } },
    ),
    log: Type.Object(
      {
        level: Type.Union(
          ['error', 'warn', 'info', 'debug'].map((level) => Type.Literal(level)),
          { default: 'info' },
        ),
        access: Type.Boolean({ default: true, description: 'One line for each request' }),
      },
      { ...closed, default: {} },
    ),
  },
  { ...closed, $id: 'ServerSettings' },
);

/** Validated settings, as written: paths and references are not resolved yet. */
export type RawSettings = Static<typeof SettingsSchema>;
