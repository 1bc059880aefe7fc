"""Where the exceptions are defined, by what they are about; :mod:`aws_encryption_sdk.exceptions` has all of them."""
