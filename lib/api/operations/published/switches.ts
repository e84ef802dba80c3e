/** What is switched of a cluster, as it is published. */
import { clusterAnswer } from '../../clusters.ts'
import { clusterPath, none } from '../../parameters.ts'
import type { Published } from '../../route.ts'

const common = {
  access: 'authorised',
  parameters: clusterPath,
  query: none,
  answers: { 200: { description: 'The cluster, as it is now.', content: clusterAnswer } },
  errors: ['ClusterNotFound'],
} as const

const ofProtection = { ...common, path: '/clusters/{cluster}/protection' } as const
const ofPause = { ...common, path: '/clusters/{cluster}/pause' } as const

export const PROTECT = {
  ...ofProtection,
  method: 'PUT',
  operation: 'protectCluster',
  summary: 'Have a cluster deleted by nothing but force',
  description: 'For operators. May be repeated.',
} as const satisfies Published

export const UNPROTECT = {
  ...ofProtection,
  method: 'DELETE',
  operation: 'unprotectCluster',
  summary: "Take a cluster's protection off",
  description: 'For operators. May be repeated.',
} as const satisfies Published

export const PAUSE = {
  ...ofPause,
  method: 'PUT',
  operation: 'pauseCluster',
  summary: 'Have nothing work on a cluster',
  description:
    'For operators. Events and role requests are recorded, and wait. A run that is under way ends before its next step; what it has asked AWS for goes on there. May be repeated.',
} as const satisfies Published

export const RESUME = {
  ...ofPause,
  method: 'DELETE',
  operation: 'resumeCluster',
  summary: 'Go on with a cluster that is paused',
  description:
    'For operators. A run begins that goes through all that is desired by now, roles too. May be repeated.',
} as const satisfies Published
