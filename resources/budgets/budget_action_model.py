"""The actions of a budget: what AWS does at a threshold, and who is told.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Action.html
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Means, Part, Rows, Unordered, Whole, Wire
from reconciler.resources.identifiers import Arn, RoleArn

NAME = Form(r"([!-~]+/)?[\w+=,.@-]+", "a name, with its path if it has one")
Role = Annotated[str, NAME, Field(max_length=576), Means("iam.role", "name")]
Group = Annotated[str, NAME, Field(max_length=640), Means("iam.group", "name")]
User = Annotated[str, NAME, Field(max_length=576), Means("iam.user", "name")]


class Subscriber(Part):
    """Who gets a notification: an e-mail address or a topic."""

    subscription_type: Literal["SNS", "EMAIL"]
    address: Annotated[
        str,
        Form(
            r"[^@\s]+@[^@\s]+|arn:[^:\s]+:sns:[^:\s]*:\d{12}:[^:\s]+",
            "an e-mail address, or the ARN of a topic",
        ),
        Means("sns.topic"),
    ]


class IamActionDefinition(Part):
    """A policy that is attached to roles, groups and users."""

    policy_arn: Annotated[Arn, Means("iam.policy")]
    roles: Annotated[list[Role] | None, Unordered(), Field(min_length=1, max_length=100)] = None
    groups: Annotated[list[Group] | None, Unordered(), Field(min_length=1, max_length=100)] = None
    users: Annotated[list[User] | None, Unordered(), Field(min_length=1, max_length=100)] = None


class ScpActionDefinition(Part):
    """A service control policy that is attached to accounts and organizational units."""

    policy_id: Annotated[
        str,
        Form(r"p-[0-9a-zA-Z_]{8,128}", "the id of a policy, such as p-12345678"),
        Means("organizations.policy", "id"),
    ]
    target_ids: Annotated[
        list[
            Annotated[
                str,
                Form(r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|\d{12}", "the id of an account or of a unit"),
                Means("organizations.account", "id"),
                Means("organizations.organizational_unit", "id"),
            ]
        ],
        Unordered(),
        Field(min_length=1, max_length=100),
    ]


class SsmActionDefinition(Part):
    """Instances that are stopped."""

    action_sub_type: Literal["STOP_EC2_INSTANCES", "STOP_RDS_INSTANCES"]
    region: Annotated[str, Form(r"\w{2,4}-\w+(-\w+)?-\d", "a Region")]
    instance_ids: Annotated[
        list[
            Annotated[
                str,
                Form(r"i-(\w{8}|\w{17})|[a-zA-Z]([\w-]{0,61}\w)?", "the id of an instance"),
                Means("ec2.instance", "id"),
                Means("rds.instance", "id"),
            ]
        ],
        Unordered(),
        Field(min_length=1, max_length=100),
    ]


class Definition(Part):
    """What is done: the structure of the type of the action."""

    iam_action_definition: IamActionDefinition | None = None
    scp_action_definition: ScpActionDefinition | None = None
    ssm_action_definition: SsmActionDefinition | None = None


class Action(Part):
    """An action; its type and its threshold identify it."""

    action_type: Literal["APPLY_IAM_POLICY", "APPLY_SCP_POLICY", "RUN_SSM_DOCUMENTS"]
    notification_type: Literal["ACTUAL", "FORECASTED"]
    threshold: Annotated[
        float, Field(ge=0, le=15_000_000_000_000), Wire("ActionThreshold.ActionThresholdValue")
    ]
    threshold_type: Annotated[
        Literal["PERCENTAGE", "ABSOLUTE_VALUE"], Wire("ActionThreshold.ActionThresholdType")
    ]
    definition: Annotated[Definition, Whole()]
    execution_role_arn: RoleArn
    approval_model: Literal["AUTOMATIC", "MANUAL"]
    subscribers: Annotated[
        list[Subscriber], Rows(("subscription_type", "address")), Field(min_length=1, max_length=11)
    ]
