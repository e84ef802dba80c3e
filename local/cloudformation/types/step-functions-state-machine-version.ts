/** AWS::StepFunctions::StateMachineVersion. */
import type { PublishStateMachineVersionOutput } from '@aws-sdk/client-sfn'
import * as z from 'zod'
import { text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'

const properties = z.strictObject({
  StateMachineArn: text,
  StateMachineRevisionId: text.optional(),
  Description: text.optional(),
})

/** Every change replaces it. */
export const stepFunctionsStateMachineVersion = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['Arn'],
  async create({ StateMachineArn, StateMachineRevisionId, Description }, { request }) {
    const { stateMachineVersionArn = '' } = await request<PublishStateMachineVersionOutput>(
      'states',
      'PublishStateMachineVersion',
      {
        stateMachineArn: StateMachineArn,
        ...(StateMachineRevisionId && { revisionId: StateMachineRevisionId }),
        ...(Description && { description: Description }),
      },
    )
    return { physicalId: stateMachineVersionArn, attributes: { Arn: stateMachineVersionArn } }
  },
  async delete({ physicalId: stateMachineVersionArn }, { request }) {
    await request('states', 'DeleteStateMachineVersion', { stateMachineVersionArn })
  },
})
