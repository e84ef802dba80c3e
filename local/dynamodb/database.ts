/** The tables of one account in one region, and the one order in which they are written. */
import type { Clock } from '../clock.ts'
import type { Call } from '../service.ts'
import type { World } from '../world.ts'
import { createEngine, type Engine } from './engine.ts'
import { createExpiry, type Expiry } from './expiry.ts'
import type { Stream } from './stream.ts'
import type { StreamWatch } from './stream-watch.ts'
import type { Tables } from './table.ts'
import type { TransactionTokens } from './transaction-tokens.ts'

export interface Database {
  readonly account: string
  readonly region: string
  readonly clock: Clock
  readonly engine: Engine
  readonly tables: Tables
  /** By ARN: of tables that are gone too, as long as they can be read. */
  readonly streams: Map<string, Stream>
  readonly watch: StreamWatch
  readonly expiry: Expiry
  /** By ClientRequestToken. */
  readonly tokens: TransactionTokens
  /** Runs when all earlier writes are done, so that conditions are checked and changes recorded in one order. */
  readonly inTurn: <Result>(run: () => Promise<Result>) => Promise<Result>
}

export interface Databases {
  /** Of the caller's account and the call's region; made when first asked for. */
  readonly of: (call: Call) => Database
  readonly stop: () => Promise<void>
}

export function createDatabases({ clock }: World, watch: StreamWatch): Databases {
  const databases = new Map<string, Database>()
  return {
    of({ principal: { account }, region }) {
      const id = `${account}/${region}`
      const database = databases.get(id) ?? createDatabase(account, region, clock, watch)
      databases.set(id, database)
      return database
    },
    async stop() {
      for (const { engine, expiry, inTurn, tables } of databases.values()) {
        expiry.stop()
        tables.clear()
        await inTurn(() => engine.close())
      }
      databases.clear()
    },
  }
}

function createDatabase(account: string, region: string, clock: Clock, watch: StreamWatch): Database {
  let last: Promise<unknown> = Promise.resolve()
  const database: Database = {
    account,
    region,
    clock,
    engine: createEngine(),
    tables: new Map(),
    streams: new Map(),
    watch,
    expiry: createExpiry(() => database),
    tokens: new Map(),
    inTurn(run) {
      const result = last.then(run)
      // A failure is for its caller; the next in turn runs all the same.
      last = result.catch(() => undefined)
      return result
    },
  }
  return database
}
