import { describe, expect, test } from 'vitest'
import { InvalidInput, PolicyTooLarge, RequestRefused } from '../../lib/errors.ts'
import { parseRoleContent } from '../../lib/policy/request.ts'
import { checkRoleRequest } from '../../lib/role-check.ts'
import { desiredRole, policyContextOf } from '../../lib/role-compile.ts'
import { golem, STACK } from './resources/golem.ts'

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:ledger'

function wishFor(...Action: string[]) {
  const statements = [{ Effect: 'Allow', Action, Resource: QUEUE }]
  const content = parseRoleContent({ policies: [{ statements }] })
  return { namespace: 'default', serviceAccount: 'reader', content }
}

describe('checkRoleRequest', () => {
  test('gives the role as it will be made, and nothing to approve', () => {
    const wish = wishFor('sqs:SendMessage')

    expect(checkRoleRequest(STACK, golem(), wish)).toEqual({
      context: policyContextOf(STACK, golem(), wish.content),
      desired: desiredRole(STACK, golem(), wish),
      needsApproval: [],
    })
  })

  test('gives what needs an approval', () => {
    expect(checkRoleRequest(STACK, golem(), wishFor('sqs:AddPermission')).needsApproval).toMatchObject([
      { rule: 'OpensResources', severity: 'needs-approval', pointer: '/policies/0/statements/0/Action/0' },
    ])
  })

  test('refuses with everything that is refused, and without what only needs an approval', () => {
    const act = () =>
      checkRoleRequest(STACK, golem(), wishFor('iam:CreateUser', 'sqs:AddPermission', 'account:Get*'))

    expect(act).toThrow(
      expect.objectContaining({
        name: 'RequestRefused',
        findings: [
          expect.objectContaining({
            rule: 'ChangesIdentities',
            pointer: '/policies/0/statements/0/Action/0',
          }),
          expect.objectContaining({ rule: 'GovernsAccounts', pointer: '/policies/0/statements/0/Action/2' }),
        ],
      }),
    )
    expect(act).toThrow(
      '/policies/0/statements/0/Action/0 changes users, roles, policies or providers, which the permissions boundary denies: ' +
        'iam:Create* (ChangesIdentities); allowed: of iam: actions that read, PassRole and CreateServiceLinkedRole; /policies/0/',
    )
  })

  test('shows no more of many findings than a message bears, and keeps them all', () => {
    const many = Array.from({ length: 25 }, (_, index) => `iam:Create${index}`)
    const act = () => checkRoleRequest(STACK, golem(), wishFor(...many))

    expect(act).toThrow(/; and 5 more$/)
    expect(act).toThrow(expect.objectContaining({ findings: expect.objectContaining({ length: 25 }) }))
    expect(act).toThrow(RequestRefused)
  })

  test('refuses what is too large for IAM, and what the cluster does not have', () => {
    const wish = wishFor('sqs:SendMessage')
    const long = Array.from({ length: 300 }, (_, index) => `sqs:Send${'x'.repeat(30)}${index}`)

    expect(() => checkRoleRequest(STACK, golem(), wishFor(...long))).toThrow(PolicyTooLarge)
    expect(() =>
      checkRoleRequest(STACK, golem(), { ...wish, content: { ...wish.content, audience: 'vault' } }),
    ).toThrow(InvalidInput)
  })
})
