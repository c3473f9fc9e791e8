"""Requests with rows, each in the form of its operation."""

from reconciler.contract import Request, RowCall

AT = {"TopicArn": "arn:t"}
ROWS = [({"Endpoint": "a"}, {"Id": "1"}), ({"Endpoint": "b"}, {"Id": "2"})]


def test_a_row_with_an_arn_of_its_own_goes_without_the_address_of_its_resource() -> None:
    by_id = RowCall(operation="leave", row=lambda _, shown: shown, addressed=False)
    assert [*by_id.requests(AT, ROWS)] == [Request("leave", {"Id": "1"}), Request("leave", {"Id": "2"})]
    named = RowCall(operation="join")
    assert [*named.requests(AT, ROWS[:1])] == [Request("join", {**AT, "Endpoint": "a"})]
