/** A deployment while runs are under way: they go on as they began, and what began is kept to go back to. */
import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListStateMachineVersionsCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHostedZone } from '../../cli/local-stack.ts'
import { packageStack, REGION, STAGE } from '../../cli/package-stack.ts'
import { isNamedError, undefinedIf } from '../../lib/aws/errors.ts'
import { describeExecution, executionArn } from '../../lib/runs.ts'
import { clusterNamed, type Pipeline, POLL, startPipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline()
})

afterAll(() => pipeline.stop())

/** Seconds that no test waits for, at whatever speed. */
const A_DAY = 86_400

test('a run under way ends as it began, and each definition has a version', async () => {
  const first = await currentDefinition()
  const delay = JSON.stringify({ Type: 'Wait', Seconds: A_DAY, Next: 'Bucket' })
  await deploy((definition) =>
    definition.replace(
      /"StartAt": "Bucket",\s+"States": \{/,
      `"StartAt": "Delay", "States": { "Delay": ${delay},`,
    ),
  )
  const slow = await currentDefinition()
  expect(slow).not.toBe(first)
  await pipeline.announce(clusterNamed('golem'))
  await expect.poll(() => statesOfRun('golem-1'), POLL).toContain('Delay')

  await deploy((definition) => definition)

  expect(await currentDefinition()).toBe(first)
  expect(await definitionOfRun('golem-1')).toBe(slow)
  const arn = pipeline.deployed.stateMachineArn
  expect(await versions()).toEqual([`${arn}:3`, `${arn}:2`, `${arn}:1`])
  expect(await Promise.all([3, 2, 1].map((version) => currentDefinition(version)))).toEqual([
    first,
    slow,
    first,
  ])

  expect(await describeExecution(pipeline.deployed, arnOfRun('golem-1'))).toMatchObject({ status: 'RUNNING' })
  pipeline.aws.clock.advance(A_DAY * 1000)

  expect(await pipeline.runEnded('golem')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.cluster('golem')).toMatchObject({ status: 'READY', runs: 1 })
})

test('a run that failed before is not redriven with a definition that is no longer the stack’s, but begun anew', async () => {
  const detail = clusterNamed('lost', { baseDomain: 'lost.example.org' })
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('lost'), POLL).toMatchObject({ run: { state: 'FAILED' } })
  await deploy((definition) => definition.replace('"Comment": "', '"Comment": "Another. '))
  await createHostedZone('lost.example.org')

  await pipeline.announce(detail)

  await expect.poll(() => pipeline.cluster('lost'), POLL).toMatchObject({ status: 'READY', runs: 2 })
  expect(await definitionOfRun('lost-2')).toContain('Another. ')
  expect(await definitionOfRun('lost-1')).not.toContain('Another. ')
})

/** The stack as it is packaged, but for the definition of provision-cluster. */
async function deploy(changed: (definition: string) => string): Promise<void> {
  const { template, artefact } = await packageStack()
  const parsed = JSON.parse(template) as {
    Resources: {
      ProvisionClusterStateMachine: { Properties: { DefinitionString: { 'Fn::Sub': unknown[] } } }
    }
  }
  const substitution = parsed.Resources.ProvisionClusterStateMachine.Properties.DefinitionString['Fn::Sub']
  substitution[0] = changed(String(substitution[0]))
  const stack = { stackName: `irsa-${STAGE}`, template: parsed, region: REGION, artefacts: artefact }
  await pipeline.aws.cloudformation.deploy(stack)
}

async function currentDefinition(version?: number): Promise<string | undefined> {
  const { sfn, stateMachineArn } = pipeline.deployed
  const arn = version === undefined ? stateMachineArn : `${stateMachineArn}:${version}`
  return (await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))).definition
}

async function definitionOfRun(name: string): Promise<string | undefined> {
  const command = new DescribeStateMachineForExecutionCommand({ executionArn: arnOfRun(name) })
  return (await pipeline.deployed.sfn.send(command)).definition
}

async function statesOfRun(name: string): Promise<(string | undefined)[]> {
  const command = new GetExecutionHistoryCommand({ executionArn: arnOfRun(name) })
  const history = await pipeline.deployed.sfn
    .send(command)
    .catch(undefinedIf(isNamedError('ExecutionDoesNotExist'), 'states:GetExecutionHistory'))
  return (history?.events ?? []).map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name)
}

function arnOfRun(name: string): string {
  return executionArn(pipeline.deployed.stateMachineArn, name)
}

async function versions(): Promise<(string | undefined)[]> {
  const { sfn, stateMachineArn } = pipeline.deployed
  const { stateMachineVersions = [] } = await sfn.send(
    new ListStateMachineVersionsCommand({ stateMachineArn }),
  )
  return stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn)
}
