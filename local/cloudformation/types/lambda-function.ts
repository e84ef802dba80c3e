/** AWS::Lambda::Function. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { integer, tags, text } from '../properties.ts'
import { type Change, type Context, resourceType } from '../resource-type.ts'
import { onceRoleIsAssumable, until } from '../settling.ts'
import { tagChanges, tagMap } from '../tag-changes.ts'

const properties = z.strictObject({
  FunctionName: text.optional(),
  Code: z.strictObject({ S3Bucket: text, S3Key: text }),
  PackageType: z.literal('Zip').optional(),
  Handler: text,
  Runtime: z.literal('nodejs24.x'),
  Role: text,
  Description: text.optional(),
  Timeout: integer.optional(),
  MemorySize: integer.optional(),
  Architectures: z.array(z.enum(['arm64', 'x86_64'])).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), text).optional() }).optional(),
  TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: text }).optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['JSON', 'Text']).optional(),
      ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
      LogGroup: text.optional(),
    })
    .optional(),
  ReservedConcurrentExecutions: integer.optional(),
  SnapStart: z.strictObject({ ApplyOn: z.literal('None') }).optional(),
  Tags: tags.optional(),
})

type Properties = z.infer<typeof properties>

export const lambdaFunction = resourceType<Properties>({
  properties,
  attributes: ['Arn'],
  replacedBy: ['FunctionName'],
  nameProperty: 'FunctionName',
  async create({ FunctionName, Code, ReservedConcurrentExecutions, Tags, ...settings }, context) {
    const name = FunctionName ?? context.generateName(64)
    const ZipFile = await context.code({ bucket: Code.S3Bucket, key: Code.S3Key })
    const input = {
      FunctionName: name,
      ...settings,
      Code: { ZipFile },
      ...(Tags && { Tags: tagMap(Tags) }),
    }
    const { FunctionArn = '' } = await onceRoleIsAssumable(context.world.clock, () =>
      context.request<FunctionConfiguration>('lambda', 'CreateFunction', input),
    )
    context.claim(name)
    await untilUpdated(name, context)
    if (ReservedConcurrentExecutions !== undefined) await reserve(name, ReservedConcurrentExecutions, context)
    return { physicalId: name, attributes: { Arn: FunctionArn } }
  },
  async update(change, context) {
    await updateCode(change, context)
    await updateSettings(change, context)
    await updateConcurrency(change, context)
    const { added, removedKeys } = tagChanges(change.before.Tags, change.after.Tags)
    const Resource = change.attributes.Arn
    if (removedKeys.length > 0)
      await context.request('lambda', 'UntagResource', { Resource, TagKeys: removedKeys })
    if (added.length > 0) await context.request('lambda', 'TagResource', { Resource, Tags: tagMap(added) })
    return change.attributes
  },
  delete: ({ physicalId }, context) =>
    unlessGone(['ResourceNotFoundException'], () =>
      context.request('lambda', 'DeleteFunction', { FunctionName: physicalId }),
    ),
})

/** Until the function runs what it was last told to; before that it takes no further change. */
async function untilUpdated(name: string, { world, request }: Context): Promise<void> {
  await until(world.clock, `Function ${name}`, 300, async () => {
    const shown = await request<FunctionConfiguration>('lambda', 'GetFunctionConfiguration', {
      FunctionName: name,
    })
    if (shown.State === 'Failed' || shown.LastUpdateStatus === 'Failed')
      throw new Error(shown.StateReason ?? shown.LastUpdateStatusReason ?? `Function ${name} failed`)
    return shown.State === 'Active' && shown.LastUpdateStatus === 'Successful'
  })
}

async function updateCode(
  { physicalId, before, after }: Change<Properties>,
  context: Context,
): Promise<void> {
  const { Code, Architectures } = after
  const isSameCode = before.Code.S3Bucket === Code.S3Bucket && before.Code.S3Key === Code.S3Key
  if (isSameCode && before.Architectures?.[0] === Architectures?.[0]) return
  await context.request('lambda', 'UpdateFunctionCode', {
    FunctionName: physicalId,
    ZipFile: await context.code({ bucket: Code.S3Bucket, key: Code.S3Key }),
    Architectures: Architectures ?? ['x86_64'],
  })
  await untilUpdated(physicalId, context)
}

/** Every setting, so that one that has left the template goes back to Lambda's default. */
async function updateSettings({ physicalId, after }: Change<Properties>, context: Context): Promise<void> {
  const input = {
    FunctionName: physicalId,
    Handler: after.Handler,
    Runtime: after.Runtime,
    Role: after.Role,
    Description: after.Description ?? '',
    Timeout: after.Timeout ?? 3,
    MemorySize: after.MemorySize ?? 128,
    Environment: after.Environment ?? { Variables: {} },
    TracingConfig: after.TracingConfig ?? { Mode: 'PassThrough' },
    DeadLetterConfig: after.DeadLetterConfig ?? { TargetArn: '' },
    LoggingConfig: after.LoggingConfig ?? { LogFormat: 'Text' },
  }
  await onceRoleIsAssumable(context.world.clock, () =>
    context.request('lambda', 'UpdateFunctionConfiguration', input),
  )
  await untilUpdated(physicalId, context)
}

async function updateConcurrency(
  { physicalId, before, after }: Change<Properties>,
  context: Context,
): Promise<void> {
  const wanted = after.ReservedConcurrentExecutions
  if (wanted === before.ReservedConcurrentExecutions) return
  if (wanted !== undefined) return reserve(physicalId, wanted, context)
  await context.request('lambda', 'DeleteFunctionConcurrency', { FunctionName: physicalId })
}

async function reserve(name: string, executions: number, { request }: Context): Promise<void> {
  await request('lambda', 'PutFunctionConcurrency', {
    FunctionName: name,
    ReservedConcurrentExecutions: executions,
  })
}
