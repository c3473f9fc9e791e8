"""Changes of a flow, as text and as two graphs."""

from collections.abc import Callable

import pytest

from reconciler.kinds import known_kinds
from reconciler.pictures.flow_diff import Change, compare, pictures
from reconciler.pictures.flow_diff_text import words
from reconciler.pictures.output import canonical
from tests.unit.flow_toys import Content, action, made_up, menu, of, renamed


def changed(change: Callable[[Content], object], *, anew: bool = False) -> Change:
    """The menu compared with a changed one, possibly with other identifiers."""
    after = menu()
    change(after)
    after = renamed(after, made_up(after)) if anew else after
    return compare(menu(), after, canonical(known_kinds()["connect.contact_flow"], "content"))


def told(change: Callable[[Content], object]) -> tuple[str, ...]:
    return words(changed(change))


def press(content: Content, key: str, target: str) -> None:
    conditions = of(content, "Menu")["Transitions"]["Conditions"]
    conditions[:] = [each for each in conditions if each["Condition"]["Operands"] != [key]]
    conditions.append({"NextAction": target, "Condition": {"Operator": "Equals", "Operands": [key]}})


def test_a_key_that_leads_elsewhere_is_told_by_what_a_caller_gets() -> None:
    assert told(lambda flow: press(flow, "2", "Sales")) == ("Press 2: Sales, was Billing",)
    assert told(lambda flow: press(flow, "2", "Bye")) == ("Press 2: Disconnect, was Billing",)


def test_another_queue_behind_a_key_is_told_once() -> None:
    def other_queue(flow: Content) -> None:
        of(flow, "Billing")["Parameters"]["QueueId"] = "${queue:Support}"

    assert told(other_queue) == ("Press 2: Support, was Billing",)


def test_another_prompt_is_told_with_both_texts() -> None:
    def other_text(flow: Content) -> None:
        of(flow, "Hello")["Parameters"]["Text"] = "Hello"

    assert told(other_text) == ('Prompt of Hello: "Hello", was "Hi"',)


def test_another_limit_is_told_in_words() -> None:
    def longer(flow: Content) -> None:
        of(flow, "Menu")["Parameters"]["InputTimeLimitSeconds"] = "8"

    assert told(longer) == ("Input time limit seconds of Menu: 8, was 5",)


def with_sorry(flow: Content) -> None:
    flow["Actions"].append(action("Sorry", "MessageParticipant", "Bye", Text="Nobody is there"))
    press(flow, "3", "Sorry")


def test_a_new_action_is_told_with_the_way_to_it() -> None:
    assert told(with_sorry) == (
        "New: Press 3: “Nobody is there”",
        "New: Play prompt “Nobody is there” after Press 3",
    )


def test_an_action_put_in_between_is_told_once() -> None:
    def between(flow: Content) -> None:
        flow["Actions"].append(action("Record", "UpdateContactRecordingBehavior", "Menu"))
        of(flow, "Hello")["Transitions"]["NextAction"] = "Record"

    assert told(between) == ("New: Set recording after Hello",)


def test_an_action_taken_out_is_told_once() -> None:
    def without_hello(flow: Content) -> None:
        flow["Actions"] = [each for each in flow["Actions"] if each["Identifier"] != "Hello"]
        flow["StartAction"] = "Menu"

    assert told(without_hello) == ("Starts with “Press 1 or 2”, was “Hi”", "Gone: Play prompt “Hi”")


def test_an_error_that_leads_elsewhere_is_told() -> None:
    def full(flow: Content) -> None:
        of(flow, "Go")["Transitions"]["Errors"][0]["NextAction"] = "Menu"

    assert told(full) == ("Queue full of Go: “Press 1 or 2”, was Disconnect",)


def test_what_matters_most_to_a_caller_comes_first() -> None:
    def much(flow: Content) -> None:
        of(flow, "Menu")["Parameters"]["InputTimeLimitSeconds"] = "8"
        of(flow, "Hello")["Parameters"]["Text"] = "Hello"
        with_sorry(flow)
        press(flow, "2", "Sales")

    # Billing cannot be reached any more, but still exists: only the changed branches are reported.
    assert [line.partition(":")[0] for line in told(much)] == [
        *("New", "Press 2", "Prompt of Hello", "New", "Input time limit seconds of Menu")
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda flow: None,
        lambda flow: flow["Actions"].reverse(),
        lambda flow: of(flow, "Menu")["Parameters"].update(InputTimeLimitSeconds=5),
        lambda flow: flow.update(Metadata={"EntryPointPosition": {"x": 1, "y": 2}}),
    ],
)
@pytest.mark.parametrize("anew", [False, True])
def test_what_only_looks_different_is_no_change(change: Callable[[Content], object], anew: bool) -> None:
    found = changed(change, anew=anew)
    assert words(found) == ()
    assert (found.new, found.gone, found.touched) == ((), (), frozenset())
    for picture in pictures(found, "before", "after"):
        assert {each.state for each in picture.nodes} == {"settled"}
        assert {each.state for each in picture.edges} == {"settled"}


def test_a_change_is_found_beneath_new_identifiers() -> None:
    assert words(changed(lambda flow: press(flow, "2", "Sales"), anew=True)) == (
        "Press 2: Sales, was Billing",
    )

    def other_text(flow: Content) -> None:
        of(flow, "Hello")["Parameters"]["Text"] = "Hello"

    assert words(changed(other_text, anew=True)) == ('Prompt: "Hello", was "Hi"',)


def test_two_menus_are_told_apart() -> None:
    def second(flow: Content) -> None:
        flow["Actions"].append(action("More", "GetParticipantInput", "Bye", Text="More?"))
        press(flow, "2", "More")

    assert told(second)[0] == "Press 2 (Menu): “More?”, was Billing"


def test_each_node_and_edge_of_both_graphs_has_its_state() -> None:
    def much(flow: Content) -> None:
        of(flow, "Hello")["Parameters"]["Text"] = "Hello"
        with_sorry(flow)
        press(flow, "2", "Sales")
        flow["Actions"] = [each for each in flow["Actions"] if each["Identifier"] != "Billing"]

    before, after = pictures(changed(much), "Live", "Desired")
    assert (before.title, after.title) == ("Live", "Desired")
    was = {node.label: node.state for node in before.nodes}
    now = {node.label: node.state for node in after.nodes}
    assert (was["Hello"], was["Billing"], was["Menu"]) == ("update", "delete", "settled")
    assert (now["Hello"], now["Sorry"], now["Menu"]) == ("update", "create", "settled")
    assert {edge.ends: edge.state for edge in after.edges if edge.source == "Menu"} == {
        ("Menu", "Sales"): "update",
        ("Menu", "Sorry"): "create",
        ("Menu", "Bye"): "settled",
    }
    shared = {node.id for node in before.nodes} & {node.id for node in after.nodes}
    assert len(shared) == len(before.nodes) - 1, "what is in both goes by the same id"


def test_what_lives_and_is_no_flow_is_all_new() -> None:
    found = compare("not JSON", menu(), canonical(known_kinds()["connect.contact_flow"], "content"))
    assert len(found.new) == len(menu()["Actions"])
    assert words(found)[0] == "Starts with “Hi”, was nothing"


# -- exchanged keys -----------------------------------------------------------------------------------------------------


def priorities(first: str, second: str, **parameters: dict[str, str]) -> Content:
    """Keys 1 and 2 lead to two actions of one type, which lead on to Sales and Billing."""
    content = menu()
    for name, onward in (("One", "Sales"), ("Two", "Billing")):
        behaviour = parameters.get(name, {})
        content["Actions"].append(action(name, "UpdateContactRoutingBehavior", onward, **behaviour))
    press(content, "1", first)
    press(content, "2", second)
    return content


@pytest.mark.parametrize("unnamed", [False, True])
def test_keys_that_change_places_are_told_by_the_values_behind_them(unnamed: bool) -> None:
    values = {"One": {"QueuePriority": "1"}, "Two": {"QueuePriority": "5"}}
    before, after = priorities("One", "Two", **values), priorities("Two", "One", **values)
    if unnamed:
        names = {
            "One": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
            "Two": "1" * 8 + "-0000-0000-0000-" + "0" * 12,
        }
        before, after = renamed(before, names), renamed(after, names)
    one, two = "Change priority or age (Priority 1)", "Change priority or age (Priority 5)"
    assert words(compare(before, after, canonical(known_kinds()["connect.contact_flow"], "content"))) == (
        f"Press 1: {two}, was {one}",
        f"Press 2: {one}, was {two}",
    )


def test_actions_that_do_the_same_are_told_apart_by_name() -> None:
    same = {"One": {"QueuePriority": "1"}, "Two": {"QueuePriority": "1"}}
    gist = "Change priority or age (Priority 1)"
    found = compare(priorities("One", "Two", **same), priorities("Two", "One", **same))
    assert set(words(found)) == {
        f'Press 1: {gist} at "Two", was at "One"',
        f'Press 2: {gist} at "One", was at "Two"',
    }


def test_actions_without_names_that_do_the_same_are_told_apart_by_what_follows() -> None:
    same = {"QueuePriority": "1"}
    names = {"One": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "Two": "1" * 8 + "-0000-0000-0000-" + "0" * 12}
    before, after = (
        renamed(priorities(*keys, One=same, Two=same), names) for keys in (("One", "Two"), ("Two", "One"))
    )
    gist = "Change priority or age (Priority 1)"
    assert set(words(compare(before, after))) == {
        f"Press 1: {gist} then Billing, was {gist} then Sales",
        f"Press 2: {gist} then Sales, was {gist} then Billing",
    }


def split(*shares: int) -> Content:
    """A split by percentage to Sales and Billing, with the rest to Bye."""
    content, below = menu(), 0
    one = action("Split", "DistributeByPercentage", "Bye", errors={"NoMatchingCondition": "Bye"})
    one["Transitions"]["Conditions"] = rows = []
    for share, target in zip(shares, ("Sales", "Billing"), strict=False):
        below += share
        test = {"Operator": "NumberLessThan", "Operands": [str(below + 1)]}
        rows.append({"NextAction": target, "Condition": test})
    content["Actions"].append(one)
    content["StartAction"] = "Split"
    return content


def test_shares_are_told_by_where_they_lead() -> None:
    assert words(compare(split(20, 30), split(50))) == (
        "Sales (Split): 50%, was 20%",
        "Billing (Split): 0%, was 30%",
    )


def test_recording_that_is_switched_off_is_told() -> None:
    before, after = menu(), menu()
    for content, who in ((before, ["Agent", "Customer"]), (after, [])):
        step = action(
            "Record",
            "UpdateContactRecordingBehavior",
            "Menu",
            RecordingBehavior={"RecordedParticipants": who},
        )
        content["Actions"].append(step)
        of(content, "Hello")["Transitions"]["NextAction"] = "Record"
    assert words(compare(before, after, canonical(known_kinds()["connect.contact_flow"], "content"))) == (
        "Recorded participants of Record: nobody, was Agent, Customer",
    )
