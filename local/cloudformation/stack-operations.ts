/** CreateStack, UpdateStack and DeleteStack. They answer at once; the work goes on as whoever called. */
import type {
  CreateStackInput,
  CreateStackOutput,
  DeleteStackInput,
  Parameter,
  UpdateStackInput,
  UpdateStackOutput,
} from '@aws-sdk/client-cloudformation'
import { NotInLocalMode } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { checkCapabilities } from './capabilities.ts'
import type { Deployer } from './context.ts'
import { validationError } from './errors.ts'
import { findStack, lookUp, stackAsk } from './find-stack.ts'
import { codeInS3 } from './s3-code.ts'
import type { Stack, Stacks } from './stack.ts'
import { type Begun, beginCreation, beginDeletion, beginUpdate } from './stack-changes.ts'
import { parseTemplate, type Template } from './template.ts'

export function stackOperations(world: World, stacks: Stacks) {
  return {
    CreateStack: operation<CreateStackInput, CreateStackOutput>({
      run: (input, call) => createStack(world, stacks, input, call),
      asks: (input, call) => [stackAsk('CreateStack', stacks, input.StackName, call)],
    }),
    UpdateStack: operation<UpdateStackInput, UpdateStackOutput>({
      run: (input, call) => updateStack(world, stacks, input, call),
      asks: (input, call) => [stackAsk('UpdateStack', stacks, input.StackName, call)],
    }),
    DeleteStack: operation<DeleteStackInput, object>({
      run: (input, call) => deleteStack(world, stacks, input, call),
      asks: (input, call) => [stackAsk('DeleteStack', stacks, input.StackName, call)],
    }),
    CreateChangeSet: operation<object, never>({
      run: () => {
        throw new NotInLocalMode('change sets; CreateStack and UpdateStack do the same')
      },
      asks: () => [{ action: 'cloudformation:CreateChangeSet', resource: '*' }],
    }),
  }
}

const NOT_TAKEN = [
  'TemplateURL',
  'NotificationARNs',
  'ResourceTypes',
  'RoleARN',
  'RollbackConfiguration',
  'StackPolicyBody',
  'StackPolicyURL',
  'DisableRollback',
  'ClientRequestToken',
  'RetainExceptOnCreate',
  'Tags',
] as const

function createStack(world: World, stacks: Stacks, input: CreateStackInput, call: Call): CreateStackOutput {
  refuseMembers('CreateStack', input, [
    ...NOT_TAKEN,
    'OnFailure',
    'TimeoutInMinutes',
    'EnableTerminationProtection',
  ])
  if (input.TemplateBody === undefined)
    throw validationError('Either Template URL or Template Body must be specified.')
  const template = parseTemplate(input.TemplateBody)
  const { Capabilities: capabilities = [], StackName: name = '' } = input
  checkCapabilities(template, capabilities)
  const parameters = givenParameters(input.Parameters, undefined)
  const wanted = { template, parameters, capabilities }
  return inBackground(beginCreation(stacks, name, call.region, wanted, deployerOf(world, call)))
}

function updateStack(world: World, stacks: Stacks, input: UpdateStackInput, call: Call): UpdateStackOutput {
  refuseMembers('UpdateStack', input, [
    ...NOT_TAKEN,
    'StackPolicyDuringUpdateBody',
    'StackPolicyDuringUpdateURL',
  ])
  const stack = findStack(stacks, input.StackName, call)
  const template = templateOf(input, stack)
  const { Capabilities: capabilities = [] } = input
  checkCapabilities(template, capabilities)
  const parameters = givenParameters(input.Parameters, stack)
  if (isUnchanged(stack, template, parameters)) throw validationError('No updates are to be performed.')
  return inBackground(
    beginUpdate(stacks, stack, { template, parameters, capabilities }, deployerOf(world, call)),
  )
}

function deleteStack(world: World, stacks: Stacks, input: DeleteStackInput, call: Call): object {
  refuseMembers('DeleteStack', input, ['RetainResources', 'RoleARN', 'ClientRequestToken', 'DeletionMode'])
  const stack = lookUp(stacks, input.StackName, call)
  // One that is not there, or no longer, is no error.
  if (stack !== undefined && stack.status !== 'DELETE_COMPLETE')
    inBackground(beginDeletion(stack, deployerOf(world, call)))
  return {}
}

function templateOf({ TemplateBody, UsePreviousTemplate }: UpdateStackInput, stack: Stack): Template {
  if (UsePreviousTemplate && TemplateBody === undefined) return stack.template
  if (UsePreviousTemplate || TemplateBody === undefined)
    throw validationError('Either Template URL or Template Body must be specified, or UsePreviousTemplate.')
  return parseTemplate(TemplateBody)
}

function givenParameters(
  parameters: readonly Parameter[] = [],
  previous: Stack | undefined,
): Record<string, string> {
  const given = parameters.map(({ ParameterKey: key = '', ParameterValue, UsePreviousValue }) => {
    const value = UsePreviousValue ? previous?.parameters.get(key) : ParameterValue
    if (value === undefined) throw validationError(`Invalid input for parameter key ${key}`)
    return [key, value] as const
  })
  return Object.fromEntries(given)
}

function isUnchanged(
  { template: { body }, parameters: current }: Stack,
  template: Template,
  parameters: Readonly<Record<string, string>>,
): boolean {
  const wanted = (name: string) => parameters[name] ?? template.parameters[name]?.Default
  return template.body === body && [...current].every(([name, value]) => wanted(name) === value)
}

function deployerOf(world: World, call: Call): Deployer {
  return { world, principal: call.principal, code: codeInS3(world, call) }
}

function inBackground({ stack, done }: Begun): { readonly StackId: string } {
  // Nobody waits for it: the failure is in the stack's status and events.
  done.catch(() => undefined)
  return { StackId: stack.id }
}
