/** Any resource, walked through the embedded AWS until it is ready or absent. */
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import type { Cluster } from '../../../lib/cluster.ts'
import { createStep, type Progress } from '../../../lib/reconcile.ts'
import type { Hint, Observed, Resource } from '../../../lib/resource.ts'
import { desiredRole } from '../../../lib/role-compile.ts'
import { RESOURCE_STEPS, type ResourceStep, STEPS, type StepName } from '../../../lib/steps.ts'
import type { EmbeddedAws, Everything } from './embedded-aws.ts'
import { golem } from './golem.ts'

/** The steps that make something, and the bucket's where a bucket is shared. */
export const MAKING = [...STEPS.filter((step) => step !== 'issuer-check'), 'shared documents'] as const

export type Making = (typeof MAKING)[number]

/** How many things of each kind there are more when the step is ready. */
export const ADDED: Readonly<Record<Making, Readonly<Record<string, number>>>> = {
  bucket: { buckets: 1, objects: 2 },
  certificate: { certificates: 1, records: 1 },
  distribution: { distributions: 1 },
  alias: { records: 2 },
  provider: { providers: 1 },
  roles: { roles: 1 },
  'shared documents': { objects: 2 },
}

/** A resource and what is desired of it. Every verb looks for the thing itself: it is given nothing that `create` returned. */
export interface Subject {
  readonly observe: () => Promise<Observed<object>>
  readonly create: () => Promise<unknown>
  readonly delete: () => Promise<void>
  readonly step: (hint: Hint | undefined) => Promise<Progress<object>>
  /** Lets AWS finish what it does asynchronously. */
  readonly pass: () => void
}

function subjectOf<Desired extends object, Outputs extends object>(
  aws: EmbeddedAws,
  resource: Resource<Desired, Outputs>,
  desired: Desired,
): Subject {
  return {
    observe: () => resource.observe(desired),
    create: () => resource.create(desired),
    delete: () => resource.delete(desired),
    step: (hint) => createStep<Desired, Outputs>(resource, { ...desired, hint }),
    pass: () => aws.pass(MINUTES),
  }
}

/** What the embedded AWS needs at most for one move: a distribution is deployed after three. */
const MINUTES = 5

/** Of a cluster of its own, in which nothing is made: no test depends on what another has left. */
export function newSubject(aws: EmbeddedAws, step: StepName, name: string): Subject {
  return subjectFor(aws, step, clusterNamed(name))
}

/** With everything made that comes before the step. */
export async function preparedSubject(
  aws: EmbeddedAws,
  step: StepName | Making,
  name: string,
): Promise<Subject> {
  if (step === 'shared documents') return sharedDocuments(aws, name.replaceAll(' ', '-'))
  const earlier = RESOURCE_STEPS.slice(0, STEPS.indexOf(step))
  return subjectFor(aws, step, await make(aws, earlier, clusterNamed(name)))
}

/** Of a cluster beside one that has its own in the same bucket. */
async function sharedDocuments(aws: EmbeddedAws, name: string): Promise<Subject> {
  const issuer = `https://${aws.stack.sharedHost}`
  const type = 'shared-host'
  await make(aws, ['bucket'], golem({ cluster: SHARED_HOST, issuer, hosting: { type }, keys: [] }))
  await make(aws, ['bucket'], sharing(aws, 'neighbour'))
  return subjectFor(aws, 'bucket', sharing(aws, name))
}

function sharing({ stack }: EmbeddedAws, cluster: string): Cluster {
  return golem({ cluster, issuer: `https://${stack.sharedHost}/${cluster}`, hosting: { type: 'shared' } })
}

/** Every step, each ready. */
export async function madeChain(aws: EmbeddedAws, name: string) {
  const cluster = await make(aws, RESOURCE_STEPS, clusterNamed(name))
  await makeUntilReady(subjectFor(aws, 'roles', cluster))
  return STEPS.map((step) => ({ step, subject: subjectFor(aws, step, cluster) }))
}

/** The cluster with the outputs of these steps. */
async function make(aws: EmbeddedAws, steps: readonly ResourceStep[], given: Cluster): Promise<Cluster> {
  let cluster = given
  for (const step of steps) {
    const outputs = await makeUntilReady(subjectFor(aws, step, cluster))
    cluster = { ...cluster, outputs: { ...cluster.outputs, [step]: outputs } }
  }
  return cluster
}

function subjectFor(aws: EmbeddedAws, step: StepName, cluster: Cluster): Subject {
  return step === 'roles'
    ? subjectOf(aws, aws.roles, desiredRole(aws.stack, cluster, WISH))
    : subjectOf<Cluster, object>(aws, aws.resources[step], cluster)
}

const WISH = {
  namespace: 'shop',
  serviceAccount: 'cart',
  content: {
    policies: [
      { arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' },
      { statements: [{ Effect: 'Allow' as const, Action: 'sqs:SendMessage', Resource: '*' }] },
    ],
    description: '',
    maxSessionDuration: 7200,
    tags: { owner: 'shop' },
  },
}

function clusterNamed(name: string): Cluster {
  const baseDomain = `${name}.gigantic.io`
  return golem({ cluster: name, baseDomain, issuer: `https://irsa.${baseDomain}` })
}

const MOVES = 5

/** Returns its outputs. */
export async function makeUntilReady(subject: Subject): Promise<object> {
  let hint: Hint | undefined
  for (let move = 1; move <= MOVES; move++) {
    const progress = await subject.step(hint)
    subject.pass()
    if (progress.status === 'ready') return progress.outputs
    hint = progress.hint
  }
  throw new Error(`not ready after ${MOVES} moves`)
}

export async function deleteUntilAbsent(subject: Subject): Promise<void> {
  for (let move = 1; move <= MOVES; move++) {
    await subject.delete()
    subject.pass()
    if ((await subject.observe()).status === 'absent') return
  }
  throw new Error(`not absent after ${MOVES} moves`)
}

/** By kind; what there are neither more nor fewer of is left out. */
export function added(before: Everything, after: Everything): Record<string, number> {
  const counts = Object.entries(after).map(
    ([kind, names]) => [kind, names.length - (before[kind]?.length ?? 0)] as const,
  )
  return Object.fromEntries(counts.filter(([, count]) => count !== 0))
}
