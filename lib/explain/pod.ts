/**
 * What the pod identity webhook should have put into a pod: https://github.com/aws/amazon-eks-pod-identity-webhook. Pure; reads what
 * `kubectl get pod -o json` prints.
 */
import * as z from 'zod'

export interface PodCheck {
  /** Of a container: its name; of the pod: undefined. */
  readonly container: string | undefined
  readonly isRight: boolean
  readonly words: string
  readonly remedy?: string
}

const TOKEN_DIRECTORY = '/var/run/secrets/eks.amazonaws.com/serviceaccount'
const TOKEN_FILE = `${TOKEN_DIRECTORY}/token`

const containerSchema = z.object({
  name: z.string(),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
})

export const podSchema = z.object({
  kind: z.literal('Pod'),
  spec: z.object({
    serviceAccountName: z.string().default('default'),
    containers: z.array(containerSchema).min(1),
    initContainers: z.array(containerSchema).default([]),
    volumes: z
      .array(
        z.object({
          name: z.string(),
          projected: z
            .object({
              sources: z.array(
                z.object({
                  serviceAccountToken: z
                    .object({ path: z.string(), audience: z.string().optional() })
                    .optional(),
                }),
              ),
            })
            .optional(),
        }),
      )
      .default([]),
  }),
  metadata: z.object({ namespace: z.string().default('default'), name: z.string() }),
})

export type Pod = z.output<typeof podSchema>
type Container = z.output<typeof containerSchema>

/** `audience`: what the role's trust policy wants. */
export function checkPod({ metadata, spec }: Pod, audience: string): PodCheck[] {
  const volume = tokenVolume(spec)
  const account = `${metadata.namespace}/${spec.serviceAccountName}`
  return [
    checkVolume(volume, account, audience),
    ...[...spec.initContainers, ...spec.containers].flatMap((container) =>
      checkContainer(container, volume?.name, account),
    ),
  ]
}

interface TokenVolume {
  readonly name: string
  readonly audience: string | undefined
}

function tokenVolume({ volumes, containers }: Pod['spec']): TokenVolume | undefined {
  const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts)
  const names = mounts.filter(({ mountPath }) => mountPath === TOKEN_DIRECTORY).map(({ name }) => name)
  for (const { name, projected } of volumes) {
    const token = projected?.sources.find(
      ({ serviceAccountToken: one }) => one?.path === 'token',
    )?.serviceAccountToken
    if (token !== undefined && names.includes(name)) return { name, audience: token.audience }
  }
  return undefined
}

const RESTART =
  'Annotate the service account (irsa role manifest), see that the webhook runs, and make the pod anew: it is changed only when it is made.'

function checkVolume(volume: TokenVolume | undefined, account: string, audience: string): PodCheck {
  const pod = { container: undefined }
  if (volume === undefined)
    return {
      ...pod,
      isRight: false,
      words: `No projected token is mounted at ${TOKEN_DIRECTORY}: the webhook has not changed this pod of ${account}.`,
      remedy: RESTART,
    }
  if (volume.audience !== audience)
    return {
      ...pod,
      isRight: false,
      words: `The token of volume ${volume.name} has the audience ${volume.audience ?? "that is the API server's own"}, not ${audience}.`,
      remedy: `Set eks.amazonaws.com/audience of the service account ${account} to ${audience}, and make the pod anew.`,
    }
  return {
    ...pod,
    isRight: true,
    words: `The volume ${volume.name} has a token with the audience ${audience}.`,
  }
}

function checkContainer(
  { name, env, volumeMounts }: Container,
  volume: string | undefined,
  account: string,
): PodCheck[] {
  const value = (variable: string) => env.find((one) => one.name === variable)?.value
  const [role, file] = [value('AWS_ROLE_ARN'), value('AWS_WEB_IDENTITY_TOKEN_FILE')]
  const isRole = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(role ?? '')
  const isMounted = volumeMounts.some((mount) => mount.name === volume && mount.mountPath === TOKEN_DIRECTORY)
  const stronger = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].filter((variable) =>
    env.some((one) => one.name === variable),
  )
  const check = (isRight: boolean, words: string, remedy: string): PodCheck =>
    isRight ? { container: name, isRight, words } : { container: name, isRight, words, remedy }
  return [
    check(
      isRole,
      role === undefined ? 'AWS_ROLE_ARN is missing.' : `AWS_ROLE_ARN is ${role}.`,
      `Set eks.amazonaws.com/role-arn of the service account ${account} to the role's ARN. ${RESTART}`,
    ),
    check(
      file === TOKEN_FILE,
      file === undefined
        ? 'AWS_WEB_IDENTITY_TOKEN_FILE is missing.'
        : `AWS_WEB_IDENTITY_TOKEN_FILE is ${file}.`,
      `It must be ${TOKEN_FILE}. ${RESTART}`,
    ),
    check(
      isMounted,
      isMounted ? `The token is mounted at ${TOKEN_DIRECTORY}.` : `Nothing is mounted at ${TOKEN_DIRECTORY}.`,
      RESTART,
    ),
    ...stronger.map((variable) =>
      check(
        false,
        `${variable} is set, and stands before the role in every SDK.`,
        'Remove it from the container.',
      ),
    ),
  ]
}
