"""The AWS CLI that tests type."""

import pytest

from tests.sandbox.aws_cli.walk import find_aws


def required_aws() -> str:
    """Return the program of the AWS CLI; skip the test if there is none."""
    aws = find_aws()
    if aws is None:
        pytest.skip("there is no AWS CLI here; `make walk` brings one")
    return aws
