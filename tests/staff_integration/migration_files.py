"""Makes the CSV files of a migration: `python -m tests.staff_integration.migration_files FOLDER [--share 1.0]`."""

import csv
import random
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from staff_integration.data_migration.steps import STEPS
from staff_integration.organisation.files import organisation_in

from tests.staff_integration.organisation import FOLDER

JAPAN = timezone(timedelta(hours=9))
FAMILY = ("山田", "佐藤", "鈴木", "髙橋", "田中", "伊藤", "渡邉", "中村")
GIVEN = ("花子", "太郎", "美咲", "健一", "陽菜", "大輔", "𠮷男")
SENTENCES = (
    "夜勤の回数を減らしたい。",
    'Wants to learn "team leading", and to move to another ward.',
    "体調は良好。\n次回は三か月後。",
    "It was agreed, as before, that nothing changes. 😀",
)


@dataclass(frozen=True)
class Size:
    """How many records there are; the whole is that of the master plan."""

    units: int = 50
    staff: int = 500
    interviews: int = 10_000
    notifications: int = 5_000
    evaluations: int = 2_000

    def shared(self, share: float) -> "Size":
        """A part of it, with all units."""
        numbers = (self.staff, self.interviews, self.notifications, self.evaluations)
        return Size(self.units, *(max(1, round(each * share)) for each in numbers))


WHOLE = Size()


def make(folder: Path, size: Size = WHOLE, seed: int = 1) -> None:
    """Make the files; the same ones for the same size and seed."""
    maker = _Maker(random.Random(seed))
    folder.mkdir(parents=True, exist_ok=True)
    facilities, departments = maker.units(size.units)
    staff = maker.staff(size.staff, [row[0] for row in facilities], [row[0] for row in departments])
    ids = [row[0] for row in staff]
    files: dict[str, Iterable[Sequence[str]]] = {
        "facilities": facilities,
        "departments": departments,
        "staff": staff,
        "interviews": (maker.interview(number, ids) for number in range(1, size.interviews + 1)),
        "notifications": (maker.notification(number, ids) for number in range(1, size.notifications + 1)),
        "evaluations": (maker.evaluation(number, ids) for number in range(1, size.evaluations + 1)),
    }
    for step in STEPS:
        with (folder / step.file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([each.name for each in step.columns])
            writer.writerows(files[step.name])


class _Maker:
    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def units(self, count: int) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
        """The facilities and departments of the organisation, and further ones."""
        known = organisation_in(FOLDER)
        facilities: list[Sequence[str]] = [
            (id_, each.name, each.kind, str(each.beds or "")) for id_, each in known.facilities.items()
        ]
        departments: list[Sequence[str]] = [(id_, each.name) for id_, each in known.departments.items()]
        for number in range(1, count - len(facilities) - len(departments) + 1):
            if number % 2:
                facilities.append((f"CLINIC_X{number}", f"厚生クリニック X{number}", "clinic", str(number)))
            else:
                departments.append((f"WARD_{number}", f"第{number}病棟"))
        return facilities, departments

    def staff(self, count: int, facilities: Sequence[str], departments: Sequence[str]) -> list[Sequence[str]]:
        """Of 500 staff, 10 are at the headquarters, 50 others in the administration, 200 others in the medical department."""
        wards = [each for each in departments if each not in {"ADMINISTRATION", "MEDICAL"}]
        places = [each for each in facilities if each != "HQ"]
        positions = ("HEAD", "LEADER", *("MEMBER",) * 8)
        rows: list[Sequence[str]] = []
        for number in range(1, count + 1):
            department = (
                "ADMINISTRATION"
                if 10 < number <= 60
                else "MEDICAL"
                if 60 < number <= 260
                else wards[number % len(wards)]
            )
            rows.append(
                (
                    f"K{number:05}",
                    f"{20_000 + number}",
                    f"{FAMILY[number % 8]} {GIVEN[number % 7]}",
                    "HQ" if number <= 10 else self._dice.choice(places),
                    department,
                    positions[number % 10],
                    "" if number % 50 == 49 else f"staff.{number}@kosei.example",
                    f"legacy-{number}",
                    self._moment() if number % 100 == 99 else "",
                )
            )
        return rows

    def interview(self, number: int, staff: Sequence[str]) -> Sequence[str]:
        state = self._dice.choice(("scheduled", "held", "approved", "cancelled"))
        approved = (self._dice.choice(staff), self._moment()) if state == "approved" else ("", "")
        title = f"定期面談 {number}"
        return (
            f"I-{number}", self._dice.choice(staff), self._moment(), title, self._text(), state, *approved,
        )  # fmt: skip

    def notification(self, number: int, staff: Sequence[str]) -> Sequence[str]:
        told = self._dice.sample(staff, min(len(staff), self._dice.randrange(4)))
        category = self._dice.choice(("announcement", "interview", "training", "survey", "other"))
        priority = self._dice.choice(("high", "medium", "low"))
        return (
            f"N-{number}", category, priority, f"お知らせ {number}", self._text(), self._moment(), " ".join(told),
        )  # fmt: skip

    def evaluation(self, number: int, staff: Sequence[str]) -> Sequence[str]:
        system = self._dice.choice(("medical", "voicedrive"))
        score = f"{self._dice.randrange(1001) / 10}"
        return (f"E-{number}", self._dice.choice(staff), self._moment(), score, self._text(), system)

    def _moment(self) -> str:
        found = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=self._dice.randrange(5 * 365 * 86_400))
        return found.astimezone(JAPAN).isoformat()

    def _text(self) -> str:
        return "".join(self._dice.choice(SENTENCES) for _ in range(self._dice.randrange(4))).strip()


def edit(file: Path, change: Callable[[list[list[str]]], object]) -> None:
    """Change the rows of a file; the first one is the header."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def main() -> None:
    """Make the files in a folder."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--share", type=float, default=1, help="of the records of the master plan (default: 1)"
    )
    given = parser.parse_args()
    make(given.folder, WHOLE.shared(given.share))


if __name__ == "__main__":
    main()
