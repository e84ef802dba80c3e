/** The members that outbound events share. Delivery is at least once: `cluster`, `generation` and `run` tell doubles apart. */
import * as z from 'zod'
import { anyClusterName } from './cluster-name.ts'
import { accountId } from './envelope.ts'

export const SOURCE = 'irsa.provisioner'

export const clusterMembers = {
  cluster: anyClusterName,
  accountId,
  issuer: z.string(),
  generation: z.int().describe('Of what is desired; raised by every accepted change.'),
  run: z.int().describe('The number at the end of the execution name.'),
}

export const roleMembers = {
  ...clusterMembers,
  namespace: z.string(),
  serviceAccount: z.string(),
  roleArn: z.string(),
}

export const failureMembers = {
  error: z.string().describe('The literal name of the error and its message.'),
  remedy: z.string().describe('What a person should do.'),
}
