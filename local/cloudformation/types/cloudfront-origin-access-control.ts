/** AWS::CloudFront::OriginAccessControl. */
import type {
  CreateOriginAccessControlResult,
  GetOriginAccessControlResult,
} from '@aws-sdk/client-cloudfront'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'

const properties = z.strictObject({
  OriginAccessControlConfig: z.strictObject({
    Name: text,
    Description: text.optional(),
    OriginAccessControlOriginType: text,
    SigningBehavior: text,
    SigningProtocol: text,
  }),
})

export const cloudfrontOriginAccessControl = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['Id'],
  async create(given, { request }) {
    const { OriginAccessControl } = await request<CreateOriginAccessControlResult>(
      'cloudfront',
      'CreateOriginAccessControl',
      given,
    )
    const id = OriginAccessControl?.Id ?? ''
    return { physicalId: id, attributes: { Id: id } }
  },
  async update({ physicalId: Id, after, attributes }, context) {
    const input = { ...after, Id, IfMatch: await etagOf(Id, context) }
    await context.request('cloudfront', 'UpdateOriginAccessControl', input)
    return attributes
  },
  delete: ({ physicalId: Id }, context) =>
    unlessGone(['NoSuchOriginAccessControl'], async () => {
      const IfMatch = await etagOf(Id, context)
      await context.request('cloudfront', 'DeleteOriginAccessControl', { Id, IfMatch })
    }),
})

async function etagOf(Id: string, { request }: Context): Promise<string | undefined> {
  const { ETag } = await request<GetOriginAccessControlResult>('cloudfront', 'GetOriginAccessControl', { Id })
  return ETag
}
