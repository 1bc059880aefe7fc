"""The branch key store and the hierarchical keyring, against the emulation of AWS KMS and DynamoDB."""
