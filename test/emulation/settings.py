"""The environment variables under which boto3 talks to the emulation."""

from __future__ import annotations

import os

#: Keys are made in this Region unless a test says otherwise.
REGION = "us-west-2"
#: A Region that has replicas.
OTHER_REGION = "eu-central-1"
#: The account of the dummy credentials, and of moto.
ACCOUNT = "123456789012"


def settings(endpoint: str) -> dict[str, str]:
    """Return the environment variables: dummy credentials, and the endpoint for the boto3 versions that read it."""
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_KMS": endpoint,
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
    }
