"""A small stack with a function, a table and an alarm, for tests of `reconciler smoke`."""

from pathlib import Path

FILES = {
    "stack.yaml": """\
stack: checked
environments:
  dev: {account: "123456789012", region: eu-west-2, variables: {who: Ada, least: 2}}
  prod: {account: "123456789012", region: eu-west-2, variables: {who: Grace, least: 3}}
""",
    "all.yaml": """\
iam.role:
  runs:
    assume_role_policy_document:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
lambda.function:
  lookup:
    runtime: python3.11
    handler: app.handler
    role: ${iam.role:runs}
    timeout: 1
    code: {folder: code}
dynamodb.table:
  Callers:
    attribute_definitions: [{attribute_name: id, attribute_type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    billing_mode: PAY_PER_REQUEST
kms.key:
  main: {description: of the stack}
  resting: {enabled: false}
cloudwatch.alarm:
  errors:
    comparison_operator: GreaterThanThreshold
    evaluation_periods: 1
    metric_name: Errors
    namespace: AWS/Lambda
    period: 60
    statistic: Sum
    threshold: 1
""",
    "code/app.py": """\
import time

def handler(event, context):
    if event.get("do") == "raise":
        raise ValueError("no such caller; see https://ada:hunter2@example.com/")
    if event.get("do") == "sleep":
        time.sleep(30)
    if event.get("do") == "text":
        return "just text"
    return {
        "result": "found", "name": "Ada Lovelace", "api_token": "hunter2", "visits": 3, "none": None,
        "rows": [{"id": 1, "more": True}], "table": event.get("table"), "number": event.get("number"),
    }
""",
}
SMOKE = """\
checks:
  lambda.function:
    lookup:
      invoke:
        - name: known caller
          event: {table: "${dynamodb.table:Callers}", number: "${least}"}
          answer: {result: found, visits: 3, none: null, rows: [{id: 1}], number: 2}
          answer_patterns: {name: "${who} .*", table: "arn:aws:dynamodb:eu-west-2:.*", visits: "[0-9]"}
"""


def write_checked_stack(directory: Path, smoke: str = SMOKE) -> Path:
    """Write its files into a new directory; returns that."""
    for path, text in {**FILES, "smoke.yaml": smoke}.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return directory
