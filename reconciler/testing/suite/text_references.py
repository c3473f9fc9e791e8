"""Tests a reference in every text of every kind: its value is sent, after its target is created, and the next pass is settled."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from reconciler.contract import Api, Attribute, Sighting
from reconciler.field_schema import Shape, fields_of, texts_in, with_texts
from reconciler.interpolation import tokens_in_text
from reconciler.model import Means
from reconciler.planning.plan import TAGS
from reconciler.planning.step_waits import StepKey
from reconciler.resources.dynamodb.table import TableAdapter
from reconciler.stack import Key
from reconciler.testing.samples import Settings
from reconciler.testing.stage import Stage
from reconciler.testing.suite.cases import one_form_in_time
from reconciler.testing.tested import played

WORDS = "contract.words"
Word: TypeAlias = tuple[str, Means | None]
"""The value and the meaning of an attribute."""
TABLE = {
    "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
    "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    "billing_mode": "PAY_PER_REQUEST",
}


def words_kind(words: list[Word]) -> TableAdapter:
    """A kind of tables with these attributes."""

    def one(word: str, means: Means | None) -> Attribute:
        def value_of(api: Api, sighting: Sighting) -> str:
            api.call("describe_table", **sighting.address)
            return word

        return Attribute("a word", value_of, means=means)

    declared = {f"word_{number}": one(*word) for number, word in enumerate(words)}
    kind: Any = type(
        "Words", (TableAdapter,), {"kind": WORDS, "attributes": declared, "cloudformation": None}
    )
    return kind()  # type: ignore[no-any-return]


def with_references(stage: Stage, settings: Settings, words: list[Word]) -> dict[str, Any]:
    """The settings with a reference in every text that may have one, and the value of each reference."""
    variables = {**stage.sample_sandbox.variables, "serial": stage.serial}

    def change(shape: Shape, text: str) -> str:
        meant = re.sub(r"\$\{(\w+)\}", lambda use: variables.get(use[1], use[0]), text)
        if shape.ref or shape.document or shape.archive or not meant or "${" in meant:
            return text
        head = len(meant) // 2 if len(words) % 2 else 0
        known = (Means(each.kind, each.by) for each in shape.means if each.kind)
        means = next(known, Means("any.thing") if shape.means else None)
        words.append((meant[head:], means))
        return f"{meant[:head]}${{{WORDS}:words-{stage.serial}#word_{len(words) - 1}}}"

    shapes = fields_of(stage.adapter.model)
    return {
        name: value if is_secret(value) else with_texts(shapes[name], value, change)
        for name, value in settings.items()
    }


def is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"secret"}


@played("kind, form", one_form_in_time)
def test_every_text_accepts_references(stage: Stage, form: str) -> None:
    words: list[Word] = []
    plain = stage.sample.all_forms[form]
    settings = with_references(stage, {TAGS: {"Text": "reference"}, **plain}, words)
    stage.kinds[WORDS] = words_kind(words)
    target = Key(WORDS, f"words-{stage.serial}")
    stage.around = {**stage.around, WORDS: {target.name: TABLE}}

    made = stage.run(settings).require_settled()
    steps = [node.step for node in made.report.plan.nodes]
    assert steps.index(StepKey(target, "make")) < steps.index(StepKey(stage.key, "fill"))
    written = made.report.stack.resources[stage.key]
    shapes = fields_of(stage.adapter.model)
    referring = {
        name
        for name, value in written.settings.items()
        if any(
            each.word == WORDS for _, text in texts_in(shapes[name], value) for each in tokens_in_text(text)
        )
    }
    assert referring == {name for name, targets in written.references.items() if target in targets}
    if referring & {*stage.adapter.create.fields, TAGS}:
        assert steps.index(StepKey(target, "make")) < steps.index(StepKey(stage.key, "make"))

    stage.run(settings).require_quiet()
    # AWS has the same values as for the settings without references.
    stage.run({TAGS: {"Text": "reference"}, **plain}).require_quiet()
