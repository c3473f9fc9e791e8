"""Subnets and security groups that Lambda functions use with their network interfaces."""

import sys
from typing import Any, Literal

from moto.ec2.models import EC2Backend

LAMBDA = "moto.awslambda.models"


def held_by_function(ec2: EC2Backend, member: Literal["SubnetIds", "SecurityGroupIds"], id_: str) -> bool:
    """Return whether a function uses a subnet or a security group.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """
    loaded: Any = sys.modules.get(LAMBDA)
    if loaded is None:
        return False  # not loaded means that there are no functions
    functions = loaded.lambda_backends[ec2.account_id][ec2.region_name].list_functions()
    configs = (each.get_configuration().get("VpcConfig") or {} for each in functions)
    return any(id_ in config.get(member, ()) for config in configs)
