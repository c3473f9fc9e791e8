"""Certificates of distributions and container services.

Sources: the API Reference of Amazon Lightsail.
"""

from typing import Any

from tests.sandbox.lightsail.servers import Servers

C = {"certificateName": "staff"}
FULL = {"includeCertificateDetails": True}


def test_a_certificate_is_issued_in_time(servers: Servers) -> None:
    client = servers.client

    def shown(**asked: Any) -> dict[str, Any]:
        (found,) = client.get_certificates(**C, **FULL, **asked)["certificates"]
        return dict(found["certificateDetail"])

    names = ["www.example.com", "example.com"]
    made = client.create_certificate(
        **C, domainName="example.com", subjectAlternativeNames=names, tags=[{"key": "team", "value": "a"}]
    )
    assert made["operations"][0]["operationType"] == "CreateCertificate"
    pending = shown(certificateStatuses=["PENDING_VALIDATION"])
    assert pending["subjectAlternativeNames"] == ["example.com", "www.example.com"]
    assert "notAfter" not in pending
    assert (
        made["certificate"]["certificateDetail"]["domainValidationRecords"]
        == (pending["domainValidationRecords"])
    )
    first = pending["domainValidationRecords"][0]
    assert (first["domainName"], first["validationStatus"]) == ("example.com", "PENDING_VALIDATION")
    assert first["resourceRecord"]["name"].endswith(".example.com.")
    servers.settle()
    issued = shown(certificateStatuses=["ISSUED"])
    assert issued["domainValidationRecords"][0] == {**first, "validationStatus": "SUCCESS"}
    assert (issued["notAfter"] - issued["notBefore"]).days == 395
    client.create_certificate(certificateName="other", domainName="example.com")
    (other,) = client.get_certificates(certificateName="other", **FULL)["certificates"]
    assert other["certificateDetail"]["domainValidationRecords"] == [first]  # DNS keeps one record
    servers.plane.page_size = 1
    page = client.get_certificates()
    assert [each["certificateName"] for each in page["certificates"]] == ["other"]
    (last,) = client.get_certificates(pageToken=page["nextPageToken"])["certificates"]
    assert (last["certificateName"], "certificateDetail" in last) == ("staff", False)
    client.tag_resource(resourceName="staff", tags=[{"key": "cost", "value": "1"}])
    assert len(shown()["tags"]) == 2
    client.delete_certificate(**C)
    assert servers.refused("get_certificates", **C).startswith("NotFoundException")
    assert servers.refused("delete_certificate", **C).startswith("NotFoundException")


def test_what_aws_refuses(servers: Servers) -> None:
    for wrong in ("*.example.com", "example", "exa mple.com", "-a.example.com"):
        assert "domain name is not valid" in servers.refused("create_certificate", **C, domainName=wrong)
    many = [f"{number}.example.com" for number in range(10)]
    asked = {"domainName": "example.com", "subjectAlternativeNames": many}
    assert "9 alternative names" in servers.refused("create_certificate", **C, **asked)
    taken = {"certificateName": "web", "domainName": "example.com"}
    assert "already in use" in servers.refused("create_certificate", **taken)
