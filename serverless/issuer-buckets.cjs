/**
 * The buckets of issuers, for policies: those of the stack, by the beginning of their names, and of others those that the parameter
 * `adoptedBuckets` names. Of the latter nobody knows where the keys are.
 */
module.exports = {
  buckets: async (variables) => (await namesIn(variables)).all.map((name) => arnOf(name)),
  documents: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    const keys = ['.well-known/openid-configuration', 'openid/v1/jwks']
    return [...keys.map((key) => arnOf(`${own}/${key}`)), ...adopted.map((name) => arnOf(`${name}/*`))]
  },
  objects: async (variables) => (await namesIn(variables)).all.map((name) => arnOf(`${name}/*`)),
  /** A statement needs a resource: without any, those of the stack. */
  adopted: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    return (adopted.length === 0 ? [own] : adopted).flatMap((name) => [arnOf(name), arnOf(`${name}/*`)])
  },
  /** What an alias may be: others made CNAMEs, which must go for it. */
  aliasTypes: async (variables) => {
    const { adopted } = await namesIn(variables)
    return adopted.length === 0 ? ['A', 'AAAA'] : ['A', 'AAAA', 'CNAME']
  },
}

async function namesIn({ resolveVariable }) {
  const own = `irsa-${await resolveVariable('sls:stage')}-*`
  const adopted = (await resolveVariable('param:adoptedBuckets'))
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const wrong = adopted.find((name) => !/^(?=.*[a-z0-9]{3})[a-z0-9.*-]{3,63}$/.test(name))
  if (wrong !== undefined)
    throw new Error(`adoptedBuckets: ${wrong} must be the name of a bucket, wildcards allowed.`)
  return { own, adopted, all: [own, ...adopted] }
}

function arnOf(path) {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${path}` }
}
