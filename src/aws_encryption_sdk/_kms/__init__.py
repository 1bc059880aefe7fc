"""AWS KMS: its identifiers, clients for its regions, and calls; the errors of botocore are translated here."""
