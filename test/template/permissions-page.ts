/** What each role of the packaged template may do, as the page that people review: docs/permissions.md. */
import { type Packaged, type Resource, type Statement, statementsOf } from './packaged.ts'

const HEAD = `# What each part may do

Of the template that is packaged for local mode: \`irsa-local\` stands for \`irsa-<stage>\`. Statements without "Deny" allow. The tests compare it
with the template; \`npx vitest run test/template -u\` writes it.
`

export function permissionsPage(packaged: Packaged): string {
  const roles = packaged.ofType('AWS::IAM::Role').toSorted(([one], [other]) => (one < other ? -1 : 1))
  const policies = packaged.ofType('AWS::IAM::ManagedPolicy')
  return [HEAD, ...[...roles, ...policies].map(([logicalId, resource]) => section(logicalId, resource))].join(
    '\n',
  )
}

function section(logicalId: string, resource: Resource): string {
  const rows = statementsOf(resource).map(row)
  const table = ['| Statement | Actions | Resources | If |', '|---|---|---|---|', ...rows].join('\n')
  return `## ${logicalId}\n\n${principals(resource)}${table}\n`
}

function principals({ Properties }: Resource): string {
  const trust = Properties.AssumeRolePolicyDocument as { readonly Statement: readonly Trusting[] } | undefined
  if (trust === undefined) return ''
  const lines = trust.Statement.map(({ Principal, Condition }) => {
    const conditions = conditionsOf(Condition)
    const who = Principal.Service ?? cell(Principal.AWS)
    return `Assumed by ${who}${conditions === '' ? '' : ` if ${conditions}`}.\n`
  })
  return `${lines.join('')}\n`
}

interface Trusting {
  readonly Principal: { readonly Service?: string; readonly AWS?: unknown }
  readonly Condition?: unknown
}

function row({ Sid, Effect, Action, Resource, NotResource, Condition }: Statement): string {
  const name = Effect === 'Deny' ? `Deny ${Sid}` : Sid
  const resources = NotResource === undefined ? cell(Resource) : `all but ${cell(NotResource)}`
  return `| ${name} | ${cell(Action)} | ${resources} | ${conditionsOf(Condition)} |`
}

function conditionsOf(condition: unknown): string {
  return Object.entries((condition ?? {}) as Record<string, Record<string, unknown>>)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => `${operator} \`${key}\` ${cell(value)}`),
    )
    .join(' and<br>')
}

function cell(value: unknown): string {
  const values = valuesOf(value)
  return values.map((one) => `\`${one}\``).join('<br>')
}

/** CloudFormation's functions as its short form has them. */
function valuesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf)
  if (typeof value !== 'object' || value === null) return [String(value)]
  const [[name = '', argument]] = Object.entries(value) as [[string, unknown]]
  if (name === 'Ref') return [`\${${argument}}`]
  if (name === 'Fn::GetAtt') return [`\${${[argument].flat().join('.')}}`]
  if (name === 'Fn::Sub') return [String(argument)]
  if (name === 'Fn::Split' && Array.isArray(argument))
    return valuesOf(argument[1]).flatMap((text) => text.split(String(argument[0])))
  return [JSON.stringify(value)]
}
