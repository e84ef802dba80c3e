/** Which distribution answers for a host, if one does. */
import { describe, expect, test } from 'vitest'
import { aliasFor, cloudFrontAlias, DAY, upsert } from '../hosting.ts'
import { host, siteFixture, text } from './fixture.ts'

describe('what a viewer cannot reach', () => {
  test('a host without a record, or with one that leads elsewhere', async () => {
    const { zone, changeRecords, deploy, fetch, edge } = await siteFixture()
    await changeRecords(zone, [upsert('A', 'elsewhere.example.com', '192.0.2.1')])
    deploy()
    await expect(fetch(new URL('https://missing.example.com/'))).rejects.toThrow(/no address/)
    await expect(fetch(new URL('https://elsewhere.example.com/'))).rejects.toThrow(/192\.0\.2\.1/)
    expect(edge.serves('missing.example.com')).toBe(false)
  })

  test('a host that points to a distribution without holding it as alias', async () => {
    const { zone, changeRecords, created, deploy, fetch } = await siteFixture()
    const domainName = created.Distribution?.DomainName ?? ''
    await changeRecords(zone, [upsert('CNAME', 'other.example.com', domainName)])
    deploy()
    await expect(fetch(new URL('https://other.example.com/'))).rejects.toThrow(/certificate/)
  })

  test('a host whose certificate has expired', async () => {
    const { clock, zone, describeCertificate, certificate, changeRecords, put, deploy, fetch } =
      await siteFixture()
    await put('keys')
    deploy()
    const [option] = (await describeCertificate(certificate)).DomainValidationOptions ?? []
    const record = upsert('CNAME', option?.ResourceRecord?.Name, option?.ResourceRecord?.Value)
    await changeRecords(zone, [{ ...record, Action: 'DELETE' }])
    clock.advance(200 * DAY)

    await expect(fetch()).rejects.toThrow(/EXPIRED/)
  })
})

describe('two distributions', () => {
  test('the more specific alias answers, whichever the record points to', async () => {
    const {
      zone,
      changeRecords,
      issueCertificate,
      createDistribution,
      origin,
      readByDistribution,
      allow,
      put,
      deploy,
      fetch,
    } = await siteFixture()
    const wildcard = await issueCertificate(zone, { DomainName: '*.example.com' })
    const { Distribution } = await createDistribution({
      ...aliasFor(['*.example.com'], wildcard),
      CallerReference: 'wild',
      Origins: { Quantity: 1, Items: [{ ...origin, OriginPath: '/wild' }] },
    })
    const condition = { StringEquals: { 'AWS:SourceArn': Distribution?.ARN } }
    await allow(readByDistribution, { ...readByDistribution, Condition: condition })
    await put('specific')
    await put('wild', { Key: 'wild/openid/v1/jwks' })
    deploy()

    expect(text(await fetch())).toBe('specific')
    const wild = Distribution?.DomainName ?? ''
    expect(text(await fetch(new URL(`https://${wild}/openid/v1/jwks`)))).toBe('wild')

    await changeRecords(zone, [cloudFrontAlias('UPSERT', host, wild)])
    deploy()

    expect(text(await fetch())).toBe('specific')
  })
})
