import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { hostedZoneIds } from './parameters.ts'

/** https://cert-manager.io/docs/configuration/acme/dns01/route53/, narrowed to challenge records in the zones named. */
export const certManager = catalogueEntry({
  name: 'cert-manager',
  description: 'cert-manager: answers ACME DNS-01 challenges in the hosted zones named.',
  parameters: z.strictObject({ hostedZoneIds }),
  statements: (parameters, { partition }) => {
    const zones = parameters.hostedZoneIds.map((id) => `arn:${partition}:route53:::hostedzone/${id}`)
    return [
      ...allow(['route53:ChangeResourceRecordSets'], zones, {
        'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': 'TXT' },
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': '_acme-challenge.*',
        },
      }),
      ...allow(['route53:ListResourceRecordSets'], zones),
      ...allow(['route53:GetChange'], [`arn:${partition}:route53:::change/*`]),
      ...allow(['route53:ListHostedZonesByName'], ['*']),
    ]
  },
})
