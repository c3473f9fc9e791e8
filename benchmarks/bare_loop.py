"""`python -m benchmarks.bare_loop URL N [--backups]`: 16 threads of plain boto3 read N tables and N buckets, and compare nothing.

`--backups` is whether they read the point-in-time recovery of the tables too.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

THREADS = 16
TABLE_READS = ("describe_table", "describe_time_to_live")
BACKUPS = "describe_continuous_backups"
BUCKET_READS = (
    "get_bucket_versioning",
    "get_bucket_encryption",
    "get_bucket_ownership_controls",
    "get_bucket_tagging",
)


def main() -> None:
    """Read the settings and the tags of all."""
    url, number = sys.argv[1], int(sys.argv[2])
    table_reads = (*TABLE_READS, BACKUPS) if "--backups" in sys.argv else TABLE_READS
    config = Config(max_pool_connections=THREADS)
    session = boto3.Session(region_name="eu-west-2")
    dynamodb, s3 = (session.client(name, endpoint_url=url, config=config) for name in ("dynamodb", "s3"))
    account = session.client("sts", endpoint_url=url).get_caller_identity()["Account"]

    def of_table(name: str) -> None:
        for operation in table_reads:
            getattr(dynamodb, operation)(TableName=name)
        dynamodb.list_tags_of_resource(ResourceArn=f"arn:aws:dynamodb:eu-west-2:{account}:table/{name}")

    def of_bucket(name: str) -> None:
        for operation in BUCKET_READS:
            getattr(s3, operation)(Bucket=name)

    def read(task: tuple[Any, str]) -> None:
        task[0](task[1])

    names = [f"bench-{n}" for n in range(number)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(read, [(of, name) for of in (of_table, of_bucket) for name in names]))
    print(f"{1 + number * (len(table_reads) + 1 + len(BUCKET_READS))} calls")


if __name__ == "__main__":
    main()
