/** `aud` of the tokens (RFC 7519 §4.1.3): a client ID of the IAM provider, and a condition of every trust policy. */

/**
 * What is wrong with an audience, in words that follow the field's name; undefined when nothing is. The API server's own
 * audiences are refused: with one of them every pod's default token would open roles.
 */
export function audienceFault(audience: string, issuer = ''): string | undefined {
  // IAM allows 255 characters. `*`, `?` and `$` mean something else in policies than themselves.
  if (!/^[!-~]{1,255}$/.test(audience) || /[*?$"\\]/.test(audience))
    return 'must have 1 to 255 printable ASCII characters, none of them a space or one of * ? $ " \\'
  const name = bareName(audience)
  if (name === bareName(issuer)) return "must not be the issuer: it is in every pod's default token"
  if (name.startsWith('kubernetes.default.svc'))
    return "must not be the API server's: it is in every pod's default token"
  return undefined
}

/** `https://Kubernetes.default.svc/` says the same as `kubernetes.default.svc`. */
function bareName(audience: string): string {
  return audience
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/+$/, '')
}
