"""`python -m benchmarks.tables [N]`: what a quiet pass over N tables and N buckets costs."""

import argparse
from collections import Counter
from random import Random

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.one_pass import Options, Pass, PassReport
from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.trouble import Trouble
from reconciler.stack import Desired, Key, Place, Stack

PLACE = Place("stack.yaml", 1, 1)
TABLE = {
    "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
    "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    "billing_mode": "PAY_PER_REQUEST",
    "point_in_time_recovery": {"enabled": True},
    "time_to_live": {"enabled": True, "attribute_name": "expires"},
}
BUCKET = {
    "versioning": {"status": "Enabled"},
    "encryption": {"rules": [{"sse_algorithm": "aws:kms", "bucket_key_enabled": True}]},
    "object_ownership": "BucketOwnerEnforced",
}


def tables_and_buckets(number: int) -> Stack:
    """So many of each."""
    keys = [Key(kind, f"bench-{n}") for kind in ("dynamodb.table", "s3.bucket") for n in range(number)]
    settings = {"dynamodb.table": TABLE, "s3.bucket": BUCKET}
    found = {key: Desired(key, settings[key.kind], PLACE) for key in keys}
    return Stack("tables", "bench", "123456789012", "eu-west-2", found)


def main() -> None:
    """Create them, and count what a second pass costs."""
    configure(0)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=500, help="tables, and as many buckets")
    number = parser.parse_args().number
    stack = tables_and_buckets(number)
    with sandboxed(stack.account, Trouble(latency=0.15)) as (sandbox, clock):

        def one_pass() -> PassReport:
            session = sandbox.session(stack.region)
            account = Account(session, stack.account, stack.region, clock, Random(0), Pacer(clock, 1.0))
            return Pass(stack, known_kinds(), account, clock, Options(), Quiet()).run()

        if one_pass().outcome != "settled":
            raise SystemExit("not settled")
        quiet = one_pass()
    calls: Counter[str] = Counter()
    for operation, times in quiet.calls.items():
        calls[operation.partition(":")[0]] += times
    facets = len(BUCKET) + 1  # tags are one
    print(f"{number} tables, {number} buckets: {quiet.outcome}, {quiet.mutating_calls} mutating calls")
    print(f"{calls['dynamodb'] / number:.2f} calls a table")
    print(f"{calls['s3'] / number / facets:.2f} calls a written facet of a bucket")
    print(f"{quiet.seconds:.1f} virtual seconds at 150 ms a call")


if __name__ == "__main__":
    main()
