// SPDX-License-Identifier: Apache-2.0

/** A binding as `init` was told it. */
export interface TemplateBinding {
  readonly name: string;
  readonly root: string;
  readonly process?: string;
  readonly transfer: 'document' | 'hash';
}

/** What `init` fills into the commented configuration. */
export interface TemplateValues {
  readonly server: string;
  /** Path of the CA file, if one is pinned. */
  readonly ca?: string;
  readonly host: string;
  readonly port: number;
  readonly tokenSha256: string;
  readonly bindings: readonly TemplateBinding[];
}

const text = (value: string) => JSON.stringify(value);

/** The text of a new `client.yaml`: every section with what it is for, what is optional as a comment. */
export function settingsTemplate(values: TemplateValues): string {
  return `# Configuration of a Signet Sealing Client. Relative paths are meant from this file's directory.
# Secrets are references: file:PATH, env:NAME, credential:NAME (systemd LoadCredential=).
format: 1

# This client's own state: its id and its journals. A local disk, never an exchange folder; keep it with the machine.
state:
  directory: data

server:
  url: ${text(values.server)}
${values.ca === undefined ? '  # ca: server-ca.pem # PEM of the CAs that are trusted for it; without it those of the machine' : `  ca: ${text(values.ca)} # PEM of the CAs that are trusted for it`}
  certificate: tls/client.pem # the identity that was enrolled
  key: file:tls/client.key
  connectSeconds: 10
  answerSeconds: 120
  # proxy:
  #   url: http://proxy.example.internal:3128
  #   login: file:proxy-login # user:password

# Folders by which documents come and go. Each root exists (it may be a share) and gets in/ work/ out/ failed/ archive/.
#   - name: invoices            # also the process, unless process: says another
#     root: /srv/exchange/invoices
#     transfer: document        # hash: the document stays here, only digests go to the server
#     scanSeconds: 1            # from one look to the next
#     stillSeconds: 1           # how long a file must have stood still; for SFTP mounts more than 22
#     takeOn: still             # marker: only files beside which NAME.ready lies
#     onTaken: wait             # suffix: "name (2).pdf" where a name in out/, failed/ or archive/ is taken
#     archive: true             # false: originals are removed after delivery
#     hardLinks: true           # false: for a share whose hard links cannot be trusted
${bindings(values.bindings)}
# REST for applications inside the house: POST /api/v1/processes/{process}/seal as at the server.
rest:
  listeners:
    - host: ${text(values.host)}
      port: ${values.port}
  certificate: tls/rest.pem
  key: file:tls/rest.key
  transfer: document
  applications:
    - name: application
      tokenSha256: ${values.tokenSha256} # of the token in application.token
      processes: "*"
      scopes: [seal, validate, metrics]

inFlight: 8 # documents under way at once, over all folders

# How long to wait after errors that pass: doubling from the first to the cap, with jitter.
retry:
  firstSeconds: 1
  capSeconds: 60

log:
  level: info # error, warn, info, debug
  access: true # one line for each request, without names of documents
`;
}

function bindings(all: readonly TemplateBinding[]): string {
  if (all.length === 0) return 'bindings: []\n';
  const entries = all.map(({ name, root, process, transfer }) =>
    [
      `  - name: ${name}`,
      ...(process === undefined ? [] : [`    process: ${process}`]),
      `    root: ${text(root)}`,
      `    transfer: ${transfer}`,
    ].join('\n'),
  );
  return `bindings:\n${entries.join('\n')}\n`;
}
