/** An HTTP API as Serverless Framework declares it, deployed in an embedded AWS, in front of a function that does as it is told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { onTestFinished } from 'vitest'
import { type LocalAwsOptions, startLocalAws } from '../../../local/aws.ts'
import { CACHE } from '../cache.ts'

export const REGION = 'eu-central-1'

/** Answers with the event itself, or with what the header x-answer says as JSON; `fail` throws. */
const CODE = `export const handler = async (event) => {
  const wish = event.headers['x-answer']
  if (wish === 'fail') throw new Error('as you like')
  if (wish === 'slow') return new Promise((resolve) => setTimeout(resolve, 200, event))
  if (wish === 'hang') return new Promise(() => undefined)
  return wish === undefined ? event : JSON.parse(wish)
}`

const ZIP = zipSync({ 'index.mjs': strToU8(CODE) })

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

const target = { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] }
const ApiId = { Ref: 'HttpApi' }

export const ISSUER = 'https://idp.example.org'

/** As `serverless package` writes it, with both authorizers. */
export function resources() {
  return {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'echo',
        Code: { S3Bucket: 'bucket', S3Key: 'echo.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
    HttpApi: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: 'irsa-local', ProtocolType: 'HTTP', Tags: { 'irsa:stack': 'irsa-local' } },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId,
        StageName: '$default',
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 50 },
        AccessLogSettings: {
          DestinationArn: 'arn:aws:logs:eu-central-1:000000000000:log-group:x',
          Format: '{}',
        },
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*' },
      },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: 30_000,
      },
    },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId,
        Name: 'token',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Audience: ['irsa'], Issuer: ISSUER },
      },
    },
    Open: route({ RouteKey: 'GET /docs' }),
    Tokens: route({
      RouteKey: 'GET /tokens',
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: 'Authorizer' },
    }),
    Default: route({ RouteKey: '$default', AuthorizationType: 'AWS_IAM' }),
  }
}

function route(properties: object) {
  return { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId, Target: target, ...properties } }
}

export function templateOf(parts: object) {
  return {
    Resources: parts,
    Outputs: { ApiId: { Value: ApiId }, Url: { Value: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] } } },
  }
}

export async function deployed(options: Partial<LocalAwsOptions> = {}, parts: object = resources()) {
  const directory = mkdtempSync(join(tmpdir(), 'local-api-'))
  const aws = await startLocalAws({ speed: 1_000, directory, cacheDirectory: CACHE, ...options })
  onTestFinished(async () => {
    await aws.stop()
    rmSync(directory, { recursive: true })
  })
  const deploy = (changed: object) =>
    aws.cloudformation.deploy({
      stackName: 'irsa-local',
      region: REGION,
      template: templateOf(changed),
      artefacts: () => ZIP,
    })
  const { outputs } = await deploy(parts)
  return {
    aws,
    deploy,
    outputs,
    call: (path: string, init: RequestInit = {}) => fetch(`${aws.endpoint}/api${path}`, init),
  }
}

/** As curl's --aws-sigv4 sends it; local mode looks at the key only. */
export function signedBy(accessKeyId: string): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260131/${REGION}/execute-api/aws4_request, SignedHeaders=host, Signature=0`,
  }
}

export interface Told {
  readonly routeKey: string
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly requestContext: { readonly authorizer: { readonly iam?: unknown; readonly jwt?: unknown } }
}

/** The event, from the function that answers with it. */
export async function toldBy(response: Response): Promise<Told> {
  return (await response.json()) as Told
}
