"""Entra: discovery and the token endpoint, for client credentials by secret or by certificate.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.state import App, Tenant

JsonObject = dict[str, Any]
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRAPH = "https://graph.microsoft.com"
BY_SECRET, BY_CERTIFICATE = "1", "2"
"""How an app proved who it is, as a token tells it (`appidacr`).
https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference"""
CLOCK_SKEW = 300  # seconds a client's clock may be off


class TokenRefused(Exception):
    """A token request that fails, with Entra's error and its number."""

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.number, self.text = status, error, number, text


def discovery(tenant: Tenant, base: str, path: str) -> JsonObject:
    """The OpenID configuration of one tenant. Raises TokenRefused for another."""
    if path.casefold() not in (tenant.id.casefold(), tenant.domain.casefold()):
        raise TokenRefused(400, "invalid_tenant", 90002, f"Tenant '{path}' not found.")
    root = f"{base}/{path}"
    return {
        "issuer": f"{base}/{path}/v2.0",
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "private_key_jwt",
            "client_secret_basic",
        ],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "tenant_region_scope": "EU",
        "cloud_instance_name": base.removeprefix("https://"),
        "msgraph_host": base.removeprefix("https://"),
    }


def token(tenant: Tenant, endpoint: str, form: dict[str, str]) -> JsonObject:
    """A token for an app that proves who it is. Raises TokenRefused."""
    app = tenant.apps.get(form.get("client_id", ""))
    if form.get("grant_type") != "client_credentials":
        raise TokenRefused(
            400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."
        )
    if app is None:
        raise TokenRefused(
            400,
            "unauthorized_client",
            700016,
            f"Application with identifier '{form.get('client_id', '')}' was not found in the directory.",
        )
    scope = form.get("scope", "")
    if not scope.endswith("/.default"):
        raise TokenRefused(
            400, "invalid_scope", 1002012, f"The provided value for scope {scope} is not valid."
        )
    resource, proof = scope.removesuffix("/.default"), BY_SECRET
    named = {GRAPH: app.consented, sharepoint(tenant): app.sharepoint_roles}
    if resource not in named:
        raise TokenRefused(400, "invalid_scope", 70011, f"The resource in scope {scope} is not known.")
    if form.get("client_assertion_type") == ASSERTION:
        _verify(app, form.get("client_assertion", ""), endpoint)
        proof = BY_CERTIFICATE
    elif form.get("client_secret") != app.secret:
        raise TokenRefused(401, "invalid_client", 7000215, "Invalid client secret provided.")
    now = int(time.time())
    claims = {
        "aud": resource,
        "iss": f"https://sts.windows.net/{tenant.id}/",
        "iat": now,
        "exp": now + tenant.token_seconds,
        "appid": app.client_id,
        "appidacr": proof,
        "tid": tenant.id,
        "roles": list(named[resource]),
        "idtyp": "app",
        "jti": uuid.uuid4().hex,
    }
    tenant.counters.tokens += 1
    return {
        "token_type": "Bearer",
        "expires_in": tenant.token_seconds,
        "ext_expires_in": tenant.token_seconds,
        "access_token": jwt.encode(claims, tenant.signing_key, algorithm="HS256"),
    }


def _verify(app: App, assertion: str, endpoint: str) -> None:
    """Check a signed assertion against the app's registered certificate: signature, thumbprint and claims."""

    def refuse(why: str) -> TokenRefused:
        return TokenRefused(
            401, "invalid_client", 700027, f"Client assertion failed signature validation. {why}"
        )

    if app.federated and (foreign := _claims(assertion)).get("iss") != app.client_id:
        _verify_federated(app, assertion, foreign)
        return
    if not app.certificate_pem:
        raise refuse("No certificate is registered for this application.")
    certificate = x509.load_pem_x509_certificate(app.certificate_pem.encode())
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.InvalidTokenError as fault:
        raise refuse("The assertion is not a token.") from fault
    thumbprints = {
        "RS256": ("x5t", certificate.fingerprint(hashes.SHA1())),
        "PS256": ("x5t#S256", certificate.fingerprint(hashes.SHA256())),
    }
    algorithm = str(header.get("alg"))
    if algorithm not in thumbprints:
        raise refuse(f"The algorithm {algorithm} is not allowed.")
    name, fingerprint = thumbprints[algorithm]
    expected = base64.urlsafe_b64encode(fingerprint).decode().rstrip("=")
    if str(header.get(name, "")).rstrip("=") != expected:
        raise refuse(f"The key was not found by the thumbprint in {name}.")
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        claims = jwt.decode(
            assertion,
            key,
            algorithms=[algorithm],
            audience=endpoint,
            leeway=CLOCK_SKEW,
            options={"require": ["exp", "iss", "sub"]},
        )
    except jwt.InvalidTokenError as fault:
        raise refuse(str(fault)) from fault
    if claims["iss"] != app.client_id or claims["sub"] != app.client_id:
        raise refuse("Issuer and subject must be the client id.")


def _claims(assertion: str) -> JsonObject:
    """What an assertion says, whoever signed it; nothing where it is none."""
    try:
        found: JsonObject = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
    return found


def _verify_federated(app: App, assertion: str, said: JsonObject) -> None:
    """Check another issuer's token against the app's federated credentials: issuer, subject and audience are those of
    one of them, to the letter; then signature and time.

    https://learn.microsoft.com/entra/workload-id/workload-identity-federation
    """
    audiences = said["aud"] if isinstance(said.get("aud"), list) else [said.get("aud")]
    for known in app.federated:
        if (known.issuer, known.subject) == (
            said.get("iss"),
            said.get("sub"),
        ) and known.audience in audiences:
            break
    else:
        raise TokenRefused(
            400, "invalid_request", 70021,
            "No matching federated identity record found for presented assertion. "
            f"Assertion Issuer: '{said.get('iss')}'. Assertion Subject: '{said.get('sub')}'. "
            f"Assertion Audience: '{said.get('aud')}'.",
        )  # fmt: skip
    try:
        jwt.decode(
            assertion, known.key_pem, algorithms=["RS256"], audience=known.audience, leeway=CLOCK_SKEW,
            options={"require": ["exp", "iss", "sub", "aud"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError as fault:
        raise TokenRefused(
            401, "invalid_client", 700024, "Client assertion is not within its valid time range."
        ) from fault
    except jwt.InvalidTokenError as fault:
        raise TokenRefused(
            401, "invalid_client", 700027, f"Client assertion failed signature validation. {fault}"
        ) from fault


def sharepoint(tenant: Tenant) -> str:
    """The resource that SharePoint is of this tenant."""
    return f"https://{tenant.host}"


def sharepoint_app(tenant: Tenant, authorization: str) -> App:
    """The app whose token this is, where SharePoint itself takes it. Raises SharePointRefused: a token for Graph is for
    somebody else, and without a user none is taken that was got by a secret.

    https://learn.microsoft.com/sharepoint/dev/solution-guidance/security-apponly-azuread
    https://techcommunity.microsoft.com/blog/microsoftmissioncriticalblog/avoiding-access-errors-with-sharepoint-app-only-access/4459761
    """
    if not authorization.lower().startswith("bearer "):
        raise SharePointRefused("Access denied.")
    try:
        claims = jwt.decode(
            authorization[7:], tenant.signing_key, algorithms=["HS256"], audience=sharepoint(tenant)
        )
    except jwt.InvalidAudienceError:
        wrong = "Microsoft.IdentityModel.Tokens.AudienceUriValidationFailedException"
        raise SharePointRefused(f"Exception of type '{wrong}' was thrown.") from None
    except jwt.ExpiredSignatureError:
        raise SharePointRefused("The token is expired.") from None
    except jwt.InvalidTokenError:
        raise SharePointRefused("Invalid JWT token.") from None
    if claims["appidacr"] != BY_CERTIFICATE:
        raise SharePointRefused("Unsupported app only token.")
    if not claims["roles"]:
        raise SharePointRefused("Access denied.")
    return tenant.apps[claims["appid"]]


class SharePointRefused(Exception):
    """A token that SharePoint itself does not take: 401."""


def app_of(tenant: Tenant, authorization: str) -> App:
    """The app whose token this is; 401 otherwise."""
    challenge = {
        "WWW-Authenticate": f'Bearer realm="", authorization_uri="https://localhost/{tenant.id}/oauth2/authorize"'
    }
    if not authorization.lower().startswith("bearer "):
        raise GraphError(401, "InvalidAuthenticationToken", "Access token is empty.", headers=challenge)
    try:
        claims = jwt.decode(authorization[7:], tenant.signing_key, algorithms=["HS256"], audience=GRAPH)
    except jwt.ExpiredSignatureError:
        raise GraphError(
            401,
            "InvalidAuthenticationToken",
            "Lifetime validation failed, the token is expired.",
            headers=challenge,
        ) from None
    except jwt.InvalidTokenError:
        raise GraphError(
            401, "InvalidAuthenticationToken", "CompactToken parsing failed.", headers=challenge
        ) from None
    return tenant.apps[claims["appid"]]


def error_body(fault: TokenRefused, moment: str) -> JsonObject:
    trace = uuid.UUID(hashlib.sha256(fault.text.encode()).hexdigest()[:32])
    return {
        "error": fault.error,
        "error_description": f"AADSTS{fault.number}: {fault.text} Trace ID: {trace} Correlation ID: {trace} "
        f"Timestamp: {moment}",
        "error_codes": [fault.number],
        "timestamp": moment,
        "trace_id": str(trace),
        "correlation_id": str(trace),
        "error_uri": f"https://login.microsoftonline.com/error?code={fault.number}",
    }
