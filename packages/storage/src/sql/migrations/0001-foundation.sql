-- SPDX-License-Identifier: Apache-2.0
-- The foundation: tenants, configuration, identities, jobs and their attempts, work, batches, blobs, audit.
--
-- Every table carries tenant_id, first in every unique key, and row-level security that is forced on the owner too. A
-- transaction names its tenant by set_config('signet.tenant', …, true); without it no row is seen.

create schema signet;
grant usage on schema signet to signet_app, signet_queue;

-- The tenant of this transaction, or null. After a transaction that set it, the setting is an empty string.
create function signet.current_tenant() returns bigint language sql stable parallel safe
  return nullif(current_setting('signet.tenant', true), '')::bigint;

-- The SHA-256 that this transaction presents: of an API token, a client certificate or an enrolment code.
create function signet.presented() returns bytea language sql stable parallel safe
  return decode(nullif(current_setting('signet.presented', true), ''), 'hex');

create table signet.tenant (
  tenant_id bigint generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz not null default now()
);

-- Configuration ------------------------------------------------------------------------------------------------------

create table signet.process (
  tenant_id bigint not null references signet.tenant,
  id bigint generated always as identity,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table signet.process_version (
  tenant_id bigint not null,
  process_id bigint not null,
  version integer not null check (version > 0),
  configuration jsonb not null check (configuration ? 'format'),
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (tenant_id, process_id, version),
  foreign key (tenant_id, process_id) references signet.process
);

-- A seal names the version that made it: what a version says can never change.
create function signet.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is frozen', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger frozen before update or delete or truncate on signet.process_version
  for each statement execute function signet.refuse_change();

create table signet.credential (
  tenant_id bigint not null references signet.tenant,
  id bigint generated always as identity,
  name text not null,
  format smallint not null,
  configuration jsonb not null,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table signet.time_stamp_pool (
  tenant_id bigint not null references signet.tenant,
  id bigint generated always as identity,
  name text not null,
  format smallint not null,
  configuration jsonb not null,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table signet.trust_anchor (
  tenant_id bigint not null references signet.tenant,
  id bigint generated always as identity,
  name text not null,
  certificate bytea not null,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

-- Identities ---------------------------------------------------------------------------------------------------------

create table signet.identity (
  tenant_id bigint not null references signet.tenant,
  id bigint generated always as identity,
  name text not null,
  kind text not null check (kind in ('token', 'certificate')),
  presented_sha256 bytea not null check (length(presented_sha256) = 32),
  scopes text[] not null,
  processes text[],                       -- null: all of the tenant
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, name),
  unique (tenant_id, presented_sha256)
);
create index identity_presented on signet.identity (presented_sha256);

create table signet.enrolment_code (
  tenant_id bigint not null references signet.tenant,
  id bigint generated always as identity,
  presented_sha256 bytea not null check (length(presented_sha256) = 32),
  name text not null,
  scopes text[] not null,
  processes text[],
  identity_expires_at timestamptz,
  expires_at timestamptz not null,
  redeemed_at timestamptz,
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (tenant_id, id),
  unique (tenant_id, presented_sha256)
);
create index enrolment_code_presented on signet.enrolment_code (presented_sha256);

-- Jobs ---------------------------------------------------------------------------------------------------------------

create table signet.job (
  tenant_id bigint not null,
  id uuid not null,
  format smallint not null,
  process_id bigint not null,
  version integer not null,
  channel text not null check (channel in ('rest', 'folder', 'batch')),
  transfer text not null check (transfer in ('document', 'hash')),
  identity text not null,
  sha256_in bytea not null,
  size bigint not null,
  batch_id uuid,
  deadline timestamptz not null,
  state text not null check (state in ('accepted', 'sealing', 'sealed', 'failed', 'abandoned')),
  attempts integer not null default 0,    -- number of the newest attempt
  record jsonb,
  problem jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  bytes_deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, process_id, version) references signet.process_version,
  check ((state = 'sealed') = (record is not null))
);

-- One use of a key. At most one attempt of a job is ever released.
create table signet.attempt (
  tenant_id bigint not null,
  job_id uuid not null,
  number integer not null,
  owner text not null,
  epoch bigint not null,
  state text not null check (state in ('live', 'lost', 'released')),
  doc_hash bytea not null,
  certificate bytea not null,
  credential text not null,
  algorithm text not null,
  recorded_at timestamptz not null default now(),
  ended_at timestamptz,
  problem jsonb,
  primary key (tenant_id, job_id, number),
  foreign key (tenant_id, job_id) references signet.job
);
create unique index attempt_released_once on signet.attempt (tenant_id, job_id) where state = 'released';

-- What is to be done, and by whom. A row lives until its job has ended. Each claim raises the epoch; every write of an
-- owner is conditional on it, and on `until` by this server's clock.
create table signet.work (
  tenant_id bigint not null,
  job_id uuid not null,
  keeping text not null check (keeping in ('answer', 'durable')),
  owner text,
  epoch bigint not null default 0,
  until timestamptz,
  not_before timestamptz not null default now(),
  primary key (tenant_id, job_id),
  foreign key (tenant_id, job_id) references signet.job,
  check ((owner is null) = (until is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
create index work_due on signet.work (not_before);

create table signet.idempotency_key (
  tenant_id bigint not null,
  process_id bigint not null,
  key text not null,
  body_sha256 bytea not null,
  job_id uuid,
  batch_id uuid,
  expires_at timestamptz not null,
  primary key (tenant_id, process_id, key),
  foreign key (tenant_id, process_id) references signet.process,
  check ((job_id is null) <> (batch_id is null))
);
create index idempotency_key_job on signet.idempotency_key (tenant_id, job_id);
create index idempotency_key_expiry on signet.idempotency_key (expires_at);

-- Batches ------------------------------------------------------------------------------------------------------------

create table signet.batch (
  tenant_id bigint not null,
  id uuid not null,
  format smallint not null,
  process_id bigint not null,
  identity text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, process_id) references signet.process
);

create table signet.batch_document (
  tenant_id bigint not null,
  batch_id uuid not null,
  position integer not null,
  name text not null,                     -- can name a person: emptied when its keeping ends
  job_id uuid,
  problem jsonb,
  keep_until timestamptz not null,
  primary key (tenant_id, batch_id, position),
  foreign key (tenant_id, batch_id) references signet.batch,
  check ((job_id is null) <> (problem is null))
);
create index batch_document_keeping on signet.batch_document (keep_until) where name <> '';

-- Documents ----------------------------------------------------------------------------------------------------------

create table signet.blob (
  tenant_id bigint not null,
  id uuid not null,
  job_id uuid not null,
  role text not null check (role in ('input', 'output')),
  size bigint not null,
  sha256 bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, job_id, role),
  foreign key (tenant_id, job_id) references signet.job
);

-- Audit --------------------------------------------------------------------------------------------------------------

create table signet.writer (
  tenant_id bigint not null references signet.tenant,
  id bigint generated always as identity,
  name text not null,
  host text not null,
  process_id integer not null,
  started_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

-- One chain per tenant and writer. `body` is stored verbatim as it was hashed.
create table signet.audit (
  tenant_id bigint not null,
  writer_id bigint not null,
  sequence bigint not null check (sequence > 0),
  format smallint not null,
  previous bytea not null,
  hash bytea not null,
  body text not null,
  job_id uuid,
  primary key (tenant_id, writer_id, sequence),
  foreign key (tenant_id, writer_id) references signet.writer
);
create index audit_job on signet.audit (tenant_id, job_id) where job_id is not null;

-- The clear values behind the chain's commitments. Erasing a row leaves the chain as it verifies.
create table signet.audit_personal (
  tenant_id bigint not null,
  writer_id bigint not null,
  sequence bigint not null,
  name text not null,
  value text not null,
  salt bytea not null,
  job_id uuid,
  keep_until timestamptz not null,
  primary key (tenant_id, writer_id, sequence, name),
  foreign key (tenant_id, writer_id, sequence) references signet.audit
);
create index audit_personal_job on signet.audit_personal (tenant_id, job_id);
create index audit_personal_keeping on signet.audit_personal (keep_until);

-- Who sees and changes what ------------------------------------------------------------------------------------------

do $$
declare name text;
begin
  for name in select tablename from pg_tables where schemaname = 'signet' and tablename <> 'schema_version' loop
    execute format('alter table signet.%I enable row level security', name);
    execute format('alter table signet.%I force row level security', name);
    execute format('create policy tenant on signet.%I to signet_app
      using (tenant_id = signet.current_tenant()) with check (tenant_id = signet.current_tenant())', name);
  end loop;
end $$;

-- Whoever presents a secret or a certificate names no tenant: the row that holds its hash may be seen.
create policy presented on signet.identity for select to signet_app using (presented_sha256 = signet.presented());
create policy presented on signet.enrolment_code for select to signet_app using (presented_sha256 = signet.presented());

grant select on signet.tenant to signet_app;
grant select, insert on signet.process, signet.process_version, signet.attempt, signet.batch, signet.batch_document,
  signet.writer, signet.audit to signet_app;
grant select, insert, update on signet.credential, signet.time_stamp_pool, signet.trust_anchor to signet_app;
grant select, insert, update (revoked_at) on signet.identity to signet_app;
grant select, insert, delete, update (redeemed_at) on signet.enrolment_code to signet_app;
grant select, insert, update (state, attempts, record, problem, finished_at, bytes_deleted_at) on signet.job to signet_app;
grant update (state, ended_at, problem) on signet.attempt to signet_app;
grant update (name) on signet.batch_document to signet_app;
grant select, insert, update, delete on signet.work to signet_app;
grant select, insert, delete on signet.idempotency_key, signet.blob, signet.audit_personal to signet_app;

-- The queue sees who works on what in all tenants, and nothing of the documents.
create policy queue on signet.tenant for select to signet_queue using (true);
create policy queue on signet.work to signet_queue using (true) with check (true);
grant select on signet.tenant to signet_queue;
grant select, update (owner, epoch, until, not_before) on signet.work to signet_queue;

-- The first tenant. The owner is bound by the policies too; it is made while they do not yet hold for it.
alter table signet.tenant no force row level security;
insert into signet.tenant (name) values ('default');
alter table signet.tenant force row level security;
