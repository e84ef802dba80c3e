/** AWS::Lambda::Permission. */
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'

const properties = z.strictObject({
  FunctionName: text,
  Action: text,
  Principal: text,
  SourceArn: text.optional(),
  SourceAccount: text.optional(),
})

/** Every change replaces it. */
export const lambdaPermission = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['Id'],
  async create(given, { request, generateName }) {
    const StatementId = generateName(100)
    await request('lambda', 'AddPermission', { ...given, StatementId })
    return { physicalId: StatementId, attributes: { Id: StatementId } }
  },
  delete: ({ physicalId, before: { FunctionName } }, { request }) =>
    unlessGone(['ResourceNotFoundException'], () =>
      request('lambda', 'RemovePermission', { FunctionName, StatementId: physicalId }),
    ),
})
