/** AWS::Lambda::EventInvokeConfig. */
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { integer, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'

const destination = z.strictObject({ Destination: text })

const properties = z.strictObject({
  FunctionName: text,
  Qualifier: text,
  MaximumEventAgeInSeconds: integer.optional(),
  MaximumRetryAttempts: integer.optional(),
  DestinationConfig: z
    .strictObject({ OnFailure: destination.optional(), OnSuccess: destination.optional() })
    .optional(),
})

type Properties = z.infer<typeof properties>

export const lambdaEventInvokeConfig = resourceType<Properties>({
  properties,
  attributes: [],
  replacedBy: ['FunctionName', 'Qualifier'],
  async create(given, context) {
    await put(given, context)
    return { physicalId: context.generateName(255), attributes: {} }
  },
  async update({ after, attributes }, context) {
    await put(after, context)
    return attributes
  },
  delete: ({ before: { FunctionName, Qualifier } }, { request }) =>
    unlessGone(['ResourceNotFoundException'], () =>
      request('lambda', 'DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier }),
    ),
})

/** Replaces the whole configuration. */
async function put(given: Properties, { request }: Context): Promise<void> {
  await request('lambda', 'PutFunctionEventInvokeConfig', given)
}
