/** The template as it is deployed, and what its resources say. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageStack, type StackPackage } from '../../cli/package-stack.ts'
import { parseTemplate } from '../../local/cloudformation/template.ts'

export interface Packaged extends StackPackage {
  readonly text: string
  readonly resources: Readonly<Record<string, Resource>>
  readonly outputs: Readonly<Record<string, { readonly Description?: string; readonly Value: unknown }>>
  readonly ofType: (type: string) => [logicalId: string, resource: Resource][]
}

export interface Resource {
  readonly Type: string
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Properties: Readonly<Record<string, unknown>>
}

export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource?: unknown
  readonly NotResource?: unknown
  readonly Condition?: unknown
}

export async function readPackaged(): Promise<Packaged> {
  const stackPackage = await packageStack()
  const { Resources, Outputs } = JSON.parse(stackPackage.template) as Template
  return {
    ...stackPackage,
    text: stackPackage.template,
    resources: Resources,
    outputs: Outputs,
    ofType: (type) => Object.entries(Resources).filter(([, resource]) => resource.Type === type),
  }
}

interface Template {
  readonly Resources: Packaged['resources']
  readonly Outputs: Packaged['outputs']
}

/** The template of accounts that clusters are in, other than the stack's: it is deployed as it is. */
export function readMemberTemplate(): PlainTemplate<'Boundary' | 'ProvisionerRole'> {
  return readPlain('member-account.yml')
}

/** That of accounts that hosted zones are in. */
export function readZoneTemplate(): PlainTemplate<'ZonesRole'> {
  return readPlain('zone-account.yml')
}

export interface PlainTemplate<LogicalId extends string> {
  readonly resources: Readonly<Record<LogicalId, Resource>>
  readonly parameters: ReturnType<typeof parseTemplate>['parameters']
}

function readPlain<LogicalId extends string>(file: string): PlainTemplate<LogicalId> {
  const body = readFileSync(join(import.meta.dirname, '../../serverless', file), 'utf8')
  const { resources, parameters } = parseTemplate(body)
  return { resources: resources as unknown as PlainTemplate<LogicalId>['resources'], parameters }
}

/** Every statement of the policies that a role or a managed policy has itself. */
export function statementsOf({ Properties }: Resource): Statement[] {
  const inline = (Properties.Policies ?? []) as readonly { readonly PolicyDocument: PolicyDocument }[]
  const documents = [...inline.map(({ PolicyDocument }) => PolicyDocument), Properties.PolicyDocument].filter(
    isDocument,
  )
  return documents.flatMap(({ Statement }) => Statement)
}

interface PolicyDocument {
  readonly Statement: readonly Statement[]
}

function isDocument(value: unknown): value is PolicyDocument {
  return typeof value === 'object' && value !== null && 'Statement' in value
}
