"""The settings of a dashboard.

Sources: PutDashboard (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html);
"Dashboard Body Structure and Syntax"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from reconciler.model import Document, DocumentContext, Finding, Resource
from reconciler.resources.lasting import lasts

MOST_WIDGETS = 500
LIMITS: Mapping[str, tuple[int, int | None]] = {
    "x": (0, 23),
    "y": (0, None),
    "width": (1, 24),
    "height": (1, 1000),
}
"""By property of a widget, in cells of the grid: the lowest and the highest value."""


def problems(body: Any, context: DocumentContext) -> Iterator[Finding]:
    """The mistakes in a body that do not depend on the type of a widget; AWS checks the properties of each type."""
    del context
    widgets = body.get("widgets") if isinstance(body, Mapping) else None
    if not isinstance(widgets, list):
        yield Finding("a dashboard needs widgets, a list, which may be empty")
    elif len(widgets) > MOST_WIDGETS:
        yield Finding(
            f"a dashboard has at most {MOST_WIDGETS} widgets; these are {len(widgets)}", ("widgets",)
        )
    else:
        for number, widget in enumerate(widgets):
            yield from _of_widget(widget, ("widgets", number))


def _of_widget(widget: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    if not isinstance(widget, Mapping) or not isinstance(widget.get("type"), str):
        yield Finding("a widget needs a type, such as metric, text, log or alarm", path)
        return
    if ("x" in widget) != ("y" in widget):
        yield Finding("write both x and y, or neither", path)
    for name, (least, most) in LIMITS.items():
        value = widget.get(name, least)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or value < least or (most is not None and value > most):
            words = f"from {least} to {most}" if most is not None else f"of at least {least}"
            yield Finding(f"{name} is a whole number {words}", (*path, name))


class Dashboard(Resource):
    """A dashboard."""

    dashboard_body: Annotated[
        dict[str, Any] | None, Document(check=problems), lasts("dashboard_body: {widgets: []}")
    ] = None
    """Its widgets, and the time that they show."""
