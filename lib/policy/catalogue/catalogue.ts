/** Every entry, by its name. A new one: a file beside this one, and a line here. */
import * as z from 'zod'
import { refusedField } from '../refused-field.ts'
import { awsLoadBalancerController } from './aws-load-balancer-controller.ts'
import { certManager } from './cert-manager.ts'
import { cloudWatchLogs } from './cloudwatch-logs.ts'
import { clusterAutoscaler } from './cluster-autoscaler.ts'
import { ebsCsiDriver } from './ebs-csi-driver.ts'
import { efsCsiDriver } from './efs-csi-driver.ts'
import type { CatalogueEntry } from './entry.ts'
import { externalDns } from './external-dns.ts'
import { externalSecrets } from './external-secrets.ts'
import { fsxCsiDriver } from './fsx-csi-driver.ts'
import { karpenter } from './karpenter.ts'
import { s3Read } from './s3-read.ts'
import { sqsConsumer } from './sqs-consumer.ts'
import { velero } from './velero.ts'

export const CATALOGUE: readonly CatalogueEntry[] = [
  awsLoadBalancerController,
  certManager,
  cloudWatchLogs,
  clusterAutoscaler,
  ebsCsiDriver,
  efsCsiDriver,
  externalDns,
  externalSecrets,
  fsxCsiDriver,
  karpenter,
  s3Read,
  sqsConsumer,
  velero,
]

/** `field` as `parse` names fields: `role.policies[0].catalogue`. Throws PolicyRefused that lists the names there are. */
export function catalogueEntryNamed(name: string, field: string): CatalogueEntry {
  const entry = CATALOGUE.find((candidate) => candidate.name === name)
  if (entry !== undefined) return entry
  const names = CATALOGUE.map((candidate) => candidate.name).join(', ')
  throw refusedField(field, `must be one of ${names}`)
}

/** For people and for GET /catalogue: the parameters as JSON Schema. */
export function describeCatalogue(): {
  readonly name: string
  readonly description: string
  readonly parameters: z.core.JSONSchema.BaseSchema
}[] {
  return CATALOGUE.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters: z.toJSONSchema(parameters, { io: 'input' }),
  }))
}
