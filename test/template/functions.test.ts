/** What holds of every function of the deployed stack, whatever is added to it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Packaged, readPackaged } from './packaged.ts'

let packaged: Packaged

beforeAll(async () => {
  packaged = await readPackaged()
})

describe('every function', () => {
  test('has a role of its own', () => {
    const roles = packaged
      .ofType('AWS::Lambda::Function')
      .map(([, { Properties }]) => JSON.stringify(Properties.Role))

    expect(roles.length).toBeGreaterThan(0)
    expect(new Set(roles).size).toBe(roles.length)
  })

  test('runs on the pinned runtime and architecture, traced', () => {
    for (const [, { Properties }] of packaged.ofType('AWS::Lambda::Function'))
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      })
  })

  test('has concurrency of its own if it makes roles, unless the account has none to give', () => {
    const bounded = packaged
      .ofType('AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties.ReservedConcurrentExecutions !== undefined)

    expect(bounded.map(([, { Properties }]) => Properties.ReservedConcurrentExecutions)).toEqual([
      { 'Fn::If': ['BoundsRoleConcurrency', 10, { Ref: 'AWS::NoValue' }] },
    ])
  })

  test('has a log group that forgets', () => {
    const groups = packaged.ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties)
    const names = groups.map(({ LogGroupName }) => LogGroupName)

    for (const [, { Properties }] of packaged.ofType('AWS::Lambda::Function'))
      expect(names).toContain(`/aws/lambda/${Properties.FunctionName}`)
    for (const { RetentionInDays } of groups) expect(RetentionInDays).toBeGreaterThan(0)
  })

  test('retries what came from no queue a bounded number of times, and keeps what it could not do', () => {
    expect(packaged.resources.ClusterDasheventsLambdaEvConf?.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
    })
    for (const [, { Properties }] of packaged.ofType('AWS::Lambda::EventSourceMapping'))
      expect(Properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: 5,
        MaximumRecordAgeInSeconds: 3600,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['StreamFailures', 'Arn'] } } },
      })
  })

  test('reads the issuer from the internet: nothing in the template says otherwise', () => {
    expect(packaged.text).not.toMatch(/ISSUER_ENDPOINT|AWS_ENDPOINT_URL/)
  })
})
