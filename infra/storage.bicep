// A storage account of audit data: what the app expects to find, and the rules that delete what is past its time.

@description('Azure region of the account.')
param location string

@description('Name of the account: 3 to 24 lower-case letters and digits, unique in Azure.')
@minLength(3)
@maxLength(24)
param name string

@description('Replication of the account.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param sku string

@description('Tables beside those that every account has. Tables of days are made by the app.')
param tables string[] = []

@description('Queues, of the audit account only.')
param queues string[] = []

@description('Containers beside those that every account has; no rule deletes what is in them.')
param containers string[] = []

@description('Days that export files and rejected events are kept: 1 to 180.')
@minValue(1)
@maxValue(180)
param keepFilesDays int

@description('Whether the account answers on the public network; every request needs a token or a link in either case.')
param isPublic bool

@description('Log Analytics workspace of the logs.')
param workspaceId string

@description('Object id of the app\'s identity.')
param principalId string

@description('Resource id of the same, for the names of its role assignments.')
param identityId string

var tenantTables = [
  'LoginDays'
  'ExportJobs'
]
var expiringContainers = [
  'exports'
  'rejected-events'
]

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPublic ? 'Allow' : 'Deny'
    }
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: storage
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in concat(tenantTables, tables): {
    parent: tableService
    name: table
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = if (!empty(queues)) {
  parent: storage
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

// No soft delete: what is past its time is gone.
resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: storage
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: false
    }
    containerDeleteRetentionPolicy: {
      enabled: false
    }
    isVersioningEnabled: false
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in concat(expiringContainers, containers): {
    parent: blobService
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: storage
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'delete-old-files'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: [
                'blockBlob'
              ]
              prefixMatch: [for container in expiringContainers: '${container}/']
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterCreationGreaterThan: keepFilesDays
                }
              }
            }
          }
        }
      ]
    }
  }
  dependsOn: [
    blobService
  ]
}

module roles 'storage-roles.bicep' = {
  name: 'roles-${name}'
  params: {
    account: storage.name
    principalId: principalId
    identityId: identityId
    roles: empty(queues) ? ['tableDataContributor', 'blobDataContributor'] : ['tableDataContributor', 'blobDataContributor', 'queueDataContributor']
  }
}

// Who fetched, wrote or deleted a file, and who deleted rows or tables. Reads and writes of rows are the app's own, by the million.
resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobService
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageRead'
        enabled: true
      }
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: tableService
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

@description('Name of the account.')
output name string = storage.name

@description('Resource id of the account.')
output id string = storage.id

@description('Address of its tables.')
output tableServiceUri string = storage.properties.primaryEndpoints.table

@description('Address of its blobs.')
output blobServiceUri string = storage.properties.primaryEndpoints.blob

@description('Address of its queues.')
output queueServiceUri string = storage.properties.primaryEndpoints.queue
