/** AWS::IAM::Policy: one inline policy put into roles. */
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'

// Without Users and Groups, which local mode has not.
const properties = z.strictObject({
  PolicyName: text,
  PolicyDocument: document,
  Roles: z.array(text).min(1),
})

type Properties = z.infer<typeof properties>

export const iamPolicy = resourceType<Properties>({
  properties,
  attributes: ['Id'],
  replacedBy: ['PolicyName'],
  async create(given, context) {
    const id = context.generateName(128)
    context.claim(id)
    await put(given, context)
    return { physicalId: id, attributes: { Id: id } }
  },
  async update({ before, after, attributes }, context) {
    await put(after, context)
    const left = before.Roles.filter((role) => !after.Roles.includes(role))
    await remove({ ...before, Roles: left }, context)
    return attributes
  },
  delete: ({ before }, context) => remove(before, context),
})

async function put({ PolicyName, PolicyDocument, Roles }: Properties, { request }: Context): Promise<void> {
  for (const RoleName of Roles)
    await request('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument })
}

async function remove({ PolicyName, Roles }: Properties, { request }: Context): Promise<void> {
  for (const RoleName of Roles)
    await unlessGone(['NoSuchEntity'], () => request('iam', 'DeleteRolePolicy', { RoleName, PolicyName }))
}
