/** AWS::Lambda::Version. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import * as z from 'zod'
import { text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'

const properties = z.strictObject({
  FunctionName: text,
  CodeSha256: text.optional(),
  Description: text.optional(),
})

/** Every change replaces it; Serverless keeps old ones with DeletionPolicy Retain. */
export const lambdaVersion = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['FunctionArn', 'Version'],
  async create(given, { request }) {
    const { FunctionArn = '', Version = '' } = await request<FunctionConfiguration>(
      'lambda',
      'PublishVersion',
      given,
    )
    return { physicalId: FunctionArn, attributes: { FunctionArn, Version } }
  },
  async delete({ before: { FunctionName }, attributes }, { request }) {
    await request('lambda', 'DeleteFunction', { FunctionName, Qualifier: attributes.Version })
  },
})
