import { describe, expect, it } from 'vitest'
import { AwsError } from '../../local/errors.ts'
import { createFaults, type Effect, parseFault } from '../../local/faults.ts'

const failing: Effect = { kind: 'fail-before', error: new AwsError('ServiceFailure', 'no', 500) }
const delaying: Effect = { kind: 'delay', milliseconds: 5 }

describe('createFaults', () => {
  it('strikes the named operation as often as it says, and nothing else', () => {
    const faults = createFaults()
    faults.add({ service: 'iam', operation: 'CreateRole', times: 2, effect: failing })

    const struck = [
      faults.strike('iam', 'GetRole', {}),
      faults.strike('sts', 'CreateRole', {}),
      faults.strike('iam', 'CreateRole', {}),
      faults.strike('iam', 'CreateRole', {}),
      faults.strike('iam', 'CreateRole', {}),
    ]

    expect(struck).toEqual([undefined, undefined, failing, failing, undefined])
  })

  it('strikes only calls with matching input', () => {
    const faults = createFaults()
    faults.add({
      service: 'iam',
      operation: 'CreateRole',
      matching: ({ RoleName }) => RoleName === 'b',
      times: 1,
      effect: failing,
    })

    expect(faults.strike('iam', 'CreateRole', { RoleName: 'a' })).toBeUndefined()
    expect(faults.strike('iam', 'CreateRole', { RoleName: 'b' })).toBe(failing)
  })

  it('lets faults of one operation follow one another', () => {
    const faults = createFaults()
    faults.add({ service: 'iam', operation: 'CreateRole', times: 1, effect: failing })
    faults.add({ service: 'iam', operation: 'CreateRole', times: 1, effect: delaying })

    expect([faults.strike('iam', 'CreateRole', {}), faults.strike('iam', 'CreateRole', {})]).toEqual([
      failing,
      delaying,
    ])
  })

  it('tells which have not struck often enough', () => {
    const faults = createFaults()
    faults.add({ service: 'iam', operation: 'CreateRole', times: 2, effect: failing })
    faults.strike('iam', 'CreateRole', {})

    expect(faults.unspent()).toEqual([{ service: 'iam', operation: 'CreateRole', times: 1, effect: failing }])

    faults.clear()
    expect(faults.unspent()).toEqual([])
  })
})

describe('parseFault', () => {
  it.each([
    ['iam.CreateRole:before:ServiceFailure', 'fail-before', 'ServiceFailure', 500, 1],
    ['acm.RequestCertificate:after:InternalFailure:3', 'fail-after', 'InternalFailure', 500, 3],
    ['states.StartExecution:before:ThrottlingException:2', 'fail-before', 'ThrottlingException', 400, 2],
    ['sqs.SendMessage:before:AWS.SimpleQueueService.X', 'fail-before', 'AWS.SimpleQueueService.X', 500, 1],
  ])('reads %s', (text, kind, code, status, times) => {
    const [service, operation] = text.split(/[.:]/)
    expect(parseFault(text)).toMatchObject({
      service,
      operation,
      times,
      effect: { kind, error: { code, status } },
    })
  })

  it('reads a delay in milliseconds', () => {
    expect(parseFault('route53.GetChange:delay:5000:10')).toEqual({
      service: 'route53',
      operation: 'GetChange',
      times: 10,
      effect: { kind: 'delay', milliseconds: 5000 },
    })
  })

  it.each([
    '',
    'iam',
    'iam.CreateRole',
    'iam.CreateRole:before',
    'iam.CreateRole:sometimes:X',
    'iam.CreateRole:delay:soon',
    'iam.CreateRole:before:X:0',
    'iam.CreateRole:before:X:many',
  ])('refuses %j', (text) => {
    expect(() => parseFault(text)).toThrow(RangeError)
  })
})
