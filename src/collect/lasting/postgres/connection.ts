/** Connections to PostgreSQL, and what is wrong with them in words that hold no login. */
import { connect, type Socket } from "node:net";
import postgres, { type Options, type Sql } from "postgres";
import { StoreError } from "../store_file.ts";

/** Seconds until connecting is given up. */
const CONNECT_SECONDS = 5;
/** No single question to the database takes longer. */
const STATEMENT_MS = 30_000;
const DEFAULT_PORT = 5432;

/** Where a database is; the login is secret. */
export interface DatabaseAddress {
  /** `host:port/database`, for people. */
  readonly label: string;
  readonly options: Options<Record<string, never>>;
}

/** Reads a `postgres://` URL that the settings checked. */
export function databaseAddress(text: string): DatabaseAddress {
  const url = new URL(text);
  const database = decodeURIComponent(url.pathname.slice(1));
  const host = decodeURIComponent(url.hostname).replace(/^\[|\]$/g, "");
  const port = Number(url.port || DEFAULT_PORT);
  const ssl = url.searchParams.get("sslmode") ?? "prefer";
  return {
    label: `${url.hostname}:${port}/${database}`,
    options: {
      // as lists, which it does not look for further ports in: an IPv6 address is full of colons
      host: [host] as unknown as string,
      port: [port] as unknown as number,
      database,
      user: decodeURIComponent(url.username),
      pass: decodeURIComponent(url.password),
      ssl: ssl === "disable" ? false : ssl as "prefer",
    },
  };
}

// deno-lint-ignore no-explicit-any -- a row as the database gives it
export type Row = any;
type Value = string | number | Uint8Array | null;

/** Who can be asked: the database, or a transaction of it. */
export interface Asked {
  ask(text: string, values?: readonly Value[]): Promise<Row[]>;
}

/** What can be done in a transaction. */
interface Transaction extends Asked {
  /** Writes rows with a `copy … from stdin`; what came of it is known when this resolves. */
  copy(text: string, rows: Uint8Array): Promise<void>;
}

/** Connections of one kind; the driver's are used until the first of them breaks, and then made anew. */
interface Generation {
  readonly sql: Sql;
  /** Ends attempts to connect: the driver itself would go on with a socket that opens after its end. */
  readonly ended: AbortController;
  isBroken: boolean;
  /** Questions that are not answered yet. */
  asked: number;
}

/**
 * A database. Connects when something is asked, and again when a connection broke: whoever asks learns that it did, and asks
 * again. Statements are not named: a pooler may stand between.
 */
export class Database {
  readonly #address: DatabaseAddress;
  readonly #most: number;
  #generation: Generation | null = null;
  #isClosed = false;
  /** Transactions come one after the other: with one connection what others ask would become part of them. */
  #turn: Promise<unknown> = Promise.resolve();

  /** At most so many connections at a time; with one, there are transactions. */
  constructor(address: DatabaseAddress, most: number) {
    this.#address = address;
    this.#most = most;
  }

  /** Asks one thing. */
  ask(text: string, values: readonly Value[] = []): Promise<Row[]> {
    const asked = async () => await this.#run(this.#open(), text, values);
    return this.#most === 1 ? this.#inTurn(asked) : asked();
  }

  /** Does some things together; where one of them fails, none is done. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const generation = this.#open();
      const transaction: Transaction = {
        ask: (text, values = []) => this.#run(generation, text, values),
        copy: (text, rows) => this.#copy(generation, text, rows),
      };
      await transaction.ask("begin");
      try {
        const result = await work(transaction);
        await transaction.ask("commit");
        return result;
      } catch (error) {
        if (!generation.isBroken) await transaction.ask("rollback").catch(() => {});
        throw error;
      }
    });
  }

  /** Gives up the connections; the next question makes new ones. */
  async giveUp(): Promise<void> {
    const generation = this.#generation;
    this.#generation = null;
    if (generation !== null) await end(generation);
  }

  /** Ends the connections, and refuses whatever is asked after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.giveUp();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #open(): Generation {
    // what is still asked of it by others is answered
    if (this.#generation?.isBroken) {
      if (this.#generation.asked === 0) void this.giveUp();
      this.#generation = null;
    }
    if (this.#generation !== null) return this.#generation;
    if (this.#isClosed) throw lostConnection();
    const ended = new AbortController();
    let connections = 0;
    const options: Options<Record<string, never>> & { socket: () => Promise<Socket> } = {
      ...this.#address.options,
      max: this.#most,
      prepare: false,
      // nothing that is asked here needs them, and where the connection breaks meanwhile the driver's own question is left
      fetch_types: false,
      connect_timeout: CONNECT_SECONDS,
      backoff: () => 0,
      max_lifetime: null,
      onnotice: () => {},
      onclose: () => generation.isBroken = true,
      // The driver would connect again and again, for ever where the other side accepts and hangs up.
      socket: () => {
        if (++connections > this.#most) throw lostConnection();
        return connectSocket(this.#address, ended.signal);
      },
      connection: {
        application_name: "mqtt-mcp",
        TimeZone: "UTC",
        statement_timeout: STATEMENT_MS,
      },
    };
    const generation: Generation = { sql: postgres(options), ended, isBroken: false, asked: 0 };
    return this.#generation = generation;
  }

  #run(generation: Generation, text: string, values: readonly Value[]): Promise<Row[]> {
    return this.#on(generation, async ({ sql }) => [...await sql.unsafe(text, [...values])]);
  }

  #copy(generation: Generation, text: string, rows: Uint8Array): Promise<void> {
    return this.#on(generation, ({ sql }) => copyRows(sql, text, rows));
  }

  /** On a connection that broke nothing more may be said: neither would it come back, nor be part of the transaction. */
  async #on<T>(generation: Generation, work: (generation: Generation) => Promise<T>): Promise<T> {
    if (generation.isBroken) throw lostConnection();
    generation.asked++;
    try {
      return await work(generation);
    } catch (error) {
      if (!isAnswer(codeOf(error))) generation.isBroken = true;
      throw error;
    } finally {
      generation.asked--;
      const isLeft = generation.isBroken && generation.asked === 0;
      if (isLeft && generation !== this.#generation) {
        await end(generation);
      }
    }
  }
}

async function end({ sql, ended }: Generation): Promise<void> {
  ended.abort();
  await sql.end({ timeout: 0 }).catch(() => {});
}

/**
 * The driver says nothing of an error that comes after the end of a COPY: its stream then neither ends nor fails. But in a
 * transaction that failed every further statement is refused, so the next one tells whether all rows are there.
 */
async function copyRows(sql: Sql, text: string, rows: Uint8Array): Promise<void> {
  let cause: unknown = null;
  const copying = sql.unsafe(text);
  // The driver hands such an error to a promise that is settled already: here it is heard, for the words alone.
  const { reject } = copying as unknown as { reject(error: unknown): void };
  Object.assign(copying, {
    reject(error: unknown) {
      cause ??= error;
      reject(error);
    },
  });
  const stream = await copying.writable();
  await new Promise<void>((resolve) => {
    stream.on("error", (error) => {
      cause ??= error;
      resolve();
    });
    stream.write(rows, () => resolve());
  });
  // all was handed over: the end goes out before anything else
  stream.end();
  try {
    await sql.unsafe("select");
  } catch (error) {
    throw cause ?? error;
  }
}

function connectSocket(
  { options: { host, port } }: DatabaseAddress,
  ended: AbortSignal,
): Promise<Socket> {
  if (ended.aborted) throw lostConnection();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const [hostname] = [host].flat();
  const socket = connect({ host: hostname, port: [port].flat()[0] ?? DEFAULT_PORT });
  const giveUp = (error: Error) =>
    settle(() => {
      socket.destroy();
      reject(error);
    });
  const late = setTimeout(
    () => giveUp(Object.assign(new Error("it does not answer"), { code: "CONNECT_TIMEOUT" })),
    1000 * CONNECT_SECONDS,
  );
  const onEnd = () => giveUp(lostConnection());
  const settle = (then: () => void) => {
    clearTimeout(late);
    ended.removeEventListener("abort", onEnd);
    socket.removeAllListeners();
    then();
  };
  ended.addEventListener("abort", onEnd);
  socket.once("connect", () => settle(() => resolve(Object.assign(socket, { host: hostname }))));
  socket.once("error", (error) => settle(() => reject(error)));
  return promise;
}

function lostConnection(): Error {
  return Object.assign(new Error("the connection was lost"), { code: "CONNECTION_CLOSED" });
}

/** Whether an error is an answer of PostgreSQL after which its connection goes on. */
function isAnswer(code: string | null): boolean {
  return code !== null && /^[0-9A-Z]{5}$/.test(code) && !/^(08|28|3D|53|57P|EPIPE)/.test(code);
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "its host name is unknown",
  EAI_AGAIN: "its host name is unknown",
  EHOSTUNREACH: "its host cannot be reached",
  CONNECT_TIMEOUT: "it does not answer",
  TIMEOUT: "it does not answer in time",
  CONNECTION_CLOSED: "the connection was lost",
  CONNECTION_ENDED: "the connection was lost",
  CONNECTION_DESTROYED: "the connection was lost",
  ECONNRESET: "the connection was lost",
  EPIPE: "the connection was lost",
  "28P01": "it refused the login",
  "28000": "it refused the login",
  "3D000": "it has no such database",
  "53100": "its disk is full",
  "53300": "it has too many connections",
  "57014": "it took too long",
  "57P01": "it is shutting down",
  "57P02": "it was stopped",
  "57P03": "it is starting up or shutting down",
  "25006": "it can only be read",
};

/** Why the database did not do what it was asked, in words. */
export function databaseProblem(error: unknown): string {
  if (error instanceof StoreError) return error.message;
  const code = codeOf(error);
  if (code !== null && code in WORDS) return WORDS[code];
  // a right, a name, a type: what PostgreSQL says of these holds no login
  if (code === "42501" && error instanceof Error) return error.message;
  return code === null ? "an internal error" : `error ${code}`;
}

/** The error code of PostgreSQL (SQLSTATE) or of the connection, or null. */
export function codeOf(error: unknown): string | null {
  const code = error !== null && typeof error === "object" ? Reflect.get(error, "code") : null;
  return typeof code === "string" && code !== "" ? code : null;
}

/** Rejects with the code `TIMEOUT` where something takes longer. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = Object.assign(new Error("it does not answer"), { code: "TIMEOUT" });
  const timer = setTimeout(() => reject(late), ms);
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A text as PostgreSQL can hold it. */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
