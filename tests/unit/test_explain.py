"""`reconciler explain`: each kind and field has facts and an example, and each unknown name one line."""

from collections.abc import Iterator

import pytest
import yaml
from typer.testing import CliRunner

from reconciler.cli import app
from reconciler.field_schema import Shape, fields_of
from reconciler.kinds import known_kinds
from reconciler.reports.kind_explanation import field_explanation, find_field, kind_explanation

KINDS = known_kinds()


def paths(shapes: dict[str, Shape], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, shape in shapes.items():
        yield (*above, name)
        inner = shape
        while inner.items or inner.values:
            inner = inner.items or inner.values or inner
        if inner.part and len(above) < 4:
            yield from paths(dict(inner.fields), (*above, name))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_and_each_field_is_explained_with_an_example_in_yaml(kind: str) -> None:
    adapter = KINDS[kind]
    assert "AWS page" in "\n".join(line.plain for line in kind_explanation(adapter))
    for path in paths(dict(fields_of(adapter.model))):
        lines = [line.plain for line in field_explanation(adapter, find_field(adapter, path))]
        example = yaml.safe_load("\n".join(lines[lines.index("    example") + 1 :]))
        assert list(example[kind]["NAME"]) == [path[0]], path
        said = "\n".join(lines)
        assert all(f"\n    {fact}" in said for fact in ("type", "default", "AWS page")), path


def explained(name: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", name])
    return result.exit_code, result.output


def test_a_field_has_its_type_limits_default_and_page() -> None:
    code, said = explained("connect.queue.outbound_caller_config.outbound_caller_id_name")
    assert code == 0
    assert (
        said
        == """\
connect.queue.outbound_caller_config.outbound_caller_id_name
    type        text
    limit       1 to 255 characters
    default     none: a field that is not written is left to AWS
    AWS         OutboundCallerConfig.OutboundCallerIdName of CreateQueue: The caller ID name.
    AWS page    https://docs.aws.amazon.com/goto/WebAPI/connect-2017-08-08/CreateQueue
    example
        connect.queue:
          NAME:
            outbound_caller_config:
              outbound_caller_id_name: text
"""
    )


def test_an_example_of_a_kind_has_its_fields_in_the_order_of_the_model() -> None:
    lines = [line.plain for line in kind_explanation(KINDS["connect.contact_flow"])]
    example = yaml.safe_load("\n".join(lines[lines.index("    example") + 1 :]))
    assert list(example["connect.contact_flow"]["NAME"]) == ["type", "content"]


def test_a_folder_has_an_example() -> None:
    code, said = explained("lambda.function.code.folder")
    assert (code, said.splitlines()[-1].strip()) == (0, "folder: folder")


def test_a_reference_names_its_kind() -> None:
    code, said = explained("connect.queue.hours_of_operation")
    assert code == 0
    assert "    refers to   connect.hours_of_operation, by name\n" in said
    assert "    note        needed to create\n" in said


WRONG = {
    "connect.que": "no kind connect.que; did you mean connect.queue or ",
    "connect.queue.max_contact": "connect.queue has no field max_contact; did you mean max_contacts?",
    "connect.queue.max_contacts.x": "connect.queue.max_contacts has no field x; it has no fields of its own",
    "connect.queue.outbound_caller_config.zzz": "connect.queue.outbound_caller_config has no field zzz; there are ",
    "connect.queue.": "connect.queue. needs the name of a field; there are ",
    "queue": "write KIND or KIND.FIELD; did you mean sqs.queue or connect.queue?",
    "connect": "write KIND or KIND.FIELD; ",
    ".": "write KIND or KIND.FIELD; ",
    "connect.queue\n": "no kind connect.queue\\n; did you mean connect.queue",
    "x" * 5000: "write KIND or KIND.FIELD; there are ",
}


@pytest.mark.parametrize("name", WRONG, ids=range(len(WRONG)))
def test_an_unknown_name_is_one_line(name: str) -> None:
    code, said = explained(name)
    assert (code, said.count("\n")) == (3, 1), said
    assert said.startswith("explain ")
    assert WRONG[name] in said
    assert len(said) < 700


@pytest.mark.parametrize("name", ["policy", "adopt", "existing", "renamed_from", "for_each"])
def test_the_keys_of_every_kind_are_explained(name: str) -> None:
    code, said = explained(f"connect.queue.{name}")
    lines = said.splitlines()
    example = yaml.safe_load("\n".join(lines[lines.index("    example") + 1 :]))
    (settings,) = example["connect.queue"].values()
    assert (code, list(settings)) == (0, [name])
    assert f"connect.queue.{name}" in lines[0]
    assert "    meaning     " in said


def test_for_each_is_explained_with_a_name_that_holds_the_key() -> None:
    assert "NAME-${each.key}:" in explained("connect.queue.for_each")[1]
    assert explained("connect.queue.for_eac")[0] == 3
    assert "for_each: see `explain connect.queue.policy`" in explained("connect.queue")[1]
