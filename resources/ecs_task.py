"""The settings of a task of Amazon ECS that an event or a schedule starts; Amazon EventBridge and its Scheduler share them.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.model import CamelPart, Part, Unordered, Wire
from reconciler.resources.identifiers import Arn, SecurityGroupId, SubnetId


class AwsVpcConfiguration(Part):
    """The network of a task."""

    subnets: Annotated[list[SubnetId], Unordered(), Field(min_length=1, max_length=16)]
    security_groups: Annotated[
        list[SecurityGroupId] | None, Unordered(), Field(min_length=1, max_length=5)
    ] = None
    assign_public_ip: Literal["ENABLED", "DISABLED"] | None = None


class NetworkConfiguration(CamelPart):
    """The network of a task whose network mode is awsvpc."""

    awsvpc_configuration: AwsVpcConfiguration | None = None


class CapacityProviderStrategyItem(CamelPart):
    """A capacity provider, and its share of the tasks."""

    capacity_provider: Annotated[str, Field(min_length=1, max_length=255)]
    weight: Annotated[int | None, Field(ge=0, le=1000)] = None
    base: Annotated[int | None, Field(ge=0, le=100_000)] = None


class PlacementConstraint(CamelPart):
    """A condition for the instances that tasks may run on."""

    type: Literal["distinctInstance", "memberOf"] | None = None
    expression: Annotated[str | None, Field(max_length=2000)] = None


class PlacementStrategy(CamelPart):
    """How tasks are distributed over instances."""

    type: Literal["random", "spread", "binpack"] | None = None
    field: Annotated[str | None, Field(max_length=255)] = None


class EcsTask(Part):
    """A task of ECS, without its tags."""

    task_definition_arn: Annotated[Arn, Field(max_length=1600)]
    task_count: Annotated[int | None, Field(ge=1, le=10)] = None
    launch_type: Literal["EC2", "FARGATE", "EXTERNAL"] | None = None
    network_configuration: NetworkConfiguration | None = None
    platform_version: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    group: Annotated[str | None, Field(min_length=1, max_length=255)] = None
    capacity_provider_strategy: Annotated[list[CapacityProviderStrategyItem] | None, Field(max_length=6)] = (
        None
    )
    enable_ecs_managed_tags: Annotated[bool | None, Wire("EnableECSManagedTags")] = None
    enable_execute_command: bool | None = None
    placement_constraints: Annotated[list[PlacementConstraint] | None, Field(max_length=10)] = None
    placement_strategy: Annotated[list[PlacementStrategy] | None, Field(max_length=5)] = None
    propagate_tags: Literal["TASK_DEFINITION"] | None = None
    reference_id: Annotated[str | None, Field(max_length=1024)] = None
