import { describe, expect, test } from 'vitest'
import { PARTITIONS, partitionOf } from '../../../lib/aws/partitions.ts'
import { InvalidInput } from '../../../lib/errors.ts'

describe('partitionOf', () => {
  test.each([
    ['eu-central-1', 'aws'],
    ['us-east-1', 'aws'],
    ['ap-southeast-7', 'aws'],
    ['mx-central-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('of %s is %s', (region, name) => {
    expect(partitionOf(region).name).toBe(name)
  })

  test.each([
    '',
    'eu-central',
    'eu-central-0',
    'EU-central-1',
    'eu-central-1a',
    'us-iso-east-1',
    'global',
    'aws',
    'eu-central-1\n',
  ])('refuses %j', (region) => {
    expect(() => partitionOf(region)).toThrow(InvalidInput)
  })
})

test('partitionOf names what is no region, unless it could be a secret', () => {
  expect(() => partitionOf('mars-1')).toThrow('mars-1 is not the name of a region that we serve.')
  expect(() => partitionOf('hush hush')).toThrow('This is not the name of a region that we serve.')
})

describe('the table', () => {
  test('says for each partition what the pipeline is made of', () => {
    expect(PARTITIONS.map(({ regions: _, ...partition }) => partition)).toEqual([
      {
        name: 'aws',
        dnsSuffix: 'amazonaws.com',
        audience: 'sts.amazonaws.com',
        iamRegion: 'us-east-1',
        route53Region: 'us-east-1',
        cloudFrontRegion: 'us-east-1',
        hosting: ['dedicated', 'shared', 'external'],
      },
      {
        name: 'aws-cn',
        dnsSuffix: 'amazonaws.com.cn',
        audience: 'sts.amazonaws.com.cn',
        iamRegion: 'cn-north-1',
        route53Region: 'cn-northwest-1',
        cloudFrontRegion: undefined,
        hosting: ['s3', 'external'],
      },
      {
        name: 'aws-us-gov',
        dnsSuffix: 'amazonaws.com',
        audience: 'sts.amazonaws.com',
        iamRegion: 'us-gov-west-1',
        route53Region: 'us-gov-west-1',
        cloudFrontRegion: undefined,
        hosting: ['s3', 'external'],
      },
      {
        name: 'aws-eusc',
        dnsSuffix: 'amazonaws.eu',
        audience: 'sts.amazonaws.com',
        iamRegion: 'eusc-de-east-1',
        route53Region: 'eusc-de-east-1',
        cloudFrontRegion: undefined,
        hosting: ['s3', 'external'],
      },
    ])
  })

  test('has the regions of its control planes in the partition itself', () => {
    for (const { name, iamRegion, route53Region } of PARTITIONS)
      expect([partitionOf(iamRegion).name, partitionOf(route53Region).name]).toEqual([name, name])
  })
})
