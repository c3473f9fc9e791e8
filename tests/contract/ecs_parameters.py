"""Every parameter of an ECS task as a target, for the samples of the kinds that have such targets."""

from typing import Any

HERE = "eu-west-2:123456789012"
ECS_PARAMETERS: dict[str, Any] = {
    "task_definition_arn": f"arn:aws:ecs:{HERE}:task-definition/report",
    "task_count": 2,
    "launch_type": "FARGATE",
    "network_configuration": {
        "awsvpc_configuration": {
            "subnets": ["subnet-0123456789abcdef0"],
            "security_groups": ["sg-0123456789abcdef0"],
            "assign_public_ip": "DISABLED",
        }
    },
    "platform_version": "1.4.0",
    "group": "reports",
    "capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1, "base": 1}],
    "enable_ecs_managed_tags": True,
    "enable_execute_command": False,
    "placement_constraints": [{"type": "memberOf", "expression": "attribute:ecs.os-type == linux"}],
    "placement_strategy": [{"type": "spread", "field": "instanceId"}],
    "propagate_tags": "TASK_DEFINITION",
    "reference_id": "nightly",
    "tags": [{"key": "Team", "value": "shop"}],
}
