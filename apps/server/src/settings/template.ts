// SPDX-License-Identifier: Apache-2.0

/** What `init` fills into the commented configuration. */
export interface TemplateValues {
  readonly host: string;
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
  readonly workers: number;
  /** Hosts of private address that may be reached. */
  readonly allowPrivate: readonly string[];
  /** Hosts where revocation may be asked for. */
  readonly revocation: readonly string[];
  /** References to the URLs of a database of the operator's own; else the built-in one. */
  readonly database?: ExternalDatabase;
}

/** A database of the operator's own: references to URLs for its three roles. */
export interface ExternalDatabase {
  readonly owner: string;
  readonly application: string;
  readonly queue: string;
  readonly ca?: string;
}

/** The text of a new `server.yaml`: every section with what it is for, what is optional as a comment. */
export function settingsTemplate(values: TemplateValues): string {
  const text = (value: string) => JSON.stringify(value);
  return `# Configuration of a Signet Sealing Server: what is needed to boot. Relative paths are meant from this file's directory.
# Processes, credentials, time-stamping authorities and identities are not here: they are kept in the database and
# managed over REST. Secrets are references: file:PATH, env:NAME, credential:NAME (systemd LoadCredential=).
format: 1

# Where the REST API listens. HTTPS only, TLS 1.2 or later.
listeners:
  - host: ${text(values.host)}
    port: ${values.port}

tls:
  certificate: ${text(values.certificate)} # the server's certificate, then its issuers (PEM)
  key: ${text(values.key)}

# The PostgreSQL that Signet starts itself; or a server of yours (15 or later), by three roles:
#   external:
#     owner: env:SIGNET_DATABASE_OWNER             # owns the tables: migrations
#     application: env:SIGNET_DATABASE_APPLICATION # works with them
#     queue: env:SIGNET_DATABASE_QUEUE             # sees the queue of all tenants
#     ca: /etc/ssl/database-ca.pem
${databaseSection(values.database)}
blobs:
  directory: data/blobs # documents that must outlive a request; shared storage where several nodes work
spool:
  directory: data/spool # documents while they are received; local and fast

masterKey: file:master.key # 32 bytes, hexadecimal; keep a copy: what is encrypted under it is lost without it

# Where the files lie that administrators may name: PKCS#12 files, their passwords, logins of time-stamping authorities.
# Environment variables that they may name begin with SIGNET_SECRET_.
secrets:
  directories: [secrets]

workers: ${values.workers} # processes that seal; as many as cores

limits:
  uploadMegabytes: 1024
  batchMegabytes: 4096
  batchDocuments: 10000
  uploadSeconds: 600
  inlineMegabytes: 1 # larger documents are worked on in threads of their own
  documentSeconds: 120 # how long one document may take there
  documentMegabytes: 1024 # and how much memory
  concurrentJobs: 8 # background jobs at a time, in each worker
  leaseSeconds: 10 # after which the jobs of a dead process are taken over

# Outgoing connections (time-stamping authorities, revocation).
egress:
  allowPrivate: [${values.allowPrivate.map(text).join(', ')}] # hosts that may be reached although their address is private, e.g. [tsa.example.internal, "127.0.0.1:8318"]
  revocation: [${values.revocation.map(text).join(', ')}] # hosts where OCSP, revocation lists and issuers may be asked for, if certificates say so: for B-LT and B-LTA
  # proxy:
  #   url: http://proxy.example.internal:3128
  #   login: file:secrets/proxy-login # user:password
  #   except: [tsa.example.internal]

log:
  level: info # error, warn, info, debug
  access: true # one line for each request, without names of documents
`;
}

function databaseSection(external: ExternalDatabase | undefined): string {
  if (external === undefined) return 'database:\n  builtIn:\n    directory: data/postgres\n';
  const lines = Object.entries(external).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`);
  return `database:\n  external:\n${lines.join('')}`;
}
