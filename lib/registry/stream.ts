/** The registry's stream: which role was asked for, or asked for otherwise. Keys only; the rest is read when it is needed. */
import * as z from 'zod'
import { type RoleKey, roleOfKey } from './roles.ts'

export interface RequestChanged extends RoleKey {
  readonly cluster: string
  readonly sequenceNumber: string
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const streamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
        SequenceNumber: z.string(),
      }),
    }),
  ),
})

/** Items of other kinds are left out: the mapping's filter should have kept them away. Throws ZodError. */
export function parseStreamEvent(event: unknown): RequestChanged[] {
  return streamEvent.parse(event).Records.flatMap(({ dynamodb: { Keys, SequenceNumber } }) => {
    const role = roleOfKey({ pk: Keys.pk.S, sk: Keys.sk.S }, 'ROLE')
    return role === undefined ? [] : { ...role, sequenceNumber: SequenceNumber }
  })
}
