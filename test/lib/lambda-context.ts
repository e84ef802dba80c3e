import type { Context } from 'aws-lambda'

/** What Lambda tells a function about the invocation. */
export function aContext(awsRequestId = '5f0e8c2a-2f0a-4b2f-9d58-0c4c8f9f3a11'): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'irsa-dev-cluster-events',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:irsa-dev-cluster-events',
    memoryLimitInMB: '256',
    awsRequestId,
    logGroupName: '/aws/lambda/irsa-dev-cluster-events',
    logStreamName: '2026/01/31/[$LATEST]5f0e8c2a',
    getRemainingTimeInMillis: () => 30_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }
}
