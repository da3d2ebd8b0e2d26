// SPDX-License-Identifier: Apache-2.0
import type { Statement } from '../tenant-transaction.ts';

/*
 * The hot statements. Each does its step for any number of jobs at once: $1 is the tenant, $2 the jobs as JSON, $3 (where
 * rows are looked up that are stored already) the ids of the same jobs. The ids say nothing new, but with `= any($3)` each
 * table is read by its key whatever the planner believes of its size: a plan made while a table is empty, or while the
 * work table is full of dead rows, must not be one that reads the whole tenant. Whether a lease is held is always asked
 * the same way: same owner, same epoch, not run out by this server's clock (clock_timestamp(), which goes on during a
 * transaction, unlike now()).
 */

const jobColumns = `
  id uuid, process text, version integer, channel text, transfer text, identity text, "sha256In" text, size bigint,
  batch uuid, deadline timestamptz, state text, attempts integer, problem jsonb, keeping text, owner text, epoch bigint,
  lease double precision, "inputId" uuid, "inputSize" bigint, "inputSha256" text,
  "docHash" text, certificate text, credential text, algorithm text`;

const insertJob = `
  insert into signet.job (tenant_id, id, format, process_id, version, channel, transfer, identity, sha256_in, size,
    batch_id, deadline, state, attempts, problem, finished_at)
  select $1, i.id, 1, p.id, i.version, i.channel, i.transfer, i.identity, decode(i."sha256In", 'hex'), i.size,
    i.batch, i.deadline, i.state, i.attempts, i.problem, case when i.problem is null then null else now() end
  from input i join signet.process p on p.tenant_id = $1 and p.name = i.process
  on conflict do nothing
  returning id`;

const insertWork = `
  insert into signet.work (tenant_id, job_id, keeping, owner, epoch, until)
  select $1, i.id, i.keeping, i.owner, i.epoch,
    case when i.owner is null then null else clock_timestamp() + i.lease * interval '1 second' end
  from input i join new_job j on j.id = i.id`;

/** Stores jobs that wait or are held, with their input blobs. Gives the ids that were new. */
export const insertDurableJobs: Statement = {
  name: 'insert-durable-jobs',
  text: `
    with input as materialized (select * from json_to_recordset($2::json) as i (${jobColumns})),
    new_job as (${insertJob}),
    new_work as (${insertWork}),
    new_blob as (
      insert into signet.blob (tenant_id, id, job_id, role, size, sha256)
      select $1, i."inputId", i.id, 'input', i."inputSize", decode(i."inputSha256", 'hex')
      from input i join new_job j on j.id = i.id where i."inputId" is not null)
    select id from new_job`,
};

/** Stores jobs together with their first attempt, held by this process. Gives the ids that were new. */
export const insertIntendedJobs: Statement = {
  name: 'insert-intended-jobs',
  text: `
    with input as materialized (select * from json_to_recordset($2::json) as i (${jobColumns})),
    new_job as (${insertJob}),
    new_work as (${insertWork}),
    new_attempt as (
      insert into signet.attempt (tenant_id, job_id, number, owner, epoch, state, doc_hash, certificate, credential, algorithm)
      select $1, i.id, 1, i.owner, i.epoch, 'live', decode(i."docHash", 'hex'), decode(i.certificate, 'hex'),
        i.credential, i.algorithm
      from input i join new_job j on j.id = i.id)
    select id from new_job`,
};

/** Stores jobs that have ended already, before any attempt. */
export const insertFailedJobs: Statement = {
  name: 'insert-failed-jobs',
  text: `
    with input as materialized (select * from json_to_recordset($2::json) as i (${jobColumns})),
    new_job as (${insertJob})
    select id from new_job`,
};

const leaseColumns = 'job uuid, owner text, epoch bigint';
const isHeld = `w.tenant_id = $1 and w.job_id = any($3::uuid[]) and w.job_id = i.job and w.owner = i.owner and w.epoch = i.epoch
  and w.until > clock_timestamp()`;

/** The next attempt of jobs that are stored already. Gives its number, and the number of the one it closed. */
export const addAttempts: Statement = {
  name: 'add-attempts',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json)
        as i (${leaseColumns}, "docHash" text, certificate text, credential text, algorithm text)),
    held as (
      update signet.work w set until = clock_timestamp() + $4 * interval '1 second'
      from input i where ${isHeld} returning w.job_id),
    closed as (
      update signet.attempt a set state = 'lost', ended_at = now()
      from held h where a.tenant_id = $1 and a.job_id = any($3::uuid[]) and a.job_id = h.job_id and a.state = 'live'
      returning a.job_id, a.number),
    counted as (
      update signet.job j set state = 'sealing', attempts = j.attempts + 1
      from held h where j.tenant_id = $1 and j.id = any($3::uuid[]) and j.id = h.job_id
      returning j.id, j.attempts),
    added as (
      insert into signet.attempt (tenant_id, job_id, number, owner, epoch, state, doc_hash, certificate, credential, algorithm)
      select $1, i.job, c.attempts, i.owner, i.epoch, 'live', decode(i."docHash", 'hex'), decode(i.certificate, 'hex'),
        i.credential, i.algorithm
      from input i join counted c on c.id = i.job)
    select c.id as job, c.attempts as number, x.number as lost from counted c left join closed x on x.job_id = c.id`,
};

/** Closes attempts that will not be released. Gives the jobs whose lease is held, and whether an attempt was closed. */
export const closeAttempts: Statement = {
  name: 'close-attempts',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json) as i (${leaseColumns}, number integer, problem jsonb)),
    held as (
      select w.job_id from signet.work w join input i on ${isHeld} for update of w),
    closed as (
      update signet.attempt a set state = 'lost', ended_at = now(), problem = i.problem
      from input i join held h on h.job_id = i.job
      where a.tenant_id = $1 and a.job_id = any($3::uuid[]) and a.job_id = i.job and a.number = i.number and a.state = 'live'
      returning a.job_id)
    select h.job_id as job, c.job_id is not null as closed from held h left join closed c on c.job_id = h.job_id`,
};

/** Releases the results of live attempts whose lease is held. Gives the jobs that were released. */
export const releaseResults: Statement = {
  name: 'release-results',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json)
        as i (${leaseColumns}, number integer, record jsonb, "outputId" uuid, "outputSize" bigint, "outputSha256" text)),
    held as (
      delete from signet.work w using input i where ${isHeld}
      and exists (
        select from signet.attempt a
        where a.tenant_id = $1 and a.job_id = any($3::uuid[]) and a.job_id = i.job and a.number = i.number and a.state = 'live')
      returning w.job_id),
    released as (
      update signet.attempt a set state = 'released', ended_at = now()
      from input i join held h on h.job_id = i.job
      where a.tenant_id = $1 and a.job_id = any($3::uuid[]) and a.job_id = i.job and a.number = i.number),
    sealed as (
      update signet.job j set state = 'sealed', record = i.record, finished_at = now()
      from input i join held h on h.job_id = i.job where j.tenant_id = $1 and j.id = any($3::uuid[]) and j.id = i.job),
    input_gone as (
      delete from signet.blob b using held h where b.tenant_id = $1 and b.job_id = any($3::uuid[]) and b.job_id = h.job_id and b.role = 'input'),
    output_kept as (
      insert into signet.blob (tenant_id, id, job_id, role, size, sha256)
      select $1, i."outputId", i.job, 'output', i."outputSize", decode(i."outputSha256", 'hex')
      from input i join held h on h.job_id = i.job where i."outputId" is not null)
    select job_id as job from held`,
};

/** Ends jobs without a seal, as `failed` or `abandoned`. Gives those that were held, and the attempt that was closed. */
export const endJobs: Statement = {
  name: 'end-jobs',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json)
        as i (${leaseColumns}, state text, problem jsonb, "freeKey" boolean)),
    held as (delete from signet.work w using input i where ${isHeld} returning w.job_id),
    closed as (
      update signet.attempt a set state = 'lost', ended_at = now(), problem = i.problem
      from input i join held h on h.job_id = i.job
      where a.tenant_id = $1 and a.job_id = any($3::uuid[]) and a.job_id = i.job and a.state = 'live'
      returning a.job_id, a.number),
    ended as (
      update signet.job j set state = i.state, problem = i.problem, finished_at = now()
      from input i join held h on h.job_id = i.job where j.tenant_id = $1 and j.id = any($3::uuid[]) and j.id = i.job),
    input_gone as (
      delete from signet.blob b using held h where b.tenant_id = $1 and b.job_id = any($3::uuid[]) and b.job_id = h.job_id and b.role = 'input'),
    key_freed as (
      delete from signet.idempotency_key k using input i join held h on h.job_id = i.job
      where k.tenant_id = $1 and k.job_id = any($3::uuid[]) and k.job_id = i.job and i."freeKey")
    select h.job_id as job, c.number as lost from held h left join closed c on c.job_id = h.job_id`,
};

/** Gives jobs back to be tried again. Gives those that were held, and the attempt that was closed. */
export const deferJobs: Statement = {
  name: 'defer-jobs',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json) as i (${leaseColumns}, "notBefore" timestamptz, problem jsonb)),
    held as (
      update signet.work w set owner = null, until = null, not_before = i."notBefore"
      from input i where ${isHeld} and w.keeping = 'durable' returning w.job_id),
    closed as (
      update signet.attempt a set state = 'lost', ended_at = now(), problem = i.problem
      from input i join held h on h.job_id = i.job
      where a.tenant_id = $1 and a.job_id = any($3::uuid[]) and a.job_id = i.job and a.state = 'live'
      returning a.job_id, a.number),
    waiting as (
      update signet.job j set state = 'accepted', problem = i.problem
      from input i join held h on h.job_id = i.job where j.tenant_id = $1 and j.id = any($3::uuid[]) and j.id = i.job)
    select h.job_id as job, c.number as lost from held h left join closed c on c.job_id = h.job_id`,
};

/** How jobs stand whose release was refused. */
export const whyRefused: Statement = {
  name: 'why-refused',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json) as i (${leaseColumns}, number integer))
    select i.job, coalesce(w.until > clock_timestamp(), false) as held, a.state as attempt,
      a.owner = i.owner and a.epoch = i.epoch as own
    from input i
    left join signet.work w on w.tenant_id = $1 and w.job_id = any($3::uuid[]) and w.job_id = i.job and w.owner = i.owner and w.epoch = i.epoch
    left join signet.attempt a on a.tenant_id = $1 and a.job_id = any($3::uuid[]) and a.job_id = i.job and a.number = i.number`,
};

/** Takes keys for jobs; one whose time has run out is free again. Gives the keys that were free. */
export const takeKeys: Statement = {
  name: 'take-keys',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json)
        as i (process text, key text, "bodySha256" text, job uuid, batch uuid))
    insert into signet.idempotency_key as k (tenant_id, process_id, key, body_sha256, job_id, batch_id, expires_at)
    select $1, p.id, i.key, decode(i."bodySha256", 'hex'), i.job, i.batch, now() + $3 * interval '1 day'
    from input i join signet.process p on p.tenant_id = $1 and p.name = i.process
    order by p.id, i.key
    on conflict (tenant_id, process_id, key) do nothing
    returning job_id, batch_id`,
};

/** Removes keys of the input whose time has run out. */
export const dropExpiredKeys: Statement = {
  name: 'drop-expired-keys',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json) as i (process text, key text))
    delete from signet.idempotency_key k using input i, signet.process p
    where p.tenant_id = $1 and p.name = i.process and k.tenant_id = $1 and k.process_id = p.id and k.key = i.key
      and k.key = any($3::text[]) and k.expires_at <= now()`,
};

/** What holders of keys are. */
export const readKeys: Statement = {
  name: 'read-keys',
  text: `
    with input as materialized (
      select * from json_to_recordset($2::json) as i (process text, key text))
    select i.process, i.key, encode(k.body_sha256, 'hex') as "bodySha256", k.job_id as job, k.batch_id as batch
    from input i
    join signet.process p on p.tenant_id = $1 and p.name = i.process
    join signet.idempotency_key k on k.tenant_id = $1 and k.process_id = p.id and k.key = i.key
      and k.key = any($3::text[])`,
};

/** Forgets the bytes of jobs that have ended. Gives their blobs; `ended` is false for a job that goes on. */
export const forgetBytes: Statement = {
  name: 'forget-bytes',
  text: `
    with input as materialized (select * from json_to_recordset($2::json) as i (job uuid)),
    marked as (
      update signet.job j set bytes_deleted_at = now() from input i
      where j.tenant_id = $1 and j.id = any($3::uuid[]) and j.id = i.job and j.state in ('sealed', 'failed', 'abandoned') and j.bytes_deleted_at is null
      returning j.id),
    gone as (
      delete from signet.blob b using marked m where b.tenant_id = $1 and b.job_id = any($3::uuid[]) and b.job_id = m.id
      returning b.job_id, b.id, b.size, b.sha256)
    select m.id as job, g.id, g.size, encode(g.sha256, 'hex') as sha256
    from marked m left join gone g on g.job_id = m.id`,
};

/** Jobs as their views need them, in the order of the ids. */
export const readJobs: Statement = {
  name: 'read-jobs',
  text: `
    select j.id, j.format, p.name as process, j.version, j.channel, j.transfer, j.identity,
      encode(j.sha256_in, 'hex') as "sha256In", j.size, j.batch_id as batch, j.deadline, j.state, j.record, j.problem,
      j.created_at as "createdAt", j.bytes_deleted_at is not null as deleted,
      (select value from signet.audit_personal a
       where a.tenant_id = $1 and a.job_id = any($2::uuid[]) and a.job_id = j.id and a.name = 'documentName' limit 1) as "documentName",
      i.id as "inputId", i.size as "inputSize", encode(i.sha256, 'hex') as "inputSha256",
      o.id as "outputId", o.size as "outputSize", encode(o.sha256, 'hex') as "outputSha256"
    from unnest($2::uuid[]) with ordinality as wanted (id, position)
    join signet.job j on j.tenant_id = $1 and j.id = any($2::uuid[]) and j.id = wanted.id
    join signet.process p on p.tenant_id = $1 and p.id = j.process_id
    left join signet.blob i on i.tenant_id = $1 and i.job_id = any($2::uuid[]) and i.job_id = j.id and i.role = 'input'
    left join signet.blob o on o.tenant_id = $1 and o.job_id = any($2::uuid[]) and o.job_id = j.id and o.role = 'output'
    order by wanted.position`,
};

/** Wakes whoever listens for work. */
export const notifyWork: Statement = { name: 'notify-work', text: `select pg_notify('signet_work', '')` };
