import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../local/clock.ts'
import type { Call } from '../../local/service.ts'
import { createThrottle, type Throttle } from '../../local/throttle.ts'

// Buckets fill with the date: it stands still but for `advance` and what a test says.
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('createThrottle', () => {
  it('refuses the call that finds the bucket empty, with Throttling and 400', () => {
    const throttle = createThrottle(createClock(1), 1)

    expect(admitted(throttle, 'iam', 'CreateRole', 200)).toBe(100)
    expect(() => throttle('iam', 'CreateRole', {}, aCall)).toThrow(
      expect.objectContaining({ code: 'Throttling', status: 400, message: 'Rate exceeded' }),
    )
  })

  it('calls it ThrottlingException where the service speaks JSON', () => {
    const throttle = createThrottle(createClock(1), 1)
    admitted(throttle, 'states', 'ListExecutions', 100)

    expect(() => throttle('states', 'ListExecutions', {}, aCall)).toThrow(
      expect.objectContaining({ code: 'ThrottlingException', status: 400 }),
    )
  })

  it('fills up with AWS time that a test advances, never above its capacity', () => {
    const clock = createClock(100)
    const throttle = createThrottle(clock, 100)
    admitted(throttle, 'acm', 'RequestCertificate', 5)

    clock.advance(400)
    expect(admitted(throttle, 'acm', 'RequestCertificate', 9)).toBe(2)

    clock.advance(3_600_000)
    expect(admitted(throttle, 'acm', 'RequestCertificate', 9)).toBe(5)
  })

  it('fills up as much faster as the clock runs', () => {
    const throttle = createThrottle(createClock(10), 10)
    admitted(throttle, 'acm', 'DescribeCertificate', 10)

    vi.advanceTimersByTime(50)

    expect(admitted(throttle, 'acm', 'DescribeCertificate', 20)).toBe(5)
  })

  it('keeps accounts apart, and regions of regional services', () => {
    const throttle = createThrottle(createClock(1), 1)
    admitted(throttle, 'acm', 'RequestCertificate', 5)
    admitted(throttle, 'iam', 'CreateRole', 100)
    const elsewhere = { ...aCall, region: 'us-east-1' }
    const other: Call = { ...aCall, principal: { kind: 'administrator', account: '111111111111', arn: 'b' } }

    expect(() => throttle('acm', 'RequestCertificate', {}, elsewhere)).not.toThrow()
    expect(() => throttle('iam', 'CreateRole', {}, elsewhere)).toThrow()
    expect(() => throttle('iam', 'CreateRole', {}, other)).not.toThrow()
  })

  it('never refuses reads of IAM, web identities and services without a published rate', () => {
    const throttle = createThrottle(createClock(1), 1)

    expect(admitted(throttle, 'iam', 'GetRole', 5000)).toBe(5000)
    expect(admitted(throttle, 'sts', 'AssumeRoleWithWebIdentity', 5000)).toBe(5000)
    expect(admitted(throttle, 'dynamodb', 'PutItem', 5000)).toBe(5000)
  })

  it('counts an UPSERT of Route 53 twice, and takes nothing from any bucket for a refused call', () => {
    const throttle = createThrottle(createClock(1), 1)
    const change = (action: string, count: number) => ({
      ChangeBatch: { Changes: Array.from({ length: count }, () => ({ Action: action })) },
    })

    throttle('route53', 'ChangeResourceRecordSets', change('UPSERT', 600), aCall)
    expect(() => throttle('route53', 'ChangeResourceRecordSets', change('CREATE', 301), aCall)).toThrow()
    expect(() => throttle('route53', 'ChangeResourceRecordSets', change('CREATE', 300), aCall)).not.toThrow()

    // Two of the 50 calls were admitted; the refused one is not among them.
    expect(admitted(throttle, 'route53', 'GetChange', 60)).toBe(48)
  })

  it('gives the three large regions of Step Functions more', () => {
    const throttle = createThrottle(createClock(1), 1)
    const large = { ...aCall, region: 'eu-west-1' }

    expect(admitted(throttle, 'states', 'DescribeExecution', 400)).toBe(250)
    expect(admitted(throttle, 'states', 'DescribeExecution', 400, large)).toBe(300)
  })
})

const aCall: Call = {
  principal: { kind: 'administrator', account: '000000000000', arn: 'arn:aws:iam::000000000000:user/local' },
  region: 'eu-central-1',
  requestId: 'r',
}

function admitted(
  throttle: Throttle,
  service: string,
  operation: string,
  tries: number,
  call = aCall,
): number {
  return Array.from({ length: tries }).filter(() => {
    try {
      throttle(service, operation, {}, call)
      return true
    } catch {
      return false
    }
  }).length
}
