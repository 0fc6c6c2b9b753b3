// What is watched. docs/operations.md says what each alert means and what to do.

@description('Azure region of the queries.')
param location string

@description('Start of the names.')
param name string

@description('Log Analytics workspace that they ask.')
param workspaceId string

@description('The storage accounts of audit data.')
param storageIds string[]

@description('Who gets them.')
param emails string[]

var queries = [
  {
    name: 'poison-queue'
    severity: 1
    description: 'A message is in a poison queue: an export or the deletion of a tenant failed six times.'
    query: 'AppMetrics | where Name == "loginaudit.queue.poisoned" | where Max > 0 | summarize Found = count()'
    over: 0
    window: 'PT15M'
    every: 'PT5M'
  }
  {
    name: 'server-errors'
    severity: 1
    description: 'More than 5 answers with status 5xx within 15 minutes.'
    query: 'AppRequests | where toint(ResultCode) between (500 .. 599) | summarize Found = sum(ItemCount)'
    over: 5
    window: 'PT15M'
    every: 'PT5M'
  }
  {
    name: 'retention-late'
    severity: 2
    description: 'Retention did not end for more than 3 hours: old sign-ins are not dropped, and the tables of the next days not made.'
    query: 'AppMetrics | where Name == "loginaudit.retention.runs" | summarize Runs = sum(Sum) | project Found = iff(coalesce(Runs, 0.0) == 0.0, 1, 0)'
    over: 0
    window: 'PT3H'
    every: 'PT1H'
  }
  {
    name: 'events-rejected'
    severity: 2
    description: 'More than 100 events within an hour could not be taken: a sender changed, or is wrong. They are kept in rejected-events.'
    query: 'AppMetrics | where Name == "loginaudit.events.rejected" | summarize Found = sum(Sum)'
    over: 100
    window: 'PT1H'
    every: 'PT15M'
  }
  {
    name: 'trail-lost'
    severity: 2
    description: 'Entries of the access trail could not be written.'
    query: 'AppMetrics | where Name == "loginaudit.background_writes.lost" | summarize Found = sum(Sum)'
    over: 0
    window: 'PT15M'
    every: 'PT5M'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: name
  location: 'global'
  properties: {
    enabled: true
    groupShortName: 'LoginAudit'
    emailReceivers: [
      for (email, i) in emails: {
        name: 'email-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var actionGroups = empty(emails) ? [] : [people.id]

resource queryAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in queries: {
    name: '${name}-${alert.name}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: 'LoginAudit: ${alert.name}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [
        workspaceId
      ]
      evaluationFrequency: alert.every
      windowSize: alert.window
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Maximum'
            metricMeasureColumn: 'Found'
            operator: 'GreaterThan'
            threshold: alert.over
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      // The tables are made by the first telemetry.
      skipQueryValidation: true
      actions: {
        actionGroups: actionGroups
      }
    }
  }
]

resource throttling 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for id in storageIds: {
    name: '${name}-throttling-${last(split(id, '/'))}'
    location: 'global'
    properties: {
      description: 'Storage turned more than 50 requests away within 15 minutes: a partition or the account is at its limit.'
      severity: 2
      enabled: true
      scopes: [
        id
      ]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'turned-away'
            metricNamespace: 'Microsoft.Storage/storageAccounts'
            metricName: 'Transactions'
            dimensions: [
              {
                name: 'ResponseType'
                operator: 'Include'
                values: [
                  'ServerBusyError'
                  'ClientThrottlingError'
                  'ClientAccountRequestThrottlingError'
                  'ClientAccountBandwidthThrottlingError'
                ]
              }
            ]
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 50
          }
        ]
      }
      actions: [for group in actionGroups: {
        actionGroupId: group
      }]
    }
  }
]
