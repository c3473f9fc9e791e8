"""The demo: stacks in the sandbox are created, changed by hand, reported and repaired; one is checked and destroyed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from reconciler import console
from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.destroying import destroy, emptied
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.reports.text_report import closing_lines, count_line, heading, plan_lines
from reconciler.runtime.clock import Clock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Destruction, Stack

ENVIRONMENT = "dev"
STACKS = ("contact_center",)
"""Directories of the stacks that every demo has."""
RALLY, PLATFORM = "stamp_rally", "connect_platform"
WITH_CODE = (RALLY, PLATFORM)
"""Stacks with functions: the demo has them if the code of functions is beside the examples."""
CODE = "lambda_src"


@dataclass
class DemoRun:
    """The sandbox with the example stacks on it."""

    sandbox: Sandbox
    clock: Clock
    stacks: tuple[Stack, ...]

    def passes(self, *, dry_run: bool = False, full: bool = False) -> list[PassReport]:
        """One pass over each stack, shown as it goes."""
        reports = []
        for stack in self.stacks:
            aws = account_in(self.sandbox, stack.region, self.clock)
            report = Pass(stack, known_kinds(), aws, self.clock, Options(dry_run=dry_run), Quiet()).run()
            console.show([heading(stack, dry_run=dry_run)])
            console.show(plan_lines(report.plan) if full else [count_line(report.plan)])
            console.show(closing_lines(report))
            reports.append(report)
        return reports

    def named(self, directory: str) -> list[Stack]:
        """The stack of a directory, if the demo has it."""
        return [stack for stack in self.stacks if stack.name == directory.replace("_", "-")]

    def client(self, service: str, stack: Stack) -> Any:
        """A plain boto3 client, as another user of the account has."""
        return self.sandbox.session(stack.region).client(service)


def missing_stacks(examples: Path) -> list[str]:
    """The stacks of the demo that are not in this directory."""
    return [name for name in STACKS if not (examples / name).is_dir()]


def names_of_stacks(examples: Path) -> tuple[str, ...]:
    """The stacks of the demo in this directory: an installed package has no code of functions."""
    has_code = (examples.resolve().parent / CODE).is_dir()
    return (*STACKS, *(each for each in WITH_CODE if has_code and (examples / each).is_dir()))


def tell(examples: Path) -> bool:
    """Run the demo; returns whether every step went as expected."""
    stacks = tuple(load(examples / name, ENVIRONMENT, known_kinds()) for name in names_of_stacks(examples))
    with sandboxed(stacks[0].account) as (sandbox, clock):
        demo = DemoRun(sandbox, clock, stacks)
        return all(_tell(demo))


def _tell(demo: DemoRun) -> Iterator[bool]:
    _chapter(1, "An empty account. The first pass creates all that the files ask for.")
    reports = demo.passes()
    yield all(report.outcome == "settled" and report.mutating_calls for report in reports)

    _chapter(2, "The second pass finds nothing to do.")
    reports = demo.passes()
    yield all(report.outcome == "settled" and not report.mutating_calls for report in reports)

    _chapter(3, "A user makes changes in the console.")
    broken = set()
    for key, what in _change_by_hand(demo):
        console.show([Text(f"    {what}")])
        broken.add(key)

    _chapter(4, "A dry run names exactly these, and changes nothing.")
    reports = demo.passes(dry_run=True, full=True)
    named = {str(action.key) for report in reports for action in report.plan.pending}
    yield named == broken and not any(report.mutating_calls for report in reports)

    _chapter(5, "The next pass repairs exactly these.")
    reports = demo.passes()
    repaired = {
        str(key) for report in reports for key, result in report.results.items() if result.outcome == "done"
    }
    yield repaired == broken and all(report.outcome == "settled" for report in reports)

    _chapter(6, "All is settled again: the renamed queue has its name back and was not created twice.")
    reports = demo.passes()
    yield all(report.outcome == "settled" and not report.mutating_calls for report in reports)
    names = [each["Name"] for each in _queues(demo)]
    yield names.count("CustomerService") == 1 and "Hotline" not in names

    for platform in demo.named(PLATFORM):
        _chapter(7, "The platform is destroyed, with all that is protected. The other stacks stay.")
        yield _destroyed(demo, platform)


def _destroyed(demo: DemoRun, stack: Stack) -> bool:
    """Destroy a stack, and show what is left; returns whether that is nothing, and nothing of other stacks has changed."""
    kinds = known_kinds()
    lost = frozenset(key for key in stack.resources if kinds[key.kind].loses)
    base = emptied(stack, Destruction(also_protected=True, empties=True, given_up=lost))

    def new_pass(one: Stack, options: Options) -> Pass:
        aws = account_in(demo.sandbox, one.region, demo.clock)
        return Pass(one, kinds, aws, demo.clock, options, Quiet())

    report, left = destroy(base, new_pass)
    console.show([heading(stack, dry_run=False), count_line(report.plan)])
    console.show(closing_lines(report))
    return left.clean and report.outcome == "settled"


def _chapter(number: int, title: str) -> None:
    console.show([Text(), Text(f"{number}. {title}", "bold cyan")])


def _change_by_hand(demo: DemoRun) -> Iterator[tuple[str, str]]:
    """Make the unwanted changes with plain AWS calls; each names what it changed."""
    centre = demo.stacks[0]
    connect, instance = demo.client("connect", centre), _instance(demo)
    (queue,) = (each["Id"] for each in _queues(demo) if each["Name"] == "CustomerService")
    connect.update_queue_name(InstanceId=instance, QueueId=queue, Name="Hotline")
    yield "connect.queue/CustomerService", 'queue "CustomerService" is renamed to "Hotline"'

    users = connect.list_users(InstanceId=instance)["UserSummaryList"]
    profiles = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"]
    (john,) = (each["Id"] for each in users if each["Username"] == "john.smith")
    (other,) = (each["Id"] for each in profiles if each["Name"] == "SalesAgentProfile")
    connect.update_user_routing_profile(InstanceId=instance, UserId=john, RoutingProfileId=other)
    yield "connect.user/john.smith", 'user "john.smith" is moved to routing profile "SalesAgentProfile"'

    for rally in demo.named(RALLY):
        bucket = _first(rally, "s3.bucket")
        demo.client("s3", rally).delete_bucket_encryption(Bucket=bucket)
        yield f"s3.bucket/{bucket}", f'the encryption of bucket "{bucket}" is removed'

        table = _first(rally, "dynamodb.table")
        off = {"PointInTimeRecoveryEnabled": False}
        dynamodb = demo.client("dynamodb", rally)
        dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=off)
        yield f"dynamodb.table/{table}", f'point-in-time recovery of table "{table}" is switched off'

    for platform in demo.named(PLATFORM):
        function = _first(platform, "lambda.function")
        demo.client("lambda", platform).update_function_configuration(FunctionName=function, Timeout=1)
        yield f"lambda.function/{function}", f'the time-out of function "{function}" is set to 1 second'

        ec2 = demo.client("ec2", platform)
        named = [{"Name": "group-name", "Values": [_first(platform, "ec2.security_group")]}]
        (group,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
        ec2.authorize_security_group_ingress(
            GroupId=group["GroupId"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
        )
        yield (
            f"ec2.security_group/{group['GroupName']}",
            f'security group "{group["GroupName"]}" lets everybody in by SSH',
        )


def _first(stack: Stack, kind: str) -> str:
    return next(key.name for key in stack.resources if key.kind == kind)


def _instance(demo: DemoRun) -> str:
    (instance,) = demo.client("connect", demo.stacks[0]).list_instances()["InstanceSummaryList"]
    return str(instance["Id"])


def _queues(demo: DemoRun) -> list[dict[str, Any]]:
    connect = demo.client("connect", demo.stacks[0])
    found = connect.list_queues(InstanceId=_instance(demo), QueueTypes=["STANDARD"])
    return list(found["QueueSummaryList"])
