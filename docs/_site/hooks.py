"""What the site needs beside docs/: files of the repository that pages link to, and the changelog as a page."""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
OUTSIDE = re.compile(r"\]\(\.\./(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
CELL = re.compile(r"<td\b.*?</td>", re.DOTALL)
PAGES = {"CHANGELOG.md": "changelog.md"}
"""Files of the repository that are pages of the site."""


def on_files(files: Files, *, config: Any) -> Files:
    """Add the files that some page links to, below `repository/`, and the pages that lie outside docs/."""
    for name, page in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, page, content=text))
    for path in sorted(_linked(Path(config["docs_dir"])) - PAGES.keys()):
        if not (ROOT / path).is_file():
            raise PluginError(f"a page links to ../{path}, which is no file of the repository")
        files.append(File.generated(config, _place(path), abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: Any, files: Files) -> str:  # noqa: ARG001 -- mkdocs' names
    """Turn links out of docs/ into links within the site."""
    if "/" in page.file.src_uri:
        return markdown
    return OUTSIDE.sub(lambda found: f"]({_place(found['path'])}{found['anchor'] or ''})", markdown)


def on_page_content(html: str, *, page: Page, config: Any, files: Files) -> str:  # noqa: ARG001 -- mkdocs' names
    """Show a plain `|` in tables: GitHub needs a backslash before it, which Python-Markdown keeps in code."""
    return CELL.sub(lambda cell: cell[0].replace("\\|", "|"), html)


def _linked(docs: Path) -> set[str]:
    pages = (each.read_text(encoding="utf-8") for each in docs.glob("*.md"))
    return {found["path"] for text in pages for found in OUTSIDE.finditer(text)}


def _place(path: str) -> str:
    """Where a file of the repository lies in the site; Markdown would become a page that no menu names."""
    return PAGES.get(path) or f"repository/{path}{'.txt' if path.endswith('.md') else ''}"
