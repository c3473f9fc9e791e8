"""Blocks of YAML and JSON in the documentation can be read as what they say they are."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "lambda_src").glob("*.md")])
BLOCK = re.compile(r"^( *)```(yaml|json)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(language, text) for _, language, text in BLOCK.findall(page.read_text(encoding="utf-8"))]


def test_pages_have_blocks_to_read() -> None:
    assert sum(len(blocks(page)) for page in PAGES) >= 20


@pytest.mark.parametrize("page", PAGES, ids=lambda each: each.name)
def test_a_block_is_what_it_says(page: Path) -> None:
    for language, text in blocks(page):
        read = yaml.safe_load(text) if language == "yaml" else json.loads(text)
        assert isinstance(read, dict | list), text
