// What a first deployment needs. Every parameter and its range is in main.bicep.
using 'main.bicep'

param name = 'audit'

// printf %s "$key" | sha256sum | cut -d' ' -f1, as docs/operations.md tells.
param operatorKeyHash = readEnvironmentVariable('OPERATOR_KEY_HASH', '')

param alertEmails = []
