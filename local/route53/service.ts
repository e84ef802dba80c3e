/** Route 53, and the public DNS that its zones answer. */
import type { Service } from '../service.ts'
import type { World } from '../world.ts'
import { changeBatchOperations } from './change-batch.ts'
import { changeOperations, createChanges } from './changes.ts'
import { createDns, type PublicDns } from './dns.ts'
import type { HostedZones } from './hosted-zone.ts'
import { hostedZoneListOperations } from './hosted-zone-lists.ts'
import { hostedZoneOperations } from './hosted-zones.ts'
import { recordSetListOperations } from './record-set-list.ts'
import { testDnsAnswerOperations } from './test-dns-answer.ts'
import { zoneTagOperations } from './zone-tags.ts'

export function createRoute53(world: World): { readonly service: Service; readonly dns: PublicDns } {
  const zones: HostedZones = new Map()
  const changes = createChanges(world.clock)
  return {
    service: {
      name: 'route53',
      operations: {
        ...hostedZoneOperations(world, zones, changes),
        ...hostedZoneListOperations(zones),
        ...changeBatchOperations(zones, changes),
        ...changeOperations(changes),
        ...recordSetListOperations(zones),
        ...testDnsAnswerOperations(zones),
        ...zoneTagOperations(zones),
      },
    },
    dns: createDns(zones),
  }
}
