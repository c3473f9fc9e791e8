"""Users that rows of CSV files declare (`users_from`)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from yaml import safe_load

from reconciler.desired import InvalidStack, json_schema, load, load_parsed
from reconciler.kinds import known_kinds
from reconciler.stack import Fed, Feed, FeedRow, Key, Place, Stack
from reconciler.stack_json import stack_from, stack_text

HEADER = """\
stack: clinic
environments:
  dev: {account: "111111111111", region: ap-northeast-1, variables: {folder: feeds}}
  prod: {account: "222222222222", region: ap-northeast-1, variables: {folder: feeds}}
connect.instance: {clinic: {existing: true}}
connect.routing_profile: {Nurses: {existing: true}, Surgery: {existing: true}, Leavers: {existing: true}}
connect.security_profile: {Agents: {existing: true}, Managers: {existing: true}, Nothing: {existing: true}}
"""
FEED = """\
users_from:
  staff:
    file: ${folder}/staff.csv
    name: {column: login}
    time_zone: Asia/Tokyo
    results: results/staff.csv
    leavers:
      status: {column: state, left: [left], employed: [active]}
      last_day: last day
      keep_with: {routing_profile: Leavers, security_profiles: [Nothing]}
    fields:
      identity_info: {first_name: {column: 名}, last_name: {column: last, required: true}, mobile: {column: phone}}
      phone_config:
        phone_type: SOFT_PHONE
        auto_accept: {column: auto, default: false}
        after_contact_work_time_limit: {column: acw}
      routing_profile: {column: department, values: {Ward: Nurses, Theatre: Surgery}}
      security_profiles: {column: groups, split: ";", default: [Agents]}
      proficiencies: [{attribute_name: language, attribute_value: ja, level: {column: level, default: 1}}]
      tags: {Login: "of ${each.key} in ${environment}", Number: {column: number, default: null}}
"""
COLUMNS = "login,名,last,phone,auto,acw,department,groups,level,number,state,last day"
ROW = "sato,花子,佐藤,,,,Ward,,,,active,"


def write(folder: Path, *rows: str | bytes, feed: str = FEED, columns: str = COLUMNS, **more: str) -> Path:
    for path, text in {"stack.yaml": HEADER, "users.yaml": feed, **more}.items():
        file = folder / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (folder / "feeds").mkdir(exist_ok=True)
    lines = [each if isinstance(each, bytes) else each.encode() for each in (columns, *rows)]
    (folder / "feeds" / "staff.csv").write_bytes(b"\r\n".join([*lines, b""]))
    return folder


def loaded(folder: Path, environment: str = "dev", day: str = "2026-12-01") -> Stack:
    now = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=UTC).timestamp()
    return load(folder, environment, known_kinds(), now=lambda: now)


def users(stack: Stack) -> Mapping[str, Any]:
    return {
        key.name: dict(each.settings) for key, each in stack.resources.items() if key.kind == "connect.user"
    }


def mistakes(folder: Path, environment: str = "dev") -> list[str]:
    with pytest.raises(InvalidStack) as raised:
        loaded(folder, environment)
    return [str(each) for each in raised.value.mistakes]


def test_cells_become_fields_with_their_types(tmp_path: Path) -> None:
    row = ' tanaka ,実,"田中, 博士",+81312345678,TRUE,30,Theatre,Agents; Managers,4.5,0012,active,'
    stack = loaded(write(tmp_path, ROW, row))
    assert users(stack) == {
        "sato": {
            "identity_info": {"first_name": "花子", "last_name": "佐藤"},
            "phone_config": {"phone_type": "SOFT_PHONE", "auto_accept": False},
            "routing_profile": "Nurses",
            "security_profiles": ["Agents"],
            "proficiencies": [{"attribute_name": "language", "attribute_value": "ja", "level": 1}],
            "tags": {"Login": "of sato in dev", "Number": None},
        },
        "tanaka": {
            "identity_info": {"first_name": "実", "last_name": "田中, 博士", "mobile": "+81312345678"},
            "phone_config": {
                "phone_type": "SOFT_PHONE",
                "auto_accept": True,
                "after_contact_work_time_limit": 30,
            },
            "routing_profile": "Surgery",
            "security_profiles": ["Agents", "Managers"],
            "proficiencies": [{"attribute_name": "language", "attribute_value": "ja", "level": 4.5}],
            "tags": {"Login": "of tanaka in dev", "Number": "0012"},
        },
    }
    tanaka = stack.resources[Key("connect.user", "tanaka")]
    assert tanaka.place == Place("feeds/staff.csv", 3, 1)
    assert tanaka.fed == Fed("staff")
    assert tanaka.references["routing_profile"] == (Key("connect.routing_profile", "Surgery"),)
    rows = (FeedRow(2, "sato"), FeedRow(3, "tanaka"))
    fields = ("routing_profile", "security_profiles")
    expected = Feed(
        "staff", "connect.user", "feeds/staff.csv", rows, 10, "results/staff.csv", fields, dated=True
    )
    assert stack.feeds == (expected,)
    assert stack_from(stack_text(stack)) == stack


def test_text_of_a_cell_is_never_a_variable_or_a_reference(tmp_path: Path) -> None:
    stack = loaded(write(tmp_path, "sato,${environment},${connect.user:x},,,,Ward,,,7,active,"))
    person = users(stack)["sato"]
    assert person["identity_info"]["first_name"] == "${environment}"
    assert stack.resources[Key("connect.user", "sato")].references.keys() == {
        "routing_profile",
        "security_profiles",
    }


@pytest.mark.parametrize(
    ("state", "last_day", "left"),
    [
        ("active", "", False),
        ("left", "", True),
        ("active", "2026-11-30", True),
        ("active", "2026/12/1", False),
        ("active", "20261130", True),
        ("left", "2099-01-01", True),
    ],
)
def test_leavers_get_fields_of_their_own(tmp_path: Path, state: str, last_day: str, *, left: bool) -> None:
    stack = loaded(
        write(
            tmp_path,
            f"sato,花子,佐藤,,,,Gone,,,,{state},{last_day}".replace("Gone", "Gone" if left else "Ward"),
        )
    )
    person = stack.resources[Key("connect.user", "sato")]
    assert person.fed == Fed("staff", left)
    assert person.settings["routing_profile"] == ("Leavers" if left else "Nurses")
    assert person.settings["security_profiles"] == (["Nothing"] if left else ["Agents"])
    assert stack.feeds[0].rows == (FeedRow(2, "sato", left),)


def test_leavers_without_fields_count_as_not_there(tmp_path: Path) -> None:
    feed = FEED.replace("      keep_with: {routing_profile: Leavers, security_profiles: [Nothing]}\n", "")
    stack = loaded(write(tmp_path, ROW, "tanaka,,,,,,?,,,,left,", feed=feed))
    assert list(users(stack)) == ["sato"]
    assert stack.feeds[0].rows == (FeedRow(2, "sato"), FeedRow(3, "tanaka", left=True))


def test_the_last_day_ends_in_the_time_zone_and_is_in_the_hash(tmp_path: Path) -> None:
    write(tmp_path, ROW.removesuffix(",active,") + ",active,2026-12-01")
    # 15:00 UTC is midnight in Tokyo.
    at = [datetime(2026, 12, 1, 14, 59, tzinfo=UTC), datetime(2026, 12, 1, 15, 0, tzinfo=UTC)]
    stacks = [load(tmp_path, "dev", known_kinds(), now=now.timestamp) for now in at]
    assert [each.resources[Key("connect.user", "sato")].has_left for each in stacks] == [False, True]
    assert stacks[0].files_hash != stacks[1].files_hash
    kept = tmp_path.parent / "kept"
    load_parsed(tmp_path, "dev", known_kinds(), kept)
    assert not kept.exists()


def test_an_environment_overrides_leaves_out_and_adds(tmp_path: Path) -> None:
    over = "users_from: {staff: {max_shrink_percent: 50}}\nconnect.user: {sato: {hierarchy_group: null}}\n"
    write(tmp_path, ROW, environments__dev=over, environments__prod="users_from: {staff: null}\n")
    for name in ("dev", "prod"):
        (tmp_path / "environments" / name).rename(tmp_path / "environments" / f"{name}.yaml")
    stack = loaded(tmp_path)
    assert stack.feeds[0].max_shrink_percent == 50
    assert users(stack)["sato"]["hierarchy_group"] is None
    assert not users(loaded(tmp_path, "prod"))


def test_every_mistake_of_every_row_is_named_at_once(tmp_path: Path) -> None:
    rows = [
        "sato,花子,佐藤,,ja,ten,Wards,,,,activ,",
        "tanaka,実,,0312,,-1,Ward,Cooks;Agent ,9,,active,2027-02-30",
        "sato,again,Sato,,,,Ward,,,,active,",
        ",花子,佐藤,,,,Ward,,,,active,",
        "short,row",
        "ev il,花子,佐藤,,,,Ward,,,,active,",
        "ok,花子,佐藤,,,,Ward,,,,active,",
        'bad"quote,花子,佐藤,,,,Ward,,,,active,',
        ",,,,,,,,,,,",
        '"line\nbreak","a\nb",佐藤,,,,Ward,,,,active,',
        COLUMNS,
        "zwj,花\u200d子,佐藤,,,,Ward,,,,active,",
    ]
    near = "; did you mean"
    assert mistakes(write(tmp_path, *rows)) == [
        'feeds/staff.csv:2:13: connect.user/sato.phone_config.auto_accept (column "auto"): expected true or false (write other words under `values`), got "ja"',
        'feeds/staff.csv:2:16: connect.user/sato.phone_config.after_contact_work_time_limit (column "acw"): expected a whole number, got "ten"',
        f'feeds/staff.csv:2:20: connect.user/sato.routing_profile (column "department"): "Wards" is not one of the words under `values`{near} "Ward"?',
        f'feeds/staff.csv:2:29: connect.user/sato (column "state"): "activ" is none of the words of `leavers.status`{near} "active"?',
        'feeds/staff.csv:3:10: connect.user/tanaka.identity_info.last_name (column "last"): this cell is empty; fill it in',
        'feeds/staff.csv:3:11: connect.user/tanaka.identity_info.mobile (column "phone"): expected a phone number in E.164: +, country code and number, such as +442071838750',
        'feeds/staff.csv:3:17: connect.user/tanaka.phone_config.after_contact_work_time_limit (column "acw"): expected 0 or more',
        'feeds/staff.csv:3:25: connect.user/tanaka.security_profiles[0] (column "groups"): no security profile named "Cooks"',
        f'feeds/staff.csv:3:31: connect.user/tanaka.security_profiles[1] (column "groups"): no security profile named "Agent"{near} "Agents"?',
        'feeds/staff.csv:3:38: connect.user/tanaka.proficiencies[0].level (column "level"): expected 5 or less',
        'feeds/staff.csv:3:48: connect.user/tanaka (column "last day"): expected a day such as 2027-03-31 or 2027/03/31, got "2027-02-30"',
        'feeds/staff.csv:4:1: connect.user/sato (column "login"): the name "sato" is given twice, first at feeds/staff.csv:2:1; keep one row',
        'feeds/staff.csv:5:1: users_from.staff (column "login"): the name of this row is empty; fill it in',
        "feeds/staff.csv:6:1: this row has 2 cells, and the first row has 12; give it one for each column",
        'feeds/staff.csv:7:1: connect.user/ev il (column "login"): AWS does not accept this name: expected 1 to 100 of a-z, A-Z, 0-9, _, ., -, \\ and @',
        "feeds/staff.csv:9:4: this cell has a quote within it; put the whole cell in quotes, and write a quote within it twice",
        'feeds/staff.csv:11:1: users_from.staff (column "login"): this cell holds a line break; remove it',
        "feeds/staff.csv:14:1: this row is the first one again; remove it",
        'feeds/staff.csv:15:5: connect.user/zwj.identity_info.first_name (column "名"): this cell holds the invisible character U+200D; remove it',
    ]


CHANGES = {
    "no file": ("${folder}/staff.csv", "feeds/none.csv", 'users.yaml:3:11: users_from.staff.file: "feeds/none.csv": there is no such file'),
    "outside": ("${folder}/staff.csv", "../staff.csv", 'users.yaml:3:11: users_from.staff.file: "../staff.csv": the file\'s path leads upwards'),
    "column": ("column: auto,", "column: atuo,", 'users.yaml:15:31: users_from.staff: feeds/staff.csv has no column "atuo"; did you mean "auto"?'),
    "column in a text": ("of ${each.key}", "of ${each.value.nr}", 'users.yaml:20:21: users_from.staff: feeds/staff.csv has no column "nr"'),
    "column of names": ("name: {column: login}", "name: {column: logins}", 'users.yaml:4:20: users_from.staff: feeds/staff.csv has no column "logins"; did you mean "login"?'),
    "column of leavers": ("last_day: last day", "last_day: lastday", 'users.yaml:9:17: users_from.staff: feeds/staff.csv has no column "lastday"; did you mean "last day"?'),
    "twice": ("column: auto,", "column: twice,", 'users.yaml:15:31: users_from.staff: feeds/staff.csv has several columns "twice"; rename one of them'),
    "constant name": ("name: {column: login}", "name: sato", "users.yaml:4:11: users_from.staff.name: each row needs a name of its own"),
    "field": ("identity_info:", "identity:", 'users.yaml:12:7: users_from.staff.fields.identity: there is no such field; did you mean "identity_info"?'),
    "member": ("first_name:", "first:", "there is no such field"),
    "key of a column": ("required: true", "require: true", 'users.yaml:12:74: users_from.staff.fields.identity_info.last_name.require: there is no such field; did you mean "required"?'),
    "key of a feed": ("time_zone:", "timezone:", 'users.yaml:5:5: users_from.staff.timezone: there is no such field; did you mean "time_zone"?'),
    "time zone": ("Asia/Tokyo", "Asia/Tokio", "users.yaml:5:16: users_from.staff.time_zone: expected a time zone"),
    "encoding": ("time_zone: Asia/Tokyo", "encoding: sjis", "users.yaml:5:15: users_from.staff.encoding: expected one of utf-8, cp932"),
    "results": ("results/staff.csv", "results/staff.txt", "users.yaml:6:14: users_from.staff.results: expected the path of a CSV file"),
    "results are the file": ("results/staff.csv", "feeds/staff.csv", "users.yaml:6:14: users_from.staff.results: this is the file with the rows itself"),
    "delimiter": ("time_zone: Asia/Tokyo", 'delimiter: ";"', '; it has a single column: is "," its `delimiter`?'),
    "unknown profile in values": ("Ward: Nurses", "Ward: Nurse", 'no routing profile named "Nurse"; did you mean "Nurses"?'),
    "name of a feed": ("  staff:", "  st aff:", "users.yaml:2:3: users_from: the name of a feed: expected 1 to 64 of"),
    "nobody has left": ("      status: {column: state, left: [left], employed: [active]}\n      last_day: last day\n", "", "users.yaml:7:5: users_from.staff.leavers: write `status` or `last_day`"),
    "both": ("employed: [active]", "employed: [active, left]", "left cannot mean both `left` and `employed`"),
    "for_each": ("identity_info:", "for_each: [a]\n      identity_info:", "each row is a resource already; remove `for_each`"),
    "twice in the files": ("users_from:\n", "connect.user: {sato: {}}\nusers_from:\n", 'feeds/staff.csv:2:1: connect.user/sato (column "login"): users.yaml:1:16 declares it as well; keep one'),
    "key": ("users_from:\n", "user_from:\n", 'users.yaml:1:1: no kind named "user_from" is known'),
    "not feeds": (FEED, "users_from: [a]\n", "users.yaml:1:13: users_from: expected feeds by name, got a list"),
    "not a feed": (FEED, "users_from: {staff: a}\n", "users.yaml:1:21: users_from.staff: expected `file`, `name` and `fields`, got text"),
    "nothing": (FEED, "users_from: {staff: {}}\n", "users.yaml:1:14: users_from.staff.file: this field is required"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_mistakes_of_a_feed(tmp_path: Path, change: str) -> None:
    old, new, expected = CHANGES[change]
    assert old in FEED
    write(tmp_path, f"{ROW},,", feed=FEED.replace(old, new, 1), columns=f"{COLUMNS},twice,twice")
    found = mistakes(tmp_path)
    assert any(expected in each for each in found), found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "feeds/staff.csv:1:1: this file is empty; its first row has the names of the columns"),
        (
            (COLUMNS + "\n" + ROW).encode("cp932"),
            "byte 7 of this file (0x96) is not utf-8; it can be read as cp932",
        ),
        (b'"login\n', "feeds/staff.csv:1:1: this quote is not closed in this file"),
        (
            b"All staff\nlogin,state\nsato,active\nabe,active\n",
            "feeds/staff.csv:1:1: this row has 1 cell, and all rows after it have 2; remove what is above the names of the columns",
        ),
        (
            b"\n,,\na,b,c\n",
            "feeds/staff.csv:2:1: this row is empty, and the first row has the names of the columns",
        ),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, data: bytes, expected: str) -> None:
    quick = """\
connect.quick_connect:
  To Sato:
    quick_connect_config: {quick_connect_type: USER, user_config: {user: sato, contact_flow: Transfer}}
connect.contact_flow: {Transfer: {existing: true}}
"""
    write(tmp_path, quick=quick)
    (tmp_path / "quick").rename(tmp_path / "quick.yaml")
    (tmp_path / "feeds" / "staff.csv").write_bytes(data)
    (found,) = mistakes(tmp_path)  # and none about the user that the quick connect names
    assert expected in found


def test_spaces_of_other_widths_are_text(tmp_path: Path) -> None:
    stack = loaded(write(tmp_path, "\u3000sato\u3000,太郎\u3000次郎,A\u00a0B,,,,Ward,,,,active,"))
    assert users(stack)["sato"]["identity_info"] == {"first_name": "太郎\u3000次郎", "last_name": "A\u00a0B"}


def test_names_and_keys_of_all_kinds_are_made_of_cells_and_variables(tmp_path: Path) -> None:
    feed = FEED.replace("{column: login}", '"${environment}-${each.value.login}"').replace(
        "    fields:\n",
        "    fields:\n      adopt: {column: auto}\n      policy: {protect: {column: number}}\n",
    )
    stack = loaded(write(tmp_path, "sato,花子,佐藤,,true,,Ward,,,true,active,", feed=feed))
    person = stack.resources[Key("connect.user", "dev-sato")]
    assert person.settings["tags"]["Login"] == "of dev-sato in dev"
    assert person.adopt
    assert person.policy.protect
    assert stack.feeds[0].rows == (FeedRow(2, "dev-sato"),)
    empty = write(tmp_path / "empty", " ,花子,佐藤,,,,Ward,,,,active,", feed=feed)
    said = 'feeds/staff.csv:2:1: users_from.staff (column "login"): the name of this row is empty; fill it in'
    assert mistakes(empty) == [said]
    unknown = feed.replace("${environment}-", "${envirnment}-")
    found = mistakes(write(tmp_path / "unknown", ROW, ROW.replace("sato", "abe"), feed=unknown))
    assert found == [
        'users.yaml:4:11: no variable named "envirnment" in environment dev; did you mean "environment"?'
    ]


def test_files_of_japanese_spreadsheets(tmp_path: Path) -> None:
    feed = FEED.replace("    time_zone", "    encoding: cp932\n    time_zone")
    write(tmp_path, ROW.replace("佐藤", "髙橋").encode("cp932"), feed=feed)
    staff = tmp_path / "feeds" / "staff.csv"
    staff.write_bytes(
        COLUMNS.encode("cp932") + b"\r\n" + ROW.replace("佐藤", "髙橋").encode("cp932") + b"\r\n"
    )
    assert users(loaded(tmp_path))["sato"]["identity_info"]["last_name"] == "髙橋"
    staff.write_bytes(f"{COLUMNS}\r\n{ROW}\r\n".encode())
    (found,) = mistakes(tmp_path)
    said = "byte 9 of this file (0x8D) is not cp932; it can be read as utf-8: write `encoding: utf-8`"
    assert found.startswith(f"feeds/staff.csv:1:8: {said}")


def test_the_schema_for_editors_knows_feeds() -> None:
    schema = json_schema(known_kinds())
    check = jsonschema.Draft202012Validator(schema)
    assert list(check.iter_errors(safe_load(FEED))) == []
    wrong = {"file": "a.csv", "name": {"columns": "a"}, "fields": {"routing": "x"}, "shrink": 1}
    said = [each.message for each in check.iter_errors({"users_from": {"staff": wrong}})]
    assert any("'shrink' was unexpected" in each for each in said)
    assert any("'routing' was unexpected" in each for each in said)
