"""A pass as one HTML file that loads nothing from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reconciler.reports.number_format import lasting
from reconciler.reports.ranking import by_importance, counts, goes_along, headline, only_planned
from reconciler.reports.report_schema import ReportData
from reconciler.runtime.printable import one_line

FIRST = 100
"""How many resources a browser without scripts shows."""


@dataclass(frozen=True, slots=True)
class Section:
    """A further section of a report, after the differences. `html` is inserted as it is, so it must be our own."""

    id: str
    title: str
    html: str
    words: tuple[str, ...] = ()
    """The same as lines of text, for reports without pictures."""


Sections: TypeAlias = Sequence[Section]


def as_page(data: ReportData, sections: Sections = ()) -> str:
    """The whole pass as one HTML page."""
    pages = Environment(
        loader=PackageLoader("reconciler.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"visible": one_line, "lasting": lasting, "goes_along": goes_along}
    script = _source(pages, "page.js")
    actions = by_importance(data)
    return pages.get_template("page.html").render(
        report=data,
        planned=only_planned(data),
        headline=headline(data),
        counts=list(counts(data)),
        first=actions[:FIRST],
        more=max(0, len(actions) - FIRST),
        sections=[(each, Markup(each.html)) for each in sections],  # noqa: S704 -- it is our own
        style=Markup(_source(pages, "page.css")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=Markup(embedded({"actions": actions})),  # noqa: S704
    )


def embedded(data: object) -> str:
    """Data as JSON for a script element: no text in it ends the element or begins a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _source(pages: Environment, name: str) -> str:
    """The text of a template file, unchanged."""
    if pages.loader is None:
        raise LookupError(name)
    return pages.loader.get_source(pages, name)[0]
