/** What the parameter `adoptedResources` names, for the policy of the function `adopt`: without any, what nobody can have. */
module.exports = async ({ resolveVariable }) => {
  const arns = (await resolveVariable('param:adoptedResources'))
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const wrong = arns.find((arn) => !KINDS.some((kind) => kind.test(arn)))
  if (wrong !== undefined)
    throw new Error(
      `adoptedResources: ${wrong} must be the ARN of a certificate, a distribution or an OIDC provider, without wildcards.`,
    )
  return (arns.length === 0 ? [NOBODYS] : arns).map(inPartition)
}

/** IAM takes no policy that names another partition than its own. */
function inPartition(arn) {
  return { 'Fn::Sub': arn.replace(/^arn:[a-z-]+:/, 'arn:${AWS::Partition}:') }
}

const KINDS = [
  /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
  /^arn:aws[a-z-]*:cloudfront::\d{12}:distribution\/\w+$/,
  /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[\w.:/-]+$/,
]

/** AWS has no such account. */
const NOBODYS = 'arn:aws:iam::000000000000:oidc-provider/none'
