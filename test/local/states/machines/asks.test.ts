import { describe, expect, test } from 'vitest'
import { ROLE, statesFixture } from '../fixture.ts'
import { ARN, creation } from './fixture.ts'

describe('what IAM is asked', () => {
  const owner = '000000000000'
  const execution = ARN.replace(':stateMachine:', ':execution:')

  test('to make a machine: the machine with its tags, the version, and to pass the role to Step Functions', () => {
    const input = creation({ publish: true, tags: [{ key: 'team', value: 'ops' }] })

    expect(statesFixture().asks('CreateStateMachine', input)).toEqual([
      {
        action: 'states:CreateStateMachine',
        resource: ARN,
        context: { 'aws:RequestTag/team': 'ops', 'aws:TagKeys': ['team'] },
        owner,
      },
      { action: 'states:PublishStateMachineVersion', resource: ARN, context: {}, owner },
      { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'states.amazonaws.com' } },
    ])
  })

  test('to update a machine: the role only if it changes', () => {
    const { asks } = statesFixture()
    const actions = (input: object) =>
      asks('UpdateStateMachine', { stateMachineArn: ARN, ...input }).map(({ action }) => action)

    expect(actions({ definition: '{}' })).toEqual(['states:UpdateStateMachine'])
    expect(actions({ roleArn: ROLE })).toEqual(['states:UpdateStateMachine', 'iam:PassRole'])
  })

  test.each<[string, object, string]>([
    ['DescribeStateMachine', { stateMachineArn: ARN }, ARN],
    ['DeleteStateMachine', { stateMachineArn: ARN }, ARN],
    ['ListStateMachineVersions', { stateMachineArn: ARN }, ARN],
    ['PublishStateMachineVersion', { stateMachineArn: ARN }, ARN],
    ['DeleteStateMachineVersion', { stateMachineVersionArn: `${ARN}:1` }, `${ARN}:1`],
    ['StartExecution', { stateMachineArn: `${ARN}:1` }, `${ARN}:1`],
    ['ListExecutions', { stateMachineArn: ARN }, ARN],
    ['StopExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['DescribeExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['DescribeStateMachineForExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['GetExecutionHistory', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['RedriveExecution', { executionArn: `${execution}:run` }, `${execution}:run`],
    ['ListTagsForResource', { resourceArn: ARN }, ARN],
  ])('for %s', (operation, input, resource) => {
    expect(statesFixture().asks(operation, input)).toEqual([
      { action: `states:${operation}`, resource, context: {}, owner },
    ])
  })

  test.each(['ListStateMachines', 'ValidateStateMachineDefinition'])(
    'for %s, which has no resource',
    (operation) => {
      expect(statesFixture().asks(operation, {})).toEqual([{ action: `states:${operation}`, resource: '*' }])
    },
  )
})
