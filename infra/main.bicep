// All that LoginAudit needs in Azure, in one resource group: the app, its storage, its identity and rights, and what watches it.
targetScope = 'resourceGroup'

@description('Azure region of everything but the accounts of `tenantAccounts`.')
param location string = resourceGroup().location

@description('Start of the names of all resources: 3 to 10 lower-case letters and digits.')
@minLength(3)
@maxLength(10)
param name string = 'audit'

@description('SHA-256 of the operator\'s key, 64 hex digits (docs/operations.md); empty: nobody can add tenants.')
@maxLength(64)
param operatorKeyHash string = ''

@description('Days that sign-ins are kept: 1 to 180.')
@minValue(1)
@maxValue(180)
param keepDays int = 180

@description('Days that export files and rejected events are kept: 1 to 180. Lifecycle rules delete them.')
@minValue(1)
@maxValue(180)
param keepFilesDays int = 180

@description('Copies the audit data to the paired region too: it survives the loss of a region.')
param geoRedundant bool = false

@description('Spreads the data over the zones of the region. Off for a region without zones.')
param zoneRedundant bool = true

@description('Instances that are always up for HTTP: 0 to 20. At 0 a webhook may meet a cold start, and Okta gives up after 3 s for good.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttp int = 1

@description('The most instances of each function group: 40 to 1,000.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('Memory of an instance, in MB. Exports need some 200 MB each, and up to 4 run at once in an instance.')
@allowed([
  512
  2048
  4096
])
param instanceMemory int = 2048

@description('Whose pages may call the API from a browser: origins, parted by spaces. The admin page itself needs none.')
param allowedOrigins string = ''

@description('Proxies in front of the app that append to X-Forwarded-For: 1 is App Service alone, 2 with Front Door before it.')
@minValue(1)
@maxValue(5)
param forwardedHops int = 1

@description('App settings beside those that this template makes, such as Access__Issuers__0__Authority. They win.')
param settings { *: string } = {}

@description('More storage accounts, each for the data of some tenants; up to 10. A tenant stays where it was made.')
@maxLength(10)
param tenantAccounts tenantAccount[] = []

@description('Takes the storage accounts off the public network and reaches them by private endpoints. Then download links work from the network only.')
param privateNetwork bool = false

@description('Address range of the network, at least a /25; with `privateNetwork` only.')
param networkAddresses string = '10.71.0.0/24'

@description('Who gets the alerts: email addresses, up to 10. Without any, alerts are shown in the portal only.')
@maxLength(10)
param alertEmails string[] = []

@description('Days that logs, traces and metrics are kept: 30 to 730.')
@minValue(30)
@maxValue(730)
param logDays int = 90

@description('The most that logs may grow in a day, in GB; 0: no limit. A limit that is met blinds the alerts until the next day.')
@minValue(0)
@maxValue(1000)
param logDailyGigabytes int = 0

@description('Share of traces that are kept, in per cent: 1 to 100. Metrics and failures are always kept.')
@minValue(1)
@maxValue(100)
param tracePercent int = 20

@description('A storage account beside the audit account.')
type tenantAccount = {
  @description('1 to 6 lower-case letters and digits, not `data` or `host`; kept with each tenant, so it must not change.')
  @minLength(1)
  @maxLength(6)
  name: string

  @description('Azure region of the account.')
  location: string

  @description('Names of its tenants.')
  @minLength(1)
  tenants: string[]
}

var suffix = take(uniqueString(resourceGroup().id), 8)
var sku = geoRedundant ? (zoneRedundant ? 'Standard_GZRS' : 'Standard_GRS') : (zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS')
var deploymentContainer = 'app'
var accountNames = map(tenantAccounts, account => '${name}${account.name}${suffix}')
var homeTables = [
  'Tenants'
  'Heartbeats'
  'Webhooks'
]
var queues = [
  'exports'
  'exports-poison'
  'tenant-deletions'
  'tenant-deletions-poison'
]
var homeContainers = [
  // The key ring of the secrets of webhook sources: lost keys are lost secrets, so no rule may delete them.
  'data-protection'
]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-app-${suffix}'
  location: location
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    name: '${name}-${suffix}'
    days: logDays
    dailyGigabytes: logDailyGigabytes
    principalId: identity.properties.principalId
    identityId: identity.id
  }
}

module network 'network.bicep' = if (privateNetwork) {
  name: 'network'
  params: {
    location: location
    name: '${name}-${suffix}'
    addresses: networkAddresses
  }
}

module audit 'storage.bicep' = {
  name: 'audit-storage'
  params: {
    location: location
    name: '${name}data${suffix}'
    sku: sku
    tables: homeTables
    queues: queues
    containers: homeContainers
    keepFilesDays: keepFilesDays
    isPublic: !privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    principalId: identity.properties.principalId
    identityId: identity.id
  }
}

module others 'storage.bicep' = [
  for account in tenantAccounts: {
    name: 'tenant-storage-${account.name}'
    params: {
      location: account.location
      name: '${name}${account.name}${suffix}'
      sku: sku
      keepFilesDays: keepFilesDays
      isPublic: !privateNetwork
      workspaceId: monitoring.outputs.workspaceId
      principalId: identity.properties.principalId
      identityId: identity.id
    }
  }
]

module host 'host-storage.bicep' = {
  name: 'host-storage'
  params: {
    location: location
    name: '${name}host${suffix}'
    sku: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    container: deploymentContainer
    isPublic: !privateNetwork
    principalId: identity.properties.principalId
    identityId: identity.id
  }
}

module endpoints 'endpoints.bicep' = if (privateNetwork) {
  name: 'endpoints'
  params: {
    location: location
    network: network!.outputs
    accounts: concat(
      [
        {
          name: audit.outputs.name
          services: ['blob', 'queue', 'table']
        }
        {
          name: host.outputs.name
          services: ['blob']
        }
      ],
      map(range(0, length(tenantAccounts)), i => {
        name: accountNames[i]
        services: ['blob', 'table']
      })
    )
  }
  dependsOn: [
    others
  ]
}

// One for each property of the app's options, as in local.settings.sample.json.
var options = {
  Access__AllowedOrigins: allowedOrigins
  Access__ForwardedHops: string(forwardedHops)
  Access__OperatorKeyHash: operatorKeyHash
  Access__RateBurst: '200'
  Access__RatePerPeriod: '50'
  Access__RatePeriod: '00:00:01'
  Ingest__MaxBodyBytes: '4194304'
  Ingest__MaxEvents: '5000'
  Ingest__TimeLimit: '00:00:10'
  Search__Budget: '00:00:05'
  Exports__BlockBytes: '4194304'
  Exports__KeepDays: string(keepFilesDays)
  Exports__Lease: '00:01:00'
  Exports__LinkLifetime: '00:10:00'
  Exports__MaxBytes: '10737418240'
  Exports__MaxRows: '50000000'
  Exports__Slice: '00:04:00'
  Exports__StartDelay: '00:00:15'
  Portal__Folder: ''
  Retention__Days: string(keepDays)
  Retention__DeleteBlobs: 'false'
  Telemetry__TracePercent: string(tracePercent)
}

var accountSettings = toObject(
  flatten(map(range(0, length(tenantAccounts)), i => [
    { key: 'AuditStorage__Accounts__${i}__Name', value: tenantAccounts[i].name }
    { key: 'AuditStorage__Accounts__${i}__Tenants', value: join(tenantAccounts[i].tenants, ' ') }
    { key: 'AuditStorage__Accounts__${i}__TableServiceUri', value: 'https://${accountNames[i]}.table.${environment().suffixes.storage}/' }
    { key: 'AuditStorage__Accounts__${i}__BlobServiceUri', value: 'https://${accountNames[i]}.blob.${environment().suffixes.storage}/' }
  ])),
  pair => pair.key,
  pair => pair.value
)

module app 'app.bicep' = {
  name: 'app'
  params: {
    location: location
    name: '${name}-${suffix}'
    identityId: identity.id
    deploymentContainerUri: '${host.outputs.blobServiceUri}${deploymentContainer}'
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    alwaysReadyHttp: alwaysReadyHttp
    maximumInstances: maximumInstances
    instanceMemory: instanceMemory
    workspaceId: monitoring.outputs.workspaceId
    settings: union(
      options,
      accountSettings,
      {
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.properties.clientId
        AzureWebJobsStorage__blobServiceUri: host.outputs.blobServiceUri
        AuditStorage__credential: 'managedidentity'
        AuditStorage__clientId: identity.properties.clientId
        AuditStorage__tableServiceUri: audit.outputs.tableServiceUri
        AuditStorage__blobServiceUri: audit.outputs.blobServiceUri
        AuditStorage__queueServiceUri: audit.outputs.queueServiceUri
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      },
      settings
    )
  }
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    name: '${name}-${suffix}'
    workspaceId: monitoring.outputs.workspaceId
    storageIds: concat([audit.outputs.id], map(range(0, length(tenantAccounts)), i => resourceId('Microsoft.Storage/storageAccounts', accountNames[i])))
    emails: alertEmails
  }
  dependsOn: [
    others
  ]
}

@description('Name of the function app, for deployments: what the workflow calls AZURE_FUNCTIONAPP_NAME.')
output functionApp string = app.outputs.name

@description('The app\'s address.')
output address string = app.outputs.address

@description('The admin page.')
output portal string = '${app.outputs.address}/portal/'

@description('Where your own senders post events, with a key that has the role `ingest`; put the tenant\'s name into it.')
output ingest string = '${app.outputs.address}/v1/tenants/{tenant}/events'

@description('What goes into the console of Okta, Auth0, Keycloak, Entra ID, Google or any other provider; POST /v1/tenants/{tenant}/sources answers with the hook\'s id.')
output webhook string = '${app.outputs.address}/v1/webhooks/{hookId}'

@description('Says whether storage answers, and when retention last ran.')
output health string = '${app.outputs.address}/health/ready'

@description('Name of the audit account.')
output auditAccount string = audit.outputs.name

@description('Log Analytics workspace with logs, traces and metrics.')
output workspaceId string = monitoring.outputs.workspaceId
