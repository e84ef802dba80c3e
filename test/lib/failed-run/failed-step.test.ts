import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { readCluster } from '../../../lib/registry/cluster-record.ts'
import { refusal, sent } from '../aws/sdk.ts'
import { aRun } from '../registry/registry.ts'
import { historyOf, STARTED, theRun } from './fixture.ts'

describe('the failed step', () => {
  test.each([
    [['Bucket'], 'bucket'],
    [['Bucket', 'BucketReady?', 'Certificate'], 'certificate'],
    [['Certificate', 'CertificateReady?'], 'certificate'],
    [['Certificate', 'CertificateReady?', 'WaitForCertificate'], 'certificate'],
    [['CertificateReady?', 'Distribution'], 'distribution'],
    [['Alias', 'AliasReady?', 'IssuerCheck'], 'issuer-check'],
    [['IssuerCheckReady?', 'WaitForIssuerCheck'], 'issuer-check'],
    [['IssuerCheckReady?', 'Provider'], 'provider'],
    [['ProviderReady?', 'IssuerReady'], 'provider'],
    [['IssuerReady', 'ListRoles'], 'roles'],
    [['ListRoles', 'RolesListed?', 'SettleRoles', 'SettleBatch'], 'roles'],
    [['RolesListed?', 'WaitForRoles'], 'roles'],
    [['RolesListed?', 'FinishRun'], 'roles'],
    [[], 'bucket'],
  ])('after %j is %s', async (entered, step) => {
    const { table, judge } = await theRun({ states: entered })

    await judge()

    expect(await readCluster(table, 'golem')).toMatchObject({ lastError: { step } })
  })

  test.each([
    [['WaitForStepsUnderWay', 'ListRoles'], 'roles'],
    [['RolesListed?', 'Provider'], 'provider'],
    [['ProviderGone?', 'WaitForProvider'], 'provider'],
    [['AliasGone?', 'Distribution'], 'distribution'],
    [['BucketGone?', 'FinishRun'], 'bucket'],
    [['WaitForStepsUnderWay'], 'roles'],
  ])('of a run that deprovisions, after %j, is %s', async (entered, step) => {
    const record = { ...STARTED, ...aRun({ workflow: 'deprovision' }) }
    const { table, judge, published } = await theRun({ record, states: entered })

    await judge()

    expect(await readCluster(table, 'golem')).toMatchObject({ lastError: { step } })
    expect(published()).toMatchObject([['Provisioning Failed', { workflow: 'deprovision', step }]])
  })

  test('is looked for on further pages of the history', async () => {
    const { table, judge, states } = await theRun()
    states.sfn
      .on(GetExecutionHistoryCommand)
      .resolvesOnce({ events: historyOf([]), nextToken: 'older' })
      .resolvesOnce({ events: historyOf(['Bucket', 'Distribution']) })

    await judge()

    expect(await readCluster(table, 'golem')).toMatchObject({ lastError: { step: 'distribution' } })
    expect(sent(states.sfn).at(-1)).toMatchObject(['GetExecutionHistory', { nextToken: 'older' }])
  })

  test('is not guessed when the history cannot be read', async () => {
    const { table, judge, states, published } = await theRun()
    states.sfn.on(GetExecutionHistoryCommand).rejects(refusal('ThrottlingException'))

    await expect(judge()).rejects.toMatchObject({ name: 'Throttled' })

    expect(await readCluster(table, 'golem')).toMatchObject({ run: { state: 'STARTED' } })
    expect(published()).toEqual([])
  })
})
