/** What the API server and the pod identity webhook of a cluster are started with. Pure. */
import * as z from 'zod'
import type { DesiredCluster } from '../cluster.ts'

export const clusterSettingsSchema = z.strictObject({
  apiServer: z
    .strictObject({
      flags: z.array(z.string()).describe('Of kube-apiserver, in this order.'),
      kubeadm: z.string().describe('The same in a ClusterConfiguration, YAML.'),
    })
    .optional()
    .describe('Absent when the issuer is external: whoever runs it has set it.'),
  podIdentityWebhook: z.strictObject({
    flags: z.array(z.string()).describe('Of https://github.com/aws/amazon-eks-pod-identity-webhook'),
  }),
})

/** What kubeadm signs for when nothing else is said. */
const FORMER_ISSUER = 'https://kubernetes.default.svc.cluster.local'

/**
 * The first issuer signs, the second is still accepted: tokens of before work until they expire.
 * The audiences of the API server are in every pod's default token, so those of the roles are not among them: such a token would open them.
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
 */
export function clusterSettings(
  { issuer, region, audiences, hosting }: Pick<DesiredCluster, 'issuer' | 'region' | 'audiences' | 'hosting'>,
  jwksKey: string,
): z.output<typeof clusterSettingsSchema> {
  const [audience = ''] = audiences
  return {
    ...(hosting.type !== 'external' && { apiServer: apiServerSettings(issuer, jwksKey) }),
    podIdentityWebhook: {
      flags: [
        '--annotation-prefix=eks.amazonaws.com',
        `--token-audience=${audience}`,
        `--aws-default-region=${region}`,
        '--sts-regional-endpoint=true',
      ],
    },
  }
}

function apiServerSettings(issuer: string, jwksKey: string) {
  const settings = [
    ['service-account-issuer', issuer],
    ['service-account-issuer', FORMER_ISSUER],
    ['api-audiences', `${issuer},${FORMER_ISSUER}`],
    ['service-account-jwks-uri', `${issuer}/${jwksKey}`],
  ] as const
  return {
    flags: settings.map(([name, value]) => `--${name}=${value}`),
    kubeadm: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
${settings.map(([name, value]) => `    - name: ${name}\n      value: ${JSON.stringify(value)}`).join('\n')}
`,
  }
}
