/** Executions of the workflows, as they are published. */
import * as z from 'zod'
import { cursor, none } from '../../parameters.ts'
import type { Published } from '../../route.ts'

const subjectMembers = {
  cluster: z.string().describe("Empty for one that was not started for a cluster's sake."),
  role: z
    .strictObject({ namespace: z.string(), serviceAccount: z.string() })
    .optional()
    .describe('Of an execution for one role only.'),
}

const failureMembers = { error: z.string(), message: z.string(), remedy: z.string() }

const summaryMembers = {
  name: z.string(),
  arn: z.string(),
  status: z.string().describe('As Step Functions has it: RUNNING, SUCCEEDED, FAILED, …'),
  startedAt: z.string(),
  stoppedAt: z.string().optional(),
  redriveCount: z.int(),
}

const summarySchema = z.strictObject({
  ...summaryMembers,
  workflow: z.string().describe('Name of the state machine.'),
  ...z.strictObject(subjectMembers).partial().shape,
  step: z.string().optional().describe('Where it failed.'),
  ...z.strictObject(failureMembers).partial().shape,
})

const detailSchema = z.strictObject({
  ...summaryMembers,
  ...subjectMembers,
  redriveStatus: z.string().optional().describe('Whether Step Functions could redrive it.'),
  failure: z.strictObject(failureMembers).optional(),
  steps: z.array(
    z.strictObject({
      step: z.string(),
      outcome: z.enum(['ended', 'failed', 'under-way']),
      redrives: z.int(),
      startedAt: z.string(),
      endedAt: z.string().optional(),
      attempts: z.int(),
      input: z.unknown().optional().describe('Of its last attempt.'),
      reason: z.string().optional().describe('What it waits for.'),
      errors: z.array(z.strictObject({ at: z.string(), error: z.string(), message: z.string() })),
    }),
  ),
})

const executionPath = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'must be the name of an execution: 1 to 80 letters, digits, hyphens and _'),
})

export const replayMembers = {
  execution: z.string().optional().describe('That is gone on with, or is over.'),
  how: z
    .enum(['redrive', 'new-run', 'start', 'nothing'])
    .describe(
      'redrive: at the step that failed. new-run: a new execution. start: it was recorded and never begun. nothing: it has not failed, waits for the cluster to be resumed, or is being replayed.',
    ),
  why: z.string(),
}

export const LIST_EXECUTIONS = {
  method: 'GET',
  path: '/executions',
  operation: 'listExecutions',
  summary: 'Executions of every workflow, the newest first',
  description: 'For operators. A page of failed ones may be short, or empty, and still have a cursor.',
  access: 'authorised',
  parameters: none,
  query: z.strictObject({
    status: z
      .enum(['FAILED'])
      .optional()
      .describe('FAILED: those that ended without success, with the reason. Default: all.'),
    cursor,
  }),
  answers: {
    200: {
      description: 'A page of executions; there may be another one if it has a cursor.',
      content: {
        name: 'ExecutionList',
        schema: z.strictObject({ executions: z.array(summarySchema), cursor: z.string().optional() }),
      },
    },
  },
  errors: [],
} as const satisfies Published

export const GET_EXECUTION = {
  method: 'GET',
  path: '/executions/{name}',
  operation: 'getExecution',
  summary: 'An execution: its steps with times, inputs and errors',
  description: 'For operators.',
  access: 'authorised',
  parameters: executionPath,
  query: none,
  answers: {
    200: { description: 'The execution.', content: { name: 'Execution', schema: detailSchema } },
  },
  errors: ['ExecutionNotFound'],
} as const satisfies Published

export const REPLAY_EXECUTION = {
  method: 'POST',
  path: '/executions/{name}/replay',
  operation: 'replayExecution',
  summary: 'Go on with an execution that failed',
  description:
    'For operators. At the step that failed, if Step Functions can and the workflow is the same; else with a new execution of all steps, which find what is there. Repeated, it does nothing as long as the first replay is under way.',
  access: 'authorised',
  parameters: executionPath,
  query: z.strictObject({
    dryRun: z.enum(['true', 'false']).optional().describe('true: say what would be done, and do nothing.'),
  }),
  answers: {
    200: {
      description: 'What is done, or would be, and why that.',
      content: {
        name: 'Replay',
        schema: z.strictObject({ cluster: z.string(), ...replayMembers }),
      },
    },
  },
  errors: ['ClusterNotFound', 'ExecutionNotFound', 'ExecutionSuperseded'],
} as const satisfies Published
