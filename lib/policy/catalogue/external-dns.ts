import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { hostedZoneIds } from './parameters.ts'

/** https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/#iam-policy, narrowed to the zones named. */
export const externalDns = catalogueEntry({
  name: 'external-dns',
  description: 'ExternalDNS: writes the DNS records of Services and Ingresses into the hosted zones named.',
  parameters: z.strictObject({ hostedZoneIds }),
  statements: (parameters, { partition }) => {
    const zones = parameters.hostedZoneIds.map((id) => `arn:${partition}:route53:::hostedzone/${id}`)
    return [
      ...allow(
        [
          'route53:ChangeResourceRecordSets',
          'route53:ListResourceRecordSets',
          'route53:ListTagsForResources',
        ],
        zones,
      ),
      // No resource can be named for it: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
      ...allow(['route53:ListHostedZones'], ['*']),
    ]
  },
})
