"""The files of a first stack: desired state that validates, the editor's settings, a workflow for CI."""

from collections.abc import Mapping

HEADER = """\
stack: {name}
environments:
  {environment}:
    account: "{account}"
    region: {region}
    variables: {{alias: {name}-{environment}}}
"""
CENTRE = """\
connect.hours_of_operation:
  Office Hours:
    time_zone: UTC
    config:
      - {day: MONDAY, start_time: "09:00", end_time: "17:00"}
      - {day: TUESDAY, start_time: "09:00", end_time: "17:00"}
      - {day: WEDNESDAY, start_time: "09:00", end_time: "17:00"}
      - {day: THURSDAY, start_time: "09:00", end_time: "17:00"}
      - {day: FRIDAY, start_time: "09:00", end_time: "17:00"}

connect.instance:
  ${alias}:
    identity_management_type: CONNECT_MANAGED
    inbound_calls_enabled: true
    outbound_calls_enabled: true

connect.queue:
  Support:
    description: All calls go here
    hours_of_operation: Office Hours
"""
WORKFLOW = """\
# Checks desired state in each pull request, without credentials.
name: reconciler
on: [pull_request]
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5.0.0
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6.0.0
        with:
          python-version: "3.11"
      - run: pip install connect-reconciler  # or the wheel that you have built
      - run: reconciler validate {folder} --env {environment} --format github
"""
SCHEMA, SETTINGS = "reconciler.schema.json", ".vscode/settings.json"
CI = ".github/workflows/reconciler.yml"


def stack_files(name: str, environment: str, account: str, region: str) -> Mapping[str, str]:
    """The files in the stack's directory."""
    header = HEADER.format(name=name, environment=environment, account=account, region=region)
    return {"stack.yaml": header, "centre.yaml": CENTRE}


def repository_files(folder: str, environment: str, schema: str) -> Mapping[str, str]:
    """The files in the repository's root: the schema, the editor's settings that use it, and the workflow."""
    from reconciler.runtime.printable import json_text

    return {
        SCHEMA: schema,
        SETTINGS: json_text({"yaml.schemas": {f"./{SCHEMA}": _below(folder)}}) + "\n",
        CI: WORKFLOW.format(folder=folder, environment=environment),
    }


def lines_to_add(folder: str, environment: str) -> Mapping[str, str]:
    """By file in the repository's root: what an author adds to one that is there already."""
    return {
        SCHEMA: "`reconciler schema` prints the one of this version",
        SETTINGS: "add to yaml.schemas: " + ", ".join(f'"{each}"' for each in _below(folder)),
        CI: f"add to its steps: reconciler validate {folder} --env {environment} --format github",
    }


def _below(folder: str) -> list[str]:
    """The files of a stack to which the schema applies, as VS Code names them."""
    return [f"{folder}/*.yaml", f"!{folder}/stack.yaml"]
