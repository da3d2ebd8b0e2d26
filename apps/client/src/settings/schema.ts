// SPDX-License-Identifier: Apache-2.0
import { secretReference } from '@signet/program';
import { type Static, type TSchemaOptions, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const path = (description: string) => Type.String({ minLength: 1, description });
const name = (description: string) =>
  Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: `${description} (a-z, 0-9, hyphen)` });
const sha256 = (description: string) =>
  Type.Optional(
    Type.String({ pattern: '^[0-9a-f]{64}$', description: `${description} (64 hexadecimal digits)` }),
  );
const oneOf = <T extends string>(values: readonly T[], options: TSchemaOptions = {}) =>
  Type.Unsafe<T>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      options,
    ),
  );
const choice = <T extends string>(values: readonly T[], fallback: NoInfer<T>, description: string) =>
  oneOf(values, { default: fallback, description });

const Transfer = choice(['document', 'hash'], 'document', 'hash: only digests leave the house');

const OutgoingProxy = Type.Object(
  {
    url: Type.String({ pattern: '^https?://', description: 'Proxy towards the Sealing Server' }),
    login: Type.Optional(secretReference('user:password')),
    ca: Type.Optional(path('PEM file of the CA of an https: proxy')),
  },
  closed,
);

const SealingServer = Type.Object(
  {
    url: Type.String({ pattern: '^https://[^/]+/?$', description: 'https://host:port' }),
    ca: Type.Optional(path('PEM file of the CAs that are trusted for it; without it those of the machine')),
    certificate: Type.Optional(path('PEM file of the client certificate (mutual TLS)')),
    key: Type.Optional(secretReference('PEM of its private key')),
    token: Type.Optional(secretReference('API token, in place of a client certificate')),
    proxy: Type.Optional(OutgoingProxy),
    connectSeconds: Type.Integer({ minimum: 1, maximum: 600, default: 10 }),
    answerSeconds: Type.Integer({ minimum: 1, maximum: 3600, default: 120 }),
  },
  closed,
);

const Binding = Type.Object(
  {
    name: name('Name of the binding'),
    process: Type.Optional(name('Process of the server; without it the one of the same name')),
    root: path('Exchange folder with in/ work/ out/ failed/ archive/; it must exist'),
    transfer: Transfer,
    scanSeconds: Type.Number({ minimum: 0.1, maximum: 3600, default: 1 }),
    stillSeconds: Type.Number({ minimum: 0, maximum: 86_400, default: 1 }),
    takeOn: choice(['still', 'marker'], 'still', 'marker: only files beside which NAME.ready lies'),
    onTaken: choice(['wait', 'suffix'], 'wait', 'What happens when a name is taken'),
    archive: Type.Boolean({ default: true, description: 'Whether originals are kept in archive/' }),
    hardLinks: Type.Boolean({ default: true, description: 'false: never use hard links on this share' }),
  },
  closed,
);

const Application = Type.Object(
  {
    name: name('Name of the application'),
    tokenSha256: sha256('SHA-256 of its API token'),
    certificateSha256: sha256('SHA-256 of its client certificate’s DER'),
    processes: Type.Union([Type.Literal('*'), Type.Array(name('Process'))], { default: '*' }),
    scopes: Type.Array(oneOf(['seal', 'validate', 'metrics']), {
      default: ['seal', 'validate'],
    }),
  },
  closed,
);

const Rest = Type.Object(
  {
    listeners: Type.Array(
      Type.Object(
        {
          host: Type.String({ minLength: 1, description: 'Address to listen on' }),
          port: Type.Integer({ minimum: 1, maximum: 65_535 }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 16 },
    ),
    certificate: path('PEM file: the certificate of this listener, then its issuers'),
    key: secretReference('PEM of its private key'),
    transfer: Transfer,
    applications: Type.Array(Application, { default: [] }),
    uploadMegabytes: Type.Integer({ minimum: 1, maximum: 2 ** 20, default: 1024 }),
  },
  { ...closed, description: 'REST for applications inside the house' },
);

/** What `client.yaml` may say. Relative paths are meant from the file's own directory. */
export const SettingsSchema = Type.Object(
  {
    format: Type.Literal(1),
    state: Type.Object(
      { directory: path('Local directory of this client’s own state; never in an exchange folder') },
      closed,
    ),
    server: SealingServer,
    bindings: Type.Array(Binding, { default: [], maxItems: 1000 }),
    rest: Type.Optional(Rest),
    inFlight: Type.Integer({ minimum: 1, maximum: 256, default: 8 }),
    retry: Type.Object(
      {
        firstSeconds: Type.Number({ minimum: 0.1, maximum: 600, default: 1 }),
        capSeconds: Type.Number({ minimum: 1, maximum: 3600, default: 60 }),
      },
      { ...closed, default: {} },
    ),
    log: Type.Object(
      {
        level: choice(['error', 'warn', 'info', 'debug'], 'info', 'How much the log says'),
        access: Type.Boolean({ default: true, description: 'One line for each request' }),
      },
      { ...closed, default: {} },
    ),
  },
  { ...closed, $id: 'ClientSettings' },
);

/** Validated settings, as written: paths and references are not resolved yet. */
export type RawSettings = Static<typeof SettingsSchema>;
