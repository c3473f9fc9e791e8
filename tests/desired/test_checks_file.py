"""`smoke.yaml`: read beside the stack, with every mistake at once, and never as desired state."""

from pathlib import Path

import pytest

from reconciler.desired import InvalidStack, load
from reconciler.desired.checks_file import Asked, ChecksReader, Entry
from reconciler.kinds import known_kinds
from reconciler.stack import Key

FILES = {
    "stack.yaml": """\
stack: small
environments:
  dev: {account: "123456789012", region: eu-west-2, variables: {least: 2, table: Things}}
  prod: {account: "123456789012", region: eu-west-2, variables: {least: 5, table: Things}}
""",
    "all.yaml": """\
connect.instance: {acme: {existing: true}}
connect.hours_of_operation: {Day: {existing: true}}
connect.queue:
  Main: {hours_of_operation: Day}
  Night: {hours_of_operation: Day}
  Nightly: {hours_of_operation: Day}
lambda.function: {lookup: {existing: true}}
""",
    "environments/prod.yaml": "connect.queue: {Nightly: null}\n",
}
MAIN, NIGHT, NIGHTLY = (Key("connect.queue", name) for name in ("Main", "Night", "Nightly"))
LOOKUP = Key("lambda.function", "lookup")


def write(directory: Path, smoke: str, name: str = "smoke.yaml", **more: str) -> Path:
    for path, text in {**FILES, name: smoke, **more}.items():
        file = directory / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return directory


def asked(directory: Path, smoke: str, environment: str = "dev") -> Asked:
    reader = ChecksReader(known_kinds())
    load(write(directory, smoke), environment, known_kinds(), beside=reader)
    return reader.asked


def mistakes(directory: Path, smoke: str) -> list[str]:
    with pytest.raises(InvalidStack) as caught:
        asked(directory, smoke)
    return [str(each) for each in caught.value.mistakes]


def test_without_the_file_there_are_only_the_checks_of_kinds(tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / "smoke.yaml").unlink()
    reader = ChecksReader(known_kinds())
    load(tmp_path, "dev", known_kinds(), beside=reader)
    assert reader.asked == Asked(30.0, 600.0, {})


@pytest.mark.parametrize("name", ["smoke.yaml", "smoke.yml", "Smoke.YAML"])
@pytest.mark.parametrize(
    "text", ["checks: {connect.queue: {Gone: 1}}\n", '{"checks": 1}\n', "", "# nothing\n"]
)
def test_it_is_no_desired_state(tmp_path: Path, name: str, text: str) -> None:
    plain = load(write(tmp_path, text, name), "dev", known_kinds())
    (tmp_path / name).unlink()
    assert plain == load(tmp_path, "dev", known_kinds())


def test_a_file_with_resources_stays_desired_state_whatever_its_name_is(tmp_path: Path) -> None:
    text = "connect.queue: {More: {hours_of_operation: Day}}\n"
    assert Key("connect.queue", "More") in load(write(tmp_path, text), "dev", known_kinds()).resources
    assert mistakes(tmp_path, text) == [
        "smoke.yaml:1:1: this file declares resources; write checks under `checks:`, and resources in another file"
    ]


def test_variables_files_and_environments_work_in_it(tmp_path: Path) -> None:
    smoke = """\
time_limit: 20
checks:
  connect.queue:
    Main: {agents: {at_least: "${least}", time_limit: 5}}
    Night*: {agents: {skip: not before January}}
    Nightly: {agents: {at_least: 7}}
  lambda.function:
    ${environment}-only: {state: {skip: never made}}
    lookup:
      invoke:
        - {name: from a file, event: {file: "events/${environment}.json"}}
        - {answer: "${table}"}
environments:
  dev:
    total_time_limit: 60
    checks: {connect.queue: {Main: {agents: {skip: nobody yet}}}}
  prod: {checks: {connect.queue: {Main: {agents: null}}}}
"""
    smoke = smoke.replace("    ${environment}-only: {state: {skip: never made}}\n", "")
    write(tmp_path, smoke)
    (tmp_path / "events").mkdir()
    for name in ("dev", "prod"):
        (tmp_path / "events" / f"{name}.json").write_text(f'{{"in": "{name}", "least": "${{least}}"}}')
    found = asked(tmp_path, smoke)
    assert (found.time_limit, found.total) == (20.0, 60.0)
    assert found.of(MAIN, "agents") == (Entry("agents", skip="nobody yet"),)
    assert found.of(NIGHT, "agents") == (Entry("agents", skip="not before January"),)
    assert found.of(NIGHTLY, "agents") == (Entry("agents", settings={"at_least": 7}),)
    assert found.of(LOOKUP, "invoke") == (
        Entry("invoke", "from a file", {"event": {"in": "dev", "least": 2}}),
        Entry("invoke", "2", {"answer": "Things"}),
    )
    prod = asked(tmp_path, smoke, "prod")
    assert (prod.time_limit, prod.total) == (20.0, 600.0)
    assert prod.of(MAIN, "agents") == ()
    assert prod.of(NIGHTLY, "agents") == ()  # the environment has no such queue


def test_every_mistake_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    smoke = """\
time_limit: 0
total_time: 5
queues: {}
checks:
  connect.que: {}
  connect.queue:
    Mian: {agents: {}}
    Main: {agents: {at_least: 0, of: x}, agent: {}, status: 3, hours: {skip: ""}}
    Night: {agents: [{at_least: 1}]}
  lambda.function:
    lookup:
      invoke:
        - {event: {file: ../event.json}, answer_patterns: {name: "["}}
        - {event: "${nothing}", time_limit: soon}
        - {skip: no, event: {}}
environments:
  deb: {}
  dev: {checks: 1}
"""
    found = mistakes(tmp_path, smoke)
    invoke = "checks.lambda.function.lookup.invoke"
    assert found == [
        "smoke.yaml:1:13: time_limit: expected 1 or more",
        'smoke.yaml:2:1: total_time: there is no such key; did you mean "total_time_limit"?',
        "smoke.yaml:3:1: queues: there is no such key; the keys are time_limit, total_time_limit, checks, environments",
        'smoke.yaml:5:3: checks: no kind named "connect.que" is known; did you mean "connect.queue"?',
        'smoke.yaml:7:5: checks.connect.queue: the stack has no queue named "Mian"; did you mean "Main"?',
        "smoke.yaml:8:31: checks.connect.queue.Main.agents.at_least: expected 1 or more",
        "smoke.yaml:8:34: checks.connect.queue.Main.agents.of: there is no such field; the fields are at_least, skip, name, time_limit",
        'smoke.yaml:8:42: checks.connect.queue.Main: a queue has no check "agent"; did you mean "agents"?',
        "smoke.yaml:8:61: checks.connect.queue.Main.status: expected its settings, or `skip:` with the reason why it is not made; got a whole number",
        "smoke.yaml:8:78: checks.connect.queue.Main.hours.skip: expected 1 or more characters",
        "smoke.yaml:9:21: checks.connect.queue.Night.agents: expected its settings, or `skip:` with the reason why it is not made; got a list",
        f'smoke.yaml:13:26: {invoke}[0].event.file: "../event.json": the file\'s path leads upwards by ..; keep the file below the stack\'s directory',
        f"smoke.yaml:13:66: {invoke}[0].answer_patterns.name: this is not a regular expression: unterminated character set at position 0",
        f'smoke.yaml:14:19: {invoke}[1].event: no variable named "nothing" in environment dev',
        f"smoke.yaml:14:45: {invoke}[1].time_limit: expected a number, got text",
        f"smoke.yaml:15:12: {invoke}[2]: a check that is skipped has no settings; remove them, or `skip`",
        'smoke.yaml:17:3: environments: no environment named "deb"; did you mean "dev"?',
        "smoke.yaml:18:17: environments.dev.checks: expected kinds with their resources, got a whole number",
    ]  # fmt: skip


def test_mistakes_of_the_stack_are_told_with_it(tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / "more.yaml").write_text("connect.queue: {Other: {hours_of_operation: Dya}}\n")
    found = mistakes(tmp_path, "checks: {connect.queue: {Other: {agents: {at_least: x}}}}\n")
    assert [each.partition(":")[0] for each in found] == ["more.yaml", "smoke.yaml"]


def test_secrets_are_not_written_in_it(tmp_path: Path) -> None:
    smoke = "checks: {lambda.function: {lookup: {invoke: {event: {password: {secret: {ssm: /p}}}}}}}\n"
    (found,) = mistakes(tmp_path, smoke)
    assert "no secret is allowed here" in found


def test_two_files_are_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "checks: {}\n", "smoke.yml")
    assert mistakes(tmp_path, "checks: {}\n") == [
        "smoke.yml:1:1: smoke.yaml has the checks of this stack; merge the two files"
    ]
