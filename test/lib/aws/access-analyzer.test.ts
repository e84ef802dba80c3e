import {
  AccessAnalyzerClient,
  CheckNoNewAccessCommand,
  type PathElement,
  ValidatePolicyCommand,
  type ValidatePolicyFinding,
} from '@aws-sdk/client-accessanalyzer'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { newAccessIn, validatePolicy } from '../../../lib/aws/access-analyzer.ts'
import { Throttled } from '../../../lib/errors.ts'
import { refusal, sent } from './sdk.ts'

function theAnalyzer() {
  const client = new AccessAnalyzerClient({ region: 'eu-central-1' })
  return { client, mock: mockClient(client) }
}

function finding(
  findingType: ValidatePolicyFinding['findingType'],
  issueCode: string,
  ...path: PathElement[]
): ValidatePolicyFinding {
  const position = { line: 1, column: 0, offset: 0 }
  return {
    findingType,
    issueCode,
    findingDetails: '',
    learnMoreLink: `https://a/${issueCode}`,
    locations: [{ path, span: { start: position, end: position } }],
  }
}

const PLACE = [
  { value: 'Statement' },
  { index: 1 },
  { value: 'Action' },
  { substring: { start: 0, length: 2 } },
]

describe('validatePolicy', () => {
  test('tells of errors and security warnings, of every page', async () => {
    const { client, mock } = theAnalyzer()
    mock.on(ValidatePolicyCommand).resolvesOnce({
      findings: [
        finding('WARNING', 'A'),
        finding('SUGGESTION', 'B'),
        finding('ERROR', 'C', ...(PLACE as PathElement[])),
      ],
      nextToken: 'more',
    })
    mock
      .on(ValidatePolicyCommand, { nextToken: 'more' })
      .resolves({ findings: [finding('SECURITY_WARNING', 'D')] })

    expect(await validatePolicy(client, '{}', 'permissions')).toEqual([
      { type: 'ERROR', code: 'C', link: 'https://a/C', path: ['Statement', 1, 'Action'] },
      { type: 'SECURITY_WARNING', code: 'D', link: 'https://a/D', path: [] },
    ])
  })

  test.each([
    ['permissions', { policyDocument: '{}', policyType: 'IDENTITY_POLICY' }],
    [
      'trust',
      {
        policyDocument: '{}',
        policyType: 'RESOURCE_POLICY',
        validatePolicyResourceType: 'AWS::IAM::AssumeRolePolicyDocument',
      },
    ],
  ] as const)('says what the policy is: of %s', async (kind, input) => {
    const { client, mock } = theAnalyzer()
    mock.on(ValidatePolicyCommand).resolves({ findings: [] })

    await validatePolicy(client, '{}', kind)

    expect(sent(mock)).toEqual([['ValidatePolicy', input]])
  })

  test('passes on that it was asked too often', async () => {
    const { client, mock } = theAnalyzer()
    mock.on(ValidatePolicyCommand).rejects(refusal('ThrottlingException', 'slowly', 429))

    await expect(validatePolicy(client, '{}', 'trust')).rejects.toBeInstanceOf(Throttled)
  })
})

describe('newAccessIn', () => {
  test.each([
    ['nothing', { result: 'PASS', reasons: [] }, undefined],
    ['the statement that gives it', { result: 'FAIL', reasons: [{ statementIndex: 2 }] }, 2],
    ['unknown, when no statement is named', { result: 'FAIL' }, 'unknown'],
  ] as const)('is %s', async (_, answer, expected) => {
    const { client, mock } = theAnalyzer()
    mock
      .on(CheckNoNewAccessCommand)
      .resolves({ ...answer, reasons: [...('reasons' in answer ? answer.reasons : [])] })

    expect(await newAccessIn(client, 'old', 'new')).toBe(expected)
    expect(sent(mock)).toEqual([
      [
        'CheckNoNewAccess',
        { existingPolicyDocument: 'old', newPolicyDocument: 'new', policyType: 'IDENTITY_POLICY' },
      ],
    ])
  })

  test.each(['UnprocessableEntityException', 'InvalidParameterException'])(
    'is unknown when it cannot be told: %s',
    async (name) => {
      const { client, mock } = theAnalyzer()
      mock.on(CheckNoNewAccessCommand).rejects(refusal(name, 'no', 422))

      expect(await newAccessIn(client, 'old', 'new')).toBe('unknown')
    },
  )

  test('passes on that it was asked too often', async () => {
    const { client, mock } = theAnalyzer()
    mock.on(CheckNoNewAccessCommand).rejects(refusal('ThrottlingException', 'slowly', 429))

    await expect(newAccessIn(client, 'old', 'new')).rejects.toBeInstanceOf(Throttled)
  })
})
