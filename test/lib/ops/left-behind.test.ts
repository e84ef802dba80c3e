import { expect, test } from 'vitest'
import { summaryOf } from '../../../lib/ops/clusters.ts'
import { leftBehind } from '../../../lib/ops/left-behind.ts'
import { STACK } from '../resources/golem.ts'
import { clusterRecord } from './fixture.ts'

const OWN = summaryOf(clusterRecord('golem', { status: 'DELETED', removal: { force: false } }))
const KEEPING = { registry: 'registry-1', audit: 'audit-1', deploymentBucket: 'bucket-1' }

test('the stack goes before its tables, whose protection is taken off first', () => {
  const commands = leftBehind({ ...STACK, targetAccounts: [] }, KEEPING, [OWN]).flatMap((one) => one.commands)

  expect(commands.filter((command) => !/ wait |describe/.test(command))).toEqual([
    'aws s3 rm s3://bucket-1 --recursive --region eu-central-1',
    'aws cloudformation delete-stack --stack-name irsa-dev --region eu-central-1',
    'aws dynamodb update-table --table-name registry-1 --no-deletion-protection-enabled --region eu-central-1',
    'aws dynamodb delete-table --table-name registry-1 --region eu-central-1',
    'aws dynamodb update-table --table-name audit-1 --no-deletion-protection-enabled --region eu-central-1',
    'aws dynamodb delete-table --table-name audit-1 --region eu-central-1',
  ])
})

test('the stack set is named when clusters were in other accounts, or their roles, with these accounts', () => {
  const stack = { ...STACK, targetAccounts: ['444455556666'] }

  const [first] = leftBehind(stack, KEEPING, [OWN, { ...OWN, accountId: '111122223333' }])

  expect(first?.words).toContain('were in 111122223333, 444455556666, where')
  expect(first?.words).not.toContain(STACK.accountId)
  expect(first?.commands).toContain('aws cloudformation delete-stack-set --stack-set-name irsa-dev-member')
})

test('the host of a cluster that was abandoned comes first: it is trusted still', () => {
  const abandoned = { reason: 'closed', at: '2026-01-31T12:00:00.000Z', accounts: ['111122223333'] }

  const [first] = leftBehind(STACK, KEEPING, [{ ...OWN, state: 'abandoned', abandoned }])

  expect(first).toMatchObject({
    what: `Host of ${OWN.issuer}`,
    words: expect.stringMatching(/closed.*trusted in 111122223333/),
    commands: ['npx irsa cluster delete golem', 'npx irsa cluster show golem'],
  })
})
