/** AWS's own `Step Functions Execution Status Change`, on the default bus: best effort, unordered. Only the name is believed. */
import * as z from 'zod'
import { parse } from '../parse.ts'

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const executionStatusChange = z.object({ detail: z.object({ name: z.string() }) })

/** The cluster of an execution that we named (`<cluster>-<run>`); undefined for one that somebody else started. Throws InvalidInput. */
export function parseExecutionStatusChange(
  event: unknown,
): { readonly cluster: string; readonly execution: string } | undefined {
  const { name: execution } = parse(executionStatusChange, event, 'event').detail
  const cluster = /^(.+)-\d+$/.exec(execution)?.[1]
  return cluster === undefined ? undefined : { cluster, execution }
}
