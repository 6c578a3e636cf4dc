"""Signing in to Microsoft 365 with a certificate, a secret, the machine's managed identity or a token by which its
platform vouches for the bot (workload identity federation), through the unmodified msal and O365 libraries.

What the two classes below change, and why:
- the hosts, so that the same code speaks to the sandbox and to Microsoft (O365 has no parameter for the authority);
- the renewal of a token: with msal 1.32 and later, O365 asks for a new one without saying for what, and fails
  (https://github.com/O365/python-o365/issues/1195);
- no retries and no waiting inside the library: it never repeats POST or PATCH and cannot read a fractional
  Retry-After, so bot/office/graph.py decides that alone;
- what the sign-in service refuses as too many is asked again: msal takes that for a tenant nobody knows;
- a time-out on every request and a limit for its whole answer (whole_answer.py);
- no proxy or certificate settings taken from the environment by chance.
"""

from __future__ import annotations

import base64
import json
import logging
from typing import Any, TypeVar

import msal
import requests
from msal.exceptions import MsalServiceError
from O365 import Account
from O365.connection import Connection, MSGraphProtocol
from O365.utils.token import MemoryTokenBackend

from bot import __version__
from bot.errors import SignInRefused, TenantUnavailable
from bot.office.pace import Patience, retry_after
from bot.office.whole_answer import EndingSession
from bot.secret_files import secret_in
from bot.settings import SYSTEM_ASSIGNED, TenantSettings

TIME_OUT = (10, 60)
"""Seconds to connect and to wait for an answer."""

TRIES = 5
LONGEST_WAIT = 30.0
"""Seconds for which the sign-in service is waited for at a time."""

GRAPH = "https://graph.microsoft.com"
USER_AGENT = f"NONISV|AuditBot|AuditBot/{__version__}"
"""SharePoint slows traffic down that does not say who it is.
https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
"""


class TenantConnection(Connection):  # type: ignore[misc]
    """O365's connection, with its authority and its token renewal put right."""

    settings: TenantSettings
    resource: str = GRAPH  # for whom its tokens are
    session: requests.Session
    plain_session: requests.Session  # without a token: for signing in, and for addresses to upload to
    _msal_client: msal.ConfidentialClientApplication | None
    _machine: msal.ManagedIdentityClient | None = None

    @property
    def machine(self) -> msal.ManagedIdentityClient:
        """The identity Azure has given to the machine or container: no secret is kept anywhere.

        https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
        https://learn.microsoft.com/entra/msal/python/advanced/managed-identity
        """
        if self._machine is None:
            session = _session(self.settings, _Session)
            session.trust_env = False  # it is asked on this machine's own link, never through a proxy
            identity = self.settings.managed_identity
            self._machine = msal.ManagedIdentityClient(
                msal.SystemAssignedManagedIdentity()
                if identity == SYSTEM_ASSIGNED
                else msal.UserAssignedManagedIdentity(client_id=identity),
                http_client=session,
            )
        return self._machine

    def _token(self) -> dict[str, Any]:
        if self.settings.managed_identity:
            return dict(self.machine.acquire_token_for_client(resource=self.resource))
        return dict(self.msal_client.acquire_token_for_client(scopes=[f"{self.resource}/.default"]))

    @property
    def msal_client(self) -> msal.ConfidentialClientApplication:
        if self._msal_client is None:
            settings = self.settings
            self._msal_client = msal.ConfidentialClientApplication(
                client_id=settings.client_id,
                client_credential=_credential(settings),
                authority=f"{settings.authority_url.rstrip('/')}/{settings.tenant_id}",
                instance_discovery=settings.live,
                token_cache=self.token_backend,
                verify=self.verify_ssl,
                http_client=self.plain_session,
            )
        return self._msal_client

    def refresh_token(self) -> bool:
        """A fresh token when the old one has run out. Raises SignInRefused or TenantUnavailable."""
        self.renew()
        return True

    def consented(self) -> frozenset[str] | None:
        """The application permissions named in the token that requests carry; None where it is no token to be read.
        It is looked at to tell an administrator something, and nothing is decided by it."""
        token = str(self.session.headers.get("Authorization", "")).removeprefix("Bearer ")
        try:
            _, middle, _ = token.split(".")
            claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
            return frozenset(str(name) for name in claims.get("roles") or ())
        except (ValueError, AttributeError, TypeError):
            return None

    def close(self) -> None:
        """Let go of the open connections."""
        self.session.close()
        self.plain_session.close()

    def renew(self, *, afresh: bool = False) -> None:
        """Make sure there is a token with life left in it; msal answers from its cache while there is. `afresh` says
        that the one it has is no longer taken, as when it was revoked."""
        if afresh:
            self._msal_client, self._machine, self.token_backend = None, None, MemoryTokenBackend()
        try:
            answer = self._token()
        except (requests.exceptions.RequestException, MsalServiceError) as fault:  # the latter for every 5xx
            raise TenantUnavailable(
                f"The sign-in service did not answer ({type(fault).__name__})."
            ) from fault
        except OSError as fault:
            raise SignInRefused(
                f"The certificates to trust ({_trusted(self.settings)}) cannot be read. The IT administrator should "
                "check ca_bundle."
            ) from fault
        except ValueError as fault:
            if self.settings.managed_identity:
                raise SignInRefused(_NO_IDENTITY) from None
            raise SignInRefused(
                "The sign-in service does not know this tenant. The IT administrator should check tenant_id and "
                "authority_url."
            ) from fault
        if answer.get("error") in _PASSING:
            raise TenantUnavailable("The sign-in service is too busy.")
        if "access_token" not in answer:
            raise SignInRefused(_NO_IDENTITY if self.settings.managed_identity else _refusal(answer))
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"


_NO_IDENTITY = (
    "Azure gives this machine no token for its managed identity. The IT administrator should check that it has one, "
    "and managed_identity."
)
_PASSING = ("temporarily_unavailable", "server_error", "throttled")
"""Answers of the sign-in service that say nothing against the bot (RFC 6749 §4.1.2.1; the last is Entra's own)."""


class TenantAccount(Account):  # type: ignore[misc]
    connection_constructor = TenantConnection


def signed_in(
    settings: TenantSettings, resource: str = GRAPH, *, patience: Patience | None = None
) -> Account:
    """An account that has a token for a resource. `patience` is what is waited altogether for a busy service. Raises
    SignInRefused, TenantUnavailable or SettingsError."""
    for name in ("O365", "msal", "urllib3"):
        # At DEBUG these write tokens and whole letters, at ERROR addresses.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    protocol = type(
        "TenantProtocol", (MSGraphProtocol,), {"_protocol_url": f"{settings.graph_url.rstrip('/')}/"}
    )(timezone="Europe/London")
    TenantConnection.settings = settings
    account = TenantAccount(
        (settings.client_id, "held by msal"),
        protocol=protocol,
        auth_flow_type="credentials",
        tenant_id=settings.tenant_id,
        token_backend=MemoryTokenBackend(),
        verify_ssl=_trusted(settings),
        timeout=TIME_OUT,
        requests_delay=0,
        request_retries=0,
        raise_http_errors=False,
    )
    connection: TenantConnection = account.connection
    connection.settings, connection.resource = settings, resource
    connection.session = _session(settings, _Session)
    connection.plain_session = plain = _session(settings, _SignInSession)
    if patience:
        plain.patience = patience
    connection.renew()
    return account


class _Session(EndingSession):
    """A session that never waits for ever: msal hands no time-out on to a session that was given to it."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = TIME_OUT
        return super().request(*args, **kwargs)


_AnySession = TypeVar("_AnySession", bound=_Session)


class _SignInSession(_Session):
    """Asks again what was refused as too many, after the time it was told. Signing in twice does no harm."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = Patience()

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        for attempt in range(1, TRIES + 1):
            answer = super().request(*args, **kwargs)
            if answer.status_code != 429 or answer.request.method == "PUT":  # a file going up: graph.py
                return answer
            told = retry_after(answer.headers)
            seconds = told if told is not None else 0.5 * 2**attempt
            if attempt == TRIES or not self.patience.waits(seconds, LONGEST_WAIT):
                break
        raise requests.exceptions.RetryError("refused as too many")


def _session(settings: TenantSettings, kind: type[_AnySession]) -> _AnySession:
    session = kind()
    session.trust_env = settings.live  # the sandbox is never reached through a proxy
    session.verify = _trusted(settings)
    session.headers["User-Agent"] = USER_AGENT
    if not settings.live:
        session.proxies = {"no_proxy": "*"}
    return session


def _trusted(settings: TenantSettings) -> str | bool:
    return str(settings.ca_bundle) if settings.ca_bundle else True


def _credential(settings: TenantSettings) -> Any:
    if settings.certificate and settings.key:
        try:
            certificate = settings.certificate.read_text(encoding="ascii")
        except OSError as fault:
            raise SignInRefused(
                f"{fault.filename} cannot be read ({fault.strerror}). The IT administrator can put this right."
            ) from fault
        key = secret_in(settings.key, "the key of the certificate", strict=settings.live)
        return {"private_key": key, "public_certificate": certificate}
    if settings.federated_token_file_env:
        # https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (third case)
        return {"client_assertion": settings.federated_token}
    return settings.client_secret()


_REFUSALS = {
    7000215: (
        "the client secret is wrong",
        "put the secret's value, not its id, where the profile says (in council.env quotes around it do not belong to "
        "it)",
    ),
    7000222: ("the client secret has run out", "make a new one in Entra, and put it where the profile says"),
    700027: (
        "the certificate is not the one registered for the bot",
        "upload the certificate of the profile (“certificate”) to the registration, or name the one that is there",
    ),
    70021: (
        "the platform's token is not from whom its federated credential names",
        "put that credential right in Entra",
    ),
    700211: (
        "the platform's token is from another issuer than its federated credential names",
        "put its issuer right",
    ),
    700212: (
        "the platform's token is for another audience than its federated credential names",
        "put its audience right",
    ),
    700213: (
        "the platform's token is for another subject than its federated credential names",
        "put its subject right",
    ),
    700024: (
        "the platform's token has run out",
        "look at the platform that gives it, and at the machine's clock",
    ),
    700016: (
        "the tenant does not know the bot's client_id",
        "look whether client_id and tenant_id are of one tenant",
    ),
    7000112: ("the bot's registration is switched off", "enable it in Entra"),
    7000229: (
        "the bot is registered, and not admitted to this tenant",
        "make its enterprise application in Entra",
    ),
    53003: (
        "a rule of Conditional Access keeps the bot out",
        "except it from that rule, or let its machine in",
    ),
    90002: ("there is no such tenant", "put tenant_id right"),
}
"""Entra's number of a refusal -> what it means, and what the IT administrator does.
https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""
_RUN_OUT = ("the certificate has run out", "make a new one, and upload it to the registration")
"""What 700027 means where its text says that the key is expired."""


def _refusal(answer: dict[str, Any]) -> str:
    """Entra's refusal in words; its own number is kept for the administrator, its long text is not."""
    codes = answer.get("error_codes") or []
    text = str(answer.get("error_description") or "")
    number = codes[0] if codes else next((n for n in _REFUSALS if f"AADSTS{n}:" in text), 0)
    unknown = (
        str(answer.get("error") or "no reason was given"),
        "look that number up in Entra's sign-in logs",
    )
    why, remedy = _REFUSALS.get(number, unknown)
    if number == 700027 and "expired" in text.casefold():
        why, remedy = _RUN_OUT
    return f"Microsoft 365 does not let the bot in: {why} (AADSTS{number}). The IT administrator: {remedy}."
