import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KNOWN_ACTIONS } from '../../../../lib/policy/guard-rails/known-actions.ts'
import { isOwnResource, ownResources } from '../../../../lib/policy/guard-rails/own-resources.ts'
import { pointerTo, RULES } from '../../../../lib/policy/guard-rails/rules.ts'
import { parseFile } from '../../../workflow-files.ts'
import { STACK } from '../../resources/golem.ts'

interface BoundaryStatement {
  readonly Sid: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
}

test('docs/guard-rails.md has every rule as it is', () => {
  const rows = Object.entries(RULES).map(
    ([name, { severity, what, allowed }]) => `| \`${name}\` | ${severity} | ${what} | ${allowed} |`,
  )

  expect(tableRows('docs/guard-rails.md')).toEqual(rows)
})

describe('what is refused as denied by the boundary', () => {
  test.each([
    ['ChangesIdentities', ['NoChangeOfIdentities', 'NoNewIdentities']],
    ['GovernsAccounts', ['NoOrganizationNoAccount']],
  ])('%s is what it denies in %s', (rule, sids) => {
    const denied = boundary().filter(({ Sid }) => sids.includes(Sid))

    const known = KNOWN_ACTIONS.filter((known) => known.rule === rule).flatMap(({ actions }) => actions)
    expect(known.toSorted()).toEqual(denied.flatMap(({ Action }) => Action).toSorted())
  })

  test('NamesOwnResources is what it denies of this stack, and of buckets that it may take over', () => {
    const sids = ['NothingOfThisStack', 'NoRolesOfThisStack', 'NoAdoptedBuckets']
    const denied = boundary().filter(({ Sid }) => sids.includes(Sid))

    const arns = denied.flatMap(({ Resource }) => Resource).flatMap(substituted)
    expect(ownResources({ ...STACK, adoptedBuckets: ['golem-oidc'] }).toSorted()).toEqual(arns.toSorted())
  })
})

test.each([
  ['arn:aws:s3:::irsa-dev-golem-0256701d/openid/v1/jwks', true],
  ['arn:aws-cn:sqs:*:000000000000:irsa-dev-*', true],
  ['arn:*:s3:::irsa-dev-*', true],
  ['arn:aws:s3:::irsa-*', false],
  ['*', false],
])('%s: whether it is the stack’s and nothing else is %s', (resource, expected) => {
  expect(isOwnResource(resource, STACK)).toBe(expected)
})

test.each([
  ['arn:aws:s3:::0123-g8s-golem-oidc-v3', true],
  ['arn:aws:s3:::0123-g8s-golem-oidc-v3/keys.json', true],
  ['arn:aws:s3:::golem', false],
])('%s: whether the stack may take it over is %s', (resource, expected) => {
  expect(isOwnResource(resource, { ...STACK, adoptedBuckets: ['*-g8s-*-oidc-*'] })).toBe(expected)
})

test('pointers are those of RFC 6901', () => {
  expect(pointerTo('tags', 'a/b~c', 0)).toBe('/tags/a~1b~0c/0')
})

function boundary(): readonly BoundaryStatement[] {
  const { Resources } = parseFile('serverless/boundary.yml') as {
    readonly Resources: {
      readonly Boundary: {
        readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly BoundaryStatement[] } }
      }
    }
  }
  return Resources.Boundary.Properties.PolicyDocument.Statement
}

/** With golem-oidc in `adoptedBuckets`. */
function substituted(arn: string): string | string[] {
  if (arn === '${file(serverless/adopted-buckets.cjs):bucketsAndObjects}')
    return ['arn:*:s3:::golem-oidc', 'arn:*:s3:::golem-oidc/*']
  return arn
    .replaceAll('${AWS::Partition}', '*')
    .replaceAll('${AWS::AccountId}', STACK.accountId)
    .replaceAll('${self:custom.stackName}', STACK.name)
    .replaceAll('${sls:stage}', STACK.stage)
}

function tableRows(file: string): string[] {
  const rows = readFileSync(file, 'utf8').split('\n')
  return rows.filter((row) => row.startsWith('| `'))
}
