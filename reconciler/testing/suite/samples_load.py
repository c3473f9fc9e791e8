"""Tests that every form and change of every sample loads without mistakes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reconciler.desired import InvalidStack, load
from reconciler.kinds import known_kinds
from reconciler.testing.samples import Sample, Settings
from reconciler.testing.tested import KindsUnderTest, played, sampled_kinds


def written(sample: Sample) -> Iterator[tuple[str, Settings]]:
    """Every form of the sample, and the settings after each change."""
    yield from sample.all_forms.items()
    for change in sample.changes:
        yield str(change), change.made_in(sample)[1]


@played("kind", sampled_kinds)
def test_every_sample_loads(kind: str, under_test: KindsUnderTest, tmp_path: Path) -> None:
    sample = under_test.sampled[kind]
    variables = {given.variable: given.like for given in sample.given if given.variable}
    dev: dict[str, Any] = {
        "account": "123456789012", "region": "eu-west-2", "variables": {"serial": "1", **variables},
    }  # fmt: skip
    for path, text in sample.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    told = {}
    for title, settings in written(sample):
        resources = {of: dict(named) for of, named in sample.around.items()}
        resources.setdefault(kind, {})[sample.name] = settings
        stack = {"stack": "s", "environments": {"dev": dev}, **resources}
        (tmp_path / "stack.yaml").write_text(json.dumps(stack))
        try:
            load(tmp_path, None, known_kinds())
        except InvalidStack as error:
            told[title] = str(error)
    assert told == {}
