import { expect, test } from 'vitest'
import { isAllowedByResource } from '../../../local/policy/authorize.ts'
import type { PolicyDocument, PrincipalElement } from '../../../local/policy/document.ts'
import { ACCOUNT, allow, deny, iamOf, OTHER_ACCOUNT, policy, roleArn, session } from './principals.ts'

const everything = iamOf({ identityPolicies: [policy(allow('*'))] })

function allowed(resourcePolicy: PolicyDocument | undefined) {
  const call = { principal: session(), region: 'eu-central-1', requestId: 'request' }
  const ask = { action: 'sts:AssumeRole', resource: roleArn, ...(resourcePolicy && { resourcePolicy }) }
  return isAllowedByResource(call, ask, everything)
}

function trusting(...Principal: readonly PrincipalElement[]): PolicyDocument {
  return policy(...Principal.map((one) => ({ ...allow('sts:AssumeRole'), Principal: one })))
}

test.each<[string, PrincipalElement]>([
  ['everybody', '*'],
  ['the account', { AWS: ACCOUNT }],
  ['the account among others', { AWS: [OTHER_ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`] }],
  ['the role', { AWS: roleArn }],
  ['the session', { AWS: session().arn }],
])('a resource that names %s allows', (_, principal) => {
  expect(allowed(trusting(principal))).toBe(true)
})

test.each<[string, PolicyDocument | undefined]>([
  ['without a policy', undefined],
  ['that names another account', trusting({ AWS: OTHER_ACCOUNT })],
  ['that names a service', trusting({ Service: 'lambda.amazonaws.com' })],
  ['that only denies', policy({ ...deny('sts:AssumeRole'), Principal: '*' })],
])('a resource %s does not, whatever the identity may do', (_, resourcePolicy) => {
  expect(allowed(resourcePolicy)).toBe(false)
})
