import { expect, test } from 'vitest'
import { leftBehind } from '../../../lib/ops/left-behind.ts'
import { STACK } from '../resources/golem.ts'

const KEEPING = { registry: 'registry-1', audit: 'audit-1', deploymentBucket: 'bucket-1' }

test('the stack goes before its tables, whose protection is taken off first', () => {
  const commands = leftBehind(STACK, KEEPING, [STACK.accountId]).flatMap((one) => one.commands)

  expect(commands.filter((command) => !/ wait |describe/.test(command))).toEqual([
    'aws s3 rm s3://bucket-1 --recursive --region eu-central-1',
    'aws cloudformation delete-stack --stack-name irsa-dev --region eu-central-1',
    'aws dynamodb update-table --table-name registry-1 --no-deletion-protection-enabled --region eu-central-1',
    'aws dynamodb delete-table --table-name registry-1 --region eu-central-1',
    'aws dynamodb update-table --table-name audit-1 --no-deletion-protection-enabled --region eu-central-1',
    'aws dynamodb delete-table --table-name audit-1 --region eu-central-1',
  ])
})

test('the stack set is named when clusters were in other accounts, with these accounts', () => {
  const [first] = leftBehind(STACK, KEEPING, [STACK.accountId, '111122223333'])

  expect(first?.words).toContain('111122223333')
  expect(first?.words).not.toContain(STACK.accountId)
  expect(first?.commands).toContain('aws cloudformation delete-stack-set --stack-set-name irsa-dev-member')
})
