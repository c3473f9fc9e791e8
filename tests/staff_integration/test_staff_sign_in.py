"""Sign-in: one session for both systems, tokens that are verified offline, keys that change, attempts that are slowed."""

import base64
import hashlib
import io
import json
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import Engine, func, select, text
from staff_integration.database import in_transaction
from staff_integration.sign_in import keys, passwords
from staff_integration.sign_in.passwords import Passwords
from staff_integration.sign_in.tokens import ISSUER, InvalidTokenError, Signer, Verifier
from staff_integration.sign_in_tables import Attempts, Audit, Credential
from staff_integration.tables import Account

from tests.staff_integration.calls import ADDRESS, SECRET, Api
from tests.staff_integration.organisation import person, run
from tests.staff_integration.simulators import VAULT_KEY


@pytest.fixture
def staffed(api: Api) -> Api:
    """Two members of staff have accounts."""
    with api.world.sessions.begin() as session:
        session.add_all([person("S1", "HEAD", "NURSING", "HOSPITAL"), person("S2", None, None, None)])
    api.world.settle()
    return api


def verifier(api: Api, audience: str) -> Verifier:
    return Verifier(api.call("", "GET", "/sso/jwks").json(), audience)


def audited(api: Api) -> list[str]:
    with api.world.sessions() as session:
        return [each.event for each in session.scalars(select(Audit).order_by(Audit.audit_id))]


def test_a_token_has_the_payload_of_the_plan_and_is_verified_offline_by_its_system_only(staffed: Api) -> None:
    answer = staffed.sign_in("S1").json()
    token, now = answer["accessToken"], staffed.world.clock.now()
    claims = verifier(staffed, "medical").claims(token, now)
    assert {key: value for key, value in claims.items() if key not in {"jti", "iat", "exp"}} == {
        "staffId": "S1",
        "employeeNumber": "1",
        "systemAccess": {"medical": True, "voicedrive": True},
        "permissions": ["can_access_reports", "can_approve_interviews", "can_view_department"],
        "facilityId": "HOSPITAL",
        "departmentId": "NURSING",
        "role": "DEPARTMENT_HEAD",
        "aud": ["medical", ISSUER],
        "iss": ISSUER,
    }
    assert claims["exp"] - claims["iat"] == answer["expiresIn"] == 900
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    assert 700 < len(token) < 1100
    with pytest.raises(InvalidTokenError, match="InvalidAudienceError"):
        verifier(staffed, "voicedrive").claims(token, now)
    with pytest.raises(InvalidTokenError, match="expired"):
        verifier(staffed, "medical").claims(token, now + keys.LIFE)
    with pytest.raises(InvalidTokenError, match="not valid yet"):
        verifier(staffed, "medical").claims(token, now - timedelta(minutes=2))
    assert staffed.call(token, "GET", "/staff/S1").status_code == 200
    staffed.world.clock.sleep(900)
    assert staffed.call(token, "GET", "/staff/S1").status_code == 401


def test_a_forged_token_is_not_accepted(staffed: Api) -> None:
    token, now = staffed.token_of("S2"), staffed.world.clock.now()
    published = staffed.call("", "GET", "/sso/jwks").json()
    claims = jwt.decode(token, options={"verify_signature": False})
    header, payload, signature = token.split(".")
    raised = (
        base64.urlsafe_b64encode(json.dumps(claims | {"role": "EXECUTIVE"}).encode()).rstrip(b"=").decode()
    )
    kid = jwt.get_unverified_header(token)["kid"]
    stranger = generate_private_key(public_exponent=65537, key_size=2048)
    forged = [
        f"{header}.{raised}.{signature}",
        f"{header}.{payload}.",
        jwt.encode(claims, "", algorithm="none", headers={"kid": kid}),
        jwt.encode(claims, published["keys"][0]["n"].encode(), algorithm="HS256", headers={"kid": kid}),
        jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": kid}),
        jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": "another"}),
        jwt.encode(claims, stranger, algorithm="RS256"),
        "a.b.c",
        "",
        "x" * 5000,
    ]
    for each in forged:
        with pytest.raises(InvalidTokenError):
            Verifier(published, "medical").claims(each, now)
        assert staffed.call(each or "-", "GET", "/staff/S2").status_code == 401
    with staffed.world.sessions() as session:
        key_id, key = keys.signing(session, staffed.world.tools.vault, now)
    assert repr(Signer(key_id, key, now)) == f"Signer('{key_id}')"
    for broken in (
        claims | {"iss": "somebody"},
        {name: value for name, value in claims.items() if name != "exp"},
        claims | {"exp": True},
        claims | {"staffId": "S9"},
    ):
        signed = jwt.encode(broken, key, algorithm="RS256", headers={"kid": key_id})
        assert staffed.call(signed, "GET", "/staff/S2").status_code == 401


def test_a_session_is_taken_over_by_the_other_system_once_and_ends_in_both(staffed: Api) -> None:
    medical, voicedrive = staffed.service("medical"), staffed.service("voicedrive")
    session = staffed.sign_in("S1").json()
    refresh = {"refreshToken": session["refreshToken"]}
    with staffed.world.sessions() as opened:
        account = opened.scalars(select(Account).where(Account.staff_id == "S1")).one()
        assert account.sso_token == hashlib.sha256(session["refreshToken"].encode()).hexdigest()
    code = staffed.call(medical, "POST", "/sso/hand-over", refresh).json()["code"]
    assert staffed.call(medical, "POST", "/sso/redeem", {"code": code}).status_code == 401
    taken = staffed.call(voicedrive, "POST", "/sso/redeem", {"code": code}).json()
    verifier(staffed, "voicedrive").claims(taken["accessToken"], staffed.world.clock.now())
    assert staffed.call(voicedrive, "POST", "/sso/redeem", {"code": code}).status_code == 401
    renewed = staffed.call(voicedrive, "POST", "/sso/refresh", {"refreshToken": taken["refreshToken"]}).json()
    verifier(staffed, "voicedrive").claims(renewed["accessToken"], staffed.world.clock.now())
    late = staffed.call(medical, "POST", "/sso/hand-over", refresh).json()["code"]
    staffed.world.clock.sleep(61)
    assert staffed.call(voicedrive, "POST", "/sso/redeem", {"code": late}).status_code == 401
    assert staffed.call(voicedrive, "POST", "/sso/sign-out", refresh).status_code == 204
    assert staffed.call(voicedrive, "POST", "/sso/sign-out", refresh).status_code == 204
    for path in ("refresh", "hand-over"):
        assert staffed.call(medical, "POST", f"/sso/{path}", refresh).status_code == 401
    for wrong in ("1", "1.", "x.y", "99999999999.x", "\uff11.x", "-1.x"):
        assert staffed.call(medical, "POST", "/sso/refresh", {"refreshToken": wrong}).status_code == 401
    first, second = (staffed.sign_in("S1").json()["refreshToken"] for _ in range(2))
    assert staffed.call(medical, "POST", "/sso/refresh", {"refreshToken": first}).status_code == 401
    assert staffed.call(medical, "POST", "/sso/refresh", {"refreshToken": second}).status_code == 200
    staffed.world.clock.sleep(12 * 3600)
    assert (
        staffed.call(staffed.service("medical"), "POST", "/sso/refresh", {"refreshToken": second}).status_code
        == 401
    )


def test_who_leaves_is_locked_out_at_once_whoever_writes_it(staffed: Api) -> None:
    medical, refresh = staffed.service("medical"), staffed.sign_in("S1").json()["refreshToken"]
    with staffed.world.sessions.begin() as session:
        session.execute(
            text("UPDATE unified_staff_master SET left_at = CURRENT_TIMESTAMP WHERE staff_id = 'S1'")
        )
    assert staffed.call(medical, "POST", "/sso/refresh", {"refreshToken": refresh}).status_code == 401
    assert staffed.sign_in("S1").status_code == 401
    staffed.world.settle()
    with staffed.world.sessions() as session:
        assert session.scalars(select(Account.sso_token).where(Account.staff_id == "S1")).one() is None
    assert staffed.call(medical, "GET", "/sso/revocations").json() == {"staffIds": ["S1"]}
    with staffed.world.sessions.begin() as session:  # somebody writes late that S2 has left long ago
        session.execute(
            text("UPDATE unified_staff_master SET left_at = '2020-01-01 00:00:00' WHERE staff_id = 'S2'")
        )
    assert staffed.call(medical, "GET", "/sso/revocations").json() == {"staffIds": ["S1", "S2"]}


def test_passwords_are_changed_and_nothing_secret_is_in_the_database_or_the_log(
    staffed: Api, log: io.StringIO
) -> None:
    first = staffed.sign_in("S1").json()
    assert first["mustChangePassword"] is True
    old = staffed.world.voicedrive.users["S1"]["initialPassword"]
    medical, new = staffed.service("medical"), "correct horse battery 馬"
    change = {"username": "S1", "password": old, "newPassword": new, "address": ADDRESS}
    for wrong, status in (
        ({"newPassword": "short"}, 422),
        ({"address": "somewhere"}, 422),
        ({"password": "wrong"}, 401),
        ({"username": "S9"}, 401),
    ):
        assert staffed.call(medical, "POST", "/sso/password", change | wrong).status_code == status
    assert staffed.call(medical, "POST", "/sso/password", change).status_code == 204
    assert staffed.sign_in("S1").status_code == 401
    assert (
        staffed.call(medical, "POST", "/sso/refresh", {"refreshToken": first["refreshToken"]}).status_code
        == 401
    )
    signed_in = staffed.sign_in("S1", password=new).json()
    assert signed_in["mustChangePassword"] is False
    code = staffed.call(
        medical, "POST", "/sso/hand-over", {"refreshToken": signed_in["refreshToken"]}
    ).json()["code"]
    with staffed.world.sessions() as session:
        assert session.get_one(Credential, "S1").password_hash.startswith("$argon2id$")
    kept = staffed.world.everything()
    for secret in (
        old,
        new,
        signed_in["refreshToken"],
        signed_in["accessToken"],
        medical,
        code,
        SECRET,
        "PRIVATE",
    ):
        assert secret not in kept
        assert secret not in log.getvalue()


def test_whoever_has_no_password_gets_a_new_one(api: Api, log: io.StringIO) -> None:
    had = {
        "externalId": "S1",
        "userId": "vd-9",
        "loginUrl": "https://v.example",
        "revision": 0,
        "initialPassword": "x",
    }
    api.world.voicedrive.users["S1"] = had
    with api.world.sessions.begin() as session:
        session.add(person("S1", None, None, None))
    api.world.settle()
    assert api.sign_in("S1").status_code == 401
    medical = api.service("medical")
    number = api.call(medical, "GET", "/staff/S1/account").json()["integrationId"]
    answer = api.call(medical, "POST", f"/accounts/{number}/password-reset")
    password = answer.json()["initialPassword"]
    signed_in = api.sign_in("S1", password=password).json()
    assert signed_in["mustChangePassword"] is True
    assert password not in log.getvalue()
    assert api.call(medical, "POST", f"/accounts/{number}/password-reset").status_code == 200
    refresh = {"refreshToken": signed_in["refreshToken"]}
    assert api.call(medical, "POST", "/sso/refresh", refresh).status_code == 401
    assert api.sign_in("S1", password=password).status_code == 401
    assert api.call(medical, "POST", "/accounts/999/password-reset").status_code == 404
    assert api.call(signed_in["accessToken"], "POST", f"/accounts/{number}/password-reset").status_code == 403
    assert (
        api.call(api.service("voicedrive"), "POST", f"/accounts/{number}/password-reset").status_code == 403
    )
    api.call(medical, "POST", "/staff/S1/departure")
    assert api.call(medical, "POST", f"/accounts/{number}/password-reset").status_code == 404


def test_attempts_are_slowed_per_account_and_per_address(staffed: Api) -> None:
    medical = staffed.service("medical")

    def attempt(username: str, password: str = "wrong", address: str = ADDRESS) -> tuple[int, str]:
        body = {"username": username, "password": password, "address": address}
        answer = staffed.call(medical, "POST", "/sso/sign-in", body)
        return answer.status_code, answer.headers.get("Retry-After", "")

    right = staffed.world.voicedrive.users["S1"]["initialPassword"]
    assert [attempt("S1")[0] for _ in range(4)] == [401] * 4
    assert attempt("S1", right) == (429, "1")
    assert attempt("s1", right, "2001:db8::1")[0] == 429
    for other in ("S1 ", "\u015a1", "S\u0301" + "1"):  # MySQL takes these names for the same one
        assert attempt(other, right, "2001:db8::2")[0] == 401
    assert attempt("S2", staffed.world.voicedrive.users["S2"]["initialPassword"])[0] == 200
    staffed.world.clock.sleep(1)
    assert [attempt("S1")[0], attempt("S1")] == [401, (429, "2")]
    staffed.world.clock.sleep(2)
    assert attempt("S1", right)[0] == 200
    assert [attempt("S1")[0] for _ in range(4)] == [401] * 4  # counted anew
    staffed.world.clock.sleep(3700)
    medical = staffed.service("medical")
    assert [attempt("S1")[0] for _ in range(4)] == [401] * 4
    unknown = [attempt(f"nobody{number}", address="198.51.100.7")[0] for number in range(33)]
    assert (unknown[:31], unknown[31:]) == ([401] * 31, [429] * 2)
    assert attempt("S2", "wrong", "198.51.100.8")[0] == 401
    staffed.world.clock.sleep(4600)
    medical = staffed.service("medical")
    assert attempt("S2")[0] == 401
    with staffed.world.sessions() as session:  # what is forgotten is deleted
        assert session.scalar(select(func.count()).select_from(Attempts)) == 2
    assert {"signed_in", "refused", "slowed", "service_signed_in"} == set(audited(staffed))
    wrong = {"system": "medical", "secret": "x"}
    refused = [staffed.call("", "POST", "/sso/service-token", wrong).status_code for _ in range(33)]
    assert (refused[:31], refused[31:]) == ([401] * 31, [429] * 2)
    assert audited(staffed)[-1] == "slowed"


def test_a_new_key_is_published_before_it_signs_and_an_old_one_until_its_tokens_have_expired(
    api: Api,
) -> None:
    vault, clock = api.world.tools.vault, api.world.clock

    def rotate(*, compromised: bool = False) -> str:
        return in_transaction(
            api.world.sessions,
            lambda session: keys.rotate(session, vault, clock.now(), compromised=compromised).key_id,
        )

    def published() -> list[str]:
        return [each["kid"] for each in api.call("", "GET", "/sso/jwks").json()["keys"]]

    [first] = published()
    old = api.service("medical")
    second = rotate()
    assert published() == [first, second]
    assert jwt.get_unverified_header(api.service("medical"))["kid"] == first
    clock.sleep(keys.PUBLISHED_BEFORE.total_seconds() - 60)
    last = api.service("medical")
    clock.sleep(60)
    assert jwt.get_unverified_header(api.service("medical"))["kid"] == second
    assert api.call(old, "GET", "/staff").status_code == 401
    assert api.call(last, "GET", "/staff").status_code == 200
    clock.sleep(16 * 60)
    assert published() == [second]
    third = rotate()
    assert published() == [second, third]
    valid = api.service("medical")
    fourth = rotate(compromised=True)
    assert published() == [fourth]
    assert api.call(valid, "GET", "/staff").status_code == 401
    assert jwt.get_unverified_header(api.service("medical"))["kid"] == fourth


def test_the_commands_make_keys_and_set_secrets(
    api: Api, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = engine.url.render_as_string(hide_password=False)
    settings = {"STAFF_DATABASE_URL": url, "STAFF_VAULT_KEYS": VAULT_KEY}
    code, out, _ = run("keys", "rotate", environment=settings)
    assert (code, out.startswith("key "), "PRIVATE" in out) == (0, True, False)
    assert len(run("keys", "list", environment=settings)[1].splitlines()) == 2
    assert run("keys", "list", "--compromised", environment=settings)[0] == 3
    assert run("keys", "rotate", environment={"STAFF_DATABASE_URL": url})[0] == 3
    secret = tmp_path / "secret"
    for content, says in (
        (b"short", "must have 32 to 200 characters"),
        (b"\xff" * 40, "is no text in UTF-8"),
    ):
        secret.write_bytes(content)
        code, out, errors = run("client", "medical", "--secret-file", str(secret), environment=settings)
        assert (code, out, says in errors) == (3, "", True)
    secret.write_text("another secret of the medical system\n")
    code, out, _ = run("client", "medical", "--secret-file", str(secret), environment=settings)
    assert (code, out) == (0, "medical has a new secret\n")
    for given, status in ((SECRET, 401), ("another secret of the medical system", 200)):
        body = {"system": "medical", "secret": given}
        assert api.call("", "POST", "/sso/service-token", body).status_code == status
    stdin = io.TextIOWrapper(io.BytesIO(b"a third secret of the medical system\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert run("client", "medical", "--secret-file", "-", environment=settings)[0] == 0
    body = {"system": "medical", "secret": "a third secret of the medical system"}
    assert api.call("", "POST", "/sso/service-token", body).status_code == 200
    missing = run("client", "medical", "--secret-file", str(tmp_path / "no"), environment=settings)
    assert missing[::2] == (3, f"{tmp_path}/no cannot be read: No such file or directory\n")


def test_a_password_drawn_by_chance_has_a_cheap_hash_and_is_checked_as_slowly_as_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Passwords()
    cheap, usual = made.hashed_generated("drawn-by-chance"), made.hashed("chosen-by-me")
    assert cheap.startswith(passwords.CHEAP)
    verified: list[str] = []
    verify = passwords.FOR_GENERATED.verify

    def counted(hashed: str, password: str) -> bool:
        verified.append(hashed)
        return verify(hashed, password)

    monkeypatch.setattr(passwords, "FOR_GENERATED", SimpleNamespace(verify=counted))
    for hashed, password, fits in (
        (cheap, "drawn-by-chance", True),
        (cheap, "another", False),
        (usual, "chosen-by-me", True),
        (usual, "another", False),
        (None, "another", False),
        ("no hash", "another", False),
    ):
        verified.clear()
        assert made.fits(hashed, password) == fits
        assert len([each for each in verified if "m=65536" in each]) == (hashed != "no hash")
