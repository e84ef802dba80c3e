/** What the state machines hand to their tasks: the payload so far, and Step Functions' own account of the execution. */
import * as z from 'zod'
import { STEPS } from './steps.ts'

/** The whole object: a path to RedriveTime fails an execution that was never redriven. */
const execution = z.object({
  Id: z.string(),
  Name: z.string(),
  StartTime: z.string(),
  RedriveTime: z.string().optional(),
})

/** What every task has. */
export interface Task {
  readonly input: { readonly cluster: string }
  readonly execution: z.output<typeof execution>
}

const run = { cluster: z.string(), run: z.int() }
const replica = z.object({ cluster: z.string(), accountId: z.string() })
const role = { namespace: z.string(), serviceAccount: z.string() }

/** A step of provision-cluster. */
export const taskInput = z.object({
  input: z.object({
    ...run,
    step: z.enum(STEPS).optional(),
    status: z.string().optional(),
    /** When the step was first found pending. */
    since: z.string().optional(),
    /** Of the fan-out: attempts of the roles that are settled now. */
    pass: z.int().optional(),
  }),
  execution,
})

/** One iteration of the fan-out; `cluster`: of a role of another one. */
export const batchTask = z.object({
  input: z.object(run),
  batch: z.array(z.object({ cluster: z.string().optional(), ...role })),
  execution,
})

/** One version of one role's request: reconcile-role. */
export const roleTask = z.object({
  input: z.object({
    cluster: z.string(),
    ...role,
    version: z.int(),
    /** That nobody may need any more. */
    replicas: z.array(replica).optional(),
  }),
  execution,
})

/** Providers in accounts other than their cluster's, that roles lack or need no more; the rest of the payload passes through. */
export const replicasTask = z.object({
  input: z.looseObject({ cluster: z.string(), status: z.string(), replicas: z.array(replica) }),
  execution,
})

export type TaskInput = z.output<typeof taskInput>
export type BatchTask = z.output<typeof batchTask>
export type RoleTask = z.output<typeof roleTask>
export type ReplicasTask = z.output<typeof replicasTask>

/** The later of start and redrive: what waiting is counted from, and what failed before is made anew. */
export function begunAt({ execution: { StartTime, RedriveTime } }: Task): string {
  return RedriveTime === undefined || Date.parse(RedriveTime) < Date.parse(StartTime)
    ? StartTime
    : RedriveTime
}
