"""Clients of AWS with time limits that add up to less than the 29 seconds for which Amazon API Gateway waits."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

QUICK = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
SIGNING = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""A browser sends the form to the bucket's own host in its Region, where no redirect gets in the way of CORS."""
SLOW = Config(connect_timeout=2, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
"""For the check of pictures, which nobody waits for."""


@cache
def dynamodb() -> Any:
    """A client of Amazon DynamoDB."""
    return boto3.client("dynamodb", config=QUICK)


@cache
def s3() -> Any:
    """A client of Amazon S3 that copies and deletes pictures and signs forms."""
    return boto3.client("s3", config=SLOW.merge(SIGNING))


@cache
def rekognition() -> Any:
    """A client of Amazon Rekognition."""
    return boto3.client("rekognition", config=SLOW)
