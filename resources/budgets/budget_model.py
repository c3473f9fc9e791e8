"""The settings of a budget.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.alias_generators import to_pascal

from reconciler.forms import Form
from reconciler.model import Codec, Document, Means, Part, Resource, Rows, Unordered, Whole, Wire
from reconciler.resources.budgets.budget_action_model import Action, Subscriber
from reconciler.resources.budgets.filter_expression import canonical, mistakes
from reconciler.resources.lasting import LASTS


def _as_text(amount: float) -> str:
    """An amount as AWS takes it, without an exponent."""
    return format(Decimal(repr(amount)), "f")


Amount = Annotated[float, Field(ge=0), Codec(_as_text, float)]
Included = Annotated[bool | None, LASTS]
Moment = Annotated[
    str,
    Form(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ",
        "a time in UTC, such as 2030-01-31T00:00:00Z",
    ),
]
Period = Annotated[
    str, Form(r"\d{9,11}", "the start of a month or a quarter in seconds since 1970, in quotes")
]

ViewArn = Annotated[
    str,
    Form(r"arn:aws[a-z-]*:billing::\d{12}:billingview/.+", "the ARN of a billing view"),
    Means("billing.view"),
]


class Spend(Part):
    """An amount and its unit, such as USD or GB."""

    amount: Amount
    unit: Annotated[str, Field(min_length=1)]


class CostTypes(Part):
    """The costs that a budget includes."""

    include_tax: Included = None
    include_subscription: Included = None
    use_blended: Included = None
    include_refund: Included = None
    include_credit: Included = None
    include_upfront: Included = None
    include_recurring: Included = None
    include_other_subscription: Included = None
    include_support: Included = None
    include_discount: Included = None
    use_amortized: Included = None


class TimePeriod(Part):
    """The time that a budget covers. AWS deletes the budget after its end."""

    start: Annotated[Moment | None, LASTS] = None
    end: Annotated[Moment | None, LASTS] = None


class HistoricalOptions(Part):
    """How many periods an adjusted budget is the average of."""

    budget_adjustment_period: Annotated[int, Field(ge=1, le=60)]


class AutoAdjustData(Part):
    """AWS sets the amount itself, from what was spent or is forecasted."""

    auto_adjust_type: Literal["HISTORICAL", "FORECAST"]
    historical_options: HistoricalOptions | None = None


class Notification(Part):
    """When subscribers get a message: all of this identifies the notification."""

    @classmethod
    def wire_name(cls, field: str) -> str:
        """A field's name; the subscribers are beside the notification."""
        return "Subscribers" if field == "subscribers" else f"Notification.{to_pascal(field)}"

    notification_type: Literal["ACTUAL", "FORECASTED"]
    comparison_operator: Literal["GREATER_THAN", "LESS_THAN", "EQUAL_TO"]
    threshold: Annotated[float, Field(ge=0, le=15_000_000_000_000)]
    threshold_type: Literal["PERCENTAGE", "ABSOLUTE_VALUE"]
    subscribers: Annotated[
        list[Subscriber], Rows(("subscription_type", "address")), Field(min_length=1, max_length=11)
    ]


class Budget(Resource):
    """A budget with its notifications."""

    @classmethod
    def wire_name(cls, field: str) -> str:
        """A field's name in the structure that holds the budget."""
        return f"Budget.{to_pascal(field)}"

    budget_type: Annotated[
        Literal[
            "USAGE", "COST", "RI_UTILIZATION", "RI_COVERAGE", "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE"
        ]
        | None,
        LASTS,
    ] = None  # fmt: skip
    time_unit: Annotated[Literal["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY", "CUSTOM"] | None, LASTS] = None
    budget_limit: Spend | None = None
    planned_budget_limits: Annotated[dict[Period, Spend] | None, Whole(), Field(max_length=12)] = None
    """By start of each month or quarter: its limit; 12 months or 4 quarters, from the present one on."""
    auto_adjust_data: Annotated[AutoAdjustData | None, Whole()] = None
    time_period: Annotated[TimePeriod | None, LASTS] = None
    cost_filters: Annotated[dict[str, Annotated[list[str], Unordered()]] | None, Whole()] = None
    """By dimension, such as Service, Region or TagKeyValue: its values."""
    cost_types: Annotated[CostTypes | None, LASTS] = None
    filter_expression: Annotated[dict[str, Any] | None, Document(canonical, check=mistakes, text=False)] = (
        None
    )
    """A filter in the words of AWS: And, Or, Not, Dimensions, Tags, CostCategories. It excludes cost_filters and cost_types."""
    metrics: Annotated[
        list[
            Literal[
                "BlendedCost", "UnblendedCost", "AmortizedCost", "NetUnblendedCost", "NetAmortizedCost", "UsageQuantity",
                "NormalizedUsageAmount", "Hours",
            ]
        ]
        | None,
        Field(max_length=1),
    ] = None  # fmt: skip
    """What is counted, beside a filter_expression."""
    billing_view_arn: Annotated[ViewArn | None, LASTS] = None
    actions: Annotated[
        list[Action] | None,
        Rows(("action_type", "notification_type", "threshold", "threshold_type")),
        Wire("Actions"),
        Field(max_length=100),
    ] = None
    """What AWS does at a threshold."""
    notifications: Annotated[
        list[Notification] | None,
        Rows(("notification_type", "comparison_operator", "threshold", "threshold_type")),
        Wire("NotificationsWithSubscribers"),
        Field(max_length=10),
    ] = None
