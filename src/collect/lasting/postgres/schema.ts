/**
 * The tables in PostgreSQL, all in one schema of their own. Times that people look at are `timestamptz`; what only this
 * program reads is in milliseconds since the epoch. Topics and filters may be longer than an index takes: they are found
 * by a hash.
 */
import { StoreError } from "../store_file.ts";
import type { Asked, Database } from "./connection.ts";

/** Everything is in here, and nothing else. */
export const SCHEMA = "mqtt_mcp";

const VERSION = 2;
/** Taken by whoever changes tables, as a whole transaction. */
export const CHANGE_LOCK = 7_340_183_201;

const TABLES = `
  create schema if not exists ${SCHEMA};
  set local search_path = ${SCHEMA};
  create table fact (name text primary key, value bigint not null);
  create table source (
    id integer generated always as identity primary key, key text not null unique, label text not null,
    last_at timestamptz, removed_through timestamptz
  );
  create table topic (
    id integer generated always as identity primary key, source integer not null, hash bytea not null, name text not null,
    first_at timestamptz not null, last_at timestamptz not null, unique (source, hash)
  );
  create sequence message_seq cache 1000;
  create table message (
    source integer not null, topic integer not null, at timestamptz not null,
    seq bigint not null default nextval('${SCHEMA}.message_seq'), flags smallint not null, size integer not null,
    payload bytea not null, properties text
  ) partition by range (at);
  create index message_time on message (source, at, seq);
  create index message_topic on message (topic, at, seq);
  create table part (name text primary key, from_at timestamptz not null, to_at timestamptz not null);
  create table survivor (
    topic integer primary key, source integer not null, at timestamptz not null, seq bigint not null,
    flags smallint not null, size integer not null, payload bytea not null, properties text
  );
  create table series (
    id integer generated always as identity primary key, topic integer not null, field text not null,
    unique (topic, field)
  );
  create table minute (
    series integer not null, minute integer not null, count bigint not null, min float8 not null, max float8 not null,
    sum float8 not null, last float8 not null, last_at float8 not null, primary key (series, minute)
  ) with (fillfactor = 70);
  create index minute_time on minute (minute);
  create table hour (series integer not null, hour integer not null, figures bytea not null, primary key (series, hour));
  create index hour_time on hour (hour);
  create table coverage (
    source integer not null, writer uuid not null, hash bytea not null, filter text not null, from_at float8 not null,
    to_at float8 not null, reason text, changed_at timestamptz not null, missed_to float8,
    primary key (source, writer, hash, from_at)
  );
  create index coverage_changed on coverage (changed_at);
  create table lost (
    source integer not null, from_at float8 not null, to_at float8 not null, messages bigint not null,
    reason text not null, changed_at timestamptz not null
  );
  create table writer (
    id uuid primary key, batch bigint not null, seen_at timestamptz not null, backend integer, written_to float8,
    is_gone boolean not null default false
  );
  insert into fact values ('version', ${VERSION});
`;

/** From version 1: what tells of cores that were killed. */
const UPGRADE = `
  set local search_path = ${SCHEMA};
  alter table coverage add missed_to float8;
  alter table writer add backend integer, add written_to float8, add is_gone boolean not null default false;
  update fact set value = ${VERSION} where name = 'version';
`;

/**
 * Makes the tables where there are none; two that begin at once do not disturb each other.
 *
 * @throws {StoreError} `foreign` where those that are there are of another version
 */
export async function prepareTables(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.ask(`select pg_advisory_xact_lock(${CHANGE_LOCK})`);
    const version = await tableVersion(transaction);
    if (version === null) await transaction.ask(TABLES);
    else if (version === 1) await transaction.ask(UPGRADE);
    else checkVersion(version);
  });
}

/** The version of the tables that are there, or null. */
export async function tableVersion(asked: Asked): Promise<number | null> {
  const [found] = await asked.ask(`select to_regclass('${SCHEMA}.fact')::text as name`);
  if (found.name === null) return null;
  const [row] = await asked.ask(`select value from ${SCHEMA}.fact where name = 'version'`);
  return Number(row?.value ?? 0);
}

/** @throws {StoreError} `foreign` */
export function checkVersion(version: number): void {
  if (version === VERSION) return;
  throw new StoreError(`its tables in the schema ${SCHEMA} are of version ${version}`, "foreign");
}
