"""Throw-away keys: an authority, the server's certificate, and a client certificate for signing in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths in the folder they were written to."""

    ca: Path
    server: Path  # certificate and key


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """With what one app signs in."""

    path: Path
    key: Path


def write_certificates(folder: Path, names: Sequence[str] = ()) -> Certificates:
    """Make the authority and the server's certificate anew in `folder`. They last two days and are trusted by nobody
    else.

    `names` are further hosts the server answers for, to clients that cannot be told another than Microsoft's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = Certificates(folder / "ca.pem", folder / "server.pem")
    ca_key = _key()
    ca_name = _name("Sandbox throw-away authority")
    ca = (
        _builder(ca_name, ca_name, ca_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    server_key = _key()
    hosts = [x509.DNSName(each) for each in ("localhost", *names)]
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    server = (
        _builder(_name("localhost"), ca_name, server_key)
        .add_extension(x509.SubjectAlternativeName([*hosts, loopback]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    found.ca.write_bytes(_pem(ca))
    found.server.write_bytes(_pem(server) + _key_pem(server_key))
    found.server.chmod(0o600)
    return found


def write_client_certificate(folder: Path) -> ClientCertificate:
    """Make a certificate to sign in with anew in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = ClientCertificate(folder / "client.pem", folder / "client.key")
    key = _key()
    found.path.write_bytes(_pem(_builder(_name("client"), _name("client"), key).sign(key, hashes.SHA256())))
    found.key.write_bytes(_key_pem(key))
    found.key.chmod(0o600)
    return found


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
