/** What the state machine hands to every task: the payload so far, and Step Functions' own account of the execution. */
import * as z from 'zod'
import { STEPS } from './steps.ts'

/** The whole object: a path to RedriveTime fails an execution that was never redriven. */
const execution = z.object({
  Id: z.string(),
  Name: z.string(),
  StartTime: z.string(),
  RedriveTime: z.string().optional(),
})

export const taskInput = z.object({
  input: z.object({
    cluster: z.string(),
    run: z.int(),
    step: z.enum(STEPS).optional(),
    status: z.string().optional(),
    /** When the step was first found pending. */
    since: z.string().optional(),
    /** Of the fan-out: attempts of the roles that are settled now. */
    pass: z.int().optional(),
    batch: z.array(z.object({ namespace: z.string(), serviceAccount: z.string() })).optional(),
  }),
  execution,
})

export type TaskInput = z.output<typeof taskInput>

/** The later of start and redrive: what waiting is counted from, and what failed before is made anew. */
export function begunAt({ execution: { StartTime, RedriveTime } }: TaskInput): string {
  return RedriveTime === undefined || RedriveTime < StartTime ? StartTime : RedriveTime
}
