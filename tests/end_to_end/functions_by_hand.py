"""Requests that create a function and what belongs to it, as somebody did by hand."""

import io
import zipfile

from tests.end_to_end.request_steps import ACCOUNT, HERE, TEAM, Step


def _archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), "def handler(event, context):\n    return {}\n")
    return held.getvalue()


ARCHIVE = _archive()
FUNCTIONS = (
    Step(
        "lambda",
        "create_function",
        {
            "FunctionName": "lookup",
            "Role": "{ROLE}",
            "Runtime": "python3.12",
            "Handler": "main.handler",
            "Timeout": 10,
            "Environment": {
                "Variables": {
                    "TABLE": "Orders",
                    "TOPIC": "{TOPIC}",
                    "JOBS": "{JOBS}",
                    "DESK": "https://desk.example.com/{KEY_ID}/x",
                    "DESK_TOKEN": "not-for-files",
                }
            },
            "VpcConfig": {"SubnetIds": ["{SUBNET}"], "SecurityGroupIds": ["{GROUP}"]},
            "Tags": TEAM,
        },
        {"FUNCTION": "FunctionArn"},
        ARCHIVE,
    ),
    Step(
        "lambda",
        "publish_layer_version",
        {"LayerName": "words", "Description": "Words", "CompatibleRuntimes": ["python3.12"]},
        {},
        ARCHIVE,
    ),
    Step("lambda", "publish_version", {"FunctionName": "lookup"}),
    Step(
        "lambda",
        "create_alias",
        {"FunctionName": "lookup", "Name": "live", "FunctionVersion": "1", "Description": "For callers"},
    ),
    Step(
        "lambda",
        "add_permission",
        {
            "FunctionName": "lookup",
            "StatementId": "connect",
            "Action": "lambda:InvokeFunction",
            "Principal": "connect.amazonaws.com",
            "SourceAccount": ACCOUNT,
        },
    ),
    Step(
        "lambda",
        "create_function_url_config",
        {
            "FunctionName": "lookup",
            "Qualifier": "live",
            "AuthType": "NONE",
            "Cors": {"AllowOrigins": ["https://desk.example.com"], "AllowMethods": ["GET"]},
        },
    ),
    *(
        Step(
            "lambda",
            "add_permission",
            {"FunctionName": "lookup", "Qualifier": "live", "Principal": "*", **each},
        )
        for each in (
            {
                "StatementId": "by-url",
                "Action": "lambda:InvokeFunctionUrl",
                "FunctionUrlAuthType": "NONE",
            },
            {
                "StatementId": "through-url",
                "Action": "lambda:InvokeFunction",
                "InvokedViaFunctionUrl": True,
            },
        )
    ),
    Step(
        "lambda",
        "create_event_source_mapping",
        {
            "FunctionName": "lookup",
            "EventSourceArn": f"arn:aws:sqs:{HERE}:jobs",
            "FilterCriteria": {"Filters": [{"Pattern": '{"body": {"kind": ["call"]}}'}]},
            "Tags": TEAM,
        },
    ),
)
