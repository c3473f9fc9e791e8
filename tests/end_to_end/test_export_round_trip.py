"""An export against its own account only adopts, and applied to an empty one it is exported as the same."""

from pathlib import Path

from reconciler.kinds import known_kinds
from reconciler.observing.observer import ReadContext, observe
from reconciler.planning.ownership import MARKS
from reconciler.sandbox.account import sandboxed
from reconciler.stack import Stack
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.test_export import ALIAS, exported, loaded


def arns(centre: LiveCentre, stack: Stack) -> list[str]:
    """The ARN of each resource that the stack manages."""
    context = ReadContext(known_kinds(), centre.account().api, centre.clock)
    seen = observe(stack, context, frozenset()).sightings
    return [each.arn for key, each in seen.items() if not stack.resources[key].existing]


def test_what_nobody_owns_is_only_adopted(tmp_path: Path) -> None:
    with live() as centre:
        exported(centre, tmp_path / "owned")
        client = centre.box.session("eu-west-2").client("connect")
        owned = arns(centre, loaded(tmp_path / "owned"))
        for arn in owned:
            client.untag_resource(resourceArn=arn, tagKeys=sorted(MARKS))
        exported(centre, tmp_path / "out")
        stack = loaded(tmp_path / "out")
        assert (stack.name, stack.environment) == (ALIAS, "live")
        actions = centre.run(stack, dry_run=True).plan.actions.values()
        assert [(action.verb, action.refusal) for action in actions] == [("adopt", None)] * len(owned)
        fields = {each.field for action in actions for each in action.differences}
        assert fields == {"tags.reconciler:stack", "tags.reconciler:key"}
        assert centre.run(stack).outcome == "settled"
        assert centre.run(stack, dry_run=True).plan.actions == {}


def test_an_export_applied_to_an_empty_account_is_exported_as_the_same(tmp_path: Path) -> None:
    with live() as centre:
        first = exported(centre, tmp_path / "first")
    stack = loaded(tmp_path / "first")
    with sandboxed(stack.account) as (box, clock):
        store = box.session(stack.region).client("ssm")
        for desired in stack.resources.values():
            if "password" in desired.settings:
                name = desired.settings["password"].name
                store.put_parameter(Name=name, Value="Passw0rd!", Type="SecureString")
        empty = LiveCentre(box, clock)
        assert empty.run(stack).outcome == "settled"
        assert exported(empty, tmp_path / "second") == first
