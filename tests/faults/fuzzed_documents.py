"""Fuzzed desired documents. Whatever the files hold, loading gives a stack or mistakes, quickly and without AWS."""

import copy
import gc
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, TypeAlias
from unittest.mock import patch

import yaml
from hostile import DOCUMENTS, Hostile
from row import Row
from speed import too_long

from reconciler.desired import InvalidStack, Mistake, json_schema, load
from reconciler.kinds import known_kinds

Files: TypeAlias = dict[str, bytes]

NAMES = 1_000
EACH = 100
SCHEMA_EVERY = 50
TWICE_EVERY = 10
MOST_CPU = 2.0
MOST_MEMORY = 256 * 2**20
ENVIRONMENTS = (*["dev"] * 9, *["prod"] * 5, None, "nowhere")
EXAMPLES = Path(__file__).parents[2] / "desired_state"
MEMORY = Path("/dev/shm")

HEADER = """\
stack: shop
tags: {Project: "${stack}", Environment: "${environment}"}
prune: true
release: [connect.queue/Gone]
environments:
  dev: {account: "111111111111", region: eu-west-2, variables: {alias: acme-dev, limit: 5, open: true}}
  prod: {account: "222222222222", region: ap-northeast-1, variables: {alias: acme, limit: 9, open: false}, tags: {A: b}}
"""
INSTANCE = "connect.instance:\n  ${alias}: {identity_management_type: CONNECT_MANAGED, inbound_calls_enabled: true}\n"
HOURS = """\
connect.hours_of_operation:
  Always:
    time_zone: Europe/London
    config:
      - {day: MONDAY, start_time: "09:00", end_time: "17:00"}
"""
FLOW = """{
  "Version": "2019-10-30", "StartAction": "a",
  "Actions": [
    {"Identifier": "a", "Type": "UpdateContactTargetQueue", "Parameters": {"QueueId": "${queue:Sales}"},
     "Transitions": {"NextAction": "b", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "b"}]}},
    {"Identifier": "b", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
  ]
}
"""
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [{"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
    "Resource": "arn:aws:s3:::shop-${environment}/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]
}
"""

SMALL: Mapping[str, Mapping[str, str]] = {
    "routing": {
        "stack.yaml": HEADER + INSTANCE + HOURS,
        "routing.yaml": """\
connect.queue:
  Sales:
    hours_of_operation: Always
    max_contacts: ${limit}
    status: ENABLED
    quick_connects: [Boss]
connect.quick_connect:
  Boss:
    description: "Of ${alias}, at $${5}"
    quick_connect_config:
      quick_connect_type: PHONE_NUMBER
      phone_config: {phone_number: "+442079460999"}
connect.routing_profile:
  Agent:
    description: All
    default_outbound_queue: Sales
    media_concurrencies: [{channel: VOICE, concurrency: 1}]
    queue_configs: [{queue: Sales, channel: VOICE, priority: 1, delay: 0}]
""",
        "environments/dev.yaml": "connect.queue:\n  Sales: {max_contacts: 3, policy: {on_drift: report}}\n",
    },
    "people": {
        "stack.yaml": HEADER + INSTANCE,
        "people.yaml": """\
connect.security_profile:
  Admin: {existing: true}
  Agent: {permissions: [BasicAgentAccess, OutboundCallAccess], tags: {A: b, C: null}}
connect.routing_profile:
  Basic: {existing: true}
connect.user_hierarchy_group:
  Top: {}
  Below: {parent_group: Top, renamed_from: Under}
connect.user:
  ada:
    identity_info: {first_name: Ada, last_name: L, email: ada@example.com}
    phone_config: {phone_type: SOFT_PHONE, auto_accept: false, after_contact_work_time_limit: 30}
    routing_profile: Basic
    security_profiles: [Agent, Admin]
    hierarchy_group: Below
    password: {secret: {ssm: "/${alias}/password"}}
    policy: {ignore: [phone_config], protect: true}
""",
        "environments/prod.yaml": "connect.user_hierarchy_group:\n  Below: {parent_group: null}\nconnect.user:\n  ada: null\n",
    },
    "flows": {
        "stack.yaml": HEADER + INSTANCE + "connect.queue: {Sales: {existing: true}}\n",
        "flows.yaml": """\
connect.contact_flow:
  Main: {type: CONTACT_FLOW, description: First, content: {file: flows/main.json}}
  Inline:
    type: CONTACT_FLOW
    content:
      Version: "2019-10-30"
      StartAction: a
      Actions:
        - {Identifier: a, Type: DisconnectParticipant, Parameters: {}, Transitions: {}}
connect.phone_number:
  line: {country_code: GB, type: DID, contact_flow: Main, adopt: true}
""",
        "flows/main.json": FLOW,
    },
    "tables": {
        "stack.yaml": HEADER
        + "defaults:\n  dynamodb.table: {billing_mode: PAY_PER_REQUEST, policy: {replace: true}}\n",
        "tables.yml": """\
dynamodb.table:
  shop-${environment}-Users:
    attribute_definitions: [{attribute_name: id, attribute_type: S}, {attribute_name: at, attribute_type: N}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    global_secondary_indexes:
      - index_name: by-time
        key_schema: [{attribute_name: at, key_type: HASH}]
        projection: {projection_type: INCLUDE, non_key_attributes: [x]}
    time_to_live: {enabled: true, attribute_name: at}
    tags: {A: b}
""",
        "environments/dev.yaml": "dynamodb.table:\n  shop-${environment}-Users: {policy: {protect: false}}\n",
        "environments/prod.yaml": "dynamodb.table:\n  shop-${environment}-Users: {deletion_protection_enabled: true}\n",
    },
    "buckets": {
        "stack.yaml": HEADER,
        "a/b/images.yaml": """\
s3.bucket:
  shop-${environment}-${account}:
    object_ownership: BucketOwnerEnforced
    versioning: {status: Enabled}
    encryption: {rules: [{sse_algorithm: "aws:kms", bucket_key_enabled: true}]}
    bucket_policy: {file: policies/images.json}
    cors: [{allowed_origins: ["https://${alias}.example.com"], allowed_methods: [GET], max_age_seconds: 3000}]
    lifecycle:
      - {id: a, status: Enabled, filter: {prefix: t/}, expiration: {days: 1}}
""",
        "policies/images.json": POLICY,
    },
}


@cache
def bases() -> tuple[Files, ...]:
    """The stacks that fuzzing begins from: five small ones, each many times, and the two examples."""
    small = [{name: text.encode() for name, text in files.items()} for files in SMALL.values()]
    examples = [
        {
            str(path.relative_to(directory)): path.read_bytes()
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }
        for directory in (EXAMPLES / "contact_center", EXAMPLES / "stamp_rally")
    ]
    return (*small * 4, *examples)


# What is put into the text.

SNIPPETS = [
    *(b"&a ", b"*a", b"<<: *a", b"<<: {a: b}", b"!!str ", b"!!python/object:os.system ", b"!<x> ", b"!x "),
    *(b"---\n", b"...\n", b"\n---\n", b"%YAML 1.1\n", b"%TAG ! x\n", b"? ", b"- ", b": ", b"#", b"|\n", b">-\n"),
    *(b"[", b"]", b"{", b"}", b"'", b'"', b",", b"\\", b"@", b"`", b"~", b"\t", b"\r", b"\r\n", b"\0", b"\x07"),
    *(b"\x1b[31m", b"\x7f", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xc0\xaf", b'"\\ud800"', b'"\\x00"', b'"\\L"', "é😀".encode(), b"e\xcc\x81"),
    *("\u202e", "\u200b", "\ufffe", "\U000e0041"),  # turned round, no width, no character, a tag
    *(b".nan", b".inf", b"-.inf", b"1e999", b"190:20:30", b"12:30", b"0o777", b"0x" + b"f" * 40, b"9" * 4_300),
    *(b"2001-02-30", b"2001-12-14t21:59:43.10-05:00", b"yes", b"no", b"null", b"NaN", b"Infinity", b"=", b"1_000"),
    *(b"${", b"${x}", b"$${", b"${alias}", b"${stack}${region}", b"${queue:Sales}", b"${queue:", b"${a b}", b"$"),
    *(b"secret: ", b"file: ", b"{file: ../x}", b"{secret: {ssm: /x}}", b"existing: true", b"adopt: 1", b"policy: "),
    *(b"reconciler:key: x", b"aws:x: y", b"endpoint_url: http://evil.example", b"null: 1", b"1: 2", b"true: x"),
]  # fmt: skip


def _bytes(snippet: bytes | str) -> bytes:
    return snippet if isinstance(snippet, bytes) else snippet.encode()


def _spot(rng: Random, data: bytes) -> int:
    return rng.randint(0, len(data))


def _insert(rng: Random, data: bytes) -> bytes:
    at = _spot(rng, data)
    return data[:at] + _bytes(rng.choice(SNIPPETS)) + data[at:]


def _replace(rng: Random, data: bytes) -> bytes:
    at = _spot(rng, data)
    return data[:at] + _bytes(rng.choice(SNIPPETS)) + data[at + rng.randint(0, 20) :]


def _flip(rng: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut_off(rng: Random, data: bytes) -> bytes:
    return data[: _spot(rng, data)]


def _lines(change: Callable[[Random, list[bytes]], None], rng: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    change(rng, lines)
    return b"\n".join(lines)


def _delete_line(rng: Random, lines: list[bytes]) -> None:
    del lines[rng.randrange(len(lines))]


def _double_line(rng: Random, lines: list[bytes]) -> None:
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))


def _swap_lines(rng: Random, lines: list[bytes]) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _shift(rng: Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    for number in range(at, min(len(lines), at + rng.choice((1, 1, 3, 99)))):
        pad = rng.choice((b" ", b"  ", b"\t", b"\xc2\xa0", b""))
        lines[number] = pad + lines[number] if pad else lines[number].lstrip()


def _cut_spot(rng: Random, data: bytes) -> bytes:
    at = _spot(rng, data)
    return data[:at] + data[at + rng.choice((1, 2, 5, 50, 500)) :]


def _line_ends(rng: Random, data: bytes) -> bytes:
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\r", b"\xc2\x85", b"\n\n")))


def _encoding(rng: Random, data: bytes) -> bytes:
    if rng.random() < 0.4:
        return b"\xef\xbb\xbf" * rng.choice((1, 1, 2)) + data
    return data.decode("utf-8", "replace").encode(
        rng.choice(("utf-16", "utf-32-le", "utf-7", "cp037")), "replace"
    )


def _nesting(rng: Random, data: bytes) -> bytes:
    deep = rng.choice((10, 31, 33, 100, 1_000, 10_000))
    opening = rng.choice((b"[", b"{a: ", b"- ", b"? ", b'{"a":', b"[{"))
    at = _spot(rng, data)
    return data[:at] + opening * deep + rng.choice((b"", b"]" * deep, b"}" * deep)) + data[at:]


def _long(rng: Random, data: bytes) -> bytes:
    at = _spot(rng, data)
    unit = rng.choice(
        (b"x", b"9", b" ", b"#", b"\n", b"a: ", "😀".encode(), b"${", b"${x}", b"\\", b"'", b"- 1\n")
    )
    return data[:at] + unit * rng.choice((100, 300, 2_000, 20_000)) + data[at:]


def _bomb(rng: Random, data: bytes) -> bytes:
    levels = rng.randint(2, 9)
    lines = [b"x0: &x0 {a: lol}"]
    for level in range(1, levels + 1):
        inner = b", ".join([b"*x%d" % (level - 1)] * 9)
        form = rng.choice((b"x%d: &x%d [%s]", b"x%d: &x%d {<<: [%s]}"))
        lines.append(form % (level, level, inner))
    return rng.choice((b"", data)) + b"\n" + b"\n".join(lines) + b"\n"


def _loop(rng: Random, data: bytes) -> bytes:
    return data + rng.choice(
        (b"\na: &a [*a]\n", b"\nb: &b {<<: *b}\n", b"\n&c c: *c\n", b"\n? &d [*d]\n: x\n")
    )


def _mixed(rng: Random, data: bytes) -> bytes:
    return data[: _spot(rng, data)] + rng.choice(tuple(rng.choice(bases()).values()))[_spot(rng, data) :]


TEXT: Sequence[Callable[[Random, bytes], bytes]] = (
    *(_insert, _insert, _replace, _replace, _flip, _flip, _cut_off, _cut_spot),
    *(partial(_lines, change) for change in (_delete_line, _double_line, _swap_lines, _shift, _shift)),
    *(_line_ends, _encoding, _nesting, _long, _bomb, _loop, _mixed),
)


# What is changed in the structure.

WORDS = [
    *("Sales", "Main", "Boss", "Nowhere", "acme-dev", "sales", " Sales", "", " ", "x" * 300, "Sa\nles", "é", "\u202e"),
    *("${alias}", "${limit}", "${open}", "${nowhere}", "${", "$${x}", "a ${queue:Sales}", "${queue:Nowhere}", "${hours:A}"),
    *("flows/main.json", "../x", "/etc/passwd", "~/x", "flows", "", "stack.yaml", "http://evil.example/x"),
    *("connect.queue", "connect.nothing", "connect.queue/Sales", "dynamodb.table", "policy", "existing", "secret", "file"),
    *("instance", "type", "tags", "environments", "defaults", "release", "account", "region", "variables", "<<", "stack"),
    *("us-east-1.evil.com", "evil", "123", "+44", "09:00", "25:99", "MONDAY", "aws:x", "reconciler:key", "null", "1e3"),
]  # fmt: skip
SCALARS: list[Any] = [
    *(None, True, False, 0, 1, -1, 2**31, 2**63 - 1, 10**25, 1.5, -0.0, 1e308, float("nan"), float("inf")),
    *([], {}, [[]], [None], {"a": None}, {"": ""}, {"secret": {"ssm": "/x"}}, {"file": "x.json"}, {"file": 1}),
    *({"secret": {"ssm": "x", "secretsmanager": "y"}}, [1, "a", None], {"policy": {"ignore": ["x"]}}, "2001-02-30"),
]  # fmt: skip


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every member of every mapping and list, as the one it stands in and its key."""
    found: list[tuple[Any, Any]] = []
    pending = [tree]
    for each in pending:
        if isinstance(each, dict | list):
            keys = list(each) if isinstance(each, dict) else range(len(each))
            found += [(each, key) for key in keys]
            pending += [each[key] for key in keys]
    return found


def _value(rng: Random) -> Any:
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(WORDS)
    if kind < 0.9:
        return copy.deepcopy(rng.choice(SCALARS))
    return rng.choice(
        (["x"] * rng.choice((50, 400)), "x" * rng.choice((257, 70_000)), {f"k{n}": n for n in range(99)})
    )


def _set(rng: Random, tree: Any, parent: Any, key: Any) -> None:
    parent[key] = _value(rng)


def _remove(rng: Random, tree: Any, parent: Any, key: Any) -> None:
    del parent[key]


def _rename(rng: Random, tree: Any, parent: Any, key: Any) -> None:
    value = parent.pop(key)
    new = rng.choice((*WORDS, str(key)[:-1], str(key) + "s", str(key).upper(), 1, None, True))
    if isinstance(parent, dict):
        parent[new] = value
    else:
        parent.append({new: value})


def _wrap(rng: Random, tree: Any, parent: Any, key: Any) -> None:
    parent[key] = rng.choice(
        ([parent[key]], {"a": parent[key]}, {"secret": parent[key]}, {"file": parent[key]})
    )


def _text_of(rng: Random, tree: Any, parent: Any, key: Any) -> None:
    parent[key] = str(parent[key])


def _graft(rng: Random, tree: Any, parent: Any, key: Any) -> None:
    """Put what stands elsewhere here: wrong types, resources of the wrong kind, references to themselves."""
    other, at = rng.choice(_places(tree))
    parent[key] = json.loads(json.dumps(other[at] if rng.random() < 0.7 else at))


def _add(rng: Random, tree: Any, parent: Any, key: Any) -> None:
    if isinstance(parent, dict):
        parent[rng.choice(WORDS)] = _value(rng)
    else:
        parent.extend([_value(rng), parent[key]])


STRUCTURE = (_set, _set, _set, _remove, _rename, _wrap, _text_of, _graft, _graft, _add)


def _structural(rng: Random, name: str, data: bytes) -> bytes:
    tree = _tree(name, data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        places = _places(tree)
        if places:
            rng.choice(STRUCTURE)(rng, tree, *rng.choice(places))
    if name.endswith(".json"):
        return json.dumps(tree, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, 1))).encode(
            "utf-8", "replace"
        )
    flow = rng.choice((None, False, True))
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, default_flow_style=flow, allow_unicode=True).encode()


@cache
def _parsed(data: bytes) -> str:
    return json.dumps(yaml.load(data, Loader=yaml.CSafeLoader))


def _tree(name: str, data: bytes) -> Any:
    """A tree of its own to change."""
    return json.loads(data if name.endswith(".json") else _parsed(data))


def _files(rng: Random, files: Files) -> None:
    """Change which files there are: one gone, one twice, one for an environment that is none."""
    name = rng.choice(sorted(files))
    match rng.randrange(4):
        case 0:
            del files[name]
        case 1:
            files[f"more/{name}"] = files[name]
        case 2:
            new = rng.choice(
                ("dev.yml", "dew.yaml", "dev/x.yaml", "prod.yaml", ".yaml", "a b.yaml", "\u202e.yaml")
            )
            files[f"environments/{new}"] = files[name]
        case _:
            files[rng.choice(("stack.yml", "x.yaml", "flows/main.json.yaml", "-.yaml", "\x07.yaml"))] = files[
                name
            ]


def document(rng: Random) -> tuple[int, Files, str | None]:
    """One fuzzed stack: which base it comes from, its files, and the environment to load it for."""
    base = rng.randrange(len(bases()))
    files = dict(bases()[base])
    if rng.random() < 0.05:
        _files(rng, files)
    for _ in range(rng.choice((1, 1, 1, 2))):
        name = rng.choice(sorted(files) or ["stack.yaml"])
        data = files.get(name, b"")
        if rng.random() < 0.5 and data == bases()[base].get(name):
            data = _structural(rng, name, data)
        else:
            for _ in range(rng.choice((1, 1, 2, 4))):
                data = rng.choice(TEXT)(rng, data)
        files[name] = data
    return base, files, rng.choice(ENVIRONMENTS)


# What must hold.


@dataclass
class Figures:
    """What a whole run comes to."""

    became: Counter[str] = field(default_factory=Counter)
    mistakes: int = 0
    slowest: float = 0.0
    grown: int = 0
    calls: list[str] = field(default_factory=list)


FIGURES = Figures()
_BREAK = re.compile(rb"\r\n?|\n")


@contextmanager
def without_aws(calls: list[str]) -> Iterator[None]:
    """Note and refuse every request to AWS, every client and every connection."""

    def refuse(what: str) -> Callable[..., Any]:
        def refused(*arguments: Any, **_: Any) -> Any:
            calls.append(what)
            raise AssertionError(what)

        return refused

    with ExitStack() as patched:
        for target in (
            *("botocore.client.BaseClient._make_api_call", "botocore.session.Session.create_client"),
            *("socket.socket.connect", "socket.socket.connect_ex", "socket.getaddrinfo"),
        ):
            patched.enter_context(patch(target, refuse(target)))
        yield


def lay_out(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a directory."""
    for name, data in files.items():
        path = directory / name
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        path.write_bytes(data)


def told_badly(mistake: Mistake, files: Mapping[str, bytes]) -> str | None:
    """What is wrong with the way a mistake is told: it has to be one line that leads to a line of a file."""
    text, place = str(mistake), mistake.place
    if not text.isprintable():
        return f"more than one plain line: {text!r}"
    if not mistake.message.strip():
        return f"says nothing: {text!r}"
    if place.file not in files:
        missing = place[1:] == (1, 1) and place.file == "stack.yaml"
        return None if missing else f"names a file that is not there: {text!r}"
    last = len(_BREAK.findall(files[place.file])) + 1
    if not (1 <= place.line <= last and place.column >= 1):
        return f"names line {place.line} of {last}: {text!r}"
    return None


def outcome(directory: Path, environment: str | None) -> tuple[Sequence[Mistake], str]:
    """The mistakes of a stack, and what became of it: it is invalid, or it is a stack."""
    try:
        load(directory, environment, known_kinds())
    except InvalidStack as error:
        return error.mistakes, "invalid"
    return (), "stack"


def broken(
    directory: Path, files: Mapping[str, bytes], environment: str | None, *, twice: bool = False
) -> Iterator[str]:
    """What one stack broke."""
    began = time.process_time()
    try:
        mistakes, became = outcome(directory, environment)
    except Exception as error:  # noqa: BLE001 -- any other exception is what this row looks for
        yield f"{type(error).__name__}: {str(error)[:200]}"
        return
    took = time.process_time() - began
    FIGURES.became[became] += 1
    FIGURES.mistakes += len(mistakes)
    FIGURES.slowest = max(FIGURES.slowest, took)
    if too_long(took, MOST_CPU):
        yield f"{took:.1f} s"
    if became == "invalid" and not mistakes:
        yield "invalid without a mistake"
    if twice and outcome(directory, environment) != (mistakes, became):
        yield "something else when it is loaded again"
    yield from filter(None, (told_badly(mistake, files) for mistake in mistakes))


def _schema() -> str:
    return hashlib.sha256(json.dumps(json_schema(known_kinds()), sort_keys=True).encode()).hexdigest()


@cache
def _at_first() -> tuple[str, int]:
    """The schema, and the memory that the process had, before anything was loaded."""
    return _schema(), _peak()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _reset(directory: Path, base: Files, files: Files) -> None:
    """Make the directory hold the base again."""
    for name in files.keys() - base.keys():
        (directory / name).unlink()
    lay_out(directory, {name: data for name, data in base.items() if files.get(name) != data})


def check(name: str, documents: int = EACH) -> Sequence[str]:
    """Load a hundred documents made from one seed."""
    schema, peak = _at_first()
    found: list[str] = []
    rng = Random(int(name))
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=where) as root, without_aws(FIGURES.calls):
        for number in range(documents):
            base, files, environment = document(rng)
            directory = Path(root) / str(base)
            if not directory.exists():
                directory.mkdir()
                lay_out(directory, bases()[base])
            lay_out(
                directory, {each: data for each, data in files.items() if bases()[base].get(each) != data}
            )
            for gone in bases()[base].keys() - files.keys():
                (directory / gone).unlink()
            broke = broken(directory, files, environment, twice=number % TWICE_EVERY == 0)
            found += [f"document {number}: {each}" for each in broke]
            _reset(directory, bases()[base], files)
    FIGURES.grown = max(FIGURES.grown, _peak() - peak)
    if FIGURES.calls:
        found += [f"reached for AWS: {call}" for call in FIGURES.calls]
        FIGURES.calls.clear()
    if FIGURES.grown > MOST_MEMORY:
        found.append(f"{FIGURES.grown // 2**20} MiB more than before")
    if int(name) % SCHEMA_EVERY == 0 and _schema() != schema:
        found.append("the JSON Schema is another one than before")
    gc.collect()
    return found


def cases() -> Sequence[str]:
    """The seeds."""
    return tuple(map(str, range(NAMES)))


ROW = Row("fuzzed_documents", "fuzzed desired documents", cases, check, each=EACH)


# Documents written to do harm: each in a process of its own, within limits.

ADDRESS_SPACE = 2**30
SECONDS = 60
WALL_SECONDS = 600
"""After so long a process hangs, however busy the machine is."""


def _status(name: str) -> int:
    """One of the kernel's figures on this process, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _within_limits(directory: Path, hostile: Hostile) -> Sequence[str]:
    """What a stack broke, in a process that may take no more than a gigabyte and a minute."""
    files = dict.fromkeys(_names(directory), b"")
    files |= {path.name: path.read_bytes() for path in directory.iterdir() if _small(path)}
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak
    before = _status("VmRSS")
    most = _status("VmSize") + ADDRESS_SPACE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    signal.alarm(WALL_SECONDS)
    calls: list[str] = []
    began = time.process_time()
    with without_aws(calls):
        mistakes, became = outcome(directory, "dev")
    took, grown = time.process_time() - began, _status("VmHWM") - before
    FIGURES.slowest, FIGURES.grown = took, grown
    found = [f"reached for AWS: {call}" for call in calls]
    if too_long(took, MOST_CPU):
        found.append(f"{took:.1f} s")
    if grown > MOST_MEMORY:
        found.append(f"{grown // 2**20} MiB")
    if became != "invalid" or not any(hostile.said in str(mistake) for mistake in mistakes):
        found.append(f"{became}, and says: {[str(mistake)[:200] for mistake in mistakes[:3]]}")
    return found + [said for mistake in mistakes if (said := told_badly(mistake, files))][:3]


def _names(directory: Path) -> Iterator[str]:
    """Everything below a directory, even where its path is too long to look at."""
    for above, directories, names in os.walk(directory):
        yield from (os.path.relpath(f"{above}/{name}", directory) for name in (*directories, *names))


def _small(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size < 2**24


def in_child(work: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Carry out something in a copy of this process, and take over what it says and its figures."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # the threads of others are not needed in the copy
        child = os.fork()
    if child == 0:
        with suppress(BaseException), os.fdopen(writing, "w") as out:
            try:
                found = work()
            except BaseException as error:  # noqa: BLE001 -- told, not raised: the copy ends here in any case
                found = [f"{type(error).__name__}: {str(error)[:200]}"]
            json.dump([list(found), FIGURES.slowest, FIGURES.grown], out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if status or not text:
        return [f"killed: status {status}"]
    said, took, grown = json.loads(text)
    WORST.slowest, WORST.grown = max(WORST.slowest, took), max(WORST.grown, grown)
    return [str(line) for line in said]


WORST = Figures()
"""Of the hostile documents."""


def _typed(directory: Path, hostile: Hostile) -> Sequence[str]:
    """What `validate` broke: one line for each mistake, a closing line, exit code 3."""
    command = [sys.executable, "-m", "reconciler", "validate", str(directory), "--env", "dev"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ended = subprocess.run(
        command, cwd=EXAMPLES.parent, env=environment, capture_output=True, timeout=WALL_SECONDS, check=False
    )
    text = ended.stderr.decode()
    *lines, last = text.splitlines() or [""]
    found = [f"exit code {ended.returncode}"] if ended.returncode != 3 else []
    if ended.stdout or "Traceback" in text or not last.endswith("; no call was made"):
        found.append(f"prints: {ended.stdout.decode()[:100]} {text[-300:]}")
    if not any(hostile.said in line for line in lines):
        found.append(f"does not say so: {text[:300]}")
    odd = [line for line in lines if not re.match(r"[^:]+:\d+:\d+: .|\.\.\. and \d+ more$", line)]
    return [*found, *(f"a line without a place: {line[:200]}" for line in odd[:3])]


def check_hostile(name: str) -> Sequence[str]:
    """Load one hostile document, or give it to the command line."""
    way, _, number = name.rpartition(" ")
    hostile = DOCUMENTS[int(number)]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as root:
        directory = Path(root)
        files = {each: _bytes(data) for each, data in hostile.files().items()}
        lay_out(directory, files)
        hostile.lay(directory)
        del files
        gc.collect()
        if way == "typed":
            found = _typed(directory, hostile)
        else:
            found = in_child(partial(_within_limits, directory, hostile))
    return [f"{hostile.title}: {each}" for each in found]


def hostile_cases() -> Sequence[str]:
    """Every hostile document, and again those that are typed."""
    typed = [f"typed {number}" for number, each in enumerate(DOCUMENTS) if each.typed]
    return (*(f"hostile {number}" for number in range(len(DOCUMENTS))), *typed)


HOSTILE = Row("hostile_documents", "documents written to do harm", hostile_cases, check_hostile)
