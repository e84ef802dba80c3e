/**
 * The buckets of others that the parameter `adoptedBuckets` names, for policies, whose statements need a resource: without any, what
 * the function may touch of the stack's own anyway.
 */
module.exports = {
  buckets: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    return namedOr(adopted, [own]).map(arnOf)
  },
  ownAndAdopted: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    return [own, ...adopted].map(arnOf)
  },
  /** Nobody knows where others have the keys. */
  documents: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    return namedOr(
      adopted.map((name) => `${name}/*`),
      documentsOf(own),
    ).map(arnOf)
  },
  ownAndAdoptedDocuments: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    return [...documentsOf(own), ...adopted.map((name) => `${name}/*`)].map(arnOf)
  },
  objects: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    return namedOr(adopted, [own]).map((name) => arnOf(`${name}/*`))
  },
  bucketsAndObjects: async (variables) => {
    const { own, adopted } = await namesIn(variables)
    return namedOr(adopted, [own]).flatMap((name) => [arnOf(name), arnOf(`${name}/*`)])
  },
  /** What an alias may be: others made CNAMEs, which must go for it. */
  aliasTypes: async (variables) => {
    const { adopted } = await namesIn(variables)
    return adopted.length === 0 ? ['A', 'AAAA'] : ['A', 'AAAA', 'CNAME']
  },
}

function documentsOf(bucket) {
  return ['.well-known/openid-configuration', 'openid/v1/jwks'].map((key) => `${bucket}/${key}`)
}

function namedOr(adopted, own) {
  return adopted.length === 0 ? own : adopted
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
  return { own, adopted }
}

function arnOf(path) {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${path}` }
}
