"""Registers functions as operations of Amazon Lightsail, and cuts lists into pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore import xform_name

from reconciler.sandbox import service_models
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import invalid
from reconciler.sandbox.moto_patches.pages import cut

Reply: TypeAlias = Mapping[str, Any]
Handler: TypeAlias = Callable[..., Reply]
View: TypeAlias = Callable[..., dict[str, Any]]

MODEL = service_models.session().get_service_model("lightsail")
NAMES = {xform_name(name): name for name in MODEL.operation_names}
WRONG_TOKEN = invalid("The page token is not valid.")


@dataclass(frozen=True)
class Shown:
    """A resource type with its Get operations; `view(plane, record, **members)` shows one resource."""

    type: str
    view: View
    get: str = ""
    list: str = ""


class Operations:
    """Handlers by operation; each takes the plane and botocore's members."""

    def __init__(self, *shown: Shown) -> None:
        self.handlers: dict[str, Handler] = {}
        self.befores: list[Callable[[Plane], None]] = []
        for each in shown:
            self._show(each)

    def answers(self, handler: Handler) -> Handler:
        """Register `release_static_ip(plane, **members)` as ReleaseStaticIp."""
        self.handlers[NAMES[handler.__name__]] = handler
        return handler

    def before_each(self, happening: Callable[[Plane], None]) -> Callable[[Plane], None]:
        """Register what happens to a plane with time; it is called before each operation."""
        self.befores.append(happening)
        return happening

    def pages(
        self, key: str, order: Callable[[Any], str]
    ) -> Callable[[Callable[..., Sequence[Any]]], Callable[..., Sequence[Any]]]:
        """Register `get_bundles(plane, **members)`, which returns all rows as replies have them, as GetBundles with pages.

        `key` is the member of the reply, and `order` gives the unique text by which a row is sorted.
        """

        def register(rows_of: Callable[..., Sequence[Any]]) -> Callable[..., Sequence[Any]]:
            self.handlers[NAMES[rows_of.__name__]] = _paged(key, order, rows_of)
            return rows_of

        return register

    def _show(self, shown: Shown) -> None:
        if shown.get:
            shape = MODEL.operation_model(shown.get)
            asked, replied = (
                next(iter(shape.input_shape.required_members)),
                next(iter(shape.output_shape.members)),
            )

            def get(plane: Plane, **members: Any) -> Reply:
                record = plane.get(shown.type, members.pop(asked))
                return {replied: shown.view(plane, record, **members)}

            self.handlers[shown.get] = get
        if shown.list:
            key = next(iter(MODEL.operation_model(shown.list).output_shape.members))

            def rows(plane: Plane, **members: Any) -> list[dict[str, Any]]:
                return [shown.view(plane, record, **members) for record in plane.every(shown.type)]

            self.handlers[shown.list] = _paged(key, lambda row: str(row["name"]), rows)


def _paged(key: str, order: Callable[[Any], str], rows_of: Callable[..., Sequence[Any]]) -> Handler:
    def handler(plane: Plane, pageToken: str | None = None, **members: Any) -> Reply:
        page, token = cut(rows_of(plane, **members), order, plane.page_size, pageToken, WRONG_TOKEN)
        return {key: page, **({"nextPageToken": token} if token else {})}

    return handler


def done(plane: Plane, operation: str, record: Record, details: str = "") -> Reply:
    """Note an operation, and return the reply of most operations: a list with it."""
    return {"operations": [plane.note(operation, record, details)]}


def bound(plane: Plane, every: Sequence[Operations]) -> dict[str, Callable[..., Reply]]:
    """Return the handlers as functions of a plane, by operation."""
    befores = [each for operations in every for each in operations.befores]

    def of(handler: Handler) -> Callable[..., Reply]:
        def run(**members: Any) -> Reply:
            plane.begin()
            for happening in befores:
                happening(plane)
            return handler(plane, **{name: value for name, value in members.items() if value is not None})

        return run

    return {name: of(handler) for operations in every for name, handler in operations.handlers.items()}
