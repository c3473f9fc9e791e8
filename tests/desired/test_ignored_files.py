"""Files that are not part of a stack are ignored; files that may be part of it are not."""

from pathlib import Path

import pytest

from reconciler.desired import load
from reconciler.stack import Key
from tests.desired.desired_toys import BASE, KINDS, mistakes, stack, write

QUEUE = "connect.queue: {Sales: {hours_of_operation: Always}}\n"
SALES = Key("connect.queue", "Sales")
COMPOSE = "services:\n  web: {image: x}\nvolumes: {}\n"
ELSEWHERE = {
    "a virtual environment": {"venv/pyvenv.cfg": "", "venv/lib/a.yaml": COMPOSE},
    "one of another name": {"tools/py3/pyvenv.cfg": "", "tools/py3/a.yaml": COMPOSE},
    "packages of Node": {"node_modules/a/b.yml": "a: [", "web/node_modules/c.yaml": "x: 1"},
    "a compose file": {"compose.yaml": COMPOSE, "docker-compose.override.yml": COMPOSE},
    "one in capitals, further down": {"web/Docker-Compose.YML": COMPOSE},
    "files of build services": {"buildspec.yml": "version: 0.2", "azure-pipelines.yml": "steps: []"},
    "hidden ones": {".github/workflows/ci.yml": "on: push", ".pre-commit-config.yaml": "repos: []"},
    "what the ignore file names": {
        ".reconcilerignore": "# not ours\nhelm/\n*.ci.yml\n/top.yaml\n",
        "helm/values.yaml": "{{ x }}",
        "deep/er/a.ci.yml": "x: 1",
        "top.yaml": "x: 1",
    },
    "what is ignored, but for some": {
        ".reconcilerignore": "more/*\n!more/queue.yaml\n",
        "more/a.yaml": "x: 1",
        "more/queue.yaml": "connect.queue: {More: {hours_of_operation: Always}}\n",
    },
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_is_no_part_of_the_stack_is_left_alone(case: str, tmp_path: Path) -> None:
    write(tmp_path, {"stack.yaml": BASE, "queues.yaml": QUEUE, **ELSEWHERE[case]})
    found = {key.name for key in load(tmp_path, None, KINDS).resources if key.kind == SALES.kind}
    assert found == {"Sales", *(["More"] if "some" in case else [])}


def test_links_below_what_is_ignored_are_no_mistakes(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"stack.yaml": BASE, "venv/pyvenv.cfg": "", "venv/lib/a.py": "", ".reconcilerignore": "link"},
    )
    (tmp_path / "venv" / "lib64").symlink_to("lib")
    (tmp_path / "link").symlink_to("venv")
    load(tmp_path, None, KINDS)


NEAR = "connect.queu: {Sales: {}}\n"
NEAR_SAID = 'no kind named "connect.queu" is known; did you mean "connect.queue"?'
STRICT = {
    "a typo in a file of ours": ({"a.yaml": NEAR}, [f"a.yaml:1:1: {NEAR_SAID}"]),
    "in capitals": ({"A.YAML": NEAR}, [f"A.YAML:1:1: {NEAR_SAID}"]),
    "in a file that is named as another program's": (
        {"compose.yaml": NEAR},
        [f"compose.yaml:1:1: {NEAR_SAID}"],
    ),
    "in a directory named venv that is none": ({"venv/a.yaml": NEAR}, [f"venv/a.yaml:1:1: {NEAR_SAID}"]),
    "in an overlay": (
        {"environments/compose.yaml": QUEUE},
        ['environments/compose.yaml:1:1: no environment named "compose"; there are dev'],
    ),
    "nothing of ours in it": (
        {"chart.yaml": "apiVersion: v2\nname: x\nversion: 1\n"},
        [
            (
                'chart.yaml:1:1: no kind named "apiVersion" is known, and neither is any other key of this file (2); '
                "if the file is not part of the stack, name it in .reconcilerignore"
            )
        ],
    ),
    "one key of ours": (
        {"a.yaml": QUEUE + "services: {}\n"},
        ['a.yaml:2:1: no kind named "services" is known'],
    ),
    "a pattern that is none": (
        {".reconcilerignore": "venv/\n!\n"},
        [".reconcilerignore:2:1: this is not a .gitignore pattern; correct or remove it"],
    ),
    "two headers": (
        {"Stack.YML": "stack: other\n"},
        ["Stack.YML:1:1: stack.yaml is the header of this stack; merge the two files"],
    ),
}


@pytest.mark.parametrize("case", STRICT)
def test_a_mistake_in_what_may_be_ours_is_told(case: str, tmp_path: Path) -> None:
    files, said = STRICT[case]
    assert mistakes(tmp_path, {"stack.yaml": BASE, **files}) == said


NO_PATTERN = "this is not a .gitignore pattern; correct or remove it"
NOTHING = "this pattern matches nothing; correct or remove it"
OUTSIDE = "a pattern begins at the stack's directory and cannot lead out of it; write it without ~, . and .."
PATTERNS = {
    "!": NO_PATTERN,
    "helm\\": NO_PATTERN,
    "[z-a].yaml": NO_PATTERN,
    "[[:alpha:]].yaml": NO_PATTERN,
    "[": NOTHING,
    "/": NOTHING,
    "helm\\values.yaml": "this pattern contains a backslash before a letter; write / between folders",
    "../other": OUTSIDE,
    "./helm": OUTSIDE,
    "a/../b": OUTSIDE,
    "~/helm": OUTSIDE,
    "/Stack.yaml": "the header of a stack is always read; remove this line",
    "he\x00lm": "this pattern contains a control character; remove it",
    "*a*a*a*a*a*a*a*a*b": "this pattern has more than 8 of *; write a simpler one",
}


def test_each_wrong_pattern_is_told_with_its_line(tmp_path: Path) -> None:
    lines = ["# not ours", "", r"\#x", "a b.yaml", "!*.yaml", "**/x/**", *PATTERNS]
    said = [f".reconcilerignore:{number}:1: {why}" for number, why in enumerate(PATTERNS.values(), 7)]
    text = "\n".join(lines)
    assert mistakes(tmp_path, {"stack.yaml": BASE, ".reconcilerignore": text}) == said


def test_very_many_patterns_are_a_mistake(tmp_path: Path) -> None:
    files = {"stack.yaml": BASE, ".reconcilerignore": "#\n" * 10_001}
    assert mistakes(tmp_path, files) == [
        ".reconcilerignore:10001:1: there are more than 10,000 lines; name folders instead of files"
    ]


def test_documents_are_read_where_they_are_named(tmp_path: Path) -> None:
    flow = "connect.flow: {F: {content: {file: other/flow.json}}}\n"
    files = {"stack.yaml": BASE, "f.yaml": flow, "other/flow.json": '{"Version": "1", "Actions": []}'}
    found = stack(tmp_path, {**files, ".reconcilerignore": "other/\n", "other/x.yaml": "x: ["})
    assert found.resources[Key("connect.flow", "F")].settings["content"]["Version"] == "1"


def test_the_hash_of_the_stack_covers_only_what_is_read(tmp_path: Path) -> None:
    files = {"stack.yaml": BASE, ".reconcilerignore": "other/\n", "other/x.yaml": "x: ["}
    before = stack(tmp_path, files).files_hash
    assert stack(tmp_path, {"other/x.yaml": "y: ["}).files_hash == before
    assert stack(tmp_path, {"q.yaml": QUEUE}).files_hash != before


@pytest.mark.parametrize("name", ["stack.yml", "STACK.YAML", "Stack.yaml"])
def test_the_header_may_have_any_suffix_and_capitals(name: str, tmp_path: Path) -> None:
    assert stack(
        tmp_path, {name: BASE, "Queues.YML": QUEUE, ".reconcilerignore": "*.yml\n!Queues.YML\n"}
    ).resources
    assert mistakes(tmp_path, {name: "stack: A\n" + BASE.partition("\n")[2]})[0].startswith(
        f"{name}:1:8: stack: "
    )


NO_STACK = "stack.yaml:1:1: there is no such file; a stack is a directory with a stack.yaml that begins with `stack: <name>`"


def test_a_directory_that_is_no_stack_is_one_mistake(tmp_path: Path) -> None:
    files = {f"a/{number}.yaml": "x: [" for number in range(50)}
    assert mistakes(tmp_path, {**files, "compose.yaml": COMPOSE, "queues.yaml": QUEUE}) == [NO_STACK]


def test_stacks_below_a_directory_that_is_none_are_named(tmp_path: Path) -> None:
    files = {"one/stack.yaml": BASE, "two/stack.yml": BASE, "x/y/z/stack.yaml": BASE}
    assert mistakes(tmp_path, files) == [f"{NO_STACK}; there is one in one, two: name that directory"]


def test_an_ignore_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"stack.yaml": BASE})
    (tmp_path / ".reconcilerignore").mkdir()
    assert mistakes(tmp_path, {}) == [".reconcilerignore:1:1: this is a directory, not a file"]
