// Roles of the app's identity on a storage account. The only place that names them.

@description('The account.')
param account string

@description('Object id of the app\'s identity.')
param principalId string

@description('Resource id of the same, for the names of its role assignments.')
param identityId string

@description('Which of the roles.')
param roles ('tableDataContributor' | 'blobDataContributor' | 'blobDataOwner' | 'queueDataContributor')[]

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
var roleIds = {
  // Day tables are made and dropped, rows written.
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  // Files are written, read and deleted, and links signed by a user delegation key.
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  // What the Functions host asks for on its own account: its leases are on blobs.
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  // Messages are sent, received, deleted, and poison queues made.
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: account
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    scope: storage
    name: guid(storage.id, identityId, roleIds[role])
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    }
  }
]
