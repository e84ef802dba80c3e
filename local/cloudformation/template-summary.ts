/** GetTemplateSummary: what a template asks for and makes, of a stack or of a template that is not deployed yet. */
import type {
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput,
  ParameterDeclaration as WireDeclaration,
} from '@aws-sdk/client-cloudformation'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { neededCapability } from './capabilities.ts'
import { validationError } from './errors.ts'
import { findStack, stackAsk } from './find-stack.ts'
import type { Stacks } from './stack.ts'
import { type ParameterDeclaration, parseTemplate, type Template } from './template.ts'

export function templateSummaryOperations(stacks: Stacks) {
  return {
    GetTemplateSummary: operation<GetTemplateSummaryInput, GetTemplateSummaryOutput>({
      run: (input, call) => summarize(templateOf(stacks, input, call)),
      asks: (input, call) => [
        // A template that is only text is no resource.
        input.StackName === undefined
          ? { action: 'cloudformation:GetTemplateSummary', resource: '*' }
          : stackAsk('GetTemplateSummary', stacks, input.StackName, call),
      ],
    }),
  }
}

function templateOf(stacks: Stacks, input: GetTemplateSummaryInput, call: Call): Template {
  refuseMembers('GetTemplateSummary', input, [
    'TemplateURL',
    'StackSetName',
    'CallAs',
    'TemplateSummaryConfig',
  ])
  const { StackName: stackName, TemplateBody: body } = input
  if (stackName !== undefined && body !== undefined)
    throw validationError('Only one of StackName and TemplateBody may be specified.')
  if (stackName !== undefined) return findStack(stacks, stackName, call).template
  if (body === undefined) throw validationError('Either Template URL or Template Body must be specified.')
  return parseTemplate(body)
}

// Without ResourceIdentifierSummaries, which say what an import needs: local mode has no imports.
function summarize(template: Template): GetTemplateSummaryOutput {
  const needed = neededCapability(template)
  return {
    Parameters: Object.entries(template.parameters).map(describeParameter),
    ...(template.description !== undefined && { Description: template.description }),
    ...(needed && {
      Capabilities: [needed.capability],
      CapabilitiesReason: `The following resource(s) require capabilities: [${needed.types.join(', ')}]`,
    }),
    ResourceTypes: typesOf(template),
    ...(template.version !== undefined && { Version: template.version }),
    ...(template.metadata !== undefined && { Metadata: JSON.stringify(template.metadata) }),
    DeclaredTransforms: [],
  }
}

function describeParameter([key, declaration]: [string, ParameterDeclaration]): WireDeclaration {
  const { Default, Description, AllowedValues } = declaration
  return {
    ParameterKey: key,
    ...(Default !== undefined && { DefaultValue: Default }),
    ParameterType: declaration.Type,
    NoEcho: declaration.NoEcho ?? false,
    ...(Description !== undefined && { Description }),
    ParameterConstraints: AllowedValues === undefined ? {} : { AllowedValues },
  }
}

function typesOf({ resources }: Template): string[] {
  return [...new Set(Object.values(resources).map(({ Type }) => Type))]
}
