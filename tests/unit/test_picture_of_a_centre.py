"""A stack as a graph: the path of a contact, groups as one node, and the state of each resource."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from reconciler.applying import Result
from reconciler.field_schema import fields_of, references_in
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.pictures.model import Node, Picture, State
from reconciler.pictures.sources import stack as centre
from reconciler.pictures.sources.collapse import collapsed
from reconciler.planning.plan import Action, Plan
from reconciler.stack import Desired, Key, Place, Stack
from tests.unit.flow_toys import action, flow

LAMBDA = "arn:aws:lambda:eu-west-2:111111111111:function:look-up"
HOURS, QUEUE, PROFILE = "connect.hours_of_operation", "connect.queue", "connect.routing_profile"
USER, FLOW, NUMBER = "connect.user", "connect.contact_flow", "connect.phone_number"


def stack(written: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Stack:
    """A stack of these resources, by kind and name."""
    found = {}
    for kind, resources in written.items():
        shapes = fields_of(known_kinds()[kind].model)
        for name, settings in resources.items():
            references = {
                field: tuple(Key(ref.kind, target) for ref, target in references_in(shapes[field], value))
                for field, value in settings.items()
            }
            key = Key(kind, name)
            found[key] = Desired(key, settings, Place("s.yaml", 1, 1), references=references)
    return Stack("shop", "dev", "111111111111", "eu-west-2", found)


def profile(*queues: str) -> dict[str, Any]:
    rows = [{"queue": queue, "channel": "VOICE", "priority": 1, "delay": 0} for queue in queues]
    return {"default_outbound_queue": queues[0], "queue_configs": rows}


def shop(queues: int = 1, users: int = 3) -> Stack:
    """One number, one flow with a Lambda function, queues, one profile, users."""
    names = [f"Queue {number}" for number in range(queues)]
    content = flow(
        action("Ask", "InvokeLambdaFunction", "Queue 0", LambdaFunctionARN=LAMBDA),
        *(action(name, "UpdateContactTargetQueue", "Go", QueueId=f"${{queue:{name}}}") for name in names),
        action("Go", "TransferContactToQueue", "Bye"),
        action("Bye", "DisconnectParticipant"),
    )
    return stack(
        {
            HOURS: {"Always": {"time_zone": "Europe/London"}},
            NUMBER: {"main": {"phone_number": "+442079460000", "contact_flow": "Main"}},
            FLOW: {"Main": {"type": "CONTACT_FLOW", "content": content}},
            QUEUE: {name: {"hours_of_operation": "Always"} for name in names},
            PROFILE: {"Agents": profile(*names)},
            USER: {f"agent{number}": {"routing_profile": "Agents"} for number in range(users)},
            "connect.security_profile": {"Agents": {}},
        }
    )


def edges(picture: Picture, *, quiet: bool) -> set[tuple[str, str]]:
    labels = {node.id: node.label for node in picture.all_nodes}
    return {(labels[edge.source], labels[edge.target]) for edge in picture.edges if edge.quiet == quiet}


def labels(nodes: Iterable[Node]) -> set[str]:
    return {node.label for node in nodes}


def test_the_way_of_a_contact_is_drawn_from_the_number_to_the_people() -> None:
    picture = centre.draw(shop(), known_kinds())
    assert edges(picture, quiet=False) == {
        ("main", "Main"),
        ("Main", "Queue 0"),
        ("Queue 0", "Agents"),
        ("Agents", "3 users"),
    }
    assert edges(picture, quiet=True) == {("Main", "look-up"), ("Queue 0", "Always")}
    assert {node.label: node.details for node in picture.nodes}["Always"] == ("Europe/London",)
    (beside,) = picture.groups
    assert [node.id for node in beside.nodes] == ["connect.security_profile/Agents"]


def test_what_is_not_drawn_hides_no_other_reference_of_its_field() -> None:
    calls = {"outbound_caller_id_number": "main", "outbound_flow": "Whisper"}
    queue = {"hours_of_operation": "Always", "outbound_caller_config": calls}
    wanted: dict[str, dict[str, dict[str, Any]]] = {
        HOURS: {"Always": {"time_zone": "UTC"}},
        NUMBER: {"main": {"phone_number": "+442079460000"}},
        FLOW: {"Whisper": {"type": "OUTBOUND_WHISPER"}},
        QUEUE: {"Sales": queue},
    }
    picture = centre.draw(stack(wanted), known_kinds())
    assert edges(picture, quiet=True) == {("Sales", "Always"), ("Sales", "Whisper")}


def test_users_are_never_drawn_one_by_one() -> None:
    states: dict[Key, State] = {Key(USER, "agent3"): "create", Key(USER, "agent4"): "update"}
    picture = centre.draw(shop(users=10_000), known_kinds(), states)
    (users,) = [node for node in picture.nodes if node.sort == "people"]
    assert (users.label, users.details, users.state) == ("10,000 users", ("create 1", "update 1"), "update")


def test_a_crowd_is_one_node_and_what_changes_stays_apart() -> None:
    states: dict[Key, State] = {Key(QUEUE, "Queue 17"): "update"}
    picture = centre.draw(shop(queues=500), known_kinds(), states)
    found = {node.label: node for node in picture.nodes if node.sort == "queue"}
    assert found.keys() == {"499 queues", "Queue 17"}
    assert (found["499 queues"].state, found["Queue 17"].state) == ("settled", "update")
    assert {("Main", "499 queues"), ("Main", "Queue 17"), ("499 queues", "Agents")} <= edges(
        picture, quiet=False
    )


def test_a_crowd_that_is_to_be_made_is_one_node_as_well() -> None:
    wanted = shop(queues=500)
    picture = centre.draw(wanted, known_kinds(), dict.fromkeys(wanted.resources, "create"))
    (queues,) = [node for node in picture.nodes if node.sort == "queue"]
    assert (queues.label, queues.details, queues.state) == ("500 queues", ("create all",), "create")


@pytest.mark.parametrize(
    ("kicker", "label"),
    [("Alias", "40 aliases"), ("Switch", "40 switches"), ("Policy", "40 policies"), ("Queue", "40 queues")],
)
def test_a_crowd_has_the_plural_of_its_noun(kicker: str, label: str) -> None:
    (one,), _ = collapsed([Node(str(number), "x", "sort", kicker) for number in range(40)], ())
    assert one.label == label


def test_thirty_are_drawn_one_by_one() -> None:
    assert (
        len([node for node in centre.draw(shop(queues=30), known_kinds()).nodes if node.sort == "queue"])
        == 30
    )


def test_however_different_their_neighbours_a_crowd_stays_readable() -> None:
    many = range(400)
    found = centre.draw(
        stack(
            {
                NUMBER: {f"n{at}": {"contact_flow": f"f{at}"} for at in many},
                FLOW: {
                    f"f{at}": {
                        "content": flow(
                            action("q", "UpdateContactTargetQueue", "q", QueueId=f"${{queue:q{at}}}")
                        )
                    }
                    for at in many
                },
                QUEUE: {f"q{at}": {} for at in many},
                PROFILE: {f"p{at}": profile(f"q{at}") for at in many},
                USER: {f"u{at}": {"routing_profile": f"p{at}"} for at in many},
            }
        ),
        known_kinds(),
    )
    assert labels(found.nodes) == {
        "400 phone numbers",
        "400 flows",
        "400 queues",
        "400 routing profiles",
        "400 users",
    }
    assert len(found.edges) == 4


def test_only_what_is_around_the_matches_is_drawn() -> None:
    wanted = shop(queues=3)
    two = stack(
        {
            QUEUE: {"Sales": {"hours_of_operation": "Day"}, "Billing": {"hours_of_operation": "Day"}},
            HOURS: {"Day": {}},
            PROFILE: {"S": profile("Sales"), "B": profile("Billing")},
            USER: {
                "s": {"routing_profile": "S"},
                "b": {"routing_profile": "B"},
                "c": {"routing_profile": "B"},
            },
        }
    )
    assert labels(centre.draw(two, known_kinds(), only=[Key(QUEUE, "Sales")]).all_nodes) == {
        "Sales",
        "Day",
        "S",
        "1 user",
    }
    assert labels(centre.draw(two, known_kinds(), only=[Key(USER, "b")]).all_nodes) == {
        "Billing",
        "B",
        "2 users",
    }
    around = labels(centre.draw(wanted, known_kinds(), only=[Key(NUMBER, "main")]).all_nodes)
    assert {"main", "Main", "Queue 1", "Agents", "3 users"} <= around


def report(*actions: Action, results: Mapping[Key, Result] | None = None) -> PassReport:
    plan = Plan({action.key: action for action in actions})
    return PassReport(shop(), Options(), "pending", plan, results or {})


QUEUE_0 = Key(QUEUE, "Queue 0")


@pytest.mark.parametrize(
    ("action_", "result", "state"),
    [
        (Action(QUEUE_0, "create"), Result("waiting"), "create"),
        (Action(QUEUE_0, "adopt"), Result("done"), "adopt"),
        (Action(QUEUE_0, "replace", refusal="no"), Result("refused", "no"), "refused"),
        (Action(QUEUE_0, "update"), Result("failed", "throttled"), "refused"),
        (Action(QUEUE_0, "update"), Result("unsure", "timeout"), "refused"),
    ],
)
def test_a_pass_gives_each_resource_its_state(action_: Action, result: Result, state: State) -> None:
    found = report(action_, results={QUEUE_0: result})
    assert centre.states_of(found) == {QUEUE_0: state}
    (node,) = [
        node
        for node in centre.draw(found.stack, known_kinds(), centre.states_of(found)).nodes
        if node.label == "Queue 0"
    ]
    assert node.state == state


def test_what_is_no_longer_in_the_files_is_drawn_apart() -> None:
    gone, kept = Key(QUEUE, "Old"), Key(QUEUE, "Older")
    picture = centre.draw(shop(), known_kinds(), {gone: "delete"}, strays=[kept])
    group = picture.groups[-1]
    assert group.title == "No longer in the files"
    assert [(node.label, node.state) for node in group.nodes] == [("Old", "delete"), ("Older", "settled")]


def test_a_stack_without_a_way_is_drawn_as_what_it_has() -> None:
    picture = centre.draw(
        stack({"dynamodb.table": {"Stamps": {}}, "s3.bucket": {"images": {}}}), known_kinds()
    )
    assert (picture.nodes, picture.groups[0].title) == ((), "Resources")
    assert labels(picture.groups[0].nodes) == {"Stamps", "images"}


def test_the_instance_leads_to_what_it_uses_outside_of_connect() -> None:
    storage = {"resource_type": "CALL_RECORDINGS", "storage_type": "S3"}
    instance = {
        "lambda_functions": [f"{LAMBDA}:live"],
        "lex_bots": [{"name": "Bot", "lex_region": "eu-west-2"}],
        "storage_configs": [
            {**storage, "s3_config": {"bucket_name": "recordings", "bucket_prefix": "calls"}},
            {**storage, "s3_config": {"bucket_name": "elsewhere", "bucket_prefix": "calls"}},
        ],
    }
    picture = centre.draw(
        stack({"connect.instance": {"shop": instance}, "s3.bucket": {"recordings": {}}}), known_kinds()
    )
    used = {("shop", name) for name in ("look-up", "Bot", "recordings", "elsewhere")}
    assert edges(picture, quiet=True) == used
    assert {node.label: node.quiet for node in picture.nodes if node.sort == "storage"} == {
        "recordings": False,
        "elsewhere": True,
    }
