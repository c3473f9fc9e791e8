"""Clients of AWS with time limits that add up to less than the 8 seconds for which Amazon Connect waits."""

from typing import Any

import boto3
from botocore.config import Config

CONNECT_WAITS = 8.0
"""Seconds; source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html."""
LOOKUP = Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
SECRET = Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 1})
LONGEST_BACKOFF = 1.0
"""Seconds before the second attempt, at most."""


def longest(config: Config) -> float:
    """How many seconds one call takes at most."""
    attempts = config.retries["total_max_attempts"]
    once = config.connect_timeout + config.read_timeout
    return float(attempts * once + (attempts - 1) * LONGEST_BACKOFF)


def dynamodb() -> Any:
    """A client of DynamoDB."""
    return boto3.client("dynamodb", config=LOOKUP)


def read_secret(name: str) -> str:
    """Read a secret's text.

    Raises:
        ClientError, BotoCoreError: Secrets Manager refuses the call, or does not answer in time.
        KeyError: the secret is binary.
    """
    found = boto3.client("secretsmanager", config=SECRET).get_secret_value(SecretId=name)
    return str(found["SecretString"])
