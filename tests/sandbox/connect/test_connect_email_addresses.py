"""E-mail addresses: create, change, delete, aliases, and references."""

from typing import Any

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused


def make(centre: Centre, name: str = "help", **more: Any) -> str:
    made: str = centre("CreateEmailAddress", EmailAddress=f"{name}@example.com", **more)["EmailAddressId"]
    return made


def described(centre: Centre, address: str) -> Any:
    return centre("DescribeEmailAddress", EmailAddressId=address)


def test_an_address_lives(centre: Centre, clock: Clock, refused: Refused) -> None:
    made = make(centre, DisplayName="Help", Tags={"team": "a"})
    before = described(centre, made)
    assert before["EmailAddressArn"] == f"{centre.arn}/email-address/{made}"
    assert (before["DisplayName"], before["Tags"]) == ("Help", {"team": "a"})
    assert before["CreateTimestamp"] == "2027-01-15T08:00:00+00:00"
    clock.advance(60)
    centre("UpdateEmailAddressMetadata", EmailAddressId=before["EmailAddressArn"], Description="For help")
    after = described(centre, made)
    assert (after["DisplayName"], after["Description"]) == ("Help", "For help")
    assert after["ModifiedTimestamp"] > before["ModifiedTimestamp"]
    with refused("DuplicateResourceException"):
        make(centre)
    centre("DeleteEmailAddress", EmailAddressId=made)
    with refused("ResourceNotFoundException"):
        described(centre, made)


def test_a_token_is_used_once(centre: Centre, refused: Refused) -> None:
    assert make(centre, ClientToken="t") == make(centre, ClientToken="t")
    with refused("IdempotencyException"):
        make(centre, "other", ClientToken="t")


def test_addresses_are_searched(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    make(centre, Tags={"team": "a"})
    make(centre, "sales", DisplayName="Sales")

    def names(**asked: Any) -> list[str]:
        rows = centre.rows("SearchEmailAddresses", "EmailAddresses", **asked)
        return [row["EmailAddress"] for row in rows]

    condition = {"FieldName": "emailAddress", "Value": "sales", "ComparisonType": "STARTS_WITH"}
    assert names() == ["help@example.com", "sales@example.com"]
    assert names(SearchCriteria={"StringCondition": condition}) == ["sales@example.com"]
    tag = {"TagCondition": {"TagKey": "team"}}
    assert names(SearchFilter={"TagFilter": tag}) == ["help@example.com"]
    plane.quotas["EmailAddress"] = 2
    with refused("ServiceQuotaExceededException"):
        make(centre, "third")


def test_aliases(centre: Centre, refused: Refused) -> None:
    one, two, three = (make(centre, name) for name in ("one", "two", "three"))

    def associate(address: str, alias: str) -> None:
        configuration = {"EmailAddressId": alias}
        centre("AssociateEmailAddressAlias", EmailAddressId=address, AliasConfiguration=configuration)

    associate(one, two)
    assert described(centre, one)["AliasConfigurations"] == [{"EmailAddressId": two}]
    for address, alias in ((one, three), (three, two), (two, three), (three, one), (three, three)):
        with refused("ResourceConflictException"):
            associate(address, alias)
    gone = {"EmailAddressId": one, "AliasConfiguration": {"EmailAddressId": two}}
    centre("DisassociateEmailAddressAlias", **gone)
    with refused("ResourceNotFoundException"):
        centre("DisassociateEmailAddressAlias", **gone)
    associate(one, three)
    centre("DeleteEmailAddress", EmailAddressId=three)
    assert "AliasConfigurations" not in described(centre, one)


def test_a_queue_holds_its_addresses(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    made, other = make(centre), make(centre, "other")
    arn = described(centre, made)["EmailAddressArn"]
    queue = centre.make_queue(EmailAddressesConfig=[{"EmailAddressId": arn}])
    rows = centre.rows("ListQueueEmailAddresses", "EmailAddressMetadataList", QueueId=queue)
    assert rows == [{"Id": made, "Arn": arn}]
    config = {"OutboundEmailAddressId": arn}
    centre("UpdateQueueOutboundEmailConfig", QueueId=queue, OutboundEmailConfig=config)
    with refused("ResourceConflictException"):
        centre("DeleteEmailAddress", EmailAddressId=made)
    centre("DeleteEmailAddress", EmailAddressId=other)
    plane.queues_want_known_addresses = True
    with refused("ResourceNotFoundException"):
        centre(
            "AssociateQueueEmailAddresses", QueueId=queue, EmailAddressesConfig=[{"EmailAddressId": other}]
        )
    with refused("ResourceNotFoundException"):
        centre.make_queue("Other", EmailAddressesConfig=[{"EmailAddressId": other}])


def test_a_queue_has_fifty_addresses(centre: Centre, refused: Refused) -> None:
    queue = centre.make_queue()
    fifty = [{"EmailAddressId": str(number)} for number in range(50)]
    centre("AssociateQueueEmailAddresses", QueueId=queue, EmailAddressesConfig=fifty)
    with refused("LimitExceededException"):
        more = [{"EmailAddressId": "more"}]
        centre("AssociateQueueEmailAddresses", QueueId=queue, EmailAddressesConfig=more)


def test_an_address_and_its_flow(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    link = {"ResourceId": made, "ResourceType": "INBOUND_EMAIL"}
    with refused("ResourceNotFoundException"):
        centre("AssociateFlow", **{**link, "ResourceId": "lost"}, FlowId=centre.flow())
    centre("AssociateFlow", **link, FlowId=centre.flow())
    assert centre("GetFlowAssociation", **link)["ResourceId"] == made
    centre("DeleteEmailAddress", EmailAddressId=made)
    with refused("ResourceNotFoundException"):
        centre("GetFlowAssociation", **link)
