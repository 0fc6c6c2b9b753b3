// The storage account of the audit data: what the app expects to find, and the rules that delete what is past its time.
targetScope = 'resourceGroup'

@description('Azure region of the account.')
param location string = resourceGroup().location

@description('Name of the account: 3 to 24 lower-case letters and digits, unique in Azure.')
@minLength(3)
@maxLength(24)
param storageName string = 'audit${uniqueString(resourceGroup().id)}'

@description('Days that export files and rejected events are kept; the same number as the setting Exports__KeepDays.')
@minValue(1)
@maxValue(180)
param keepDays int = 180

@description('Replication of the account.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_ZRS'

// Tables of days are made by the app.
var tables = [
  'Tenants'
  'LoginDays'
  'ExportJobs'
  'Heartbeats'
  'Webhooks'
]

var queues = [
  'exports'
  'exports-poison'
  'tenant-deletions'
  'tenant-deletions-poison'
]

var expiringContainers = [
  'exports'
  'rejected-events'
]

// The key ring of the secrets of webhook sources: lost keys are lost secrets, so no rule may delete them.
var keptContainers = [
  'data-protection'
]

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: storageName
  location: location
  kind: 'StorageV2'
  sku: {
    name: storageSku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: storage
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for name in tables: {
    parent: tableService
    name: name
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: storage
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for name in queues: {
    parent: queueService
    name: name
  }
]

// No soft delete: what is past its time is gone.
resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: storage
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: false
    }
    containerDeleteRetentionPolicy: {
      enabled: false
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for name in concat(expiringContainers, keptContainers): {
    parent: blobService
    name: name
    properties: {
      publicAccess: 'None'
    }
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
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
              prefixMatch: [for name in expiringContainers: '${name}/']
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterCreationGreaterThan: keepDays
                }
              }
            }
          }
        }
      ]
    }
  }
}

@description('Setting AuditStorage__tableServiceUri of the app.')
output tableServiceUri string = storage.properties.primaryEndpoints.table

@description('Setting AuditStorage__blobServiceUri of the app.')
output blobServiceUri string = storage.properties.primaryEndpoints.blob

@description('Setting AuditStorage__queueServiceUri of the app.')
output queueServiceUri string = storage.properties.primaryEndpoints.queue
