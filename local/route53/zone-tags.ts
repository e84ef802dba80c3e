/** Tags of hosted zones. */
import type {
  ChangeTagsForResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
} from '@aws-sdk/client-route-53'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { operation } from '../service.ts'
import { parseTags, tagList } from '../tags.ts'
import { bareId, findZone, type HostedZones, zoneAsk } from './hosted-zone.ts'

export function zoneTagOperations(zones: HostedZones) {
  return {
    ChangeTagsForResource: operation<ChangeTagsForResourceRequest, object>({
      run: (input, call) => {
        onlyZones(input.ResourceType)
        const zone = findZone(zones, input.ResourceId, call)
        const tags = new Map([...zone.tags, ...parseTags(input.AddTags, invalidTag)])
        for (const key of input.RemoveTagKeys ?? []) tags.delete(key)
        zone.tags = tags
        return {}
      },
      asks: (input, call) => [zoneAsk('route53:ChangeTagsForResource', input.ResourceId, call)],
    }),
    ListTagsForResource: operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
      run: (input, call) => {
        onlyZones(input.ResourceType)
        const zone = findZone(zones, input.ResourceId, call)
        return {
          ResourceTagSet: {
            ResourceType: 'hostedzone',
            ResourceId: bareId(input.ResourceId),
            Tags: tagList(zone.tags),
          },
        }
      },
      asks: (input, call) => [zoneAsk('route53:ListTagsForResource', input.ResourceId, call)],
    }),
  }
}

function onlyZones(resourceType: string | undefined): void {
  if (resourceType !== 'hostedzone') throw new NotInLocalMode(`Route 53 tags of a ${resourceType}`)
}

function invalidTag(message: string): AwsError {
  return new AwsError('InvalidInput', message)
}
