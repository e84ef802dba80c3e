/** AWS::Lambda::EventSourceMapping. */
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda'
import * as z from 'zod'
import { AwsError } from '../../errors.ts'
import { flag, integer, tags, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'
import { until } from '../settling.ts'
import { tagMap } from '../tag-changes.ts'

const properties = z.strictObject({
  FunctionName: text,
  EventSourceArn: text,
  StartingPosition: z.enum(['LATEST', 'TRIM_HORIZON']).optional(),
  Enabled: flag.optional(),
  BatchSize: integer.optional(),
  MaximumBatchingWindowInSeconds: integer.optional(),
  MaximumRecordAgeInSeconds: integer.optional(),
  MaximumRetryAttempts: integer.optional(),
  BisectBatchOnFunctionError: flag.optional(),
  ParallelizationFactor: integer.optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  FilterCriteria: z
    .strictObject({ Filters: z.array(z.strictObject({ Pattern: text })).optional() })
    .optional(),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: text }).optional() })
    .optional(),
  Tags: tags.optional(),
})

export const lambdaEventSourceMapping = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['Id', 'EventSourceMappingArn'],
  replacedBy: ['EventSourceArn', 'StartingPosition', 'Tags'],
  async create({ Tags, ...settings }, context) {
    const made = await context.request<EventSourceMappingConfiguration>(
      'lambda',
      'CreateEventSourceMapping',
      {
        ...settings,
        ...(Tags && { Tags: tagMap(Tags) }),
      },
    )
    const { UUID = '', EventSourceMappingArn = '' } = made
    context.claim(UUID)
    await untilSettled(UUID, context)
    return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } }
  },
  async update({ physicalId, attributes, after }, context) {
    const { EventSourceArn: _, StartingPosition: __, Tags: ___, ...settings } = after
    await context.request('lambda', 'UpdateEventSourceMapping', {
      ...defaults,
      ...settings,
      UUID: physicalId,
    })
    await untilSettled(physicalId, context)
    return attributes
  },
  async delete({ physicalId: UUID }, { request, world }) {
    // Lambda refuses while the mapping is still being made, and shows it for a while after.
    await until(world.clock, `The end of event source mapping ${UUID}`, 120, async () => {
      try {
        const { State } = await request<EventSourceMappingConfiguration>('lambda', 'GetEventSourceMapping', {
          UUID,
        })
        if (!isChanging(State)) await request('lambda', 'DeleteEventSourceMapping', { UUID })
        return false
      } catch (error) {
        if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return true
        throw error
      }
    })
  },
})

/** What UpdateEventSourceMapping leaves as it is unless told: these are Lambda's defaults for streams. */
const defaults = {
  Enabled: true,
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  BisectBatchOnFunctionError: false,
  FunctionResponseTypes: [],
  FilterCriteria: { Filters: [] },
  DestinationConfig: { OnFailure: {} },
}

async function untilSettled(UUID: string, { request, world }: Context): Promise<void> {
  await until(world.clock, `Event source mapping ${UUID}`, 120, async () => {
    const { State } = await request<EventSourceMappingConfiguration>('lambda', 'GetEventSourceMapping', {
      UUID,
    })
    return !isChanging(State)
  })
}

function isChanging(state: string | undefined): boolean {
  return state !== 'Enabled' && state !== 'Disabled'
}
