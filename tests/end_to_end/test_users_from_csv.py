"""Joiners, movers and leavers of a CSV file, by the command line and a sandbox; what became of each row; and the brake."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from reconciler.aws.account import Account
from reconciler.cache_store import Cache, NoCache
from reconciler.cli import app, row_files, run_pass
from reconciler.cli.exits import FAILED, INVALID, PENDING, REFUSED
from reconciler.runtime.clock import VirtualClock
from reconciler.runtime.interrupts import INTERRUPTED
from reconciler.runtime.shutdown import Stop
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Stack
from tests.end_to_end.live_centre import LiveCentre

FILES = {
    "stack.yaml": """\
stack: clinic
prune: true
environments:
  dev: {account: "123456789012", region: ap-northeast-1}
""",
    "centre.yaml": """\
connect.instance:
  clinic: {identity_management_type: SAML, inbound_calls_enabled: true, outbound_calls_enabled: true}
connect.routing_profile:
  Nurses: &no {}
""".replace(
        "&no {}",
        "{description: d, default_outbound_queue: Calls, media_concurrencies: [{channel: VOICE, concurrency: 1}]}",
    )
    + """\
  Surgery: {description: d, default_outbound_queue: Calls, media_concurrencies: [{channel: VOICE, concurrency: 1}]}
  Leavers: {description: d, default_outbound_queue: Calls, media_concurrencies: [{channel: VOICE, concurrency: 1}]}
connect.hours_of_operation:
  Day: {time_zone: Asia/Tokyo, config: [{day: MONDAY, start_time: "09:00", end_time: "17:00"}]}
connect.queue: {Calls: {hours_of_operation: Day}}
connect.security_profile: {Agents: {permissions: [BasicAgentAccess]}, Nothing: {description: no permissions}}
""",
    "users.yaml": """\
users_from:
  staff:
    file: staff.csv
    name: {column: login}
    results: results/staff.csv
    leavers:
      status: {column: state, left: [left]}
      keep_with: {routing_profile: Leavers, security_profiles: [Nothing]}
    fields:
      identity_info: {first_name: {column: first}, last_name: {column: last}}
      phone_config: {phone_type: SOFT_PHONE}
      routing_profile: {column: profile}
      security_profiles: [Agents]
""",
}
ROWS: Mapping[str, list[str]] = {f"user{n:02}": [f"First {n}", "Last", "Nurses", ""] for n in range(20)}
Line = tuple[str, str, str, str, str]


@dataclass
class Clinic:
    """The stack in a sandbox."""

    folder: Path
    centre: LiveCentre
    stop_after: int | None = None
    """After so many users were made, Ctrl-C is pressed."""

    def put(self, rows: Mapping[str, list[str]]) -> None:
        with (self.folder / "staff.csv").open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file)
            out.writerow(["login", "first", "last", "profile", "state"])
            out.writerows([name, *cells] for name, cells in rows.items())

    def type(self, *words: str, ends: int = 0) -> Result:
        typed = CliRunner().invoke(
            app, [words[0], str(self.folder), "--no-history", "--no-cache", *words[1:]]
        )
        assert typed.exit_code == ends, (typed.stdout, typed.stderr)
        return typed

    def results(self) -> list[Line]:
        """Row, name, action, outcome and detail of each line."""
        return lines_of(self.folder / "results" / "staff.csv")

    def users(self) -> dict[str, str]:
        """The users in AWS, with their routing profiles."""
        connect = self.centre.box.session("ap-northeast-1").client("connect")
        (instance,) = connect.list_instances()["InstanceSummaryList"]
        at = {"InstanceId": instance["Id"]}
        profiles = {
            each["Id"]: each["Name"]
            for each in connect.list_routing_profiles(**at)["RoutingProfileSummaryList"]
        }
        ids = {each["Username"]: each["Id"] for each in connect.list_users(**at)["UserSummaryList"]}
        shown = {name: connect.describe_user(**at, UserId=id_)["User"] for name, id_ in ids.items()}
        return {name: profiles[user["RoutingProfileId"]] for name, user in sorted(shown.items())}

    def opened(
        self, stack: Stack, _where: object, ending: Stop, *_: object
    ) -> tuple[Account, VirtualClock, Cache]:
        account = account_in(self.centre.box, stack.region, self.centre.clock)

        def gate() -> None:
            if self.stop_after is not None and account.tally.calls["connect:CreateUser"] >= self.stop_after:
                ending.ask()
            ending.check()

        account.gate = gate
        return account, self.centre.clock, NoCache()


def lines_of(file: Path) -> list[Line]:
    text = file.read_text("utf-8-sig")
    header, *lines = csv.reader(text.splitlines())
    assert header == ["feed", "file", "row", "name", "action", "outcome", "detail"]
    assert all(each[:2] == ["staff", "staff.csv"] for each in lines)
    return [(row, name, action, outcome, detail) for _, _, row, name, action, outcome, detail in lines]


def counted(lines: Iterable[Line]) -> dict[tuple[str, str], int]:
    """How many lines there are for each action and outcome."""
    found: dict[tuple[str, str], int] = {}
    for each in lines:
        found[each[2:4]] = found.get(each[2:4], 0) + 1
    return found


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    folder = tmp_path / "clinic"
    folder.mkdir()
    for path, text in FILES.items():
        (folder / path).write_text(text, "utf-8")
    with sandboxed("123456789012") as (box, clock):
        clinic = Clinic(folder, LiveCentre(box, clock))
        monkeypatch.setattr(run_pass, "open_target", clinic.opened)
        clinic.put(ROWS)
        yield clinic


def test_joiners_movers_and_leavers(clinic: Clinic) -> None:
    overlay = clinic.folder / "environments" / "dev.yaml"
    overlay.parent.mkdir()
    overlay.write_text("connect.user: {user00: null}\n", "utf-8")
    clinic.type("plan", ends=PENDING)
    left_out = "the files of the environment leave it out"
    assert clinic.results()[0] == ("2", "user00", "", "unchanged", left_out)
    overlay.unlink()
    clinic.put({**ROWS, "gone": ["Long", "Gone", "Nurses", "left"]})
    clinic.type("plan", ends=PENDING)
    absent = ("22", "gone", "", "unchanged", "has left, and is not in AWS")
    assert counted(clinic.results()) == {("create", "planned"): 20, ("", "unchanged"): 1}
    clinic.type("once")
    assert clinic.results() == [
        *((f"{n + 2}", f"user{n:02}", "create", "done", "") for n in range(20)),
        absent,
    ]
    moved = {
        **ROWS,
        "user01": ["First 1", "Last", "Surgery", ""],
        "user02": ["First 2", "Last", "Nurses", "left"],
    }
    del moved["user03"]
    clinic.put({**moved, "new": ["New", "One", "Nurses", ""]})
    clinic.type("once", "--allow-leavers", "2")
    by_name = {each[1]: each for each in clinic.results()}
    assert by_name["user01"] == ("3", "user01", "update", "done", 'routing_profile: "Nurses" -> "Surgery"')
    said = 'has left; routing_profile: "Nurses" -> "Leavers"; security_profiles: ["Agents"] -> ["Nothing"]'
    assert by_name["user02"] == ("4", "user02", "update", "done", said)
    assert by_name["user03"] == ("", "user03", "delete", "done", "has no row")
    assert by_name["new"] == ("21", "new", "create", "done", "")
    users = clinic.users()
    assert {name: users.get(name) for name in ("user01", "user02", "user03", "new", "gone")} == {
        "user01": "Surgery", "user02": "Leavers", "user03": None, "new": "Nurses", "gone": None,
    }  # fmt: skip
    clinic.type("once")
    assert counted(clinic.results()) == {("", "unchanged"): 20}


def test_a_feed_that_shrinks_is_refused_as_a_whole(clinic: Clinic) -> None:
    clinic.type("once")
    short = dict(list(ROWS.items())[:17]) | {"new": ["New", "One", "Nurses", ""]}
    clinic.put(short)
    said = (
        "staff.csv: 3 of the 20 users in AWS that came from the feed staff have left or have no row any more, and "
        "max_shrink_percent is 10: nothing is applied; check that the file is whole, or approve it"
    )
    typed = clinic.type("once", ends=REFUSED)
    assert f"Refused: {said}" in typed.stdout.replace("\n", " ") or said in typed.stdout
    assert "--allow-leavers 3 approves this plan" in typed.stdout
    assert set(clinic.users()) == set(ROWS)
    assert counted(clinic.results()) == {
        ("", "unchanged"): 17,
        ("create", "refused"): 1,
        ("delete", "refused"): 3,
    }
    clinic.type("once", "--allow-leavers", "4", ends=REFUSED)
    # What has nothing to do with the feed is not held up.
    centre = clinic.folder / "centre.yaml"
    centre.write_text(
        centre.read_text("utf-8").replace("description: no permissions", "description: none"), "utf-8"
    )
    clinic.type("once", "--only", "connect.security_profile/*")
    assert counted(clinic.results()) == {("", "not tried"): 18, ("", "left alone"): 3}
    clinic.type("once", "--allow-leavers", "3")
    assert set(clinic.users()) == set(short)


@pytest.mark.parametrize(("percent", "ends"), [(14, REFUSED), (15, 0)])
def test_the_limit_is_set_in_the_feed(clinic: Clinic, percent: int, ends: int) -> None:
    clinic.type("once")
    users = clinic.folder / "users.yaml"
    users.write_text(
        users.read_text("utf-8").replace("    name:", f"    max_shrink_percent: {percent}\n    name:"),
        "utf-8",
    )
    left = {name: [*ROWS[name][:3], "left"] for name in list(ROWS)[:3]}
    clinic.put({**ROWS, **left})
    clinic.type("once", ends=ends)
    assert clinic.users()["user00"] == ("Leavers" if ends == 0 else "Nurses")


def test_without_prune_a_missing_row_is_told_and_counts(clinic: Clinic) -> None:
    header = clinic.folder / "stack.yaml"
    header.write_text(header.read_text("utf-8").replace("prune: true", "prune: false"), "utf-8")
    clinic.type("once")
    clinic.put(dict(list(ROWS.items())[:18]))
    clinic.type("once")
    left = "has no row, and stays in AWS as it is: the stack does not prune"
    assert clinic.results()[-1] == ("", "user19", "", "left alone", left)
    clinic.put(dict(list(ROWS.items())[:17]) | {"new": ["New", "One", "Nurses", ""]})
    clinic.type("once", ends=REFUSED)
    assert "new" not in clinic.users()


def test_ctrl_c_leaves_a_true_result_of_each_row(clinic: Clinic) -> None:
    clinic.stop_after = 5
    clinic.type("once", ends=INTERRUPTED)
    there = set(clinic.users())
    assert 5 <= len(there) < 20
    results = {each[1]: each[2:4] for each in clinic.results()}
    done = {name for name, what in results.items() if what == ("create", "done")}
    assert done <= there
    assert {results[name] for name in there - done} <= {("create", "begun")}
    assert {what for name, what in results.items() if name not in there} <= {
        ("create", "not tried"),
        ("create", "begun"),
    }
    clinic.stop_after = None
    clinic.type("once")
    assert counted(clinic.results()) == {("create", "done"): 20 - len(there), ("", "unchanged"): len(there)}


def test_a_pass_that_is_killed_leaves_rows_that_have_begun(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[tuple[str, str], int]] = []
    write = row_files.write_rows

    def noting(directory: Path, report: Any, *, begun: bool = False) -> None:
        write(directory, report, begun=begun)
        seen.append(counted(clinic.results()))

    monkeypatch.setattr(run_pass, "write_rows", noting)
    clinic.type("once")
    assert seen == [{("create", "begun"): 20}, {("create", "done"): 20}]


def test_mistakes_are_in_the_results_too(clinic: Clinic, tmp_path: Path) -> None:
    clinic.put(
        {
            **ROWS,
            "user05": ["", "Last", "Nurse", ""],
            "us er": ["A", "B", "Nurses", ""],
            "=1+1": ROWS["user06"],
        }
    )
    report = tmp_path / "rows.csv"
    typed = clinic.type("once", "--report", str(report), ends=INVALID)
    assert (
        'staff.csv:7:14: connect.user/user05.routing_profile (column "profile"): no routing profile named "Nurse"'
        in typed.stderr
    )
    # Where a cell is missing is said by its row, too.
    assert (
        'staff.csv:7:8: connect.user/user05.identity_info (column "first"): a new user needs first_name'
        in typed.stderr
    )
    results = {each[1]: each for each in clinic.results()}
    assert results["user05"][3] == "refused"
    assert 'no routing profile named "Nurse"; did you mean "Nurses"?' in results["user05"][4]
    assert results["us er"][0] == "22"
    assert results["'=1+1"][0] == "23"  # no formula
    assert results["user00"][2:] == ("", "not tried", "there are mistakes elsewhere")
    assert lines_of(report) == clinic.results()


def test_results_are_written_only_where_they_may_be(clinic: Clinic, tmp_path: Path) -> None:
    results = clinic.folder / "results"
    results.mkdir()
    (results / "staff.csv").write_text("a,b\n", "utf-8")
    typed = clinic.type("plan", ends=INVALID)
    assert "reconciler did not write it" in typed.stderr
    (results / "staff.csv").unlink()
    (results / "staff.csv").symlink_to(tmp_path / "elsewhere.csv")
    typed = clinic.type("plan", ends=FAILED)
    assert "outside the stack's directory" in typed.stderr
    assert not (tmp_path / "elsewhere.csv").exists()


def test_no_other_file_is_replaced_because_of_a_mistake_or_among_all_stacks(clinic: Clinic) -> None:
    users, staff, other = (clinic.folder / name for name in ("users.yaml", "staff.csv", "other.csv"))
    users.write_text(users.read_text("utf-8").replace("results/staff.csv", "other.csv"), "utf-8")
    every = ["plan", str(clinic.folder.parent), "--all", "--no-history", "--no-cache"]
    clinic.put({**ROWS, "user05": ["", "Last", "Nurse", ""]})
    before = staff.read_bytes()
    for make, why in (
        (lambda: other.write_bytes(b"a,b\n"), "this file already exists and reconciler did not write it"),
        (lambda: other.symlink_to(staff), "this is the file with the rows itself"),
        (other.mkdir, "this is not a regular file"),
    ):
        make()
        *_, mistake, _, last = clinic.type("plan", ends=INVALID).stderr.splitlines()
        assert mistake.startswith("staff.csv:7:14: connect.user/user05.routing_profile")
        assert last.endswith(why)
        assert staff.read_bytes() == before
        if other.is_dir():
            other.rmdir()
        else:
            assert other.is_symlink() or other.read_bytes() == b"a,b\n"
            other.unlink()
    other.symlink_to(staff)
    assert (
        f"{staff.resolve()}: this is the file with the rows itself" in CliRunner().invoke(app, every).stderr
    )
    clinic.put(ROWS)
    before = staff.read_bytes()
    CliRunner().invoke(app, every)
    assert (staff.read_bytes(), other.is_symlink()) == (before, True)


def test_a_row_is_shown_with_its_place_and_never_edited_by_accept(clinic: Clinic) -> None:
    clinic.type("once")
    report = json.loads(clinic.type("plan", "--json").stdout)
    assert report["outcome"] == "settled"
    connect = clinic.centre.box.session("ap-northeast-1").client("connect")
    (instance,) = connect.list_instances()["InstanceSummaryList"]
    at = {"InstanceId": instance["Id"]}
    ids = {each["Username"]: each["Id"] for each in connect.list_users(**at)["UserSummaryList"]}
    connect.update_user_identity_info(
        **at, UserId=ids["user07"], IdentityInfo={"FirstName": "Edited", "LastName": "Last"}
    )
    (action,) = json.loads(clinic.type("plan", "--json", ends=PENDING).stdout)["actions"]
    assert (action["name"], action["place"]) == ("user07", "staff.csv:9:1")
    typed = clinic.centre.type("accept", clinic.folder, "connect.user/user07")
    said = "connect.user/user07: it is a row of a CSV file, at staff.csv:9:1; change it where that file comes from"
    assert said in typed.stderr
    assert "staff.csv:9:1" in clinic.centre.type("show", clinic.folder, "connect.user/user07").stdout


def test_an_approved_plan_holds_the_approved_leavers(clinic: Clinic, tmp_path: Path) -> None:
    clinic.type("once")
    clinic.put(dict(list(ROWS.items())[:17]))
    plan = tmp_path / "plan.json"
    clinic.type("plan", "--out", str(plan), ends=PENDING)
    typed = clinic.type("once", "--plan", str(plan), ends=REFUSED)
    assert "3 of the 20 users" in typed.stdout
    clinic.type("plan", "--out", str(plan), "--allow-leavers", "3", ends=PENDING)
    clinic.type("once", "--plan", str(plan))
    assert len(clinic.users()) == 17


def test_a_plan_that_two_limits_refuse_names_both_options(clinic: Clinic) -> None:
    clinic.type("once")
    clinic.put(dict(list(ROWS.items())[:10]))
    typed = clinic.type("once", ends=REFUSED)
    assert "more than 30%" in typed.stdout
    assert "--allow-deletes 10 --allow-leavers 10 approves this plan" in typed.stdout
    clinic.type("once", "--allow-deletes", "10", ends=REFUSED)
    clinic.type("once", "--allow-deletes", "10", "--allow-leavers", "10")
    assert len(clinic.users()) == 10


def test_mistakes_of_one_of_all_stacks_are_in_its_results(clinic: Clinic) -> None:
    clinic.put({**ROWS, "user05": ["", "Last", "Nurse", ""]})
    words = ["once", str(clinic.folder.parent), "--all", "--no-history", "--no-cache", "--yes"]
    assert CliRunner().invoke(app, words).exit_code == INVALID
    assert counted(clinic.results()) == {("", "not tried"): 19, ("", "refused"): 1}


def test_a_joiner_who_is_there_already_is_refused_with_the_place_of_the_row(clinic: Clinic) -> None:
    clinic.put({})
    clinic.type("once")
    connect = clinic.centre.box.session("ap-northeast-1").client("connect")
    (instance,) = connect.list_instances()["InstanceSummaryList"]
    at = {"InstanceId": instance["Id"]}
    profile = connect.list_routing_profiles(**at)["RoutingProfileSummaryList"][0]["Id"]
    rights = connect.list_security_profiles(**at)["SecurityProfileSummaryList"][0]["Id"]
    connect.create_user(
        **at,
        Username="user01",
        IdentityInfo={"FirstName": "By", "LastName": "Hand"},
        PhoneConfig={"PhoneType": "SOFT_PHONE"},
        RoutingProfileId=profile,
        SecurityProfileIds=[rights],
    )
    clinic.put(dict(list(ROWS.items())[:3]))
    typed = clinic.type("once", ends=FAILED)
    assert "! connect.user/user01  (not adopted)  staff.csv:3:1" in typed.stdout
    assert [each[1:4] for each in clinic.results()] == [
        ("user00", "create", "done"),
        ("user01", "adopt", "refused"),
        ("user02", "create", "done"),
    ]
    assert "it already exists, without our mark and with other settings" in clinic.results()[1][4]
    typed = clinic.type("once", "--quiet", ends=FAILED)
    assert "refused connect.user/user01 (staff.csv:3:1): it already exists" in typed.stderr
