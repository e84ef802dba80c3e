/** AWS::Events::Rule. */
import type { PutRuleResponse, PutTargetsResponse } from '@aws-sdk/client-eventbridge'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, integer, tags, text } from '../properties.ts'
import { type Change, type Context, resourceType } from '../resource-type.ts'
import { tagChanges } from '../tag-changes.ts'

const target = z.strictObject({
  Id: text,
  Arn: text,
  RoleArn: text.optional(),
  Input: text.optional(),
  InputPath: text.optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), text).optional(), InputTemplate: text })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: integer.optional(),
      MaximumRetryAttempts: integer.optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: text.optional() }).optional(),
  SqsParameters: z.strictObject({ MessageGroupId: text }).optional(),
})

const properties = z.strictObject({
  Name: text.optional(),
  EventBusName: text.optional(),
  Description: text.optional(),
  EventPattern: document.optional(),
  ScheduleExpression: text.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  RoleArn: text.optional(),
  Targets: z.array(target).optional(),
  Tags: tags.optional(),
})

type Properties = z.infer<typeof properties>

export const eventsRule = resourceType<Properties>({
  properties,
  attributes: ['Arn'],
  replacedBy: ['Name', 'EventBusName'],
  nameProperty: 'Name',
  async create({ Targets = [], ...rule }, context) {
    const Name = rule.Name ?? context.generateName(64)
    const { EventBusName } = rule
    const { RuleArn = '' } = await context.request<PutRuleResponse>('events', 'PutRule', { ...rule, Name })
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html#aws-resource-events-rule-return-values
    const physicalId = isDefaultBus(EventBusName) ? Name : `${busNameOf(EventBusName)}|${Name}`
    context.claim(physicalId)
    await putTargets(Name, EventBusName, Targets, context)
    return { physicalId, attributes: { Arn: RuleArn } }
  },
  async update(change, context) {
    const { physicalId, after, attributes } = change
    const { Targets = [], Tags: _, ...rule } = after
    const Name = nameOf(physicalId)
    // PutRule replaces the whole rule but its tags.
    await context.request('events', 'PutRule', { ...rule, Name })
    const kept = new Set(Targets.map(({ Id }) => Id))
    await removeTargets(change, ({ Id }) => !kept.has(Id), context)
    await putTargets(Name, after.EventBusName, Targets, context)
    await updateTags(change, context)
    return attributes
  },
  async delete(gone, context) {
    const { physicalId, before } = gone
    await removeTargets(gone, () => true, context)
    await unlessGone(['ResourceNotFoundException'], () =>
      context.request('events', 'DeleteRule', { Name: nameOf(physicalId), ...busOf(before) }),
    )
  },
})

async function putTargets(
  Rule: string,
  EventBusName: string | undefined,
  Targets: NonNullable<Properties['Targets']>,
  { request }: Context,
): Promise<void> {
  if (Targets.length === 0) return
  const { FailedEntries = [] } = await request<PutTargetsResponse>('events', 'PutTargets', {
    Rule,
    ...busOf({ EventBusName }),
    Targets,
  })
  const [failed] = FailedEntries
  if (failed) throw new Error(`Target ${failed.TargetId}: ${failed.ErrorMessage} (${failed.ErrorCode})`)
}

type Target = z.infer<typeof target>

async function removeTargets(
  { physicalId, before }: Omit<Change<Properties>, 'after'>,
  isGone: (target: Target) => boolean,
  { request }: Context,
): Promise<void> {
  const Ids = (before.Targets ?? []).filter(isGone).map(({ Id }) => Id)
  if (Ids.length === 0) return
  await unlessGone(['ResourceNotFoundException'], () =>
    request('events', 'RemoveTargets', { Rule: nameOf(physicalId), ...busOf(before), Ids }),
  )
}

async function updateTags(
  { before, after, attributes }: Change<Properties>,
  { request }: Context,
): Promise<void> {
  const { added, removedKeys } = tagChanges(before.Tags, after.Tags)
  const ResourceARN = attributes.Arn
  if (removedKeys.length > 0) await request('events', 'UntagResource', { ResourceARN, TagKeys: removedKeys })
  if (added.length > 0) await request('events', 'TagResource', { ResourceARN, Tags: added })
}

function busOf({ EventBusName }: Pick<Properties, 'EventBusName'>) {
  return EventBusName === undefined ? {} : { EventBusName }
}

function isDefaultBus(bus: string | undefined): boolean {
  return bus === undefined || busNameOf(bus) === 'default'
}

/** From a name or an ARN. */
function busNameOf(bus = ''): string {
  return bus.slice(bus.indexOf('/') + 1)
}

function nameOf(physicalId: string): string {
  return physicalId.slice(physicalId.indexOf('|') + 1)
}
