/** What is told at the end: to a person, or as one JSON document. */
import { serviceAccountManifest } from '../../lib/manifest.ts'
import { isStepOf, RESOURCE_STEPS } from '../../lib/steps.ts'
import type { Exchange, Proof } from './proof.ts'
import type { Provisioned } from './provision.ts'
import { placeOf } from './role-requests.ts'
import { nameOf } from './roles-progress.ts'

/** Everything that was asked for is there, and a token has opened a role, if there is a key to sign one. */
export function isWhole({ execution, roles, refused, proof }: Provisioned): boolean {
  return (
    execution.status === 'SUCCEEDED' &&
    refused.length === 0 &&
    roles.every(({ state }) => state === 'READY') &&
    (proof.status === 'proven' || proof.status === 'skipped')
  )
}

/** One JSON document: cluster, issuer, resources, roles, execution, proof, timings in milliseconds. */
export function jsonReport(provisioned: Provisioned): string {
  const { desired, outputs, execution, roles, refused, proof, durations } = provisioned
  const { cluster, accountId, region, issuer, audiences } = desired
  const document = {
    cluster: { name: cluster, accountId, region, audiences },
    issuer,
    resources: outputs,
    roles: roles.map((role) => ({ ...role, manifest: serviceAccountManifest(role) })),
    refusedRoles: refused,
    execution,
    proof,
    timings: durations,
  }
  return JSON.stringify(document, undefined, 2)
}

/** For a person; `manifests` at most, so that thousands do not scroll the rest away. */
export function textReport(provisioned: Provisioned, manifests = 20): string {
  const { desired, roles, proof } = provisioned
  const ready = roles.filter(({ state }) => state === 'READY')
  const left = ready.length - manifests
  return [
    '',
    `Issuer  ${desired.issuer}`,
    '',
    'Resources',
    ...resourceLines(provisioned).map((line) => `  ${line}`),
    '',
    'Roles',
    ...roleLines(provisioned).map((line) => `  ${line}`),
    '',
    'ServiceAccounts, to be applied to the cluster',
    '',
    ready.slice(0, manifests).map(serviceAccountManifest).join('---\n'),
    ...(left > 0 ? [`(and ${left} more: --json prints them all)`, ''] : []),
    'Proof',
    ...proofLines(proof).map((line) => `  ${line}`),
    '',
    ...NEXT,
  ].join('\n')
}

const NEXT = [
  'What to try next',
  '  npm start -- --event my-event.json --roles my-roles.json     your own cluster',
  '  npm start -- --speed 20                                      slower, to watch it wait',
  '  npm run local                                                keep it running, and look around with the AWS CLI',
  '',
]

function resourceLines({ desired, outputs }: Provisioned): string[] {
  return RESOURCE_STEPS.filter((step) => isStepOf(desired.hosting, step)).map((step) => {
    const values = Object.entries(outputs[step] ?? {}).map(
      ([name, value]) => `${name} ${[value].flat().join(', ')}`,
    )
    return `${step.padEnd(13)} ${values.join('  ')}`
  })
}

function roleLines({ roles, refused }: Provisioned): string[] {
  const shown = roles.map((status) => {
    const { state, roleArn, error, message, remedy } = status
    const failure = state === 'READY' ? [] : [`  ${error}: ${message}`, `  ${remedy}`]
    return [`${state.padEnd(6)} ${nameOf(status)}  ${roleArn}`, ...failure]
  })
  const others = refused.map((request) => [
    `REFUSED ${placeOf(request)}`,
    `  ${request.error}: ${request.message}`,
    `  ${request.remedy}`,
  ])
  return [...shown, ...others].flat()
}

function proofLines(proof: Proof): string[] {
  if (proof.status === 'skipped') return [`skipped: ${proof.reason}`]
  if (proof.status === 'unproven') return [`✖ unproven: ${proof.reason}`, `    ${proof.remedy}`]
  const { admitted, refused, roleArn } = proof
  return [
    `${mark(admitted)} a token of ${admitted.subject} opens ${roleArn}`,
    `    ${admitted.answer}`,
    `${mark(refused)} a token of ${refused.subject} does not`,
    `    ${refused.answer}`,
  ]
}

function mark({ asExpected }: Exchange): string {
  return asExpected ? '✔' : '✖'
}
