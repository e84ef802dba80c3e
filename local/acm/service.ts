/** AWS Certificate Manager. */
import type { PublicDns } from '../route53/dns.ts'
import type { Service } from '../service.ts'
import type { World } from '../world.ts'
import type { Certificate, Certificates } from './certificate.ts'
import { certificateRequestOperations } from './certificate-requests.ts'
import { certificateTagOperations } from './certificate-tags.ts'
import { certificateOperations, type InUseBy } from './certificates.ts'
import { keepRenewed } from './renewal.ts'
import { awaitValidation } from './validation.ts'

export interface Acm {
  readonly service: Service
  readonly certificate: (arn: string) => Certificate | undefined
}

export function createAcm(world: World, dns: PublicDns, inUseBy: InUseBy): Acm {
  const { clock } = world
  const certificates: Certificates = new Map()
  const requested = (certificate: Certificate) => {
    const isInUse = () => inUseBy(certificate.arn).length > 0
    awaitValidation(clock, dns, certificates, certificate, () =>
      keepRenewed(clock, dns, certificates, certificate, isInUse),
    )
  }
  return {
    service: {
      name: 'acm',
      operations: {
        ...certificateRequestOperations(world, certificates, requested),
        ...certificateOperations(certificates, inUseBy),
        ...certificateTagOperations(certificates),
      },
    },
    certificate: (arn) => certificates.get(arn),
  }
}
