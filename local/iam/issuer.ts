/** The issuer behind a provider, as IAM sees it when the provider is made. */
import { EdgeError, type World } from '../world.ts'
import { issuerUnreachable } from './errors.ts'

/**
 * IAM takes the thumbprint of the issuer's authority off the connection, so whatever is answered will do. Throws AwsError
 * (OpenIdIdpCommunicationError). https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export async function connectToIssuer({ edge }: Pick<World, 'edge'>, hostPath: string): Promise<void> {
  const url = new URL(`https://${hostPath.replace(/\/$/, '')}/.well-known/openid-configuration`)
  try {
    await edge().fetch(url)
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error
    throw issuerUnreachable(
      `IAM cannot connect to the OpenID Connect identity provider https://${hostPath}: ${error.message}`,
      { cause: error },
    )
  }
}
