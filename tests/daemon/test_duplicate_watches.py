"""Two watches of the same stack with different files: the second one has a mistake and runs no pass."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.daemon.duplicate_watches import StackOwners
from reconciler.desired import InvalidStack
from reconciler.stack import Stack

NORTH, SOUTH = Path("/stacks/north"), Path("/stacks/south")
SHOP = Stack("shop", "dev", "111111111111", "eu-west-2", {})


def test_the_same_stack_from_other_files_is_a_mistake() -> None:
    owners = StackOwners()
    assert owners.load("north", NORTH, lambda: SHOP) == SHOP
    with pytest.raises(InvalidStack) as refused:
        owners.load("south", SOUTH, lambda: SHOP)
    assert str(refused.value) == (
        "stack.yaml:1:1: watch north has shop/dev of account 111111111111 and eu-west-2 already, from other files; "
        "give one of the two another name"
    )
    assert owners.load("north", NORTH, lambda: SHOP) == SHOP


@pytest.mark.parametrize(
    "other",
    [
        replace(SHOP, name="store"),
        replace(SHOP, environment="test"),
        replace(SHOP, account="222222222222"),
        replace(SHOP, region="us-east-1"),
    ],
)
def test_another_stack_is_none(other: Stack) -> None:
    owners = StackOwners()
    owners.load("north", NORTH, lambda: SHOP)
    assert owners.load("south", SOUTH, lambda: other) == other


def test_the_same_files_twice_are_none() -> None:
    owners = StackOwners()
    owners.load("north", NORTH, lambda: SHOP)
    assert owners.load("again", NORTH, lambda: SHOP) == SHOP


def test_what_was_renamed_is_free_again() -> None:
    owners = StackOwners()
    owners.load("north", NORTH, lambda: SHOP)
    owners.load("north", NORTH, lambda: replace(SHOP, name="store"))
    assert owners.load("south", SOUTH, lambda: SHOP) == SHOP
