"""Writes reports to files; the suffix decides the format."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from reconciler.pass_report import PassReport
from reconciler.reports.data import as_data, as_json
from reconciler.reports.html_report import Sections, as_page
from reconciler.reports.junit_report import as_junit
from reconciler.reports.markdown_report import as_markdown
from reconciler.reports.row_results import BEGINNING, as_rows, results_of
from reconciler.reports.text_report import as_text
from reconciler.runtime.atomic_write import write_whole

Renderer: TypeAlias = Callable[[PassReport, Sections], str]

FORMATS: Mapping[str, Renderer] = {
    ".json": lambda report, _: as_json(as_data(report)),
    ".md": lambda report, sections: as_markdown(as_data(report), sections),
    ".html": lambda report, sections: as_page(as_data(report), sections),
    ".xml": lambda report, _: as_junit(as_data(report)),
    ".txt": lambda report, _: as_text(report),
    ".csv": lambda report, _: as_rows(results_of(report)),
}


BEGINNINGS: Mapping[str, str] = {
    ".json": '{\n  "report": ',
    ".md": "<!-- reconciler: ",
    ".html": '<meta name="generator" content="reconciler">',
    ".xml": '<testsuites name="reconciler">',
    ".txt": "  account ",
    ".csv": BEGINNING,
}
"""A text near the beginning of each report, by its suffix."""


class UnknownFormat(ValueError):
    """Raised when no report format has the suffix of a file."""


def renderer_of(file: Path) -> Renderer:
    """The function that makes the text of this file.

    Raises:
        UnknownFormat: no format has this suffix.
    """
    try:
        return FORMATS[file.suffix.lower()]
    except KeyError:
        *most, last = FORMATS
        raise UnknownFormat(
            f"{file}: a report is written as its suffix says: {', '.join(most)} or {last}"
        ) from None


def write(report: PassReport, file: Path, sections: Sections = ()) -> None:
    """Write a report; the file is replaced completely or not at all.

    Raises:
        UnknownFormat: no format has the suffix of the file.
        OSError: the file cannot be written.
    """
    write_whole(file, renderer_of(file)(report, sections))
