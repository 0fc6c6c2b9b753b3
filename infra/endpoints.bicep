// Private endpoints of the storage accounts.

@description('Azure region of the network.')
param location string

@description('What network.bicep made.')
param network networkOutputs

@description('The accounts and their services.')
param accounts account[]

type networkOutputs = {
  appSubnetId: string
  endpointSubnetId: string
  zoneIds: { blob: string, queue: string, table: string }
}

type account = {
  name: string
  services: ('blob' | 'queue' | 'table')[]
}

var targets = flatten(map(accounts, account => map(account.services, service => {
  account: account.name
  service: service
})))

resource endpoint 'Microsoft.Network/privateEndpoints@2025-01-01' = [
  for target in targets: {
    name: '${target.account}-${target.service}'
    location: location
    properties: {
      subnet: {
        id: network.endpointSubnetId
      }
      privateLinkServiceConnections: [
        {
          name: target.service
          properties: {
            privateLinkServiceId: resourceId('Microsoft.Storage/storageAccounts', target.account)
            groupIds: [
              target.service
            ]
          }
        }
      ]
    }
  }
]

resource group 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-01-01' = [
  for (target, i) in targets: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.service
          properties: {
            privateDnsZoneId: network.zoneIds[target.service]
          }
        }
      ]
    }
  }
]
