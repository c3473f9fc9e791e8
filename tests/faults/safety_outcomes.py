"""The result of passes and the order of calls: cycles, new destinations, tags of the stack, changes that the list does not show."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from reconciler.pass_options import Options
from reconciler.planning.ownership import STACK_MARK
from tests.faults.case import Case, fault_free_run
from tests.faults.live_state import differences, state_by_label
from tests.faults.safety_helpers import CENTRE, FLOW, HOURS, QUICK, SERVICE, pass_to
from tests.faults.workloads import example, with_settings

DAY = 24 * 3600.0
ADD, REMOVE = "Associate", "Disassociate"


def cycle_of_flows(_workload: str) -> Iterator[str]:
    """Two flows that refer to each other are created in one pass, even with lost replies."""
    stack = example("contact_center")
    content = deepcopy(dict(stack.resources[HOURS].settings["content"]))
    actions = {each["Identifier"]: each for each in content["Actions"]}
    forth = next(
        each
        for each in stack.resources[FLOW].settings["content"]["Actions"]
        if each["Parameters"].get("ContactFlowId") == f"${{flow:{HOURS.name}}}"
    )
    errors = [{"ErrorType": "NoMatchingError", "NextAction": "Goodbye"}]
    back = {**forth, "Identifier": "Back", "Parameters": {"ContactFlowId": f"${{flow:{FLOW.name}}}"}}
    content["Actions"].append({**back, "Transitions": {"NextAction": "Goodbye", "Errors": errors}})
    actions["Again?"]["Transitions"]["NextAction"] = "Back"
    wanted = with_settings(stack, {HOURS: {"content": content}})
    case = Case.of("contact_center/create")
    report = pass_to(case, wanted)
    if report.outcome != "settled":
        failed = [f"{key}: {each.message}" for key, each in report.results.items() if each.outcome != "done"]
        yield f"P1 a cycle of flows is not made in one pass: {report.outcome} {failed[:3]}"
    last = pass_to(case, wanted)
    if last.plan.pending or last.outcome != "settled":
        yield f"P1 a cycle of flows does not come to rest: {last.outcome}"


def turned_elsewhere(_workload: str) -> Iterator[str]:
    """A quick connect with a new destination keeps nothing of the old one."""
    case = Case.of(CENTRE)
    queue = {"queue": SERVICE.name, "contact_flow": "Default queue transfer"}
    config = {"quick_connect_type": "QUEUE", "queue_config": queue}
    report = pass_to(
        case, with_settings(example("contact_center"), {QUICK: {"quick_connect_config": config}})
    )
    held = state_by_label(case.harness.live_resources())[f"QuickConnect:{QUICK.name}"]["QuickConnectConfig"]
    if report.outcome != "settled" or set(held) != {"QuickConnectType", "QueueConfig"}:
        yield f"P1 turned elsewhere: {report.outcome}, {held}"


def retagged(workload: str) -> Iterator[str]:
    """A new value of a tag of the stack is set on all our resources."""
    stack = example(workload.partition("/")[0])
    case = Case.of(workload)
    report = pass_to(case, replace(stack, tags={**stack.tags, "Project": "another"}))
    ours = [each for each in case.harness.live_resources().values() if each.owner == stack.mark]
    wrong = [each.label for each in ours if each.tags.get("Project") != "another"]
    if wrong or report.outcome != "settled":
        yield f"P1 {report.outcome} with the old tag on {wrong[:5]}"


def after_a_day(_workload: str) -> Iterator[str]:
    """Edits that do not change the change time are found after a day; other edits in the next pass."""
    for moves in (True, False):
        case = Case.of("contact_center/create")
        case.run_pass(case.workload.options)
        case.harness.clock.sleep(3600)
        case.run_pass(Options())
        case.harness.clock.sleep(3600)
        for centre in case.harness.plane().centres.values():
            for record in (each for store in centre._stores.values() for each in store):
                if (
                    record.tags.get(STACK_MARK) == case.workload.wanted.mark
                    and "Description" in record.settings
                ):
                    record.settings["Description"] = "by hand"
                    if moves:
                        record.modified = case.harness.plane().tick()
        case.harness.clock.sleep(60.0 if moves else DAY)
        case.run_pass(Options())
        wrong = list(differences(state_by_label(case.harness.live_resources()), case.fault_free.final_state))
        yield from (f"P1 changed by hand, and not seen: {line}" for line in wrong)


def within_the_lag(_workload: str) -> Iterator[str]:
    """A cache entry of a resource that was changed shortly after the read is not used."""
    case = Case.of("contact_center/create")
    case.run_pass(case.workload.options)
    case.run_pass(Options())
    for centre in case.harness.plane().centres.values():
        for record in (each for store in centre._stores.values() for each in store):
            if record.tags.get(STACK_MARK) == case.workload.wanted.mark and "Description" in record.settings:
                record.settings["Description"] = (
                    "by hand"  # within the delay: the change time does not show it yet
                )
    case.run_pass(Options())
    wrong = list(differences(state_by_label(case.harness.live_resources()), case.fault_free.final_state))
    yield from (f"P1 changed by hand just after a read, and not seen: {line}" for line in wrong)


def additions_first(workload: str) -> Iterator[str]:
    """For each resource and type of association, new ones are added before old ones are removed."""
    calls = [each.call for each in fault_free_run(workload).recorded if each.call.mutating]
    for index, call in enumerate(calls):
        if not call.operation.startswith(ADD):
            continue
        sort = call.operation.removeprefix(ADD)
        ids = {name: value for name, value in call.params.items() if name.endswith("Id")}
        for earlier in calls[:index]:
            same = all(earlier.params.get(name) == value for name, value in ids.items())
            if earlier.operation == f"{REMOVE}{sort}" and same:
                yield f"P4 {earlier.name} before {call.name}"
