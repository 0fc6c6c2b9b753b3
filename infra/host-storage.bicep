// The storage account of the Functions host: its leases, and the package that is deployed. No audit data.

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
])
param sku string

@description('Container of the package.')
param container string

@description('Whether the account answers on the public network; every request needs a token in either case.')
param isPublic bool

@description('Object id of the app\'s identity.')
param principalId string

@description('Resource id of the same, for the names of its role assignments.')
param identityId string

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
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

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: storage
  name: 'default'
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobService
  name: container
  properties: {
    publicAccess: 'None'
  }
}

module roles 'storage-roles.bicep' = {
  name: 'roles-${name}'
  params: {
    account: storage.name
    principalId: principalId
    identityId: identityId
    roles: ['blobDataOwner']
  }
}

@description('Name of the account.')
output name string = storage.name

@description('Address of its blobs.')
output blobServiceUri string = storage.properties.primaryEndpoints.blob
