"""Hostile documents, each with the expected mistake."""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

KIB, MIB = 2**10, 2**20
HEADER = 'stack: s\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2}\nconnect.instance:\n  acme: {}\n'
VARIABLE = (
    'stack: s\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2, variables: {big: "%s"}}\n'
    "connect.instance:\n  acme: {}\n"
)
FLOW = "connect.contact_flow:\n  F: {content: {file: f.json}}\n"
FEED = "users_from:\n  f: {file: f.csv, name: {column: login}, fields: {routing_profile: {column: login}, security_profiles: [A]}}\n"
QUEUE = "connect.queue:\n  A: "
REUSE = (
    "write what several resources share under `defaults` in stack.yaml, and what differs under `environments`"
)

Files: TypeAlias = Mapping[str, str | bytes]
Text: TypeAlias = str | bytes | Callable[[], str | bytes]
"""A text, or a function that returns a large one."""


@dataclass(frozen=True)
class Hostile:
    """One hostile stack; `said` is one of its mistakes, or a part of it, with its place."""

    title: str
    said: str
    files: Callable[[], Files]
    lay: Callable[[Path], None] = lambda _: None
    """Creates what is not a plain file."""
    typed: bool = False
    """Whether the command line loads it as well."""


def _made(text: Text) -> str | bytes:
    return text() if callable(text) else text


def _bad(text: Text) -> Callable[[], Files]:
    return lambda: {"stack.yaml": HEADER, "bad.yaml": _made(text)}


def _stack(text: Text) -> Callable[[], Files]:
    return lambda: {"stack.yaml": _made(text)}


def _flow(text: Text) -> Callable[[], Files]:
    return lambda: {"stack.yaml": HEADER, "bad.yaml": FLOW, "f.json": _made(text)}


def _rows(text: Text) -> Callable[[], Files]:
    return lambda: {"stack.yaml": HEADER, "bad.yaml": FEED, "f.csv": _made(text)}


def _bomb(form: str) -> str:
    levels = [form.format(n=level, below=", ".join([f"*a{level - 1}"] * 9)) for level in range(1, 10)]
    return "\n".join(["a0: &a0 {x: lol}", *levels, ""])


def _many(line: str, count: int, above: str = "connect.queue:\n") -> Callable[[], Files]:
    return lambda: {"stack.yaml": HEADER, "bad.yaml": above + "".join(line.format(n=n) for n in range(count))}


def _fifo(directory: Path) -> None:
    os.mkfifo(directory / "bad.yaml")


def _socket(directory: Path) -> None:
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(directory)  # the path of a socket has at most 107 characters
        listener.bind("bad.yaml")
        os.chdir(here)


def _link(target: str) -> Callable[[Path], None]:
    return lambda directory: (directory / "bad.yaml").symlink_to(target)


def _sparse(directory: Path) -> None:
    with (directory / "bad.yaml").open("wb") as file:
        file.truncate(2**40)


def _deep_directories(directory: Path) -> None:
    here = Path.cwd()
    os.chdir(directory)
    for _ in range(100):
        Path("d" * 60).mkdir()
        os.chdir("d" * 60)
    os.chdir(here)


DOCUMENTS = (
    Hostile("a merge-key bomb of nine levels", f"bad.yaml:1:5: anchors are not read; {REUSE}", _bad(_bomb("a{n}: &a{n} {{<<: [{below}]}}")), typed=True),
    Hostile("an alias bomb of nine levels", f"bad.yaml:2:10: aliases are not read; {REUSE}", _bad(_bomb("a{n}: &a{n} [{below}]")), typed=True),
    Hostile("an alias bomb in the settings", f"bad.yaml:2:17: anchors are not read; {REUSE}", _bad(QUEUE + "{tags: {A: &a x, B: *a}}\n")),
    Hostile("an anchor that holds itself", f"bad.yaml:2:6: anchors are not read; {REUSE}", _bad(QUEUE + "&a {tags: *a}\n"), typed=True),
    Hostile("a merge key that holds itself", f"bad.yaml:2:10: merge keys are not read; {REUSE}", _bad(QUEUE + "&a {<<: *a}\n")),
    Hostile("an alias to nothing", f"bad.yaml:2:6: aliases are not read; {REUSE}", _bad(QUEUE + "*nothing\n")),
    Hostile("a tag that makes an object", "bad.yaml:2:6: tags such as !!str are not read; put text in quotes instead", _bad(QUEUE + "!!python/object/apply:os.system [id]\n"), typed=True),
    Hostile("a tag of one's own", "bad.yaml:2:6: tags such as !!str are not read", _bad(QUEUE + "!Ref x\n")),
    Hostile("bytes in base64", "bad.yaml:2:20: tags such as !!str are not read", _bad(QUEUE + "{description: !!binary R0lGOD==}\n")),
    Hostile("100,000 %TAG lines", "bad.yaml:1:1: %TAG is not read, as tags are not; remove this line", _bad(lambda: "".join(f"%TAG !{n}! x\n" for n in range(100_000)) + "--- {}\n")),
    Hostile("two %YAML lines", "bad.yaml:2:1: this is not YAML: found duplicate %YAML directive", _bad("%YAML 1.1\n%YAML 1.1\n--- {}\n")),
    Hostile("a second document", "bad.yaml:2:1: a second document begins here; keep one in a file", _bad("connect.queue: {}\n---\nconnect.queue: {}\n")),
    Hostile("10,000 lists in each other", "bad.yaml:2:37: values are nested more than 32 levels deep; flatten them", _bad(QUEUE + "[" * 10_000), typed=True),
    Hostile("10,000 lists in each other, closed", "bad.yaml:2:37: values are nested more than 32 levels deep", _bad(QUEUE + "[" * 10_000 + "]" * 10_000)),
    Hostile("10,000 mappings in each other", "bad.yaml:2:127: values are nested more than 32 levels deep", _bad(QUEUE + "{a: " * 10_000)),
    Hostile("10,000 dashes", "bad.yaml:1:67: values are nested more than 32 levels deep", _bad("- " * 10_000)),
    Hostile("10,000 question marks", "values are nested more than 32 levels deep", _bad("? " * 10_000)),
    Hostile("a JSON document 100,000 levels deep", "f.json:1:34: values are nested more than 32 levels deep", _flow("[" * 100_000)),
    Hostile("a number of 4,301 digits", "bad.yaml:2:21: the number needs more than 64 bits; if it is a code, put it in quotes", _bad(QUEUE + f"{{max_contacts: {'9' * 4_301}}}\n"), typed=True),
    Hostile("a number of 100,000 hexadecimal digits", "bad.yaml:2:21: the number needs more than 64 bits", _bad(QUEUE + f"{{max_contacts: 0x{'f' * 100_000}}}\n")),
    Hostile("a number of a million digits and a half", "bad.yaml:2:21: the number is too large", _bad(QUEUE + f"{{max_contacts: {'9' * 1_000_000}.5}}\n")),
    Hostile("an exponent of five digits", "bad.yaml:2:21: the number is too large", _bad(QUEUE + "{max_contacts: 1e99999}\n")),
    Hostile("4,301 digits in JSON", "f.json:1:6: the number needs more than 64 bits", _flow(f'{{"a": {"9" * 4_301}}}'.replace('"a": ', '"a":'))),
    Hostile("no number", "bad.yaml:2:21: infinity and not-a-number cannot be sent to AWS", _bad(QUEUE + "{max_contacts: .nan}\n"), typed=True),
    Hostile("no number in JSON", "f.json:1:6: JSON has neither NaN nor Infinity; write a number", _flow('{"a":NaN}')),
    Hostile("a sexagesimal number", "bad.yaml:2:21: connect.queue/A.max_contacts: expected a whole number, got text", _bad(QUEUE + "{max_contacts: 190:20:30}\n")),
    Hostile("a day that is none", "bad.yaml:2:21: connect.queue/A.max_contacts: expected a whole number, got text", _bad(QUEUE + "{max_contacts: 2001-02-30}\n")),
    Hostile("a date as a key", "bad.yaml:2:7: connect.queue/A.2001-02-30: there is no such field", _bad(QUEUE + "{2001-02-30: x}\n")),
    Hostile("a number as a key", "bad.yaml:2:7: a key is text, and this reads as a number, true, false or null; put it in quotes", _bad(QUEUE + "{1: x}\n")),
    Hostile("a list as a key", "bad.yaml:2:7: a key is text, not a list or a mapping", _bad(QUEUE + "{[a]: x}\n")),
    Hostile("a key given twice", "bad.yaml:3:3: this key is given twice, first on line 2; keep one of the two", _bad(QUEUE + "{}\n  A: {}\n")),
    Hostile("a key given twice in JSON", "f.json:1:8: this key is given twice, first on line 1", _flow('{"a":1,"a":2}')),
    Hostile("a NUL", "bad.yaml:2:6: there is a control character or a rare line break here", _bad(QUEUE + "\0"), typed=True),
    Hostile("a NUL, escaped", "bad.yaml:2:20: the text holds a NUL character; remove it", _bad(QUEUE + '{description: "a\\0b"}\n')),
    Hostile("a NUL in JSON", "f.json:1:6: the text holds a NUL character; remove it", _flow('{"a":"\\u0000"}')),
    Hostile("an escape of the terminal", "bad.yaml:1:1: there is a control character or a rare line break here", _bad("\x1b]0;owned\x07")),
    Hostile("an escape of the terminal in a name", 'the name "\\x1b[31m" holds a line break or a control character', _bad('connect.queue:\n  "\\e[31m": {}\n')),
    Hostile("a line break in a name", "holds a line break or a control character; remove it", _bad('connect.queue:\n  "A\\nstack.yaml:1:1: all is well": {}\n'), typed=True),
    Hostile("half a surrogate pair", "bad.yaml:2:23: this is not YAML", _bad(QUEUE + '{description: "\\ud800"}\n') ),
    Hostile("half a surrogate pair in JSON", "f.json:1:6: the text holds half a surrogate pair", _flow('{"a":"\\ud800"}')),
    Hostile("half a surrogate pair in bytes", "bad.yaml:1:1: this file is not UTF-8 text: byte 20 is wrong", _bad(b"connect.queue: {A: \xed\xa0\x80}\n")),
    Hostile("UTF-16", "bad.yaml:1:1: this file is not UTF-8 text: byte 1 is wrong", _bad("connect.queue: {}\n".encode("utf-16")), typed=True),
    Hostile("a line break that editors do not show", "bad.yaml:1:16: there is a control character or a rare line break here", _bad("connect.queue: \u2028{}\n")),
    Hostile("10 MiB", "bad.yaml:1:1: this file is larger than 8 MiB; split it", _bad(lambda: b"#" * 10 * MIB), typed=True),
    Hostile("a terabyte of nothing", "bad.yaml:1:1: this file is larger than 8 MiB; split it", _stack(HEADER), _sparse),
    Hostile("a document of 2 MiB", '"f.json": this file is larger than 1 MiB; split it', _flow(lambda: b" " * 2 * MIB)),
    Hostile("nine files of 8 MiB", "the stack's files hold more than 64 MiB together; split it in two", lambda: {"stack.yaml": HEADER, **{f"{n}.yaml": b"#" * (8 * MIB - 1) for n in range(9)}}),
    Hostile("100,000 lines that are wrong", "bad.yaml:2:7: connect.queue/Q0: expected settings by field, got a whole number", _many("  Q{n}: 1\n", 100_000), typed=True),
    Hostile("100,000 kinds that are none", 'bad.yaml:1:1: no kind named "connect.q0" is known; did you mean "connect.queue"?', _many("connect.q{n}: 1\n", 100_000, "")),
    Hostile("100,000 fields that are none", "bad.yaml:2:3: connect.queue/A: there are more than 50,000 values here", _many("    max_contact{n}: 1\n", 100_000, "connect.queue:\n  A:\n")),
    Hostile("40,000 fields that are none", "bad.yaml:3:5: connect.queue/A.max_contact0: there is no such field", _many("    max_contact{n}: 1\n", 40_000, "connect.queue:\n  A:\n")),
    Hostile("100,000 names to let go", "stack.yaml:1:1: there are more than 50,000 values here", _stack(lambda: HEADER + f"release: [{'connect.queu/A, ' * 100_000}]\n")),
    Hostile("5,000 wrong references among 5,000 names", 'no hours of operation named "Hours B0"', lambda: {"stack.yaml": HEADER, "bad.yaml": "connect.queue:\n" + "".join(f"  Q{n}: {{hours_of_operation: Hours B{n}}}\n" for n in range(5_000)) + "connect.hours_of_operation:\n" + "".join(f"  Hours A{n}: {{existing: true}}\n" for n in range(5_000))}),
    Hostile("a name of 4 MiB with 3,000 mistakes", '…" has more than 256 characters; shorten it', _many("    f{n}: 1\n", 3_000, f'connect.queue:\n  ? "{"n" * 4 * MIB}"\n  :\n')),
    Hostile("a key of 4 MiB", "…: this key: expected 128 or fewer characters", _bad(lambda: f'connect.queue:\n  A: {{tags: {{? "{"k" * 4 * MIB}" : x}}}}\n')),
    Hostile("a variable of 1 MiB in 1,600 places", "variables bring more than 16 MiB of text into the stack; shorten them", lambda: {"stack.yaml": VARIABLE % ("x" * MIB), "bad.yaml": "connect.queue:\n" + "".join(f'  Q{n}: {{description: "{"${big}" * 4}"}}\n' for n in range(400))}),
    Hostile("a variable of 1 MiB in 400 names", "has more than 256 characters; shorten it", lambda: {"stack.yaml": VARIABLE % ("x" * MIB), "bad.yaml": "connect.queue:\n" + "".join(f"  Q{n}${{big}}: {{}}\n" for n in range(400))}),
    Hostile("a variable that holds itself", 'stack.yaml:3:70: environments.dev.variables.big: no variable named "big" in environment dev', _stack(VARIABLE % "${big}"), typed=True),
    Hostile("300,000 dollar signs", "bad.yaml:2:20: connect.queue/A.description: expected 250 or fewer characters", _bad(lambda: QUEUE + f"{{description: '{'$' * 300_000}'}}\n")),
    Hostile("100,000 beginnings of a variable", "bad.yaml:2:17: connect.queue/A.tags.A: `${` begins a variable", _bad(lambda: QUEUE + f"{{tags: {{A: '{'${' * 100_000}'}}}}\n")),
    Hostile("100,000 beginnings of a reference", "bad.yaml:2:20: connect.queue/A.description: `${` begins a variable", _bad(lambda: QUEUE + f"{{description: '{'${a:' * 100_000}'}}\n")),
    Hostile("100,000 beginnings of a reference with an attribute", "bad.yaml:2:27: connect.queue/A.hours_of_operation: `${` begins a variable", _bad(lambda: QUEUE + f"{{hours_of_operation: '{'${a:b#c' * 100_000}'}}\n")),
    Hostile("one document of 1 MiB in 600 flows", "Actions must be a list with at least one action", lambda: {"stack.yaml": HEADER, "f.json": json_text(), "bad.yaml": "connect.contact_flow:\n" + "".join(f"  F{n}: {{content: {{file: f.json}}}}\n" for n in range(600))}),
    Hostile("500 KiB of the smallest values", "bad.yaml:2:7: connect.queue/A.x: there is no such field", _bad(lambda: QUEUE + f"{{x: [{'[],' * (500 * KIB // 3)}]}}\n")),
    Hostile("300,000 numbers in one field", "bad.yaml:2:3: connect.queue/A: there are more than 50,000 values here", _bad(lambda: QUEUE + f"{{quick_connects: [{'1,' * 300_000}]}}\n")),
    Hostile("a flow of 2,000 actions that lead nowhere", "2000 actions; AWS accepts 250", _flow(lambda: '{"Version":"2019-10-30","StartAction":"a","Actions":[' + ",".join(f'{{"Identifier":"a{n}","Type":"DisconnectParticipant","Parameters":{{}},"Transitions":{{"NextAction":"b{n}"}}}}' for n in range(2_000)) + "]}")),
    Hostile("a FIFO", "bad.yaml:1:1: this is not a regular file", _stack(HEADER), _fifo, typed=True),
    Hostile("a socket", "bad.yaml:1:1: ", _stack(HEADER), _socket),
    Hostile("a device", "bad.yaml:1:1: this file lies outside the stack's directory; copy it there", _stack(HEADER), _link("/dev/zero")),
    Hostile("the process's environment", "bad.yaml:1:1: this file lies outside the stack's directory; copy it there", _stack(HEADER), _link("/proc/self/environ")),
    Hostile("a link to itself", "bad.yaml:1:1: too many levels of symbolic links", _stack(HEADER), _link("bad.yaml")),
    Hostile("a link to the directory above", "bad.yaml:1:1: a link to a directory is not followed; move the directory here", _stack(HEADER), _link("..")),
    Hostile("directories in directories, longer than a path may be", "this directory cannot be read: file name too long", _stack(HEADER), _deep_directories),
    Hostile("a quote that never ends", "bad.yaml:100000:1: this is not YAML: while scanning a quoted scalar, found unexpected end of stream", _bad(lambda: 'a: "' + "\n" * 100_000)),
    Hostile("nothing but an endpoint", 'stack.yaml:4:1: no kind named "endpoint_url" is known', _stack(HEADER.replace("connect.instance:\n  acme: {}", "endpoint_url: http://169.254.169.254")), typed=True),
    Hostile("a row of 7 MiB with quotes", "f.csv:1:1: this row has more than 65,536 characters", _rows(lambda: 'login,"' + ',""' * (7 * MIB // 3)), typed=True),
    Hostile("16,000 columns", "f.csv:2:1: connect.user/a b", _rows(lambda: "login" + ",c" * 16_000 + "\na b" + "," * 16_000 + "\n")),
    Hostile("100,000 quotes that are never closed", "f.csv:101:1: 100 rows cannot be read; the rest was not read", _rows(lambda: "login\n" + 'a"\n' * 100_000)),
    Hostile("60,000 rows", "there are more than 50,000 rows; split the file in two", _rows(lambda: "login\n" + "a\n" * 60_000)),
    Hostile("40,000 rows of one user", 'f.csv:3:1: connect.user/a (column "login"): the name "a" is given twice', _rows(lambda: "login\n" + "a\n" * 40_000)),
    Hostile("40,000 users with a wrong profile", 'no routing profile named "a0"', _rows(lambda: "login\n" + "".join(f"a{n}\n" for n in range(40_000)))),
    Hostile("a CSV file of 10 MiB", '"f.csv": this file is larger than 8 MiB; split it', _rows(lambda: b"a" * 10 * MIB)),
    Hostile("a CSV file in UTF-16", "f.csv:1:1: byte 1 of this file (0xFF) is not utf-8; it can be read as utf-16", _rows("login\na\n".encode("utf-16"))),
)  # fmt: skip


def json_text() -> str:
    """A document with one value, nearly as large as allowed."""
    return f'{{"a": "{"x" * (MIB - 100)}"}}'
