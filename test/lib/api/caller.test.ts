import { describe, expect, test } from 'vitest'
import { callerOf } from '../../../lib/api/caller.ts'
import { httpEvent, requestOf } from '../../../lib/api/http.ts'
import { eventOf } from './fixture.ts'

const ISSUER = 'https://idp.example.org'

function caller(authorizer: unknown, headers: Readonly<Record<string, string>> = {}) {
  return callerOf(requestOf(httpEvent.parse(eventOf('GET', '/', { authorizer, headers }))), 'groups')
}

function bearer(claims: object): Readonly<Record<string, string>> {
  return { authorization: `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln` }
}

describe('callerOf', () => {
  test.each([
    ['arn:aws:sts::111122223333:assumed-role/shop/me@example.org', 'iam:arn:aws:iam::111122223333:role/shop'],
    ['arn:aws-cn:sts::111122223333:assumed-role/shop/i-1', 'iam:arn:aws-cn:iam::111122223333:role/shop'],
    ['arn:aws:iam::111122223333:user/people/ann', 'iam:arn:aws:iam::111122223333:user/people/ann'],
    ['arn:aws:iam::111122223333:root', 'iam:arn:aws:iam::111122223333:root'],
    ['arn:aws:sts::111122223333:federated-user/ann', 'iam:arn:aws:sts::111122223333:federated-user/ann'],
  ])('knows %s', (userArn, principal) => {
    expect(caller({ iam: { userArn } })).toEqual({ principal, groups: [] })
  })

  test('knows the subject and the groups of a token', () => {
    const authorizer = { jwt: { claims: { iss: ISSUER, sub: 'auth0|ann', groups: '[a b]' } } }

    expect(caller(authorizer, bearer({ groups: ['a b', 'c'] }))).toEqual({
      principal: `jwt:${ISSUER}|auth0|ann`,
      groups: [`group:${ISSUER}|a b`, `group:${ISSUER}|c`],
    })
  })

  test.each([
    ['not there', {}],
    ['a text', { groups: 'admins' }],
    ['of something else', { groups: [1] }],
    ['under another name', { roles: ['admins'] }],
  ])('takes no groups from a claim that is %s', (_, claims) => {
    const authorizer = { jwt: { claims: { iss: ISSUER, sub: 'ann' } } }

    expect(caller(authorizer, bearer(claims)).groups).toEqual([])
  })

  test('takes nothing from the request of a signed caller', () => {
    const authorizer = { iam: { userArn: 'arn:aws:iam::111122223333:user/ann' } }

    expect(caller(authorizer, bearer({ groups: ['admins'] })).groups).toEqual([])
  })
})
