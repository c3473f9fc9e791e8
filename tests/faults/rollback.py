"""Every field of every kind, changed by a later pass and restored by a rollback."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying import Quiet
from reconciler.field_schema import fields_of
from reconciler.history import Record, record_of, rollback_stack
from reconciler.history.store import pack, unpack
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from tests.contract.contract_samples import sample_of
from tests.faults.field_case import KINDS, FieldCase, FieldSandbox
from tests.faults.field_transitions import VALUES_BY_KIND, exemption, fields, has
from tests.faults.field_views import Image
from tests.faults.row import Row
from tests.faults.shown_values import floors_in, risen, unset_left_out, without

ONE_WAY = {("connect.contact_flow", "status")}
"""Fields that AWS cannot change back: a published flow cannot become a draft."""


@dataclass
class Book:
    """A history in memory; its records are encoded and decoded as in a store."""

    records: list[Record] = field(default_factory=list)

    def add(self, report: PassReport) -> Record:
        """Store the record of a report."""
        packed = pack(record_of(report, who="ada", trigger="once"))
        record = unpack(len(self.records) + 1, packed.brief, packed.contents.__getitem__)
        self.records.append(record)
        return record


def cases() -> Sequence[str]:
    """Every change of a field that a later pass can make."""
    return [
        f"{kind} {path} {way}"
        for kind in VALUES_BY_KIND
        for path, field_path in fields(kind).items()
        for way, (transition, _) in WAYS.items()
        if has(kind, field_path, transition)
        and not (exemption(kind, path, transition) or exemption(kind, path, way))
        and (way == CHANGED or not field_path.whole)
        and (kind, path) not in ONE_WAY
        and field_path.top not in one_way_fields(kind)
        and not {field_path.top, path} & {*KINDS[kind].create.fixed, *KINDS[kind].create.write_only}
        and not KINDS[kind].replaces(path, VALUES_BY_KIND[kind].field_values(path).base or {}, {})
    ]


def one_way_fields(kind: str) -> set[str]:
    """The fields whose change cannot be undone, according to a sample."""
    return {each.field for each in sample_of(kind).changes if each.one_way}


def check(case: str) -> Sequence[str]:
    """Run one case; return its violations."""
    kind, path, way = case.split(" ", 2)
    field_path, kind_values = fields(kind)[path], VALUES_BY_KIND[kind]
    required = {each.path: each.required for each in fields(kind).values()}
    field_case = FieldCase(
        FieldSandbox.of(kind, kind_values),
        KINDS[kind],
        kind_values,
        field_path,
        kind_values.field_values(path),
        required,
    )
    WAYS[way][1](field_case)
    return field_case.violations


def _written_and_back(field_case: FieldCase) -> None:
    """Roll back a pass that added the field to the files."""
    without, path = field_case.absent(field_case.first)
    without = {**without, **field_case.field_values.turns[0]}
    if path not in field_case.needed:
        _back(field_case, without, field_case.first)


def _changed_and_back(field_case: FieldCase) -> None:
    """Roll back a change from one value to another."""
    _back(field_case, field_case.first, field_case.second)


def _left_out_and_back(field_case: FieldCase) -> None:
    """Roll back a change of a field that an earlier pass set and a later one left out."""
    without, path = field_case.absent(field_case.first)
    if path in field_case.needed:
        return
    book = Book()
    if _target(field_case, book, field_case.first):
        _back(field_case, {**without, **field_case.field_values.turns[1]}, field_case.second, book)


def _back(
    field_case: FieldCase, before: Mapping[str, object], after: Mapping[str, object], book: Book | None = None
) -> None:
    """Run a pass with each of two settings, and roll back to the first."""
    if book is None:
        book = Book()
        target, image = _target(field_case, book, before), field_case.created(before).image
    else:
        target, image = _kept(field_case, book, before, "the target"), field_case.image()
    if target is None or _kept(field_case, book, after, "changed") is None:
        return
    back = rollback_stack(target, book.records[target.number :], field_case.stage.kinds)
    sample_sandbox = field_case.field_sandbox.sample_sandbox
    report = Pass(
        back.stack, field_case.stage.kinds, sample_sandbox.account, sample_sandbox.clock, Options(), Quiet()
    ).run()
    if report.outcome != "settled":
        field_case.add_violation(
            f"the way back: {report.outcome}: {[str(each) for each in report.results.values()]}"[:600]
        )
    again = Pass(
        back.stack, field_case.stage.kinds, sample_sandbox.account, sample_sandbox.clock, Options(), Quiet()
    ).run()
    if again.plan.actions:
        field_case.add_violation(f"the way back is not quiet: {again.plan.actions}"[:600])
    _compare(field_case, image, back.notes)


def _compare(field_case: FieldCase, image: Image, notes: Sequence[str]) -> None:
    found = field_case.image()
    differing = sorted(
        name for name in {*image, *found} if not _same(field_case, name, image.get(name), found.get(name))
    )
    told = {
        note.partition(f"/{field_case.stage.name}.")[2].split()[0].partition(".")[0]
        for note in notes
        if f"/{field_case.stage.name}." in note
    }
    for name in differing:
        if name not in told:
            field_case.add_violation(
                f"{name} is {found.get(name)} and was {image.get(name)}; notes: {notes}"[:800]
            )


def _same(field_case: FieldCase, name: str, was: Any, now: Any) -> bool:
    """Whether two values mean the same; AWS shows a cleared field as empty, and never lowers some values."""
    shape = fields_of(field_case.adapter.model)[name]
    if was and risen(shape, was, now):
        return True
    if shape.document and was and now:
        was, now = (shape.document.canonical(_decoded(each)) for each in (was, now))
    for floor in floors_in(shape):
        was, now = without(was, floor), without(now, floor)
    return (unset_left_out(shape, was) or None) == (unset_left_out(shape, now) or None)


def _decoded(document: Any) -> Any:
    """A document, parsed, because AWS stores its text as it was sent."""
    return json.loads(document) if isinstance(document, str) else document


def _target(field_case: FieldCase, book: Book, settings: Mapping[str, object]) -> Record | None:
    """Create the resource in the first pass of a case, and store the record of the pass."""
    made_pass = field_case.created(settings).made_pass
    return book.add(made_pass.round.report) if made_pass.round and made_pass.outcome == "settled" else None


def _kept(field_case: FieldCase, book: Book, settings: Mapping[str, object], what: str) -> Record | None:
    """Run one pass, and store its record."""
    made_pass = field_case.made_pass(settings)
    if made_pass.round is None or made_pass.outcome != "settled":
        field_case.add_violation(f"{what}: {made_pass.summary}")
        return None
    return book.add(made_pass.round.report)


CHANGED = "changed and back"
"""The way of the fields in structures that are always sent as written: to write one or leave it out changes its structure."""
WAYS: Mapping[str, tuple[str, Callable[[FieldCase], None]]] = {
    "written and back": ("set", _written_and_back),
    CHANGED: ("changed", _changed_and_back),
    "left out and back": ("changed", _left_out_and_back),
}
ROW = Row("rollback", "every field changed by a later pass and rolled back", cases, check)
