"""Several resources of one that is written with `for_each`."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.desired.nodes import Allowance
from reconciler.model import Secret
from reconciler.stack import Key, Place
from tests.desired.desired_toys import BASE, HEADER, HOURS, INSTANCE, mistakes, stack

QUEUE = "connect.queue"


def queues(directory: Path, files: dict[str, str | bytes], environment: str | None = None) -> dict[str, Any]:
    """The settings of the queues in these files, by name."""
    found = stack(directory, files, environment).resources
    return {key.name: dict(each.settings) for key, each in found.items() if key.kind == QUEUE}


def test_over_a_list(tmp_path: Path) -> None:
    text = """\
connect.queue:
  line-${each.key}:
    for_each: [london, 7]
    hours_of_operation: Always
    description: "Line ${each.value} of ${alias}, $${each.key}"
"""
    assert queues(tmp_path, {"stack.yaml": BASE, "q.yaml": text}) == {
        "line-london": {
            "hours_of_operation": "Always",
            "description": "Line london of acme-dev, ${each.key}",
        },
        "line-7": {"hours_of_operation": "Always", "description": "Line 7 of acme-dev, ${each.key}"},
    }


def test_over_a_mapping_with_values_of_every_type(tmp_path: Path) -> None:
    text = """\
connect.queue:
  Help: {hours_of_operation: Always}
  ${each.key} ${alias}:
    for_each:
      A: {most: 5, open: true, words: "ends at ${environment}", deep: {quick: [Help]}}
      B: {most: null, open: false, words: "no $${x}", deep: {quick: []}}
    hours_of_operation: Always
    max_contacts: ${each.value.most}
    enabled: ${each.value.open}
    quick: ${each.value.deep.quick}
    description: "${each.key}: ${each.value.words}, ${each.value.open}"
"""
    found = queues(tmp_path, {"stack.yaml": BASE, "q.yaml": text})
    assert found["A acme-dev"] == {
        "hours_of_operation": "Always",
        "max_contacts": 5,
        "enabled": True,
        "quick": ["Help"],
        "description": "A: ends at dev, true",
    }
    assert found["B acme-dev"] == {
        "hours_of_operation": "Always",
        "max_contacts": None,
        "enabled": False,
        "quick": [],
        "description": "B: no ${x}, false",
    }


def test_over_keys_alone(tmp_path: Path) -> None:
    text = "connect.queue: {'Q ${each.key}': {for_each: {a: , b: }, hours_of_operation: Always}}\n"
    assert list(queues(tmp_path, {"stack.yaml": BASE, "q.yaml": text})) == ["Q a", "Q b"]


VARIED = """\
stack: shop
environments:
  dev: {account: "111111111111", region: eu-west-2, variables: {lines: [a]}}
  prod:
    account: "222222222222"
    region: eu-west-2
    variables:
      lines:
        b: {most: 2, said: "${account} $${x} costs ${price}"}
        "c-${environment}": {most: 3, said: plain}
"""


def test_variables_differ_by_environment(tmp_path: Path) -> None:
    header = VARIED.replace(" costs ${price}", "")
    text = "connect.queue: {'Line ${each.key}': {for_each: '${lines}', hours_of_operation: Always}}\n"
    more = "connect.queue: {'Line ${each.key}': {max_contacts: '${each.value.most}', description: '${each.value.said}'}}\n"
    files: dict[str, str | bytes] = {
        "stack.yaml": header + INSTANCE + HOURS,
        "q.yaml": text,
        "environments/prod.yaml": more,
    }
    assert queues(tmp_path, files, "dev") == {"Line a": {"hours_of_operation": "Always"}}
    assert queues(tmp_path, files, "prod") == {
        "Line b": {"hours_of_operation": "Always", "max_contacts": 2, "description": "222222222222 ${x}"},
        "Line c-prod": {"hours_of_operation": "Always", "max_contacts": 3, "description": "plain"},
    }


def test_what_a_variable_brings_is_no_reference(tmp_path: Path) -> None:
    header = HEADER.replace("alias: acme-dev", 'tables: ["$${toy.bucket:x}"], alias: x')
    text = "toy.bucket: {x: }\nconnect.queue: {'Q${each.key}': {for_each: '${tables}', hours_of_operation: Always, description: '${each.value}'}}\n"
    found = stack(tmp_path, {"stack.yaml": header + INSTANCE + HOURS, "q.yaml": text}).resources
    queue = found[Key(QUEUE, "Q${toy.bucket:x}")]
    assert queue.settings["description"] == "$${toy.bucket:x}"
    assert "description" not in queue.references


OVERLAY = {
    "a field of all": ("{'Q ${each.key}': {max_contacts: 4}}", {"Q a": 4, "Q b": 4}),
    "a field of one": ("{Q a: {max_contacts: 4}}", {"Q a": 4, "Q b": 1}),
    "both": ("{Q a: {max_contacts: 5}, 'Q ${each.key}': {max_contacts: 4}}", {"Q a": 5, "Q b": 4}),
    "other items": ("{'Q ${each.key}': {for_each: [c]}}", {"Q c": 1}),
    "none": ("{'Q ${each.key}': null}", {}),
    "one fewer": ("{Q b: null}", {"Q a": 1}),
    "more of them": (
        "{'R ${each.key}': {for_each: [c], hours_of_operation: Always, max_contacts: 2}}",
        {"Q a": 1, "Q b": 1, "R c": 2},
    ),
}


@pytest.mark.parametrize(("overlay", "expected"), OVERLAY.values(), ids=OVERLAY.keys())
def test_overlays(overlay: str, expected: dict[str, int], tmp_path: Path) -> None:
    text = (
        "connect.queue: {'Q ${each.key}': {for_each: [a, b], hours_of_operation: Always, max_contacts: 1}}\n"
    )
    files: dict[str, str | bytes] = {"stack.yaml": BASE, "q.yaml": text}
    found = queues(tmp_path, {**files, "environments/dev.yaml": f"connect.queue: {overlay}\n"})
    assert {name: each["max_contacts"] for name, each in found.items()} == expected


def test_references_to_them_and_from_them(tmp_path: Path) -> None:
    text = """\
connect.queue:
  Q ${each.key}:
    for_each: {a: Q b, b: Q a}
    hours_of_operation: Always
    quick: ["${each.value}"]
    renamed_from: Old ${each.key}
    policy: {protect: true}
connect.user:
  u-${each.key}: {for_each: [a], queue: "Q ${each.key}", password: {secret: {ssm: "/x/${each.key}"}}}
events.rule: {r: {pattern: {one: "${connect.queue:Q a}"}}}
"""
    found = stack(tmp_path, {"stack.yaml": BASE, "q.yaml": text}).resources
    a, b = Key(QUEUE, "Q a"), Key(QUEUE, "Q b")
    assert found[a].references["quick"] == (b,)
    assert (found[b].renamed_from, found[b].policy.protect, found[b].place) == (
        "Old b",
        True,
        Place("q.yaml", 2, 3),
    )
    user = found[Key("connect.user", "u-a")]
    assert (user.references["queue"], user.settings["password"]) == ((a,), Secret("ssm", "/x/a"))
    assert found[Key("events.rule", "r")].references["pattern"] == (a,)


def test_existing_ones(tmp_path: Path) -> None:
    text = "connect.queue: {'Q ${each.key}': {for_each: [a, b], existing: true}}\n"
    found = stack(tmp_path, {"stack.yaml": BASE, "q.yaml": text}).resources
    assert [found[Key(QUEUE, name)].existing for name in ("Q a", "Q b")] == [True, True]


def test_documents(tmp_path: Path) -> None:
    text = """\
connect.flow:
  F ${each.key}:
    for_each: {a: {queue: Q, most: 3}}
    content: {file: "${each.key}.json"}
connect.queue: {Q: {hours_of_operation: Always}}
events.rule:
  R ${each.key}: {for_each: [a], pattern: {x: "$${each.key} ${each.key}", y: ["${each.value}"]}}
  S: {pattern: {x: "${each.key}"}}
"""
    flow = '{"Version": "${each.key}", "Actions": ["${queue:${each.value.queue}}", "${each.value.most}"]}'
    found = stack(tmp_path, {"stack.yaml": BASE, "q.yaml": text, "a.json": flow}).resources
    made = found[Key("connect.flow", "F a")]
    assert made.settings["content"] == {"Version": "a", "Actions": ["${queue:Q}", 3]}
    assert made.references["content"] == (Key(QUEUE, "Q"),)
    assert found[Key("events.rule", "R a")].settings["pattern"] == {"x": "${each.key} a", "y": ["a"]}
    assert found[Key("events.rule", "S")].settings["pattern"] == {"x": "${each.key}"}


HEAD = "  Q ${each.key}:\n    hours_of_operation: Always\n"
"""Lines 2 and 3 of `q.yaml`; what follows begins on line 4."""
AT = "connect.queue/Q ${each.key}.for_each"
NONE_IN_ONE = (
    "to have none in one environment, write `null` below this name in environments/<environment>.yaml"
)
WRONG = {
    "empty list": ("for_each: []", f"4:15: {AT}: this list is empty; add an item; {NONE_IN_ONE}"),
    "empty mapping": ("for_each: {}", f"4:15: {AT}: this mapping is empty; add an item; {NONE_IN_ONE}"),
    "text": (
        "for_each: lines",
        f"4:15: {AT}: expected a list, a mapping, or one variable such as ${{lines}}, got text",
    ),
    "nothing": ("for_each:", f"4:14: {AT}: expected a list, a mapping, or one variable, got nothing"),
    "a number": (
        "for_each: 3",
        f"4:15: {AT}: expected a list, a mapping, or one variable, got a whole number",
    ),
    "unknown variable": (
        "for_each: ${limits}",
        f'4:15: {AT}: no variable named "limits" in environment dev; did you mean "limit"?',
    ),
    "a variable that is a number": (
        "for_each: ${limit}",
        (
            f'4:15: {AT}: the variable "limit" is a whole number in environment dev; '
            "`for_each` needs a list or a mapping"
        ),
    ),
    "itself": (
        "for_each: ${each.value}",
        f"4:15: {AT}: `${{each...}}` has no meaning in `for_each` itself; write a list, a mapping or a variable",
    ),
    "same item twice": (
        "for_each: [a, b, a]",
        f'4:22: {AT}: the item "a" is given twice, first at q.yaml:4:16; keep one',
    ),
    "same number twice": (
        'for_each: ["7", 7]',
        f'4:21: {AT}: the item "7" is given twice, first at q.yaml:4:16; keep one',
    ),
    "same key twice": (
        "for_each: {a: 1, a: 2}",
        "4:22: this key is given twice, first on line 4; keep one of the two",
    ),
    "empty item": (
        "for_each: ['']",
        f"4:16: {AT}: this item is empty, and the names of resources are made of it",
    ),
    "a list within": (
        "for_each: [[a]]",
        f"4:16: {AT}[0]: expected text or a number, got a list",
    ),
    "a mapping within": (
        "for_each: [{a: 1}]",
        (
            f"4:16: {AT}[0]: expected text or a number, got a mapping; "
            "for several values of each resource, write a mapping from keys to values"
        ),
    ),
    "an unknown member": (
        "for_each: {a: {most: 1}}\n    max_contacts: ${each.value.mos}",
        ('5:19: connect.queue/Q a.max_contacts: "a" (q.yaml:4:16) has no member "mos"; did you mean "most"?'),
    ),
    "a member of text": (
        "for_each: [a]\n    max_contacts: ${each.value.most}",
        '5:19: connect.queue/Q a.max_contacts: ${each.value} is text for "a" (q.yaml:4:16), and has no members',
    ),
    "neither key nor value": (
        "for_each: [a]\n    description: ${each.name}",
        (
            "5:18: connect.queue/Q a.description: there is no ${each.name}; "
            "write ${each.key}, ${each.value} or ${each.value.MEMBER}"
        ),
    ),
    "a mapping in a text": (
        "for_each: {a: {most: 1}}\n    description: x ${each.value}",
        (
            '5:18: connect.queue/Q a.description: ${each.value} is a mapping for "a" (q.yaml:4:16), '
            "which cannot be a part of a text; name a member, as in ${each.value.most}"
        ),
    ),
    "a value of another type": (
        "for_each: {a: 1, b: many}\n    max_contacts: ${each.value}",
        "4:25: connect.queue/Q b.max_contacts: expected a whole number, got text",
    ),
    "within settings": (
        "for_each: [a]\n    policy: {for_each: [b]}",
        (
            "5:14: connect.queue/Q a.policy.for_each: `for_each` is only allowed directly below the name of a resource; "
            "remove it here"
        ),
    ),
    "in a key": (
        "for_each: [a]\n    tags: {'${each.key}': x}",
        (
            "5:12: connect.queue/Q a.tags: `${each...}` is not read in a key below the name of a resource; "
            "write it in a value"
        ),
    ),
    "the same unknown field of each": (
        "for_each: [a, b]\n    enable: true",
        '5:5: connect.queue/Q a.enable: there is no such field; did you mean "enabled"?',
    ),
    "a reference to nothing": (
        "for_each: {a: Alway}\n    outbound_flow: ${each.value}",
        '4:19: connect.queue/Q a.outbound_flow: no flow named "Alway"',
    ),
}


@pytest.mark.parametrize(("body", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake(body: str, expected: str, tmp_path: Path) -> None:
    text = f"connect.queue:\n{HEAD}    {body}\n"
    assert mistakes(tmp_path, {"stack.yaml": BASE, "q.yaml": text}) == [f"q.yaml:{expected}"]


OTHER = {
    "a name without the key": (
        "connect.queue: {'Q ${each.value}': {for_each: [a], hours_of_operation: Always}}",
        [
            (
                "q.yaml:1:17: connect.queue/Q ${each.value}: each item of `for_each` needs a name of its own; "
                "write ${each.key} in this name"
            )
        ],
    ),
    "no for_each": (
        "connect.queue: {'Q ${each.key}': {hours_of_operation: Always}}",
        [
            (
                "q.yaml:1:17: `${each...}` is only known in a resource with `for_each`; "
                "write $${ for the text itself"
            )
        ],
    ),
    "no for_each for a text": (
        "connect.queue: {Q: {hours_of_operation: Always, description: '${each.key}'}}",
        [
            (
                "q.yaml:1:62: connect.queue/Q.description: `${each...}` is only known in a resource with `for_each`; "
                "write $${ for the text itself"
            )
        ],
    ),
    "a name that is taken": (
        "connect.queue: {'Q ${each.key}': {for_each: [a], hours_of_operation: Always}, Q a: {hours_of_operation: Always}}",
        ['q.yaml:1:17: connect.queue/Q a: the name "Q a" is given twice, first at q.yaml:1:79; keep one'],
    ),
    "the same names": (
        "connect.queue: {'Q ${each.key}${each.value}': {for_each: {a: bb, ab: b}, hours_of_operation: Always}}",
        ['q.yaml:1:17: connect.queue/Q abb: the name "Q abb" is given twice, first at q.yaml:1:17; keep one'],
    ),
    "only one mistake if the names are unknown": (
        "connect.queue: {'Q ${each.key}': {for_each: '${other}'}}\nconnect.user: {u: {queue: Q a}}",
        ['q.yaml:1:45: connect.queue/Q ${each.key}.for_each: no variable named "other" in environment dev'],
    ),
    "a long name": (
        f"connect.queue: {{'Q ${{each.key}}': {{for_each: [{'x' * 300}], hours_of_operation: Always}}}}",
        [f'q.yaml:1:17: the name "Q {"x" * 78}…" has more than 256 characters; shorten it'],
    ),
    "a list for another field": (
        "connect.queue: {Q: {hours_of_operation: Always, description: 'x ${lines}'}}",
        [
            'q.yaml:1:62: connect.queue/Q.description: the variable "lines" is a list, which only `for_each` takes'
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), OTHER.values(), ids=OTHER.keys())
def test_another_mistake(text: str, expected: list[str], tmp_path: Path) -> None:
    header = HEADER.replace("alias: acme-dev", "alias: x, lines: [a]") if "'x ${lines}'" in text else HEADER
    assert mistakes(tmp_path, {"stack.yaml": header + INSTANCE + HOURS, "q.yaml": text + "\n"}) == expected


def test_mistakes_in_the_header(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "stack.yaml": VARIED + "defaults: {connect.queue: {for_each: [a]}}\n" + INSTANCE + HOURS
    }
    assert mistakes(tmp_path, files, "prod") == [
        (
            "stack.yaml:9:28: environments.prod.variables.lines.b.said: "
            'no variable named "price" in environment prod'
        ),
        (
            "stack.yaml:11:28: defaults.connect.queue.for_each: `for_each` belongs to one resource; "
            "write it below its name"
        ),
    ]


def test_mistakes_in_an_overlay(tmp_path: Path) -> None:
    text = "connect.queue: {'Q ${each.key}': {for_each: [a], hours_of_operation: Always}}\n"
    overlay = "connect.queue:\n  R ${each.key}: {max_contacts: 1}\n  Q ${each.key}: 3\n"
    files: dict[str, str | bytes] = {
        "stack.yaml": BASE,
        "q.yaml": text,
        "environments/dev.yaml": overlay,
    }
    assert mistakes(tmp_path, files) == [
        (
            "environments/dev.yaml:2:3: connect.queue/R ${each.key}: the stack has no resource with `for_each` "
            'of this name; did you mean "Q ${each.key}"?'
        ),
        "environments/dev.yaml:3:18: connect.queue/Q ${each.key}: expected settings by field, got a whole number",
    ]


EACH, X_EACH = "'${each.value}', ", "'x${each.value}', "
TALL = "x" * 50_000
FEWER = "the stack holds more than 2,000,000 values; split it in two"
HOSTILE = {
    "too many items": (
        f"for_each: [{', '.join(map(str, range(10_001)))}]",
        "there are more than 10,000 items; split them into several resources with `for_each`",
    ),
    "many times many": (f"for_each: [{', '.join(map(str, range(300)))}], quick: [{'a, ' * 100}]", FEWER),
    "long texts": (f"for_each: [{', '.join(map(str, range(50)))}], description: '{TALL} ${{alias}}'", FEWER),
    "long values": (f"for_each: {{a: '{TALL}'}}, quick: [{X_EACH * 50}]", FEWER),
    "large values": (f"for_each: {{a: [{'a, ' * 500}]}}, quick: [{EACH * 50}]", FEWER),
    "deep values": (
        f"for_each: {{a: {'[' * 20}{']' * 20}}}, quick: {'[' * 20}'${{each.value}}'{']' * 20}",
        "values are nested more than 32 levels deep; flatten them",
    ),
}


@pytest.mark.parametrize(("body", "expected"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_sizes(body: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.desired.discovery.Allowance", lambda: Allowance(20_000))
    text = f"connect.queue:\n  Q ${{each.key}}: {{hours_of_operation: Always, {body}}}\n"
    (said,) = mistakes(tmp_path, {"stack.yaml": BASE, "q.yaml": text})
    assert said.endswith(f"for_each: {expected}")
