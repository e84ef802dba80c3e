/** The alias of the example's cluster, as it is asked for and as Route 53 lists it. */
import {
  CloudFrontClient,
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudfront'
import { GetChangeCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import type { Stack } from '../../../../lib/aws/stack.ts'
import { aliasResource } from '../../../../lib/resources/alias.ts'
import { answer, OUTPUTS as DISTRIBUTION } from '../distribution/fixture.ts'
import { golem, HOST, STACK, TAG_LIST } from '../golem.ts'
import { change, theHostedZone } from '../hosted-zone.ts'

/** With a distribution and no record of an alias, and with the record of one too. */
export const CLUSTER = golem({ outputs: { distribution: DISTRIBUTION } })
export const OUTPUTS = { recordName: HOST, hostedZoneId: 'Z1', domainName: 'd1.cloudfront.net' }
export const RECORDED = golem({ outputs: { distribution: DISTRIBUTION, alias: OUTPUTS } })
/** With the record of an alias for a distribution that another one has taken the place of. */
export const RECORDED_FORMER = golem({
  outputs: { distribution: DISTRIBUTION, alias: { ...OUTPUTS, domainName: 'd0.cloudfront.net' } },
})

/** As we send it. */
export function desired(Type: 'A' | 'AAAA'): ResourceRecordSet {
  const AliasTarget = {
    HostedZoneId: 'Z2FDTNDATAQYW2',
    DNSName: 'd1.cloudfront.net',
    EvaluateTargetHealth: false,
  }
  return { Name: HOST, Type, AliasTarget }
}

/** As Route 53 lists it. */
export function listed(Type: 'A' | 'AAAA', DNSName = 'd1.cloudfront.net.'): ResourceRecordSet {
  const AliasTarget = { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName, EvaluateTargetHealth: false }
  return { Name: `${HOST}.`, Type, AliasTarget }
}

export const BOTH = [listed('A'), listed('AAAA')]

/** Our distribution, the zone gigantic.io, and these records in it. */
export function theAlias(records: readonly ResourceRecordSet[], stack: Stack = STACK) {
  const cloudFrontClient = new CloudFrontClient({ region: 'us-east-1' })
  const cloudFront = mockClient(cloudFrontClient)
  cloudFront.on(GetDistributionCommand).resolves(answer())
  cloudFront.on(ListTagsForResourceCommand).resolves({ Tags: { Items: TAG_LIST } })
  cloudFront.on(ListDistributionsCommand).resolves({})
  const { route53, route53Client } = theHostedZone(records)
  route53.on(GetChangeCommand).resolves(change('INSYNC'))
  const alias = aliasResource({ cloudFront: cloudFrontClient, route53Of: () => route53Client }, stack)
  return { cloudFront, route53, alias }
}

export const FIND_RECORDS = ['ListResourceRecordSets', { HostedZoneId: 'Z1', StartRecordName: HOST }]

export function deleted(HostedZoneId: string, ...records: ResourceRecordSet[]) {
  const Changes = records.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet }))
  return ['ChangeResourceRecordSets', { HostedZoneId, ChangeBatch: { Changes } }]
}
