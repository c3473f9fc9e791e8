"""A long poll of a queue does not block other requests, and gets a message that is sent meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from reconciler.sandbox.server import serve


def test_a_message_sent_during_a_long_poll_arrives() -> None:
    with serve(0) as server:

        def client() -> Any:
            keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
            return boto3.client("sqs", region_name="eu-west-2", endpoint_url=server.url, **keys)

        waiting, sending = client(), client()
        url = sending.create_queue(QueueName="events")["QueueUrl"]
        with ThreadPoolExecutor(1) as pool:
            poll = pool.submit(waiting.receive_message, QueueUrl=url, WaitTimeSeconds=20)
            while len(server.journal) < 6 and not poll.done():
                sending.list_queues()  # answered while a long poll waits
            sending.send_message(QueueUrl=url, MessageBody="hello")
            (message,) = poll.result(timeout=300)["Messages"]
        assert message["Body"] == "hello"
