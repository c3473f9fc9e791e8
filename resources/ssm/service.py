"""The service AWS Systems Manager.

Sources: "Actions, resources, and condition keys for AWS Systems Manager" (Service Authorization Reference); "AWS Systems Manager
endpoints and quotas" (AWS General Reference); the errors of each operation (API Reference).
"""

from reconciler.errors import Absent, Busy, Taken
from reconciler.service import Rate, Service

SSM = Service(
    name="ssm",
    rates={"get_parameter": Rate(40, 40), "put_parameter": Rate(3, 3)},
    unscoped={"ssm:DescribeParameters": "lists all parameters"},
    also_asks={"PutParameter": ("ssm:AddTagsToResource",)},
    errors={
        "InvalidResourceId": Absent,  # of the operations on tags
        "ParameterAlreadyExists": Taken,
        "TooManyUpdates": Busy,
    },
)
