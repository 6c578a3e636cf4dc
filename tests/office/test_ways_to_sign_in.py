"""How the bot proves who it is: a secret in the environment or in a file, the machine's managed identity, or its
platform's token; and that none of these is ever told."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError
from tenant import Door, settings_for, small_seed

import sandbox
from bot.errors import SettingsError, SignInRefused, TenantUnavailable
from bot.office.sign_in import signed_in
from bot.settings import TenantSettings, load

ISSUER, SUBJECT = "https://oidc.platform.example/cluster/", "system:serviceaccount:audit:audit-bot"
IDENTITY = "6f1d2c3b-0a9e-4d5c-8b7a-112233445566"
CANARY = "canary-secret-5d1e7c"


# ------------------------------------------------------------------------------------------------------------ files


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    found = tmp_path / "secret"
    found.write_text(f"{CANARY}\n", encoding="ascii")
    found.chmod(0o600)
    return found


def with_file(file: Path, **more: Any) -> TenantSettings:
    given = {"live": True, "tenant_id": "t", "client_id": "c", "secret_file": file, **more}
    return TenantSettings.model_validate(given)


def test_a_secret_may_lie_in_a_file_of_its_own(secret_file: Path) -> None:
    assert with_file(secret_file).client_secret() == CANARY


def test_a_secret_that_others_can_read_is_refused_and_not_told(secret_file: Path) -> None:
    if os.name != "posix":
        pytest.skip("Windows keeps rights elsewhere")
    secret_file.chmod(0o644)
    with pytest.raises(
        SettingsError, match="others on this machine can read or change it: chmod 600"
    ) as refused:
        with_file(secret_file).client_secret()
    assert CANARY not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_without_a_secret_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
        file.chmod(0o600)
    with pytest.raises(SettingsError, match="which should hold the client secret"):
        with_file(file).client_secret()


def test_the_key_of_letters_may_lie_in_a_file_too(door: Door, secret_file: Path) -> None:
    settings = door.settings.model_copy(update={"key": "", "key_file": secret_file})
    assert settings.letter_keys() == (CANARY.encode(), [])
    secret_file.write_text("short", encoding="ascii")
    with pytest.raises(SettingsError, match="at least 16 characters"):
        settings.letter_keys()


def test_one_way_is_named_and_no_more(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="keep one of managed_identity and secret_file"):
        with_file(tmp_path / "secret", managed_identity="system")
    with pytest.raises(ValidationError, match="how the bot proves who it is must be given"):
        TenantSettings.model_validate({"live": True, "tenant_id": "t", "client_id": "c"})
    with pytest.raises(ValidationError, match="or the client id of one"):
        TenantSettings.model_validate(
            {"live": True, "tenant_id": "t", "client_id": "c", "managed_identity": "mine"}
        )


# ------------------------------------------------------------------------------------------ the platform's own token


class Platform:
    """Where the bot runs: it signs tokens and lays them into a file."""

    def __init__(self, folder: Path) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.file = folder / "azure-identity-token"
        form, kind = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        self.public_pem = self._key.public_key().public_bytes(form, kind).decode()

    def lays(self, **changes: Any) -> str:
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "sub": SUBJECT,
            "aud": ["api://AzureADTokenExchange"],
            "iat": now,
            "exp": now + 3600,
        }
        token = jwt.encode({**said, **changes}, self._key, algorithm="RS256", headers={"kid": "1"})
        self.file.write_text(token, encoding="ascii")
        return token


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return Platform(tmp_path_factory.mktemp("platform"))


@pytest.fixture(scope="module")
def federated(platform: Platform) -> Iterator[sandbox.Running]:
    seed = small_seed()
    seed["app"]["federated"] = [{"issuer": ISSUER, "subject": SUBJECT, "key_pem": platform.public_pem}]
    with sandbox.run(seed) as tenant:
        yield tenant


@pytest.fixture
def by_federation(
    federated: sandbox.Running, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> TenantSettings:
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(platform.file))
    tenant = settings_for(federated, tmp_path).tenant
    return tenant.model_copy(update={"secret": "", "federated_token_file_env": "AZURE_FEDERATED_TOKEN_FILE"})


def test_the_platforms_token_lets_the_bot_in_and_is_read_anew(
    platform: Platform, by_federation: TenantSettings
) -> None:
    platform.lays()
    account = signed_in(by_federation)
    first = account.connection.session.headers["Authorization"]
    platform.lays(jti="2")
    account.connection.renew(afresh=True)
    assert account.connection.session.headers["Authorization"] != first
    account.connection.close()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": ISSUER.rstrip("/")}, "not from whom its federated credential names"),
        ({"sub": "system:serviceaccount:other:thing"}, "not from whom its federated credential names"),
        ({"aud": "api://somebody"}, "not from whom its federated credential names"),
        ({"exp": int(time.time()) - 3600}, "has run out"),
    ],
)
def test_a_token_of_another_is_refused_in_words(
    platform: Platform, by_federation: TenantSettings, changes: dict[str, Any], why: str
) -> None:
    token = platform.lays(**changes)
    with pytest.raises(SignInRefused, match=why) as refused:
        signed_in(by_federation)
    assert token not in "".join(traceback.format_exception(refused.value))


def test_a_token_signed_by_another_is_refused(by_federation: TenantSettings, platform: Platform) -> None:
    other = Platform(platform.file.parent)
    other.lays()
    with pytest.raises(SignInRefused):
        signed_in(by_federation)


def test_a_platform_that_names_no_file_is_told(
    by_federation: TenantSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_FEDERATED_TOKEN_FILE")
    with pytest.raises(SettingsError, match="AZURE_FEDERATED_TOKEN_FILE, which should name the token's file"):
        signed_in(by_federation)


# ------------------------------------------------------------------------------------------------ managed identity


class Metadata:
    """Azure's service of the machine, as its page describes it.

    https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.status, self.text = 200, ""

    def answer(self, path: str, headers: Any) -> tuple[int, str]:
        asked = parse_qs(urlsplit(path).query)
        if headers.get("Metadata") != "true" or urlsplit(path).path != "/metadata/identity/oauth2/token":
            return 400, json.dumps(
                {"error": "invalid_request", "error_description": "Required metadata header"}
            )
        self.asked.append(asked)
        token = {
            "access_token": f"token {len(self.asked)}", "refresh_token": "", "expires_in": "3599",
            "expires_on": str(int(time.time()) + 3599), "not_before": "1506480373", "resource": asked["resource"][0],
            "token_type": "Bearer",
        }  # fmt: skip
        return self.status, self.text or json.dumps(token)


@contextmanager
def served(metadata: Metadata) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = metadata.answer(self.path, self.headers)
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch) -> Iterator[Metadata]:
    found = Metadata()
    with served(found) as address:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # it is never asked through a proxy
        yield found


def by_identity(door: Door, identity: str) -> TenantSettings:
    return door.settings.tenant.model_copy(update={"secret": "", "managed_identity": identity})


@pytest.mark.parametrize(("identity", "named"), [("system", None), (IDENTITY, [IDENTITY])])
def test_the_machines_identity_lets_the_bot_in(
    door: Door, metadata: Metadata, identity: str, named: list[str] | None
) -> None:
    account = signed_in(by_identity(door, identity))
    assert account.connection.session.headers["Authorization"] == "Bearer token 1"
    (asked,) = metadata.asked
    assert asked["resource"] == ["https://graph.microsoft.com"]
    assert asked.get("client_id") == named
    account.connection.renew()
    assert len(metadata.asked) == 1, "the token has life left in it"
    account.connection.renew(afresh=True)
    assert account.connection.session.headers["Authorization"] == "Bearer token 2"
    account.connection.close()


def test_for_sharepoint_itself_the_machines_identity_asks_for_another_token(
    door: Door, metadata: Metadata
) -> None:
    account = signed_in(by_identity(door, "system"), "https://wexcombe.sharepoint.example")
    assert metadata.asked[-1]["resource"] == ["https://wexcombe.sharepoint.example"]
    account.connection.close()


@pytest.mark.parametrize(
    ("status", "text"),
    [(400, '{"error":"invalid_request","error_description":"Identity not found"}'), (200, "not JSON")],
)
def test_a_machine_without_an_identity_is_told_in_words(
    door: Door, metadata: Metadata, status: int, text: str
) -> None:
    metadata.status, metadata.text = status, text
    with pytest.raises(SignInRefused, match="Azure gives this machine no token for its managed identity"):
        signed_in(by_identity(door, "system"))


def test_a_machine_that_is_not_in_azure_has_no_service_to_ask(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")
    with pytest.raises(TenantUnavailable):
        signed_in(by_identity(door, "system"))


# ----------------------------------------------------------------------------------------------- nothing is told


def test_no_secret_is_told_by_a_fault_a_log_or_the_settings(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("AUDIT_BOT_SECRET", CANARY)
    wrong = door.settings.tenant.model_copy(update={"secret": "", "secret_env": "AUDIT_BOT_SECRET"})
    told = []
    for secret in (wrong, wrong.model_copy(update={"secret_env": "", "secret": CANARY})):
        with pytest.raises(SignInRefused, match="the client secret is wrong") as refused:
            signed_in(secret)
        told += [*traceback.format_exception(refused.value), repr(refused.value), repr(secret), str(secret)]
    settings = door.settings.model_copy(update={"key": CANARY, "former_keys": (CANARY,), "tenant": wrong})
    told += [repr(settings), str(settings), caplog.text]
    assert CANARY not in "".join(told)


EXAMPLE = (Path(__file__).parents[2] / "config/example_tenant.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "instead", "why"),
    [
        ("ledger = ", 'ledger = "postgresql+psycopg://bot:PW@db/audit"', "ledger holds a password"),
        ("ledger = ", 'ledger = "postgresql+psycopg://db/audit?password=PW"', "ledger holds a password"),
        ("ledger = ", 'ledger = "mysql://bot:PW@db/audit"', "“mysql://…” is no ledger"),
        ("ledger = ", 'ledger = "host=db password=PW"', "this is no ledger"),
        ("ledger = ", 'ledger = "postgresql:/bot:PW@db/audit"', "this is no ledger"),
        ("key_env = ", 'key_env = "PW"', "no name of an environment variable"),
        ("certificate = ", 'secret_env = "PW"', "no name of an environment variable"),
        ("certificate = ", 'secret = "PW"', "a live profile holds no secret"),
    ],
)
def test_a_profile_that_holds_a_secret_is_refused_without_repeating_it(
    tmp_path: Path, line: str, instead: str, why: str
) -> None:
    lines = [instead.replace("PW", CANARY) if each.startswith(line) else each for each in EXAMPLE.split("\n")]
    if line == "certificate = ":
        lines = [each for each in lines if not each.startswith("key = ")]
    profile = tmp_path / "live.toml"
    profile.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SettingsError, match=why) as refused:
        load(profile)
    assert CANARY not in "".join(traceback.format_exception(refused.value))


# --------------------------------------------------------------------------------------------------- a busy service


@pytest.mark.parametrize("path", ["openid-configuration", "oauth2"])
def test_a_sign_in_refused_as_too_many_is_tried_again_and_no_tenant_is_called_unknown(
    door: Door, path: str
) -> None:
    door.fault("throttled", path=path, times=2, retry_after="0.1")
    assert signed_in(door.settings.tenant).connection.session.headers["Authorization"]


@pytest.mark.parametrize("path", ["openid-configuration", "oauth2"])
def test_a_sign_in_service_that_stays_busy_is_not_there_for_now(door: Door, path: str) -> None:
    door.fault("throttled", path=path, times=10_000, retry_after="3600")
    with pytest.raises(TenantUnavailable):
        signed_in(door.settings.tenant)
