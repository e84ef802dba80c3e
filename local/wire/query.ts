/**
 * The AWS query protocol: a form in, XML out (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).
 * Of its form only what IAM, STS and CloudFormation use: `X.member.1`, `X.entry.1.key`, and `X=` for an empty list.
 */
import type { NormalizedSchema } from '@smithy/core/schema'
import type { Dialect } from './dialect.ts'
import type { WireRequest } from './message.ts'
import type { OperationModel } from './model.ts'
import { membersOf, structure } from './shape.ts'
import { readText } from './text.ts'
import { writeXml } from './xml.ts'

export const query: Dialect = {
  find(model, request) {
    const name = readForm(request).get('Action') ?? ''
    return { operation: model.operations.get(name), name, request, labels: {} }
  },
  read: (_service, operation, { request }) => readNode(operation.input, grow(readForm(request))) ?? {},
  write: (service, operation, output, requestId) => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: writeResponse(operation, output, requestId, service.xmlNamespace),
  }),
}

/** In the body, or in the query: presigned requests of STS and `curl` send it so. */
export function readForm({ body, query }: WireRequest): URLSearchParams {
  return new URLSearchParams(
    body.length > 0 ? Buffer.from(body).toString('utf8') : query.map(([...pair]) => pair),
  )
}

function writeResponse(
  { name, output }: OperationModel,
  value: unknown,
  requestId: string,
  namespace: string | undefined,
): string {
  const metadata = [
    'ResponseMetadata',
    structure('ResponseMetadata', [['RequestId', 0]]).getSchema(),
  ] as const
  const ResponseMetadata = { RequestId: requestId }
  if (output.isUnitSchema())
    return writeXml(structure(`${name}Response`, [metadata]), { ResponseMetadata }, namespace)
  const result = `${name}Result`
  const response = structure(`${name}Response`, [[result, output.getSchema()], metadata])
  return writeXml(response, { [result]: value ?? {}, ResponseMetadata }, namespace)
}

/** `A.member.1.B=x` as a tree, so that each shape reads only its own branch. */
interface Node {
  text: string | undefined
  readonly branches: Map<string, Node>
}

function grow(form: URLSearchParams): Node {
  const root: Node = { text: undefined, branches: new Map() }
  for (const [path, text] of form) {
    let node = root
    for (const part of path.split('.')) {
      const next = node.branches.get(part) ?? { text: undefined, branches: new Map() }
      node.branches.set(part, next)
      node = next
    }
    node.text = text
  }
  return root
}

function readNode(schema: NormalizedSchema, node: Node | undefined): unknown {
  if (!node || schema.isUnitSchema()) return undefined
  if (schema.isStructSchema()) {
    const members = membersOf(schema).map(({ name, schema: member }) => [
      name,
      readNode(member, node.branches.get(name)),
    ])
    return Object.fromEntries(members.filter(([, value]) => value !== undefined))
  }
  if (schema.isListSchema())
    return numbered(node.branches.get('member')).map((item) => readNode(schema.getValueSchema(), item))
  if (schema.isMapSchema()) {
    const entries = numbered(node.branches.get('entry')).map(({ branches }) => [
      branches.get('key')?.text ?? '',
      readNode(schema.getValueSchema(), branches.get('value')),
    ])
    return Object.fromEntries(entries)
  }
  return readText(schema, node.text ?? '')
}

function numbered(list: Node | undefined): Node[] {
  return [...(list?.branches ?? [])].sort(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node)
}
