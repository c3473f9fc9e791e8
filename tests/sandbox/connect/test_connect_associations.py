"""Associations of an instance: functions, bots, origins, keys, storage."""

import pytest

from tests.sandbox.connect.contact_centre import Centre, Refused

LAMBDA = "arn:aws:lambda:eu-west-2:111111111111:function:lookup"
ALIAS = "arn:aws:lex:eu-west-2:111111111111:bot-alias/B/A"
PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
BUCKET = {"StorageType": "S3", "S3Config": {"BucketName": "b", "BucketPrefix": "p"}}

SETS = [
    ("LambdaFunction", "LambdaFunctions", {"FunctionArn": LAMBDA}),
    ("ApprovedOrigin", "Origins", {"Origin": "https://example.com"}),
]


@pytest.mark.parametrize(("what", "key", "member"), SETS)
def test_sets_refuse_what_they_hold_and_what_they_do_not(
    centre: Centre, refused: Refused, what: str, key: str, member: dict[str, str]
) -> None:
    centre(f"Associate{what}", **member)
    with refused("ResourceConflictException"):
        centre(f"Associate{what}", **member)
    assert centre(f"List{what}s")[key] == list(member.values())
    centre(f"Disassociate{what}", **member)
    assert centre(f"List{what}s")[key] == []
    with refused("ResourceNotFoundException"):
        centre(f"Disassociate{what}", **member)


def test_associations_come_25_a_page_and_have_a_quota(centre: Centre, refused: Refused) -> None:
    for number in range(50):
        centre("AssociateLambdaFunction", FunctionArn=f"{LAMBDA}{number}")
    pages = centre.pages("ListLambdaFunctions", "LambdaFunctions")
    assert [len(page) for page in pages] == [25, 25]
    with refused("ServiceQuotaExceededException"):
        centre("AssociateLambdaFunction", FunctionArn=LAMBDA)
    with refused("InvalidParameterException"):
        centre("AssociateLambdaFunction", FunctionArn="lookup")
    with refused("InvalidParameterException"):
        centre("AssociateApprovedOrigin", Origin="example.com")


def test_bots_of_both_versions(centre: Centre, refused: Refused) -> None:
    old, new = {"Name": "Book", "LexRegion": "eu-west-1"}, {"AliasArn": ALIAS}
    centre("AssociateLexBot", LexBot=old)
    centre("AssociateBot", LexV2Bot=new)
    with refused("ResourceConflictException"):
        centre("AssociateBot", LexBot=old)
    with refused("InvalidRequestException"):
        centre("AssociateBot", LexBot=old, LexV2Bot=new)
    with refused("InvalidRequestException"):
        centre("AssociateBot", LexV2Bot={"AliasArn": "arn:aws:lex:eu-west-2:111111111111:bot/B"})
    assert centre("ListBots", LexVersion="V1")["LexBots"] == [{"LexBot": old}]
    assert centre("ListBots", LexVersion="V2")["LexBots"] == [{"LexV2Bot": new}]
    assert centre("ListLexBots")["LexBots"] == [old]
    centre("DisassociateLexBot", BotName="Book", LexRegion="eu-west-1")
    centre("DisassociateBot", LexV2Bot=new)
    assert centre("ListBots", LexVersion="V2")["LexBots"] == []


def test_two_security_keys(centre: Centre, refused: Refused) -> None:
    first = centre("AssociateSecurityKey", Key=PEM)["AssociationId"]
    with refused("ResourceConflictException"):
        centre("AssociateSecurityKey", Key=PEM)
    with refused("InvalidParameterException"):
        centre("AssociateSecurityKey", Key="no key")
    centre("AssociateSecurityKey", Key=PEM.replace("A", "B"))
    with refused("ServiceQuotaExceededException"):
        centre("AssociateSecurityKey", Key=PEM.replace("A", "C"))
    assert centre("ListSecurityKeys")["SecurityKeys"][0]["Key"] == PEM
    centre("DisassociateSecurityKey", AssociationId=first)
    assert len(centre("ListSecurityKeys")["SecurityKeys"]) == 1


def test_stores(centre: Centre, refused: Refused) -> None:
    place = {"ResourceType": "CALL_RECORDINGS"}
    association = centre("AssociateInstanceStorageConfig", **place, StorageConfig=BUCKET)["AssociationId"]
    one = {**place, "AssociationId": association}
    stored = centre("DescribeInstanceStorageConfig", **one)["StorageConfig"]
    assert stored == {**BUCKET, "AssociationId": association}
    assert centre("ListInstanceStorageConfigs", **place)["StorageConfigs"] == [stored]
    assert centre("ListInstanceStorageConfigs", ResourceType="CHAT_TRANSCRIPTS")["StorageConfigs"] == []
    with refused("ResourceConflictException"):
        centre("AssociateInstanceStorageConfig", **place, StorageConfig=BUCKET)
    with refused("InvalidParameterException"):
        centre("UpdateInstanceStorageConfig", **one, StorageConfig={"StorageType": "S3"})
    other = {"StorageType": "S3", "S3Config": {"BucketName": "b2", "BucketPrefix": "p"}}
    centre("UpdateInstanceStorageConfig", **one, StorageConfig=other)
    changed = centre("DescribeInstanceStorageConfig", **one)["StorageConfig"]
    assert changed["S3Config"]["BucketName"] == "b2"
    centre("DisassociateInstanceStorageConfig", **one)
    with refused("ResourceNotFoundException"):
        centre("DescribeInstanceStorageConfig", **one)
