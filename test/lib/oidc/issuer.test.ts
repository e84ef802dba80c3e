import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../../../lib/errors.ts'
import {
  baseDomainFault,
  dedicatedIssuer,
  externalIssuerFault,
  issuerHost,
  issuerHostPath,
  providerArn,
} from '../../../lib/oidc/issuer.ts'

describe('dedicatedIssuer', () => {
  test('is irsa.<baseDomain>, without a slash at the end', () => {
    expect(dedicatedIssuer('golem.gaws.gigantic.io')).toBe('https://irsa.golem.gaws.gigantic.io')
  })

  test('refuses a base domain that is none', () => {
    expect(() => dedicatedIssuer('golem.')).toThrow(InvalidInput)
  })
})

const COMPARED =
  'issuers are compared byte by byte, and the API server must have the same as --service-account-issuer'

describe('externalIssuerFault', () => {
  test.each([
    ['EKS', 'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'],
    ['GKE', 'https://container.googleapis.com/v1/projects/p/locations/europe-west1/clusters/c'],
    ['AKS', `https://westeurope.oic.prod-aks.azure.com/${'0'.repeat(36)}/${'1'.repeat(36)}/`],
  ])('takes those of %s', (_, issuer) => {
    expect(externalIssuerFault(issuer)).toBeUndefined()
  })

  test.each([
    'https://token.actions.githubusercontent.com',
    'https://gitlab.com',
    'https://oidc.circleci.com/org/0123',
    'https://accounts.google.com',
    'https://cognito-identity.cn-north-1.amazonaws.com.cn',
  ])('refuses %s, which signs for everybody', (issuer) => {
    expect(externalIssuerFault(issuer)).toMatch(/^must be of one cluster/)
  })

  test.each([
    ['http://a.example.com', 'must begin with https://'],
    ['https://10.0.0.1', 'must be a DNS name of at least two labels, the last one not a number'],
    ['https://kubernetes', 'must be a DNS name of at least two labels, the last one not a number'],
    ['https://a.example.com:8443/b', 'must have no port: STS asks for its documents at 443'],
    ['https://a.example.com/?b', 'must have neither query nor fragment'],
    ['https://a.example.com#b', 'must have neither query nor fragment'],
    ['https://me:secret@a.example.com/', 'must have neither user nor password'],
    ['https://A.example.com/', `must have its host in lower case: ${COMPARED}`],
    ['https://a.example.com/', `must not end with the slash behind its host: ${COMPARED}`],
    [
      'https://a.example.com/b//',
      'must have a path of letters, digits, . _ ~ and -, without empty segments, or none',
    ],
  ])('refuses %s, and says why', (issuer, fault) => {
    expect(externalIssuerFault(issuer)).toBe(fault)
  })
})

describe('baseDomainFault takes', () => {
  test.each([
    ['a domain', 'example.com'],
    ['punycode', 'xn--bcher-kva.example'],
    ['digits', '1.2.3.example'],
    ['59 characters', `${'a'.repeat(55)}.com`],
  ])('%s', (_, baseDomain) => {
    expect(baseDomainFault(baseDomain)).toBeUndefined()
  })

  test('nothing that makes a host of more than 64 characters, and all shorter names of plain labels', () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/)
    fc.assert(
      fc.property(fc.array(label, { minLength: 2, maxLength: 4 }), (labels) => {
        const baseDomain = labels.join('.')
        expect(baseDomainFault(baseDomain) === undefined).toBe(`irsa.${baseDomain}`.length <= 64)
      }),
    )
  })
})

describe('baseDomainFault refuses', () => {
  test.each([
    ['nothing', ''],
    ['one label', 'localhost'],
    ['60 characters', `${'a'.repeat(56)}.com`],
    ['a dot at the end', 'example.com.'],
    ['a dot at the beginning', '.example.com'],
    ['two dots', 'example..com'],
    ['a slash', 'example.com/'],
    ['a scheme', 'https://example.com'],
    ['a port', 'example.com:443'],
    ['a user', 'me@example.com'],
    ['upper case', 'Example.com'],
    ['an underscore', 'my_cluster.example.com'],
    ['a wildcard', '*.example.com'],
    ['an umlaut', 'bücher.example'],
    ['a space', 'exa mple.com'],
    ['a line end', 'example.com\n'],
    ['a hyphen at the beginning of a label', 'a.-b.com'],
    ['a hyphen at the end of a label', 'a.b-.com'],
    ['an IPv4 address', '10.0.0.1'],
    ['a number as last label', 'example.1'],
  ])('%s', (_, baseDomain) => {
    expect(baseDomainFault(baseDomain)).toMatch(/^must /)
  })
})

describe('issuerHostPath, issuerHost and providerArn', () => {
  test.each([
    ['https://irsa.example.com', 'irsa.example.com', 'irsa.example.com'],
    [
      'https://s3.eu-central-1.amazonaws.com/Bucket_1/a.b~c',
      's3.eu-central-1.amazonaws.com',
      's3.eu-central-1.amazonaws.com/Bucket_1/a.b~c',
    ],
    ['https://aks.example.com/a/b/', 'aks.example.com', 'aks.example.com/a/b/'],
  ])('of %s', (issuer, host, hostPath) => {
    expect(issuerHost(issuer)).toBe(host)
    expect(issuerHostPath(issuer)).toBe(hostPath)
    expect(providerArn('aws-cn', '111122223333', issuer)).toBe(
      `arn:aws-cn:iam::111122223333:oidc-provider/${hostPath}`,
    )
  })

  test.each([
    'http://irsa.example.com',
    'irsa.example.com',
    'https://irsa.example.com/',
    'https://irsa.example.com//',
    'https://irsa.example.com//a',
    'https://irsa.example.com/a//',
    'https://irsa.example.com/..',
    'https://irsa.example.com/a b',
    'https://irsa.example.com:443',
    'https://me@irsa.example.com',
    'https://irsa.example.com?a',
    'https://irsa.example.com#a',
    'https://IRSA.example.com',
    'https://example',
    'https://',
    `https://irsa.example.com/${'a'.repeat(240)}`,
  ])('refuse %s', (issuer) => {
    expect(() => issuerHostPath(issuer)).toThrow(InvalidInput)
  })

  test('the issuer is the scheme and the host path, for every base domain', () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/)
    fc.assert(
      fc.property(label, label, (one, other) => {
        const issuer = dedicatedIssuer(`${one}.${other}`)
        expect(`https://${issuerHostPath(issuer)}`).toBe(issuer)
        expect(new URL(issuer).host).toBe(issuerHost(issuer))
      }),
    )
  })
})
