/** AWS JSON 1.0 and 1.1: the operation in X-Amz-Target, everything else in one document (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). */
import type { Dialect } from './dialect.ts'
import { readJson, writeJson } from './json.ts'
import { targetOf } from './recipient.ts'

export const jsonRpc: Dialect = {
  find(model, request) {
    const [, name] = targetOf(request)
    return { operation: model.operations.get(name), name, request, labels: {} }
  },
  read: (_service, operation, { request }) => readJson(operation.input, request.body),
  write: (service, operation, output) => ({
    status: 200,
    headers: { 'content-type': `application/x-amz-${service.protocol}` },
    body: operation.output.isUnitSchema() ? '{}' : writeJson(operation.output, output ?? {}),
  }),
}
