/** A pod's token, signed by nobody that anybody knows. */
import { NOW } from './fixture.ts'

export function tokenOfPod(issuer: string): string {
  const seconds = NOW.getTime() / 1000
  const claims = {
    iss: issuer,
    sub: 'system:serviceaccount:default:reader',
    aud: ['sts.amazonaws.com'],
    iat: seconds,
    exp: seconds + 3600,
  }
  const parts = [{ alg: 'RS256', kid: 'a' }, claims].map((part) => Buffer.from(JSON.stringify(part)))
  return [...parts, Buffer.from('not a signature')].map((part) => part.toString('base64url')).join('.')
}
