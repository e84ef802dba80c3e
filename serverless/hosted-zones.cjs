/** The hosted zones that records may be changed in: those of the parameter `hostedZones`; every one, if it names none. */
module.exports = async ({ resolveVariable }) => {
  const entries = (await resolveVariable('param:hostedZones'))
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  if (entries.length === 0) return [arnOf('*')]
  return entries.map((entry) => {
    const [, id] = /^(Z[A-Z0-9]{1,31})=[a-z0-9.-]+$/.exec(entry) ?? []
    if (id === undefined) throw new Error(`hostedZones: ${entry} must be <zone ID>=<zone name>.`)
    return arnOf(id)
  })
}

function arnOf(id) {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/${id}` }
}
