/** A cluster's item: what is desired, the run that works on it, and what the steps recorded. */
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { type Cluster, HOSTING_TYPES, SHARED_HOST_TYPE, type StepOutputs } from '../cluster.ts'
import { ClusterNotFound, ConcurrentChange } from '../errors.ts'
import type { KeySet } from '../oidc/rotation.ts'
import type { Hint } from '../resource.ts'
import { RESOURCE_STEPS, type ResourceStep, STEPS } from '../steps.ts'
import { getItem, type Key, putItem, queryByState, type Table } from './table.ts'

const jwk = z.object({
  kty: z.enum(['RSA', 'EC']),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.string(),
  n: z.string().exactOptional(),
  e: z.string().exactOptional(),
  crv: z.string().exactOptional(),
  x: z.string().exactOptional(),
  y: z.string().exactOptional(),
})

const keyTimes = z.object({
  kid: z.string(),
  firstPublished: z.string().exactOptional(),
  lastListed: z.string().exactOptional(),
  retireAfter: z.string().exactOptional(),
})

const outputs = z.object({
  bucket: z.object({
    bucket: z.string(),
    region: z.string(),
    domainName: z.string(),
    kids: z.array(z.string()),
    jwksVersion: z.string().exactOptional(),
  }),
  certificate: z.object({
    certificateArn: z.string(),
    notAfter: z.string(),
    hostedZoneId: z.string().exactOptional(),
    zoneAccountId: z.string().exactOptional(),
  }),
  distribution: z.object({
    distributionId: z.string(),
    distributionArn: z.string(),
    domainName: z.string(),
    jwksVersion: z.string().exactOptional(),
  }),
  alias: z.object({
    recordName: z.string(),
    hostedZoneId: z.string(),
    zoneAccountId: z.string().exactOptional(),
    domainName: z.string(),
  }),
  'issuer-check': z.object({ issuer: z.string(), kids: z.array(z.string()) }),
  provider: z.object({ providerArn: z.string(), audiences: z.array(z.string()) }),
} satisfies { [Step in ResourceStep]: z.ZodType<StepOutputs[Step]> })

const RUN_STATES = ['RECORDED', 'STARTED', 'FAILED'] as const
/** What a run does. Which one the next run is says the cluster's status. */
export const WORKFLOWS = ['provision', 'deprovision'] as const
export type Workflow = (typeof WORKFLOWS)[number]

const place = {
  baseDomain: z.string().exactOptional(),
  hosting: z.object({ type: z.enum([...HOSTING_TYPES, SHARED_HOST_TYPE]) }),
  issuer: z.string(),
}

const hints = z.partialRecord(z.enum(RESOURCE_STEPS), z.record(z.string(), z.string()))

/** What of others' things it has taken over. */
const adopted = z.object({
  bucket: z.string().exactOptional(),
  jwksKey: z.string().exactOptional(),
  audiences: z.array(z.string()),
  isOpen: z.literal(true).exactOptional(),
  arns: z.array(z.string()),
  /** Of the entry in the audit. */
  changeId: z.string(),
})

/** An issuer with all that it is served by, as it goes from one record to another when a migration is finished. */
const chain = z.object({
  place: z.object(place),
  hostedAs: z.string(),
  keys: z.array(jwk),
  keyTimes: z.array(keyTimes).exactOptional(),
  publishedKids: z.array(z.string()).exactOptional(),
  adopted: adopted.exactOptional(),
  outputs: outputs.partial(),
  hints,
})

export type Chain = z.output<typeof chain>

const clusterRecordSchema = z.object({
  desired: z.object({
    cluster: z.string(),
    accountId: z.string(),
    region: z.string(),
    ...place,
    audiences: z.array(z.string()).min(1),
    tags: z.record(z.string(), z.string()),
  }),
  /** None when the issuer is external, and for the shared host. */
  keys: z.array(jwk),
  /** In this item, not in one of each key: what is published, and what may go, is decided by one conditional write. */
  keyTimes: z.array(keyTimes).exactOptional(),
  /** Of the last key set that was told of: what the issuer served then. */
  publishedKids: z.array(z.string()).exactOptional(),
  /** Of the entry in the audit that the last change of keys was written down with. */
  keysChangeId: z.string().exactOptional(),
  /** Raised by every accepted change. */
  generation: z.int(),
  /** How many runs there were: the number of the last one. */
  runs: z.int(),
  run: z
    .object({
      number: z.int(),
      generation: z.int(),
      workflow: z.enum(WORKFLOWS).default('provision'),
      /** RECORDED: to be started. STARTED: Step Functions has it. FAILED: it keeps its place until replayed or overtaken. */
      state: z.enum(RUN_STATES),
      /** From here to its end it sees every request: none needs an execution of its own. */
      listsRoles: z.literal(true).exactOptional(),
      /** Of the entry in the audit of an operator's replay of it. */
      changeId: z.string().exactOptional(),
    })
    .exactOptional(),
  /** DELETED: a tombstone, which keeps the cluster's name and its issuer for the account that had them. */
  status: z.enum(['ANNOUNCED', 'ISSUER_READY', 'READY', 'DELETING', 'DELETED']),
  /** The last word was that it shall go; `force`: whatever others attached to its roles, and past what is not ours. */
  removal: z.object({ force: z.boolean() }).exactOptional(),
  /** An operator had its removal go on past accounts that cannot be reached any more. */
  abandoned: z
    .object({
      reason: z.string(),
      at: z.string(),
      /** Where something is left that trusts its issuer. As long as there are any, whoever got the issuer's host would be trusted. */
      accounts: z.array(z.string()),
    })
    .exactOptional(),
  /** It is not deleted by anything but force. */
  protected: z.literal(true).exactOptional(),
  /** Nothing works on it: what is asked for is recorded, and waits. */
  paused: z.literal(true).exactOptional(),
  adopted: adopted.exactOptional(),
  /** Of the entry in the audit that protected, paused or abandoned it last, or took that off. */
  changeId: z.string().exactOptional(),
  /** The name that its issuer is hosted under, if it is not its own: it came from another record when a migration was finished. */
  hostedAs: z.string().exactOptional(),
  /** Its issuer is to become another one, which the cluster `to` has been given. */
  migration: z
    .object({
      to: z.string(),
      startedAt: z.string(),
      /** TRUSTING: roles trust both issuers. FINISHING, ABORTING: a run has them trust the one that stays, and the other one goes after it. */
      phase: z.enum(['TRUSTING', 'FINISHING', 'ABORTING']),
      /** FINISHING: what goes. */
      former: chain.exactOptional(),
    })
    .exactOptional(),
  /** The cluster that is to have its issuer: it has no roles, and goes when the migration ends. */
  companionOf: z.string().exactOptional(),
  outputs: outputs.partial(),
  hints,
  lastEvent: z.object({ id: z.string(), time: z.string() }),
  lastError: z
    .object({
      step: z.enum(STEPS),
      error: z.string(),
      message: z.string(),
      remedy: z.string(),
      at: z.string(),
      /** Of the execution: one failure is told once. */
      redriveCount: z.int(),
    })
    .exactOptional(),
  /** Of the item: every write is on condition that nobody wrote since it was read. */
  revision: z.int(),
})

export type ClusterRecord = z.output<typeof clusterRecordSchema>

function clusterKey(cluster: string): Key {
  return { pk: `CLUSTER#${cluster}`, sk: 'CLUSTER' }
}

export async function readCluster(table: Table, cluster: string): Promise<ClusterRecord | undefined> {
  const item = await getItem(table, clusterKey(cluster))
  return item === undefined ? undefined : clusterRecordSchema.parse(item)
}

/** Throws ClusterNotFound. */
export async function requireCluster(table: Table, cluster: string): Promise<ClusterRecord> {
  const record = await readCluster(table, cluster)
  if (record === undefined) throw new ClusterNotFound(cluster)
  return record
}

/** Whether its things are being taken away, or are gone: no role of it shall be there. */
export function isGoing({ status }: Pick<ClusterRecord, 'status'>): boolean {
  return status === 'DELETING' || status === 'DELETED'
}

/** Whether the issuer's host outlives the cluster, and serves nothing: somewhere it is still trusted. */
export function keepsHost({ status, abandoned }: Pick<ClusterRecord, 'status' | 'abandoned'>): boolean {
  return isGoing({ status }) && abandoned !== undefined && abandoned.accounts.length > 0
}

/** Of what hosts its issuer: in names, tags, paths and claims. */
export function hostedAs({ desired, hostedAs }: Pick<ClusterRecord, 'desired' | 'hostedAs'>): string {
  return hostedAs ?? desired.cluster
}

/** As a record has them. */
export function keySetMembers({ keys, keyTimes }: KeySet): Pick<ClusterRecord, 'keys' | 'keyTimes'> {
  return { keys: [...keys], ...(keyTimes && { keyTimes: [...keyTimes] }) }
}

/** One that a run works on. */
export type RunningCluster = ClusterRecord & { readonly run: NonNullable<ClusterRecord['run']> }

/** Whether the run may touch anything: another one has not taken over. */
export function isOwnRun(record: ClusterRecord | undefined, run: number): record is RunningCluster {
  return record?.run?.number === run
}

/**
 * Reads, changes and writes back if nobody wrote meanwhile; else again. `change` is pure, may run several times and
 * returns the like of what it was given when nothing is to be written. Returns the record as it is now. Throws what `change` throws, and
 * ConcurrentChange when others are always faster.
 */
export async function changeCluster<Known extends ClusterRecord | undefined>(
  table: Table,
  cluster: string,
  change: (record: ClusterRecord | undefined) => Known,
): Promise<Known> {
  return changeClusterFrom(table, cluster, await readCluster(table, cluster), change)
}

/** The same, from what the caller has read: it is read again only when somebody has written since. */
export async function changeClusterFrom<Known extends ClusterRecord | undefined>(
  table: Table,
  cluster: string,
  read: ClusterRecord | undefined,
  change: (record: ClusterRecord | undefined) => Known,
): Promise<Known> {
  let record = read
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const next = change(record)
    if (next === undefined || isDeepStrictEqual(next, record)) return next
    const written = { ...next, revision: (record?.revision ?? 0) + 1 }
    if (await putItem(table, itemOf(written), unchangedSince(record))) return written
    record = await readCluster(table, cluster)
  }
  throw new ConcurrentChange(`The cluster ${cluster} was changed by others ${MAX_ATTEMPTS} times in a row.`)
}

const MAX_ATTEMPTS = 8

function unchangedSince(record: ClusterRecord | undefined) {
  if (record === undefined) return { expression: 'attribute_not_exists(pk)' }
  return { expression: 'revision = :revision', values: { ':revision': record.revision } }
}

/** By name, every one once. By the index: one of just now may be missing. */
export async function listClusterNames(table: Table): Promise<string[]> {
  const names: string[] = []
  for await (const name of clusterNames(table)) names.push(name)
  return names.toSorted()
}

/** The same, those that a run works on first. */
export async function* listClusters(table: Table): AsyncGenerator<ClusterRecord> {
  for await (const name of clusterNames(table)) {
    const record = await readCluster(table, name)
    if (record !== undefined) yield record
  }
}

async function* clusterNames(table: Table): AsyncGenerator<string> {
  const seen = new Set<string>()
  for (const state of [...RUN_STATES.map((state) => `RUN_${state}`), KEYS_RETIRING, 'RUN_NONE'])
    for await (const { pk } of queryByState(table, state)) {
      const name = String(pk).replace('CLUSTER#', '')
      if (!seen.has(name)) yield name
      seen.add(name)
    }
}

/** In the index: no run works on it, and it has keys that are listed no longer. */
export const KEYS_RETIRING = 'KEYS_RETIRING'

/** Sweeps look for those that have a run, or keys that may go; lists for all. */
function itemOf(record: ClusterRecord) {
  const { run, desired, lastEvent, keyTimes = [] } = record
  const isRetiring = !isGoing(record) && keyTimes.some(({ retireAfter }) => retireAfter !== undefined)
  const idle = isRetiring ? KEYS_RETIRING : 'RUN_NONE'
  const indexState = run === undefined ? idle : `RUN_${run.state}`
  const index = { indexState, indexTime: lastEvent.time }
  return { ...record, ...clusterKey(desired.cluster), ...index }
}

/** As the step's resource is given it. */
export function clusterOf(
  record: ClusterRecord,
  step: ResourceStep,
  runStartedAt: string | undefined,
): Cluster {
  const { desired, adopted } = record
  return {
    ...desired,
    cluster: hostedAs(record),
    audiences: audiencesOf(record),
    adopted,
    keys: record.keys,
    outputs: record.outputs,
    hint: record.hints[step],
    runStartedAt,
    ...(keepsHost(record) && { keepsHost: true }),
  }
}

/** Those that the provider was taken over with stay, whatever is announced. */
export function audiencesOf({ desired, adopted }: Pick<ClusterRecord, 'desired' | 'adopted'>): string[] {
  return [...new Set([...desired.audiences, ...(adopted?.audiences ?? [])])]
}

/** `hint` undefined: there is nothing under way any more. */
export function withHint(record: ClusterRecord, step: ResourceStep, hint: Hint | undefined): ClusterRecord {
  const { [step]: _, ...others } = record.hints
  return { ...record, hints: hint === undefined ? others : { ...others, [step]: { ...hint } } }
}
