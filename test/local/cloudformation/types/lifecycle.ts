/** Takes one resource through its life and tells what its service was asked each time. */
import type { DescribeStackResourcesOutput } from '@aws-sdk/client-cloudformation'
import { type Answer, cloudformationFixture, template } from '../fixture.ts'

export interface Life {
  readonly type: string
  readonly properties: object
  /** Properties of an update. */
  readonly changed?: object
  readonly answers?: Readonly<Record<string, Answer>>
  /** Attributes for Fn::GetAtt. */
  readonly attributes?: readonly string[]
}

export type Request = readonly [operation: string, input: Readonly<Record<string, unknown>>]

/** Deploys `properties`, then `changed`, then deletes the stack. */
export async function lifeOf({ type, properties, changed, answers = {}, attributes = [] }: Life) {
  const fixture = cloudformationFixture(answers)
  const outputs = Object.fromEntries([
    ['Ref', { Value: { Ref: 'It' } }],
    ...attributes.map((name) => [name, { Value: { 'Fn::GetAtt': ['It', name] } }]),
  ])
  const requests = () => fixture.sent.map(({ operation, input }): Request => [operation, input])
  const withProperties = (given: object) =>
    template({ It: { Type: type, Properties: given } }, { Outputs: outputs })
  const artefacts = (key: string) => new TextEncoder().encode(key)

  const { outputs: values } = await fixture.deploy(withProperties(properties), { artefacts })
  const created = requests()
  fixture.forget()
  const updated: Request[] = []
  if (changed !== undefined) {
    await fixture.deploy(withProperties(changed), { artefacts })
    updated.push(...requests())
    fixture.forget()
  }
  await fixture.send('DeleteStack', { StackName: 'irsa' })
  await fixture.settle()
  const { StackResources = [] } = await fixture
    .send<DescribeStackResourcesOutput>('DescribeStackResources', { StackName: 'irsa' })
    .catch((): DescribeStackResourcesOutput => ({}))
  // A stack that is deleted is no longer found by its name.
  if (StackResources.length > 0)
    throw new Error(`not deleted: ${StackResources.map((one) => one.ResourceStatusReason).join()}`)
  return { created, updated, deleted: requests(), values }
}
