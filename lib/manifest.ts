/** What a team applies to its cluster: the ServiceAccount that the pod identity webhook reads. Pure. */

export interface AnnotatedServiceAccount {
  readonly namespace: string
  readonly serviceAccount: string
  readonly roleArn: string
  readonly audience: string
  /** Of the projected token: 600 to 86,400; the webhook's own default is a day. */
  readonly tokenExpirationSeconds?: number
}

/** YAML, with every value quoted. https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough */
export function serviceAccountManifest(account: AnnotatedServiceAccount): string {
  const { namespace, serviceAccount, roleArn, audience, tokenExpirationSeconds = 86_400 } = account
  return `apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${JSON.stringify(serviceAccount)}
  namespace: ${JSON.stringify(namespace)}
  annotations:
    eks.amazonaws.com/role-arn: ${JSON.stringify(roleArn)}
    eks.amazonaws.com/audience: ${JSON.stringify(audience)}
    eks.amazonaws.com/sts-regional-endpoints: "true"
    eks.amazonaws.com/token-expiration: "${tokenExpirationSeconds}"
`
}
