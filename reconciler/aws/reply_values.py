"""The values of a reply as kinds get them: reading a missing member raises `Unreadable`, not `KeyError`."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from reconciler.errors import Unreadable


class ReplyStructure(dict[str, Any]):
    """A structure of a reply; reading a missing member raises `Unreadable` with its name.

    So a kind reads members that it needs by subscript (`row["Id"]`), and optional ones by `get`. `structure | more` is such
    a structure again; `{**structure}` is a plain dictionary.
    """

    __slots__ = ("_operation", "_place", "_row")

    def __init__(self, members: Mapping[str, Any], operation: str, place: str, row: Any = None) -> None:
        super().__init__(members)
        self._operation, self._place, self._row = operation, place, row

    def __missing__(self, member: str) -> NoReturn:
        where = self._place or "the reply"
        row = self if self._row is None and self._place else self._row
        raise Unreadable(self._operation, "MissingMember", f'{where} has no "{member}"', row=row)

    def __or__(self, more: Mapping[str, Any]) -> "ReplyStructure":  # type: ignore[override] # the result is of this sort
        return ReplyStructure({**self, **more}, self._operation, self._place, self._row)

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (dict(self),)


class ReplyList(list[Any]):
    """A list of a reply; reading a missing row raises `Unreadable` with the name of the list.

    A kind that reads one resource by its id takes the first row. AWS may answer with none, while only a part of its
    machines know the id.
    """

    __slots__ = ("_name", "_operation")

    def __init__(self, rows: Iterable[Any], operation: str, name: str) -> None:
        super().__init__(rows)
        self._operation, self._name = operation, name

    def __getitem__(self, at: Any) -> Any:
        try:
            return super().__getitem__(at)
        except IndexError:
            problem = f'the reply has {len(self)} rows in "{self._name}", and one more is needed'
            raise Unreadable(self._operation, "MissingRow", problem) from None

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[Any]]]:
        return list, ([*self],)


def reply_values(operation: str, reply: Mapping[str, Any]) -> ReplyStructure:
    """A whole reply as kinds get it; each structure in one of its lists knows its row number."""
    members: dict[str, Any] = {}
    for name, value in reply.items():
        if isinstance(value, list):
            rows = (_row(operation, f"{name}[{at}]", each) for at, each in enumerate(value, 1))
            members[name] = ReplyList(rows, operation, name)
        else:
            members[name] = _part(operation, name, value, None) if isinstance(value, dict) else value
    return ReplyStructure(members, operation, "")


def _row(operation: str, place: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    row = ReplyStructure({}, operation, place)
    for name, each in value.items():
        row[name] = _part(operation, place, each, row) if isinstance(each, dict | list) else each
    return row


def _part(operation: str, place: str, value: dict[str, Any] | list[Any], row: Any) -> Any:
    if isinstance(value, dict):
        parts = {
            name: _part(operation, place, each, row) if isinstance(each, dict | list) else each
            for name, each in value.items()
        }
        return ReplyStructure(parts, operation, place, row)
    return [_part(operation, place, each, row) if isinstance(each, dict | list) else each for each in value]
