"""Settings: types, references, scopes, secrets, and options of resources."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.model import Finding, Secret
from reconciler.stack import Desired, Key, Place, Policy
from tests.desired.desired_toys import BASE, HEADER, HOURS, INSTANCE, KINDS, mistakes, stack

ALWAYS = Key("connect.hours_of_operation", "Always")
MAIN = Key("connect.instance", "main")
HOW = "write {secret: {ssm: /path}} or {secret: {secretsmanager: id}}"


def test_a_resource_in_full(tmp_path: Path) -> None:
    text = (
        BASE
        + """\
connect.queue:
  Sales:
    hours_of_operation: Always
    description: null
    quick: [Help, Sales]
    policy: {on_drift: report, protect: false, ignore: [description], replace: true}
    adopt: true
    renamed_from: Selling
  Help: {hours_of_operation: Always}
"""
    )
    assert stack(tmp_path, {"stack.yaml": text}).resources[Key("connect.queue", "Sales")] == Desired(
        key=Key("connect.queue", "Sales"),
        settings={"hours_of_operation": "Always", "description": None, "quick": ["Help", "Sales"]},
        place=Place("stack.yaml", 7, 3),
        scope=MAIN,
        references={
            "hours_of_operation": (ALWAYS,),
            "quick": (Key("connect.queue", "Help"), Key("connect.queue", "Sales")),
        },
        policy=Policy("report", False, ("description",), True),
        adopt=True,
        renamed_from="Selling",
    )


def test_references_are_found_at_every_depth(tmp_path: Path) -> None:
    text = (
        BASE
        + """\
connect.queue: {A: {hours_of_operation: Always}, B: {hours_of_operation: Always}}
connect.user:
  ada: {queue: A, profiles: [B, A], by_skill: {x: B, y: A}}
"""
    )
    a, b = Key("connect.queue", "A"), Key("connect.queue", "B")
    ada = stack(tmp_path, {"stack.yaml": text}).resources[Key("connect.user", "ada")]
    assert ada.references == {"queue": (a,), "profiles": (b, a), "by_skill": (b, a)}


def test_secrets(tmp_path: Path) -> None:
    text = (
        BASE
        + """\
connect.user:
  ada:
    password: {secret: {ssm: "/${environment}/ada"}}
    keys: {a: {secret: {secretsmanager: id}}, b: {secret: {secretsmanager: id, member: m}}}
  bob: {password: null}
"""
    )
    resources = stack(tmp_path, {"stack.yaml": text}).resources
    assert resources[Key("connect.user", "ada")].settings == {
        "password": Secret("ssm", "/dev/ada"),
        "keys": {"a": Secret("secretsmanager", "id"), "b": Secret("secretsmanager", "id", "m")},
    }
    assert resources[Key("connect.user", "bob")].settings == {"password": None}


QUEUE = {
    "unknown field": (
        "{descripton: x}",
        (
            'stack.yaml:9:6: connect.queue/Sales.descripton: there is no such field; did you mean "description"?',
        ),
    ),
    "unknown field, far off": (
        "{zzz: x}",
        (
            "stack.yaml:9:6: connect.queue/Sales.zzz: there is no such field; the fields are tags, hours_of_operation, description, max_contacts, enabled, limit, outbound_flow, quick and 6 more",
        ),
    ),
    "unknown field, near a reserved one": (
        "{polic: x}",
        ('stack.yaml:9:6: connect.queue/Sales.polic: there is no such field; did you mean "policy"?',),
    ),
    "text for a number": (
        '{max_contacts: "5"}',
        ("stack.yaml:9:20: connect.queue/Sales.max_contacts: expected a whole number, got text",),
    ),
    "number for text": (
        "{description: 5}",
        (
            "stack.yaml:9:19: connect.queue/Sales.description: expected text, got a whole number; put it in quotes",
        ),
    ),
    "boolean for text": (
        "{description: true}",
        (
            "stack.yaml:9:19: connect.queue/Sales.description: expected text, got true or false; put it in quotes",
        ),
    ),
    "list for text": (
        "{description: [x]}",
        ("stack.yaml:9:19: connect.queue/Sales.description: expected text, got a list",),
    ),
    "fraction for a whole number": (
        "{max_contacts: 1.5}",
        ("stack.yaml:9:20: connect.queue/Sales.max_contacts: expected a whole number, got a number",),
    ),
    "too small": (
        "{max_contacts: -1}",
        ("stack.yaml:9:20: connect.queue/Sales.max_contacts: expected 0 or more",),
    ),
    "too large": (
        "{max_contacts: 1000}",
        ("stack.yaml:9:20: connect.queue/Sales.max_contacts: expected 999 or less",),
    ),
    "no for false": (
        "{enabled: no}",
        ("stack.yaml:9:15: connect.queue/Sales.enabled: expected true or false, got text",),
    ),
    "one of two types": (
        "{limit: x}",
        ("stack.yaml:9:13: connect.queue/Sales.limit: expected a whole number or true or false, got text",),
    ),
    "item of a list": (
        "{quick: [Sales, 3]}",
        (
            "stack.yaml:9:21: connect.queue/Sales.quick[1]: expected text, got a whole number; put it in quotes",
        ),
    ),
    "null in a list": (
        "{quick: [~]}",
        ("stack.yaml:9:14: connect.queue/Sales.quick[0]: expected text, got nothing",),
    ),
    "null where required": (
        "{hours_of_operation: null}",
        ("stack.yaml:9:26: connect.queue/Sales.hours_of_operation: expected text, got nothing",),
    ),
    "the model's own check": (
        "{enabled: false, quick: [Sales]}",
        (
            "stack.yaml:7:3: connect.queue/Sales: a disabled queue takes no quick queues; remove `quick` or `enabled`",
        ),
    ),
    "a reference that leads nowhere": (
        "{quick: [Sals, Zzz]}",
        (
            'stack.yaml:9:14: connect.queue/Sales.quick[0]: no queue named "Sals"; did you mean "Sales"?',
            'stack.yaml:9:20: connect.queue/Sales.quick[1]: no queue named "Zzz"',
        ),
    ),
    "a reference in other letters": (
        "{hours_of_operation: ALWAYS}",
        (
            'stack.yaml:9:26: connect.queue/Sales.hours_of_operation: no hours of operation named "ALWAYS"; did you mean "Always"?',
        ),
    ),
    "a secret where none belongs": (
        "{description: {secret: {ssm: /x}}}",
        (
            "stack.yaml:9:19: connect.queue/Sales.description: no secret is allowed here; only in fields that AWS keeps secret",
        ),
    ),
    "policy": (
        "{policy: {on_drift: repair, protec: true, ignore: [descr, 3], replace: x}}",
        (
            'stack.yaml:9:25: connect.queue/Sales.policy.on_drift: expected one of correct, report; did you mean "report"?',
            'stack.yaml:9:33: connect.queue/Sales.policy.protec: there is no such field; did you mean "protect"?',
            'stack.yaml:9:56: connect.queue/Sales.policy.ignore[0]: there is no such field; did you mean "description"?',
            "stack.yaml:9:63: connect.queue/Sales.policy.ignore[1]: expected text, got a whole number; put it in quotes",
            "stack.yaml:9:76: connect.queue/Sales.policy.replace: expected true or false, got text",
        ),
    ),
    "renamed from itself": (
        "{renamed_from: Sales}",
        (
            "stack.yaml:9:20: connect.queue/Sales.renamed_from: this is its own name; write the name that this one had before",
        ),
    ),
    "renamed from nothing": (
        "{renamed_from: ''}",
        (
            "stack.yaml:9:20: connect.queue/Sales.renamed_from: the former name is empty; write the name that this one had before",
        ),
    ),
    "a scope that leads nowhere": (
        "{instance: mian}",
        ('stack.yaml:9:16: connect.queue/Sales.instance: no instance named "mian"; did you mean "main"?',),
    ),
    "a scope that is no name": (
        "{instance: [main]}",
        ("stack.yaml:9:16: connect.queue/Sales.instance: expected text, got a list",),
    ),
    "existing with settings": (
        "{existing: true, instance: main, description: x, policy: {}}",
        (
            "stack.yaml:8:5: connect.queue/Sales.hours_of_operation: an `existing` resource is only referred to and has no settings; remove this, or `existing`",
            "stack.yaml:9:38: connect.queue/Sales.description: an `existing` resource is only referred to and has no settings; remove this, or `existing`",
            "stack.yaml:9:54: connect.queue/Sales.policy: an `existing` resource is only referred to and has no settings; remove this, or `existing`",
        ),
    ),
    "existing, but not plainly": (
        "{existing: yes}",
        ("stack.yaml:9:16: connect.queue/Sales.existing: expected true or false, got text",),
    ),
}


@pytest.mark.parametrize(("body", "expected"), QUEUE.values(), ids=QUEUE.keys())
def test_a_queue_with_a_mistake(tmp_path: Path, body: str, expected: Any) -> None:
    """The settings in braces are spread over the lines from 8 on, the first of them on line 9."""
    hours = "" if "hours_of_operation" in body else "hours_of_operation: Always"
    inner = body[1:-1]
    text = BASE + f"connect.queue:\n  Sales: {{\n    {hours}{',' if hours else ''}\n     {inner}}}\n"
    assert mistakes(tmp_path, {"stack.yaml": text}) == list(expected)


OTHERS = {
    "required": (
        "connect.queue: {Sales: }",
        ["b.yaml:1:17: connect.queue/Sales.hours_of_operation: this field is required"],
    ),
    "required within": (
        "connect.hours_of_operation: {H: {time_zone: UTC, config: [{day: MONDAY}, 4]}}",
        [
            "b.yaml:1:59: connect.hours_of_operation/H.config[0].start_time: this field is required",
            "b.yaml:1:74: connect.hours_of_operation/H.config[1]: expected a mapping, got a whole number",
        ],
    ),
    "one of many": (
        "connect.hours_of_operation: {H: {time_zone: UTC, config: [{day: MONDY, start_time: '1'}]}}",
        [
            'b.yaml:1:65: connect.hours_of_operation/H.config[0].day: expected one of MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY; did you mean "MONDAY"?'
        ],
    ),
    "one of many numbers": (
        "toy.bucket: {a: {keeps: 2}, b: {keeps: x}}",
        [
            "b.yaml:1:25: toy.bucket/a.keeps: expected one of 1, 3, 5, got another number",
            "b.yaml:1:40: toy.bucket/b.keeps: expected one of 1, 3, 5",
        ],
    ),
    "true alone": (
        "toy.bucket: {a: {always: false}}",
        ["b.yaml:1:26: toy.bucket/a.always: expected true, or leave it out"],
    ),
    "one of many, and a number": (
        "connect.hours_of_operation: {H: {time_zone: UTC, config: [{day: 1, start_time: '1', weight: x}]}}",
        [
            "b.yaml:1:65: connect.hours_of_operation/H.config[0].day: expected one of MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY, got a whole number",
            "b.yaml:1:93: connect.hours_of_operation/H.config[0].weight: expected a number, got text",
        ],
    ),
    "too short": (
        "connect.hours_of_operation: {H: {time_zone: '', config: [{}]}}",
        [
            "b.yaml:1:45: connect.hours_of_operation/H.time_zone: expected 1 or more characters",
            "b.yaml:1:58: connect.hours_of_operation/H.config[0].day: this field is required",
            "b.yaml:1:58: connect.hours_of_operation/H.config[0].start_time: this field is required",
        ],
    ),
    "too many": (
        "connect.hours_of_operation: {H: {time_zone: UTC, config: [{}, {}, {}, {}]}}",
        ["b.yaml:1:58: connect.hours_of_operation/H.config: expected 3 or fewer of these"],
    ),
    "pattern": (
        "connect.user: {ada: {identity_info: {first_name: A, email: secret-looking}}}",
        ["b.yaml:1:60: connect.user/ada.identity_info.email: expected an e-mail address"],
    ),
    "unknown field within": (
        "connect.user: {ada: {phone_config: {phone_type: SOFT_PHONE, auto_acept: true}}}",
        [
            'b.yaml:1:61: connect.user/ada.phone_config.auto_acept: there is no such field; did you mean "auto_accept"?'
        ],
    ),
    "a reference to a kind that nobody knows": (
        "events.rule: {x: {target: f}}",
        ['b.yaml:1:27: events.rule/x.target: no kind named "lambda.function" is known, to which this refers'],
    ),
    "a list for settings": (
        "connect.user: {ada: {phone_config: [x], by_skill: x}}",
        [
            "b.yaml:1:36: connect.user/ada.phone_config: expected a mapping, got a list",
            "b.yaml:1:51: connect.user/ada.by_skill: expected a mapping, got text",
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), OTHERS.values(), ids=OTHERS.keys())
def test_a_mistake(tmp_path: Path, text: str, expected: Any) -> None:
    assert mistakes(tmp_path, {"stack.yaml": BASE, "b.yaml": text}) == expected


SECRETS = {
    "in plain text": ("hunter2", 1, f"a secret is not written in these files; {HOW}"),
    "with a variable": ("'hunter2${two}'", 1, f"a secret is not written in these files; {HOW}"),
    "a number": ("123456", 1, f"a secret is not written in these files; {HOW}"),
    "a list": ("[hunter2]", 1, f"a secret is not written in these files; {HOW}"),
    "without `secret`": ("{ssm: hunter2}", 1, f"a secret is not written in these files; {HOW}"),
    "in `secret`, but plain": ("{secret: hunter2}", 1, f"this does not name where the secret is kept; {HOW}"),
    "in two places": (
        "{secret: {ssm: /x, secretsmanager: x}}",
        1,
        f"this does not name where the secret is kept; {HOW}",
    ),
    "in an unknown place": ("{secret: {vault: x}}", 1, f"this does not name where the secret is kept; {HOW}"),
    "with more": ("{secret: {ssm: x, version: 3}}", 1, f"this does not name where the secret is kept; {HOW}"),
    "with a member of a parameter": (
        "{secret: {ssm: x, member: hunter2}}",
        1,
        "`member` is only for `secretsmanager`; remove it",
    ),
    "without a name": ("{secret: {ssm: ''}}", 1, "`ssm` must be text, and not empty"),
    "with a number for a name": ("{secret: {ssm: 3}}", 1, "`ssm` must be text, and not empty"),
    "with an unknown variable": (
        "{secret: {ssm: '/${alis}'}}",
        16,
        'no variable named "alis" in environment dev; did you mean "alias"?',
    ),
}


@pytest.mark.parametrize(("text", "column", "expected"), SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("around", ["password: @", "keys: {k: @}"])
def test_a_secret(tmp_path: Path, text: str, column: int, expected: Any, around: str) -> None:
    line = f"connect.user: {{a: {{{around}}}}}"
    found = mistakes(tmp_path, {"stack.yaml": BASE + line.replace("@", text)})
    trail = "keys.k" if "keys" in around else "password"
    assert found == [f"stack.yaml:6:{line.index('@') + column}: connect.user/a.{trail}: {expected}"]
    assert "hunter2" not in str(found)


def test_no_value_is_told_in_any_mistake(tmp_path: Path) -> None:
    words = "connect.user: {a: {passwrod: hunter2, identity_info: {first_name: [hunter2], email: hunter2, pin: hunter2}, queue: {x: hunter2}, phone_config: {phone_type: hunter2}}}"
    found = mistakes(tmp_path, {"stack.yaml": BASE + words})
    assert len(found) == 6
    assert "hunter2" not in str(found)


SCOPES = {
    "there is none": (
        HEADER + HOURS,
        "stack.yaml:4:30: connect.hours_of_operation/Always: the stack has no instance for this resource; add one under connect.instance and write `instance:` with its name",
    ),
    "there are several": (
        HEADER + "connect.instance: {a: , b: }\n" + HOURS,
        "stack.yaml:5:30: connect.hours_of_operation/Always: the stack has several of connect.instance; write `instance:` with one of a, b",
    ),
}


@pytest.mark.parametrize(("text", "expected"), SCOPES.values(), ids=SCOPES.keys())
def test_a_scope_that_is_not_written(tmp_path: Path, text: str, expected: Any) -> None:
    assert mistakes(tmp_path, {"stack.yaml": text}) == [expected]


def test_a_scope_that_is_written(tmp_path: Path) -> None:
    text = (
        HEADER
        + "connect.instance: {a: , b: }\n"
        + "connect.flow: {Main: {instance: b}, Old: {existing: true, instance: a}}\n"
    )
    resources = stack(tmp_path, {"stack.yaml": text}).resources
    main, old = (resources[Key("connect.flow", name)] for name in ("Main", "Old"))
    assert (main.scope, main.settings, main.references) == (Key("connect.instance", "b"), {}, {})
    assert (old.scope, old.existing) == (Key("connect.instance", "a"), True)
    assert resources[Key("connect.instance", "a")].scope is None


def test_mistakes_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    files = {
        "stack.yaml": HEADER + INSTANCE + "connect.queue: {B: {x: 1}, A: {y: 1}}\n",
        "b.yaml": "\n\nconnect.flow: {A: {x: 1}}\n",
        "a.yaml": "connect.flow: {B: {x: 1}}\n",
    }
    assert [line.split(": ")[0] for line in mistakes(tmp_path, files)] == [
        "a.yaml:1:20",
        "b.yaml:3:20",
        "stack.yaml:5:17",
        "stack.yaml:5:21",
        "stack.yaml:5:28",
        "stack.yaml:5:32",
    ]


def test_a_mistake_is_one_line_whatever_the_names_hold(tmp_path: Path) -> None:
    text = BASE + 'connect.user: {ada: {queue: "a\\n\\u001b[31mb"}}\n'
    assert mistakes(tmp_path, {"stack.yaml": text}) == [
        r'stack.yaml:6:29: connect.user/ada.queue: no queue named "a\n\x1b[31mb"'
    ]


# -- cycles -------------------------------------------------------------------------------------------------------------

CYCLE = "references form a cycle, so nothing in it can be created first: "
GO = "; remove at least one reference"


def test_every_ring_is_a_mistake_where_its_first_member_is_written(tmp_path: Path) -> None:
    files = {
        "stack.yaml": BASE,
        "a.yaml": """\
            connect.group:
              Alone: {parent: Alone}
              South: {parent: North}
              East: {parent: South}
            """,
        "b.yaml": """\
            connect.group:
              North: {parent: East}
              Leaf: {parent: North, colour: red}
            """,
    }
    assert [each for each in mistakes(tmp_path, files) if "cycle" in each] == [
        f"a.yaml:2:3: {CYCLE}connect.group/Alone -> connect.group/Alone{GO}",
        f"a.yaml:3:3: {CYCLE}connect.group/South -> connect.group/North -> connect.group/East -> connect.group/South{GO}",
    ]
    assert any("colour" in each for each in mistakes(tmp_path, files))


def test_what_may_follow_later_closes_no_ring(tmp_path: Path) -> None:
    text = (
        BASE
        + "connect.queue: {A: {hours_of_operation: Always, quick: [A, B]}, B: {hours_of_operation: Always, quick: [A]}}\n"
    )
    assert len(stack(tmp_path, {"stack.yaml": text}).resources) == 4


RENAMES = {
    "two of the same former name": (
        {"A": "Old", "B": "Old"},
        [
            'b.yaml:3:49: connect.queue/B.renamed_from: connect.queue/A is also renamed from "Old" (b.yaml:2:49); only one of them can have had that name'
        ],
    ),
    "a copy": (
        {"A": "B", "B": None},
        [
            "b.yaml:2:49: connect.queue/A.renamed_from: the stack still has a resource of this name; write the name that this one had before, or under connect.queue/B the name that the other one was renamed from"
        ],
    ),
    "renamed and released": (
        {"A": "Gone"},
        [
            "b.yaml:2:49: connect.queue/A.renamed_from: connect.queue/Gone is to be released; take it out of `release`, or remove this"
        ],
    ),
    "a swap": ({"A": "B", "B": "A"}, []),
    "a chain": ({"A": "B", "B": "C"}, []),
    "a cycle of three": ({"A": "B", "B": "C", "C": "A"}, []),
}


@pytest.mark.parametrize(("former", "expected"), RENAMES.values(), ids=RENAMES.keys())
def test_former_names(tmp_path: Path, former: dict[str, str | None], expected: list[str]) -> None:
    queues = [
        f"  {name}: {{hours_of_operation: Always, renamed_from: {was or 'null'}}}\n"
        for name, was in former.items()
    ]
    base = BASE.replace("stack: shop\n", "stack: shop\nrelease: [connect.queue/Gone]\n")
    files = {"stack.yaml": base, "b.yaml": "connect.queue:\n" + "".join(queues)}
    if expected:
        assert mistakes(tmp_path, files) == expected
    else:
        loaded = stack(tmp_path, files).resources
        assert {name: loaded[Key("connect.queue", name)].renamed_from for name in former} == former


def test_a_former_name_of_a_resource_with_a_mistake_adds_no_mistake(tmp_path: Path) -> None:
    queues = "connect.queue:\n  A: {hours_of_operation: Always, renamed_from: B}\n  B: text\n"
    expected = ["b.yaml:3:6: connect.queue/B: expected settings by field, got text"]
    assert mistakes(tmp_path, {"stack.yaml": BASE, "b.yaml": queues}) == expected


@pytest.mark.parametrize(("about", "told"), [("label", True), ("keeps", False)])
def test_a_field_with_a_mistake_hides_only_what_is_said_about_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, about: str, told: bool
) -> None:
    monkeypatch.setattr(KINDS["toy.bucket"], "problems", lambda _files: [Finding("not here", (about,))])
    found = mistakes(tmp_path, {"stack.yaml": HEADER + "toy.bucket: {a: {label: x, keeps: 2}}\n"})
    assert [line for line in found if "not here" in line] == [
        "stack.yaml:4:25: toy.bucket/a.label: not here"
    ] * told
    assert len(found) == 1 + told
