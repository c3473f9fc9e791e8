"""Records of passes for the tests of the stores."""

from dataclasses import replace

from reconciler.history import Record
from reconciler.model import Secret
from reconciler.sandbox.account import START
from reconciler.stack import Desired, Key, Place, Policy, Stack

BUCKET = "team-history"
STACK = Stack(
    "shop",
    "dev",
    "111111111111",
    "eu-west-2",
    {
        Key("toy.queue", "Sales"): Desired(
            Key("toy.queue", "Sales"),
            {"password": Secret("ssm", "/shop/password"), "hours": "Day"},
            Place("a.yaml", 1, 2),
            Key("toy.centre", "Main"),
            {"hours": (Key("toy.hours", "Day"),)},
            Policy(ignore=("limit",)),
        )
    },
    release=(Key("toy.queue", "Old"),),
)
REPORT = {
    "outcome": "settled",
    "actions": [],
    "seconds": 1.5,
    "calls": {"connect:SearchQueues": 1},
    "notes": [],
}
QUIET = Record(
    started=START,
    who="ada@desk",
    trigger="once",
    outcome="settled",
    seconds=1.5,
    stack="shop",
    environment="dev",
    account="111111111111",
    region="eu-west-2",
    files_hash="f" * 64,
    report=REPORT,
    desired={"name": "shop", "resources": [["toy.queue", "Sales"]]},
)
CHANGED = replace(
    QUIET, changes=2, drifted=1, note="a note", only=("toy.*/*",), before={"toy.queue/Sales": {"limit": 5}}
)
