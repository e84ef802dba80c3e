import { describe, expect, it } from 'vitest'
import { parseTemplate } from '../../../local/cloudformation/template.ts'

const topic = { Type: 'AWS::SNS::Topic' }
const json = (template: object) => parseTemplate(JSON.stringify(template))

describe('parseTemplate', () => {
  it('reads YAML with short tags as the JSON that they stand for', () => {
    const { resources, conditions } = parseTemplate(`
AWSTemplateFormatVersion: '2010-09-09'
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Either: !Or [!Condition Prod, !Not [!Equals [a, b]]]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Sub '\${AWS::StackName}-topic'
      DisplayName: !Sub
        - '\${x}-\${y}'
        - x: !GetAtt Other.Arn
          y: !If [Prod, !Select [0, !Split ['-', a-b]], !Ref AWS::NoValue]
      KmsMasterKeyId: !FindInMap [Map, !Ref AWS::Region, key]
      Version: 2012-10-17
`)

    expect(conditions).toEqual({
      Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      Either: {
        'Fn::Or': [{ Condition: 'Prod' }, { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }],
      },
    })
    expect(resources.Topic?.Properties).toEqual({
      TopicName: { 'Fn::Sub': '${AWS::StackName}-topic' },
      DisplayName: {
        'Fn::Sub': [
          '${x}-${y}',
          {
            x: { 'Fn::GetAtt': ['Other', 'Arn'] },
            y: {
              'Fn::If': [
                'Prod',
                { 'Fn::Select': [0, { 'Fn::Split': ['-', 'a-b'] }] },
                { Ref: 'AWS::NoValue' },
              ],
            },
          },
        ],
      },
      KmsMasterKeyId: { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'key'] },
      Version: '2012-10-17',
    })
  })

  it('takes one dependency or several', () => {
    const { resources } = json({
      Resources: { A: { ...topic, DependsOn: 'B' }, B: { ...topic, DependsOn: ['C', 'D'] } },
    })

    expect(resources.A?.DependsOn).toEqual(['B'])
    expect(resources.B?.DependsOn).toEqual(['C', 'D'])
  })

  it('keeps the text that it was given', () => {
    const body = JSON.stringify({ Resources: { A: topic } }, undefined, 3)

    expect(parseTemplate(body).body).toBe(body)
  })

  it.each([
    ['Resources', 500, topic],
    ['Outputs', 200, { Value: 'x' }],
    ['Parameters', 200, { Type: 'String' }],
    ['Mappings', 200, { a: { b: 'c' } }],
  ])('holds %s to %i', (section, most, member) => {
    const of = (count: number) => {
      const members = Array.from({ length: count }, (_, index) => [`I${index}`, member])
      return { Resources: { A: topic }, [section]: Object.fromEntries(members) }
    }

    expect(() => json(of(most))).not.toThrow()
    expect(() => json(of(most + 1))).toThrow(`${most + 1}, is greater than maximum allowed, ${most}`)
  })

  it.each<[string, string, RegExp]>([
    ['what is too large', JSON.stringify('x'.repeat(1_000_000)), /may not exceed 1000000 bytes/],
    ['what is no JSON', '{"Resources": }', /Template format error/],
    ['what is no YAML', 'a: [', /Template format error/],
    ['unknown short tags', 'Resources: !Foo x', /Foo/],
    ['duplicate keys', 'Resources:\n  A: 1\n  A: 2', /unique/],
    ['YAML aliases', 'Metadata: &a {x: 1}\nResources: {A: {Type: T, Metadata: *a}}', /alias/i],
    ['null', 'Resources: {A: {Type: T, Properties: {x: }}}', /\/Resources\/A\/Properties\/x\] 'null' values/],
    ['unknown sections', '{"Resources":{"A":{"Type":"T"}},"Foo":{}}', /Foo/],
    ['transforms', '{"Transform":"AWS::Serverless-2016-10-31","Resources":{"A":{"Type":"T"}}}', /Transform/],
    ['no resources', '{"Resources":{}}', /At least one Resources member/],
    [
      'another version',
      '{"AWSTemplateFormatVersion":"2020-01-01","Resources":{"A":{"Type":"T"}}}',
      /2010-09-09/,
    ],
    ['odd logical ids', '{"Resources":{"A-b":{"Type":"T"}}}', /A-b is non alphanumeric/],
    ['resources without a type', '{"Resources":{"A":{}}}', /Resources\.A\.Type/],
    [
      'unknown attributes of a resource',
      '{"Resources":{"A":{"Type":"T","CreationPolicy":{}}}}',
      /CreationPolicy/,
    ],
    ['snapshots', '{"Resources":{"A":{"Type":"T","DeletionPolicy":"Snapshot"}}}', /DeletionPolicy/],
  ])('refuses %s', (_, body, message) => {
    expect(() => parseTemplate(body)).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: expect.stringMatching(message) }),
    )
  })
})
