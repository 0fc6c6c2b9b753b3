// Logs, traces and metrics.

@description('Azure region.')
param location string

@description('Name of the workspace and of Application Insights.')
param name string

@description('Days that they are kept: 30 to 730.')
@minValue(30)
@maxValue(730)
param days int

@description('The most they may grow in a day, in GB; 0: no limit.')
@minValue(0)
param dailyGigabytes int

@description('Object id of the app\'s identity.')
param principalId string

@description('Resource id of the same, for the names of its role assignments.')
param identityId string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/monitor
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: name
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: days
    features: {
      disableLocalAuth: true
    }
    workspaceCapping: dailyGigabytes == 0 ? null : {
      dailyQuotaGb: dailyGigabytes
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
    RetentionInDays: days
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, identityId, monitoringMetricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
  }
}

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Where telemetry goes; no secret, as Application Insights takes it from the identity only.')
output connectionString string = insights.properties.ConnectionString
