/**
 * THE order of creation; removal walks it backwards. The state machines, serverless.yml and the registry's
 * outputs follow it, and test/architecture.test.ts holds them to it. Each line: what it needs from above.
 */
export const STEPS = [
  'bucket', // the cluster's public keys
  'certificate', // a hosted zone that covers the issuer's host; ready once issued
  'distribution', // bucket as origin, issued certificate; owns the bucket policy
  'alias', // the distribution's domain name
  'issuer-check', // the issuer answering over public HTTPS; observes only
  'provider', // an issuer that answers
  'roles', // the provider's ARN
] as const

export type StepName = (typeof STEPS)[number]

/** The steps that are one AWS resource each: all but the fan-out at the end. */
export type ResourceStep = Exclude<StepName, 'roles'>

export const RESOURCE_STEPS = STEPS.filter((step): step is ResourceStep => step !== 'roles')

/** What is not ours to make, by hosting. Its steps are passed over, forwards and backwards. */
const LEFT_OUT: Readonly<Record<string, readonly ResourceStep[]>> = {
  shared: ['certificate', 'alias'],
  'shared-host': ['issuer-check', 'provider'],
  s3: ['certificate', 'distribution', 'alias'],
  external: ['bucket', 'certificate', 'distribution', 'alias'],
}

/** Whether a cluster with this hosting has anything to do in the step. */
export function isStepOf(hosting: { readonly type: string }, step: ResourceStep): boolean {
  return LEFT_OUT[hosting.type]?.includes(step) !== true
}

/** What is used, and stays when the cluster goes. */
const KEPT: Readonly<Record<string, readonly ResourceStep[]>> = { shared: ['distribution'] }

/** Whether the step has made something that goes with the cluster. */
export function isRemovedWith(hosting: { readonly type: string }, step: ResourceStep): boolean {
  return isStepOf(hosting, step) && KEPT[hosting.type]?.includes(step) !== true
}

/** What answers under the issuer's name, and so keeps others from it. The documents are the bucket's. */
export function isHostStep(step: StepName): boolean {
  return step === 'certificate' || step === 'distribution' || step === 'alias'
}

/** What deprovisioning walks: the check made nothing. */
export const REMOVAL_STEPS = STEPS.toReversed().filter((step) => step !== 'issuer-check')

/** The step that a state of the workflow belongs to: `WaitForIssuerCheck` to issuer-check, `ListRoles` to roles. */
export function stepOfState(stateName: string): StepName | undefined {
  const words = stateName.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  return STEPS.find((step) => words.includes(step))
}
