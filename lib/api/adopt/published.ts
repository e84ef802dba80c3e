/** What others made is looked at and taken over, as it is published. Apart from what does it, which may write tags. */
import * as z from 'zod'
import { CLUSTER_CREATED } from '../../events/cluster-created.ts'
import { replayMembers } from '../operations/published/executions.ts'
import { clusterPath, none } from '../parameters.ts'
import { plannedThing } from '../plan/published.ts'
import type { Published } from '../route.ts'

export const adoptBody = z.strictObject({
  event: z
    .strictObject({
      detailType: z.literal(CLUSTER_CREATED),
      detail: z.unknown().describe('Of that event.'),
    })
    .optional()
    .describe(
      'Of a cluster that is not announced yet: it is announced with what is taken over. For administrators.',
    ),
  resources: z
    .array(z.string())
    .optional()
    .describe(
      'Take these over: exactly what was listed. Without it, they are listed, and nothing is changed.',
    ),
})

const tags = z.record(z.string(), z.string())

const planMembers = {
  cluster: z.string(),
  issuer: z.string(),
  resources: z.array(z.string()).describe('ARNs of what would be taken over: send them back to confirm.'),
  things: z
    .array(
      z.strictObject({
        resource: z.enum(['bucket', 'certificate', 'distribution', 'provider']),
        arn: z.string(),
        what: z.string().describe('In words.'),
        tags: tags.describe('That it has.'),
        isOurs: z.boolean().describe('It has the tags already.'),
      }),
    )
    .describe('The same, in the order of the workflow.'),
  tags: tags.describe('That each would get, beside its own.'),
  left: z.array(z.strictObject({ what: z.string(), why: z.string() })).describe('That stays as it is.'),
  obstacles: z.array(z.string()).describe('While there is one, nothing is taken over.'),
  changes: z.array(plannedThing).describe('What the run after that does.'),
  rolesLeftOut: z.int().describe('That were not looked at.'),
  keptKids: z
    .array(z.string())
    .describe('Keys that the issuer serves and no event lists: they stay, and retire as in a rotation.'),
  keptAudiences: z
    .array(z.string())
    .describe('Client IDs that the provider has and no event lists: they stay.'),
}

export const ADOPT = {
  method: 'POST',
  path: '/clusters/{cluster}/adopt',
  operation: 'adoptCluster',
  summary: 'Take over what others made for the issuer of a cluster',
  description:
    'For operators. Without `resources` it looks, and changes nothing. With them, all that is listed then and nothing else, they get the tags of the stack and a run is started; whatever was lost of that, the same request does the rest. Of distributions, certificates and providers only those that the parameter adoptedResources of the stack names.',
  access: 'authorised',
  parameters: clusterPath,
  query: none,
  body: { name: 'AdoptionRequest', schema: adoptBody, isOptional: true },
  answers: {
    200: {
      description: 'What would be taken over, as of now.',
      content: { name: 'AdoptionPlan', schema: z.strictObject(planMembers) },
    },
    202: {
      description: 'It is taken over, and a run makes it as desired.',
      content: {
        name: 'Adoption',
        schema: z.strictObject({
          ...planMembers,
          run: z.strictObject({ cluster: z.string(), ...replayMembers }).describe('How the cluster goes on.'),
        }),
      },
    },
  },
  errors: [
    'PrivateKeyInInput',
    'ClusterNotFound',
    'ClusterBeingDeleted',
    'ClusterIsCompanion',
    'ClusterChangeRefused',
    'BaseDomainNotAllowed',
    'IssuerTaken',
    'AdoptionRefused',
    'AdoptionNotAllowed',
    'AdoptionListDiffers',
  ],
} as const satisfies Published
