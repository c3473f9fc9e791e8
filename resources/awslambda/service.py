"""The service AWS Lambda.

Sources: "Lambda quotas" (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); "Actions, resources, and
condition keys for AWS Lambda" (Service Authorization Reference); the errors of each operation (API Reference).
"""

from reconciler.errors import Absent, AlreadyDone, Busy, InUse, Taken, Waiting
from reconciler.service import Rate, Service

LAMBDA = Service(
    name="lambda",
    rate=Rate(15, 15),
    rates={"get_function": Rate(100, 100)},
    actions={"Invoke": "lambda:InvokeFunction"},
    unscoped={
        "lambda:CreateEventSourceMapping": "makes new mappings",
        "lambda:ListEventSourceMappings": "lists all mappings",
        "lambda:ListFunctions": "lists all functions",
        "lambda:ListLayerVersions": "IAM names no resource of this action",
        "lambda:ListLayers": "lists all layers",
    },
    errors={
        "ResourceInUseException": Waiting,  # an event source mapping is being changed
        "ProvisionedConcurrencyConfigNotFoundException": Absent,
        "ResourceConflictException": Busy,
        "ResourceNotReadyException": Busy,
    },
    errors_by_message={
        # Lambda can use a new role only some seconds after its creation.
        "cannot be assumed by Lambda": Waiting,
        # ... and its policies some seconds later (aws_lambda_event_source_mapping of Terraform's AWS provider).
        "execution role does not have permissions": Waiting,
        "ensure the role can perform": Waiting,
        # A statement of the policy has this id.
        "provided already exists": AlreadyDone,
        "already exist": Taken,
        "FunctionUrlConfig exists for": Taken,
        "aliases reference it": InUse,
    },
)
