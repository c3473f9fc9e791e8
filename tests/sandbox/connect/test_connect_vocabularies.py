"""Vocabularies: created and deleted in the background, one default for each language."""

from typing import Any

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused

CONTENT = "Phrase\tIPA\tSoundsLike\tDisplayAs\nOrders\t\t\tOrders\n"


def make(centre: Centre, name: str = "Words", language: str = "en-GB", content: str = CONTENT) -> str:
    made = centre("CreateVocabulary", VocabularyName=name, LanguageCode=language, Content=content)
    assert made["State"] == "CREATION_IN_PROGRESS"
    found: str = made["VocabularyId"]
    return found


def described(centre: Centre, vocabulary: str) -> Any:
    return centre("DescribeVocabulary", VocabularyId=vocabulary)["Vocabulary"]


def names(centre: Centre, **asked: Any) -> list[str]:
    return [row["Name"] for row in centre.rows("SearchVocabularies", "VocabularySummaryList", **asked)]


def test_a_vocabulary_lives(centre: Centre, plane: ConnectPlane, clock: Clock, refused: Refused) -> None:
    plane.vocabulary_seconds = 60
    made = make(centre)
    assert described(centre, made)["State"] == "CREATION_IN_PROGRESS"
    with refused("InvalidRequestException"):
        centre("DeleteVocabulary", VocabularyId=made)
    clock.advance(60)
    vocabulary = described(centre, made)
    assert (vocabulary["State"], vocabulary["Content"]) == ("ACTIVE", CONTENT)
    assert vocabulary["Arn"] == f"{centre.arn}/vocabulary/{made}"
    centre.plain("TagResource", resourceArn=vocabulary["Arn"], tags={"a": "b"})
    assert described(centre, made)["Tags"] == {"a": "b"}
    assert centre("DeleteVocabulary", VocabularyId=made)["State"] == "DELETE_IN_PROGRESS"
    assert names(centre, State="DELETE_IN_PROGRESS") == ["Words"]
    with refused("ResourceConflictException"):
        make(centre)
    clock.advance(60)
    with refused("ResourceNotFoundException"):
        described(centre, made)
    make(centre)


def test_content_is_read_in_the_background(centre: Centre, refused: Refused) -> None:
    made = make(centre, content="Orders\n")
    assert described(centre, made)["State"] == "CREATION_FAILED"
    assert "Phrase" in described(centre, made)["FailureReason"]
    with refused("InvalidRequestException"):
        make(centre, "Long", content="x" * 50_001)


def test_names_and_quota(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    make(centre)
    with refused("ResourceConflictException"):
        make(centre)
    plane.quotas["Vocabulary"] = 1
    with refused("ServiceQuotaExceededException"):
        make(centre, "Others")


def test_vocabularies_are_searched(centre: Centre) -> None:
    make(centre, "Words")
    make(centre, "Worte", "de-DE")
    assert names(centre) == ["Words", "Worte"]
    assert names(centre, LanguageCode="de-DE") == names(centre, NameStartsWith="Wort") == ["Worte"]
    assert names(centre, State="CREATION_FAILED") == []


def test_defaults(centre: Centre, refused: Refused) -> None:
    first, second, german = make(centre, "A"), make(centre, "B"), make(centre, "C", "de-DE")

    def defaults(**asked: Any) -> list[tuple[str, str]]:
        rows = centre.rows("ListDefaultVocabularies", "DefaultVocabularyList", **asked)
        return [(row["LanguageCode"], row["VocabularyName"]) for row in rows]

    with refused("InvalidRequestException"):
        centre("AssociateDefaultVocabulary", LanguageCode="en-GB", VocabularyId=german)
    with refused("InvalidRequestException"):
        failed = make(centre, "D", content="x")
        centre("AssociateDefaultVocabulary", LanguageCode="en-GB", VocabularyId=failed)
    centre("AssociateDefaultVocabulary", LanguageCode="en-GB", VocabularyId=first)
    centre("AssociateDefaultVocabulary", LanguageCode="de-DE", VocabularyId=german)
    centre("AssociateDefaultVocabulary", LanguageCode="en-GB", VocabularyId=second)
    assert sorted(defaults()) == [("de-DE", "C"), ("en-GB", "B")]
    assert defaults(LanguageCode="de-DE") == [("de-DE", "C")]
    centre("DeleteVocabulary", VocabularyId=first)
    with refused("ResourceInUseException"):
        centre("DeleteVocabulary", VocabularyId=second)
    centre("AssociateDefaultVocabulary", LanguageCode="en-GB")
    centre("DeleteVocabulary", VocabularyId=second)
    assert defaults() == [("de-DE", "C")]
