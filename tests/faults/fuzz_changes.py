"""The changes of fuzzing: to the text of files, the structure of documents, and the set of files."""

import copy
import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from random import Random
from typing import Any

import yaml

from tests.faults.fuzz_bases import Files, bases

ENVIRONMENTS = (*["dev"] * 9, *["prod"] * 5, None, "nowhere")


# Texts to insert.

SNIPPETS: Sequence[bytes | str] = [
    *(b"&a ", b"*a", b"<<: *a", b"<<: {a: b}", b"!!str ", b"!!python/object:os.system ", b"!<x> ", b"!x "),
    *(b"---\n", b"...\n", b"\n---\n", b"%YAML 1.1\n", b"%TAG ! x\n", b"? ", b"- ", b": ", b"#", b"|\n", b">-\n"),
    *(b"[", b"]", b"{", b"}", b"'", b'"', b",", b"\\", b"@", b"`", b"~", b"\t", b"\r", b"\r\n", b"\0", b"\x07"),
    *(b"\x1b[31m", b"\x7f", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xc0\xaf", b'"\\ud800"', b'"\\x00"', b'"\\L"', "é😀".encode(), b"e\xcc\x81"),
    *("\u202e", "\u200b", "\ufffe", "\U000e0041"),  # right-to-left override, zero width, noncharacter, tag
    *(b".nan", b".inf", b"-.inf", b"1e999", b"190:20:30", b"12:30", b"0o777", b"0x" + b"f" * 40, b"9" * 4_300),
    *(b"2001-02-30", b"2001-12-14t21:59:43.10-05:00", b"yes", b"no", b"null", b"NaN", b"Infinity", b"=", b"1_000"),
    *(b"${", b"${x}", b"$${", b"${alias}", b"${stack}${region}", b"${queue:Sales}", b"${queue:", b"${a b}", b"$"),
    *(b"secret: ", b"file: ", b"{file: ../x}", b"{secret: {ssm: /x}}", b"existing: true", b"adopt: 1", b"policy: "),
    *(b"reconciler:key: x", b"aws:x: y", b"endpoint_url: http://evil.example", b"null: 1", b"1: 2", b"true: x"),
]  # fmt: skip


def as_bytes(snippet: bytes | str) -> bytes:
    return snippet if isinstance(snippet, bytes) else snippet.encode()


def _spot(rng: Random, data: bytes) -> int:
    return rng.randint(0, len(data))


def _insert(rng: Random, data: bytes) -> bytes:
    at = _spot(rng, data)
    return data[:at] + as_bytes(rng.choice(SNIPPETS)) + data[at:]


def _replace(rng: Random, data: bytes) -> bytes:
    at = _spot(rng, data)
    return data[:at] + as_bytes(rng.choice(SNIPPETS)) + data[at + rng.randint(0, 20) :]


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


# Values to insert into the structure.

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
    """Every member of every mapping and list, as a pair of its parent and its key."""
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
    """Replace a value by one from elsewhere: wrong types, resources of the wrong kind, references to themselves."""
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
    """A new tree that may be changed."""
    return json.loads(data if name.endswith(".json") else _parsed(data))


def _files(rng: Random, files: Files) -> None:
    """Change the set of files: remove one, duplicate one, or add one for an environment that does not exist."""
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
    """One fuzzed stack: the number of its base, its files, and the environment to load it for."""
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
