"""The header, environments, variables, defaults, overlays and releases."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.stack import GuardLimits, Key
from reconciler.stack_json import stack_from, stack_text
from tests.desired.desired_toys import BASE, HEADER, INSTANCE, mistakes, stack

TWO = """\
stack: shop
tags: {Project: "${stack}", Site: all}
prune: true
environments:
  dev: {account: "111111111111", region: eu-west-2, variables: {alias: "${stack}-${environment}"}}
  prod: {account: "222222222222", region: us-gov-west-1, variables: {alias: acme}, tags: {Site: "${region}"}}
connect.instance: {main: {alias: "${alias}"}}
"""


def test_an_environment_is_chosen_and_its_values_used(tmp_path: Path) -> None:
    dev, prod = (stack(tmp_path, {"stack.yaml": TWO}, name) for name in ("dev", "prod"))
    main = Key("connect.instance", "main")
    assert (dev.name, dev.environment, dev.account, dev.region, dev.prune) == (
        "shop",
        "dev",
        "111111111111",
        "eu-west-2",
        True,
    )
    assert dev.resources[main].settings == {"alias": "shop-dev"}
    assert prod.resources[main].settings == {"alias": "acme"}
    assert dev.tags == {"Project": "shop", "Site": "all"}
    assert prod.tags == {"Project": "shop", "Site": "us-gov-west-1"}


CHOICES = {
    "none of several": (None, "stack.yaml:4:1: there are several environments; say which one: dev, prod"),
    "misspelt": ("prd", 'stack.yaml:4:1: no environment named "prd"; did you mean "prod"?'),
    "far off": ("x", 'stack.yaml:4:1: no environment named "x"; there are dev, prod'),
}


@pytest.mark.parametrize(("name", "expected"), CHOICES.values(), ids=CHOICES.keys())
def test_an_environment_that_cannot_be_chosen(tmp_path: Path, name: str | None, expected: Any) -> None:
    assert mistakes(tmp_path, {"stack.yaml": TWO}, name) == [expected]


def test_without_an_environment_the_rest_is_checked_all_the_same(tmp_path: Path) -> None:
    text = TWO + 'connect.queue: {Sales: {hours_of_operation: X, max_contacts: "${many}", limit: x}}\n'
    assert mistakes(tmp_path, {"stack.yaml": text}) == [
        "stack.yaml:4:1: there are several environments; say which one: dev, prod",
        "stack.yaml:8:80: connect.queue/Sales.limit: expected a whole number or true or false, got text",
    ]


ENVIRONMENT = 'environments: {dev: {account: "111111111111", region: eu-west-2}}\n'
HEADERS = {
    "nothing": (
        "",
        [
            "stack.yaml:1:1: environments: this field is required",
            "stack.yaml:1:1: stack: this field is required",
        ],
    ),
    "name": (f"stack: My Shop\n{ENVIRONMENT}", ["stack.yaml:1:8: stack: expected 1 to 64 of a-z, 0-9 and -"]),
    "unknown key": (
        f"stack: x\nrelese: []\n{ENVIRONMENT}",
        ['stack.yaml:2:1: no kind named "relese" is known; did you mean "release"?'],
    ),
    "prune": (
        f"stack: x\nprune: yes\n{ENVIRONMENT}",
        ["stack.yaml:2:8: prune: expected true or false, got text"],
    ),
    "guard": (
        f"stack: x\nguard: {{max_percent: 101, max_deletes: -1, share: 3}}\n{ENVIRONMENT}",
        [
            "stack.yaml:2:22: guard.max_percent: expected 100 or less",
            "stack.yaml:2:40: guard.max_deletes: expected 0 or more",
            "stack.yaml:2:44: guard.share: there is no such field; the fields are max_percent, max_deletes",
        ],
    ),
    "guard that is no mapping": (
        f"stack: x\nguard: 30\n{ENVIRONMENT}",
        ["stack.yaml:2:8: guard: expected a mapping, got a whole number"],
    ),
    "tags": (
        f"stack: x\ntags: {{a: 1, aws:b: x, 'reconciler:stack': x}}\n{ENVIRONMENT}",
        [
            "stack.yaml:2:11: tags.a: expected text, got a whole number; put it in quotes",
            (
                "stack.yaml:2:14: tags.aws:b: this key: expected 1 to 128 characters, not beginning with aws: or"
                " reconciler:"
            ),
            (
                "stack.yaml:2:24: tags.reconciler:stack: this key: expected 1 to 128 characters, not beginning with"
                " aws: or reconciler:"
            ),
        ],
    ),
    "no environments": (
        "stack: x\nenvironments: {}\n",
        ["stack.yaml:2:15: environments: expected 1 or more of these"],
    ),
    "account and region": (
        "stack: x\nenvironments: {dev: {account: 111111111111, region: London, x: 1}, 'a b': {}}\n",
        [
            "stack.yaml:2:1: there are several environments; say which one: dev, a b",
            "stack.yaml:2:31: environments.dev.account: expected text, got a whole number; put it in quotes",
            "stack.yaml:2:53: environments.dev.region: expected a Region such as eu-west-2",
            (
                "stack.yaml:2:61: environments.dev.x: there is no such field; the fields are account, region,"
                " variables, role, tags"
            ),
            "stack.yaml:2:68: environments.a b: this key: expected 1 to 64 of a-z, A-Z, 0-9, _ and -",
            "stack.yaml:2:75: environments.a b.account: this field is required",
            "stack.yaml:2:75: environments.a b.region: this field is required",
        ],
    ),
    "digits too few": (
        "stack: x\nenvironments: {dev: {account: '1', region: eu-west-2}}\n",
        ["stack.yaml:2:31: environments.dev.account: expected the 12 digits of an account id, in quotes"],
    ),
    "variables": (
        (
            "stack: x\nenvironments:\n  dev:\n    account: '111111111111'\n    region: eu-west-2\n"
            "    variables: {a-b: 1, stack: x, n: null, o: '${u}'}\n"
        ),
        [
            (
                "stack.yaml:6:17: environments.dev.variables.a-b: this key: expected letters, digits and _, no digit"
                " first, and none of the built-in stack, environment, account, region"
            ),
            (
                "stack.yaml:6:25: environments.dev.variables.stack: this key: expected letters, digits and _, no digit"
                " first, and none of the built-in stack, environment, account, region"
            ),
            (
                "stack.yaml:6:38: environments.dev.variables.n: expected text or a whole number or a number or true or"
                " false or a list or a mapping, got nothing"
            ),
            'stack.yaml:6:47: environments.dev.variables.o: no variable named "u" in environment dev',
        ],
    ),
    "defaults": (
        f"stack: x\ndefaults: {{connect.queue: {{max_contact: 1}}, connect.que: {{}}}}\n{ENVIRONMENT}",
        [
            'stack.yaml:2:28: defaults.connect.queue.max_contact: there is no such field; did you mean "max_contacts"?',
            (
                'stack.yaml:2:45: defaults.connect.que: no kind named "connect.que" is known; did you mean'
                ' "connect.queue"?'
            ),
        ],
    ),
    "release": (
        f"stack: x\nrelease: [x, connect.que/x, connect.queue/, 3, connect.instance/main]\n{ENVIRONMENT}{INSTANCE}",
        [
            "stack.yaml:2:11: release[0]: expected a kind, a slash and a name, as in connect.flow/NAME",
            'stack.yaml:2:14: release[1]: no kind named "connect.que" is known; did you mean "connect.queue"?',
            "stack.yaml:2:29: release[2]: expected a kind, a slash and a name, as in connect.flow/NAME",
            "stack.yaml:2:45: release[3]: expected text, got a whole number; put it in quotes",
            "stack.yaml:2:48: release[4]: connect.instance/main is still desired; remove it here or there",
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), HEADERS.values(), ids=HEADERS.keys())
def test_header(tmp_path: Path, text: str, expected: Any) -> None:
    assert mistakes(tmp_path, {"stack.yaml": text}) == expected


def test_no_header_at_all(tmp_path: Path) -> None:
    assert mistakes(tmp_path, {"routing.yaml": "connect.queue: {}"}) == [
        (
            "stack.yaml:1:1: there is no such file; a stack is a directory with a stack.yaml that begins with"
            " `stack: <name>`"
        )
    ]


def test_no_directory_at_all(tmp_path: Path) -> None:
    said = "1:1: this directory cannot be read: there is no such directory"
    assert mistakes(tmp_path / "nowhere", {}) == [f"{tmp_path / 'nowhere'}:{said}"]


def test_release_names_what_is_no_longer_desired(tmp_path: Path) -> None:
    loaded = stack(tmp_path, {"stack.yaml": HEADER + 'release: ["connect.queue/A/${environment}"]\n'})
    assert loaded.release == (Key("connect.queue", "A/dev"),)


def test_limits_of_the_guard(tmp_path: Path) -> None:
    assert stack(tmp_path, {"stack.yaml": HEADER}).guard == GuardLimits(30, None)
    limited = stack(tmp_path, {"stack.yaml": f"{HEADER}guard: {{max_percent: 5, max_deletes: 20}}\n"})
    assert limited.guard == GuardLimits(5, 20)
    assert stack_from(stack_text(limited)) == limited


VARIABLES = {
    "alone, it keeps its type": ("max_contacts: ${limit}", {"max_contacts": 5}),
    "alone in quotes, too": ("enabled: '${open}'", {"enabled": True}),
    "in text, it is text": ("description: a ${limit} ${open}", {"description": "a 5 true"}),
    "built in": (
        "description: ${stack} ${environment} ${account} ${region}",
        {"description": "shop dev 111111111111 eu-west-2"},
    ),
    "escaped": ("description: $${alias} $$${alias}", {"description": "${alias} $${alias}"}),
    "escaped alone": ("description: $${alias}", {"description": "${alias}"}),
    "other dollars": ("description: $5 $x $ {x}", {"description": "$5 $x $ {x}"}),
    "in tags": ("tags: {A: '${alias}'}", {"tags": {"A": "acme-dev"}}),
}


@pytest.mark.parametrize(("line", "expected"), VARIABLES.values(), ids=VARIABLES.keys())
def test_a_variable(tmp_path: Path, line: str, expected: Any) -> None:
    text = BASE + f"connect.queue:\n  Sales:\n    hours_of_operation: Always\n    {line}\n"
    settings = stack(tmp_path, {"stack.yaml": text}).resources[Key("connect.queue", "Sales")].settings
    assert settings == {"hours_of_operation": "Always", **expected}


BARE = "`${` begins a variable such as ${environment}; write $${ for the text itself"
WRONG_VARIABLES = {
    "unknown": (
        "description: a ${alis}",
        'no variable named "alis" in environment dev; did you mean "alias"?',
    ),
    "not a name": ("description: ${a-b}", BARE),
    "neither a variable nor a reference": ("description: ${:Sales}", BARE),
    "left open": ("description: ${alias", BARE),
}


@pytest.mark.parametrize(("line", "expected"), WRONG_VARIABLES.values(), ids=WRONG_VARIABLES.keys())
def test_a_variable_that_is_none(tmp_path: Path, line: str, expected: Any) -> None:
    text = BASE + f"connect.queue:\n  Sales:\n    hours_of_operation: Always\n    {line}\n"
    assert mistakes(tmp_path, {"stack.yaml": text}) == [
        f"stack.yaml:9:18: connect.queue/Sales.description: {expected}"
    ]


def test_a_variable_of_the_wrong_type(tmp_path: Path) -> None:
    text = BASE + 'connect.queue: {"S${limit}": {hours_of_operation: Always, description: "${limit}"}}\n'
    assert mistakes(tmp_path, {"stack.yaml": text}) == [
        "stack.yaml:6:72: connect.queue/S5.description: expected text, got a whole number; put the variable's value in quotes"
    ]


def test_an_unknown_variable_in_a_name(tmp_path: Path) -> None:
    assert mistakes(tmp_path, {"stack.yaml": BASE + 'connect.flow: {"M-${x}": {}}\n'}) == [
        'stack.yaml:6:16: no variable named "x" in environment dev'
    ]


def test_defaults_lie_under_every_resource_of_a_kind(tmp_path: Path) -> None:
    text = BASE + (
        "defaults: {connect.queue: {hours_of_operation: Always, max_contacts: 1, policy: {on_drift: report}}}\n"
        "connect.queue: {A: , B: {max_contacts: null}, C: {existing: true}}\n"
    )
    resources = stack(tmp_path, {"stack.yaml": text}).resources
    a, b, c = (resources[Key("connect.queue", name)] for name in "ABC")
    assert a.settings == {"hours_of_operation": "Always", "max_contacts": 1}
    assert b.settings == {"hours_of_operation": "Always", "max_contacts": None}
    assert a.references == {"hours_of_operation": (Key("connect.hours_of_operation", "Always"),)}
    assert (a.policy.on_drift, c.settings, c.existing) == ("report", {}, True)


def test_a_mistake_in_defaults_is_told_once(tmp_path: Path) -> None:
    text = BASE + (
        "defaults: {connect.queue: {hours_of_operation: Alway, max_contacts: x}}\nconnect.queue: {A: , B: }\n"
    )
    assert mistakes(tmp_path, {"stack.yaml": text}) == [
        (
            'stack.yaml:6:48: defaults.connect.queue.hours_of_operation: no hours of operation named "Alway"; did you mean'
            ' "Always"?'
        ),
        "stack.yaml:6:69: defaults.connect.queue.max_contacts: expected a whole number, got text",
    ]


OVERLAID = TWO + (
    "connect.hours_of_operation: {Always: {time_zone: UTC}}\n"
    "connect.queue:\n  Sales: {hours_of_operation: Always, description: d, tags: {A: x, B: y}}\n  Old: {hours_of_operation: Always}\n"
)


def test_the_file_of_an_environment_is_laid_over_by_field(tmp_path: Path) -> None:
    files = {
        "stack.yaml": OVERLAID,
        "environments/prod.yaml": (
            "connect.queue:\n  Sales: {max_contacts: 9, tags: {C: z}, description: null}\n  Old: null\n"
            "  New: {hours_of_operation: Always}\n"
        ),
        "environments/dev.yaml": "",
    }
    dev, prod = (stack(tmp_path, files, name).resources for name in ("dev", "prod"))
    assert [key.name for key in dev] == ["main", "Always", "Sales", "Old"]
    assert [key.name for key in prod] == ["main", "Always", "Sales", "New"]
    sales = prod[Key("connect.queue", "Sales")]
    assert sales.settings == {
        "hours_of_operation": "Always",
        "description": None,
        "tags": {"C": "z"},
        "max_contacts": 9,
    }
    assert str(sales.place) == "stack.yaml:10:3"
    assert str(prod[Key("connect.queue", "New")].place) == "environments/prod.yaml:4:3"


OVERLAYS = {
    "leaves out what is referred to": (
        {"environments/dev.yaml": "connect.hours_of_operation: {Always: null}"},
        [
            f'stack.yaml:{line}: connect.queue/{name}.hours_of_operation: no hours of operation named "Always";'
            " environments/dev.yaml:1:30 leaves it out"
            for line, name in (("10:31", "Sales"), ("11:29", "Old"))
        ],
    ),
    "leaves out what is not there": (
        {"environments/dev.yaml": "connect.queue: {Sale: }"},
        [
            (
                "environments/dev.yaml:1:17: connect.queue/Sale: the stack has no resource of this name to leave out; did you"
                ' mean "Sales"?'
            )
        ],
    ),
    "holds a mistake in a field": (
        {"environments/dev.yaml": "connect.queue: {Sales: {max_contacts: many}}"},
        ["environments/dev.yaml:1:39: connect.queue/Sales.max_contacts: expected a whole number, got text"],
    ),
    "of another environment": (
        {"environments/prod.yml": "connect.queu: {}\nconnect.queue: {Sales: {max_contacts: many}}"},
        ['environments/prod.yml:1:1: no kind named "connect.queu" is known; did you mean "connect.queue"?'],
    ),
    "of another environment, not YAML": (
        {"environments/prod.yaml": "a: ["},
        [
            (
                "environments/prod.yaml:1:5: this is not YAML: while parsing a flow node, did not find expected node"
                " content"
            )
        ],
    ),
    "of no environment": (
        {"environments/prd.yaml": "{}"},
        ['environments/prd.yaml:1:1: no environment named "prd"; did you mean "prod"?'],
    ),
    "in a directory": (
        {"environments/dev/a.yaml": "{}"},
        ["environments/dev/a.yaml:1:1: only environments/<environment>.yaml is read here; move this file up"],
    ),
    "twice": (
        {"environments/dev.yaml": "{}", "environments/dev.yml": "{}"},
        ["environments/dev.yml:1:1: environments/dev.yaml is for the same environment; merge the two files"],
    ),
    "with a header": (
        {"environments/dev.yaml": "tags: {}"},
        ["environments/dev.yaml:1:1: `tags` belongs in stack.yaml"],
    ),
    "not settings": (
        {"environments/dev.yaml": "connect.queue: {Sales: 3}"},
        ["environments/dev.yaml:1:24: connect.queue/Sales: expected settings by field, got a whole number"],
    ),
    "one name twice": (
        {"environments/dev.yaml": 'connect.queue: {Q-dev: {existing: true}, "Q-${environment}": {}}'},
        [
            (
                "environments/dev.yaml:1:42: connect.queue/Q-dev: this name is given twice, first at"
                " environments/dev.yaml:1:17; keep one"
            )
        ],
    ),
}


@pytest.mark.parametrize(("files", "expected"), OVERLAYS.values(), ids=OVERLAYS.keys())
def test_an_overlay_that(tmp_path: Path, files: dict[str, str | bytes], expected: Any) -> None:
    assert mistakes(tmp_path, {"stack.yaml": OVERLAID, **files}, "dev") == expected


def test_the_hash_tells_whether_anything_that_was_read_changed(tmp_path: Path) -> None:
    files = {"stack.yaml": OVERLAID, "environments/prod.yaml": "{}"}
    first = stack(tmp_path, files, "dev").files_hash
    assert len(first) == 64
    assert stack(tmp_path, {**files, "notes.txt": "x"}, "dev").files_hash == first
    assert stack(tmp_path, {**files, "environments/prod.yaml": "{} #"}, "dev").files_hash == first
    assert stack(tmp_path, {**files, "environments/prod.yaml": "{}"}, "prod").files_hash != first
    assert stack(tmp_path, {**files, "stack.yaml": OVERLAID + "#"}, "dev").files_hash != first
    assert stack(tmp_path, files, "dev").files_hash == first
    assert stack(tmp_path, {**files, "new.yaml": ""}, "dev").files_hash != first


def test_what_is_no_text_brings_nothing_of_python_into_names(tmp_path: Path) -> None:
    """A name with the address of an object would differ in each run."""
    text = """\
        stack: [shop]
        tags: {Team: {a: b}}
        environments:
          dev: {account: {k: "1"}, region: [eu-west-2]}
        events.rule: {"rule-${account}-${stack}-${region}": {colour: red}}
        """
    told = mistakes(tmp_path, {"stack.yaml": text})
    assert any("events.rule/rule-" in each for each in told)
    assert not any("object at" in each or "Node" in each for each in told)


def test_what_is_no_text_leads_to_no_other_mistake_where_it_is_filled_in(tmp_path: Path) -> None:
    tag = "a" * 254
    text = HEADER.replace("stack: shop", f"stack: [shop]\ntags: {{Site: '{tag}${{stack}}'}}")
    assert mistakes(tmp_path, {"stack.yaml": text}) == ["stack.yaml:1:8: stack: expected text, got a list"]
