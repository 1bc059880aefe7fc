"""Programs that use AWS KMS."""
