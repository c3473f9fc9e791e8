"""Values that look like secrets are not written into files, and are hidden in what lives beside a stack."""

import pytest

from reconciler.field_schema import Shape
from reconciler.plain_secrets import looks_secret, masked, without_secrets

SECRETS = [
    ("DB_PASSWORD", "hunter2"),
    ("apiToken", "abc"),
    ("api-key", "abc"),
    ("ClientSecret", "$${x}"),
    ("URL", "postgres://user:word@db/x"),
    ("CERT", "-----BEGIN RSA PRIVATE KEY-----\nabc"),
]
OTHERS = [
    ("DB_PASSWORD", ""),
    ("DB_SECRET", "arn:aws:secretsmanager:eu-west-2:1:secret:a"),
    ("DB_PASSWORD", "/app/password"),
    ("TOKEN", "${secretsmanager.secret:a}"),
    ("TOKEN_URL", "https://example.com/token"),
    ("PASSWORD_LENGTH", "12"),
    ("MONKEY", "abc"),
    ("ENDPOINT", "https://example.com:8443/a@b"),
]


@pytest.mark.parametrize(("name", "text"), SECRETS)
def test_a_secret_is_hidden(name: str, text: str) -> None:
    assert looks_secret(name, text)
    assert masked({"a": [{name: text}]}) == {"a": [{name: "***"}]}


@pytest.mark.parametrize(("name", "text"), OTHERS)
def test_other_values_stay(name: str, text: str) -> None:
    assert masked({name: text}) == {name: text}


def test_a_map_loses_only_its_secrets() -> None:
    value = {"A_TOKEN": "abc", "B": "b"}
    assert without_secrets(Shape(values=Shape()), value, "x") == ({"B": "b"}, ["x.A_TOKEN"])
    assert without_secrets(Shape(values=Shape(), whole=True), value, "x") == (None, ["x"])


def test_a_list_with_a_secret_is_left_out_as_a_whole() -> None:
    assert without_secrets(Shape(items=Shape()), ["https://a:b@c", "d"], "x") == (None, ["x"])


def test_an_empty_rest_is_left_out() -> None:
    assert without_secrets(Shape(values=Shape()), {"A_TOKEN": "abc"}, "x") == (None, ["x.A_TOKEN"])


def test_a_tuple_without_a_secret_stays() -> None:
    value = {"names": ("a", "b")}
    assert masked(value) == value
    assert without_secrets(Shape(), value, "f") == (value, [])
