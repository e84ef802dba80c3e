/** AWS::StepFunctions::StateMachine. */
import type { CreateStateMachineOutput, UpdateStateMachineOutput } from '@aws-sdk/client-sfn'
import * as z from 'zod'
import { AwsError } from '../../errors.ts'
import { document, flag, tags, text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'
import { onceRoleIsAssumable, until } from '../settling.ts'
import { tagChanges } from '../tag-changes.ts'

const properties = z
  .strictObject({
    StateMachineName: text.optional(),
    StateMachineType: z.enum(['STANDARD', 'EXPRESS']).optional(),
    Definition: document.optional(),
    DefinitionString: text.optional(),
    DefinitionSubstitutions: z.record(z.string(), text).optional(),
    RoleArn: text,
    LoggingConfiguration: z
      .strictObject({
        Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
        IncludeExecutionData: flag.optional(),
        Destinations: z
          .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: text }) }))
          .optional(),
      })
      .optional(),
    TracingConfiguration: z.strictObject({ Enabled: flag.optional() }).optional(),
    Tags: tags.optional(),
  })
  .refine(
    ({ Definition, DefinitionString }) => (Definition === undefined) !== (DefinitionString === undefined),
    'exactly one of Definition and DefinitionString is required',
  )

type Properties = z.infer<typeof properties>

export const stepFunctionsStateMachine = resourceType<Properties>({
  properties,
  attributes: ['Arn', 'Name', 'StateMachineRevisionId'],
  replacedBy: ['StateMachineName', 'StateMachineType'],
  nameProperty: 'StateMachineName',
  async create(given, { request, generateName, world }) {
    const name = given.StateMachineName ?? generateName(80)
    const input = {
      name,
      ...(given.StateMachineType && { type: given.StateMachineType }),
      ...settingsOf(given),
      ...(given.Tags && { tags: wireTags(given.Tags) }),
    }
    const { stateMachineArn = '' } = await onceRoleIsAssumable(world.clock, () =>
      request<CreateStateMachineOutput>('states', 'CreateStateMachine', input),
    )
    return {
      physicalId: stateMachineArn,
      attributes: { Arn: stateMachineArn, Name: name, StateMachineRevisionId: 'INITIAL' },
    }
  },
  async update({ physicalId, before, after, attributes }, { request, world }) {
    const input = { stateMachineArn: physicalId, ...settingsOf(after) }
    const { revisionId = '' } = await onceRoleIsAssumable(world.clock, () =>
      request<UpdateStateMachineOutput>('states', 'UpdateStateMachine', input),
    )
    const { added, removedKeys } = tagChanges(before.Tags, after.Tags)
    const resourceArn = physicalId
    if (removedKeys.length > 0)
      await request('states', 'UntagResource', { resourceArn, tagKeys: removedKeys })
    if (added.length > 0) await request('states', 'TagResource', { resourceArn, tags: wireTags(added) })
    return { ...attributes, StateMachineRevisionId: revisionId }
  },
  async delete({ physicalId: stateMachineArn }, { request, world }) {
    await request('states', 'DeleteStateMachine', { stateMachineArn })
    // It stays DELETING until its executions have ended, and its name is taken until then.
    await until(world.clock, `The end of ${stateMachineArn}`, 600, async () => {
      try {
        await request('states', 'DescribeStateMachine', { stateMachineArn })
        return false
      } catch (error) {
        if (error instanceof AwsError && error.code === 'StateMachineDoesNotExist') return true
        throw error
      }
    })
  },
})

/** Logging and tracing that have left the template are off again. */
function settingsOf(given: Properties) {
  const { DefinitionString, Definition, DefinitionSubstitutions = {}, RoleArn } = given
  const { LoggingConfiguration: logging, TracingConfiguration: tracing } = given
  return {
    definition: substituteAll(DefinitionString ?? Definition ?? '', DefinitionSubstitutions),
    roleArn: RoleArn,
    loggingConfiguration: {
      level: logging?.Level ?? 'OFF',
      includeExecutionData: logging?.IncludeExecutionData ?? false,
      ...(logging?.Destinations && { destinations: logging.Destinations.map(wireDestination) }),
    },
    tracingConfiguration: { enabled: tracing?.Enabled ?? false },
  }
}

type Destination = NonNullable<NonNullable<Properties['LoggingConfiguration']>['Destinations']>[number]

function wireDestination({ CloudWatchLogsLogGroup }: Destination) {
  return { cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup.LogGroupArn } }
}

/** `${name}` of those that are given; anything else in the definition is left alone. */
function substituteAll(definition: string, substitutions: Readonly<Record<string, string>>): string {
  return definition.replaceAll(/\$\{([^{}]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(substitutions, name) ? (substitutions[name] ?? placeholder) : placeholder,
  )
}

function wireTags(list: NonNullable<Properties['Tags']>) {
  return list.map(({ Key, Value }) => ({ key: Key, value: Value }))
}
