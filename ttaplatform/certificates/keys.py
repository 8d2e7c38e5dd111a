"""The keys that sign: kept in files of mode 0600, made when there are none; what is public of them is recorded."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier

from ttaplatform.config import Settings

YEARS_VALID = 10
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
NOTE = """\
This key signs certificates. It was made by the platform, so readers show its issuer as unknown.
Replace it by a key and certificate of a certificate authority that your readers trust:
set TTA_SIGNING_KEY_FILE to a PEM file with the key, its certificate, and the authorities above it.
What was signed before stays genuine.
"""
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----\n?", re.DOTALL)


class KeyFileError(Exception):
    """A key file cannot be used; the message says why and what is expected."""


@dataclass(frozen=True)
class SigningKey:
    """A key with its certificate; `id` is the first 16 hexadecimal digits of SHA-256 of its public key."""

    id: str
    key_pem: bytes
    chain_pem: bytes


@dataclass(frozen=True)
class BadgeKey:
    """The Ed25519 key of badges."""

    id: str
    key_pem: bytes
    public_pem: bytes


@dataclass(frozen=True)
class Keys:
    """Both keys of the site: for documents (ECDSA P-256 or RSA) and for badges (Ed25519)."""

    document: SigningKey
    badge: BadgeKey


def ensure_keys(settings: Settings, *, at: datetime) -> bool:
    """Make the keys that are kept in the data folder and are not there; return whether a signing key was made."""
    _make(settings.badge_key_file, new_badge_key)
    return settings.is_key_own and _make(settings.signing_key_file, lambda: new_signing_key(settings.site_name, at=at))


def _make(file: Path, content: Callable[[], bytes]) -> bool:
    """Write the file with mode 0600 unless it is there; whoever comes second keeps what the first made."""
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 0600
    part = Path(name)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content())
    try:
        file.hardlink_to(part)  # unlike a renaming, this fails when the file is there
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True


def new_badge_key() -> bytes:
    """Return a new Ed25519 key in PEM."""
    return _pem(ed25519.Ed25519PrivateKey.generate())


def new_signing_key(site_name: str, *, at: datetime) -> bytes:
    """Return the text of a key file: a note, a new ECDSA P-256 key, and its own certificate for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, site_name[:64]),
         x509.NameAttribute(NameOID.COMMON_NAME, f"{site_name[:50]} certificates")]
    )  # fmt: skip
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)  # sign, do not repudiate
    builder = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=x509.random_serial_number(),
        not_valid_before=at - timedelta(minutes=5), not_valid_after=at + timedelta(days=365 * YEARS_VALID + 3),
    )  # fmt: skip
    certificate = (
        builder.add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    return NOTE.encode() + b"\n" + _pem(key) + certificate.public_bytes(serialization.Encoding.PEM)


def _pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, kind, plain)


def load_keys(settings: Settings) -> Keys:
    """Return the keys of the site; raises KeyFileError naming the file and what is wrong with it."""
    return Keys(_signing_key(settings.signing_key_file), _badge_key(settings.badge_key_file))


def _signing_key(file: Path) -> SigningKey:
    blocks = [(found[1], found[0]) for found in _BLOCK.finditer(_read(file))]
    key_pem = b"".join(text for label, text in blocks if label.endswith(b"PRIVATE KEY"))
    chain_pem = b"".join(text for label, text in blocks if label == b"CERTIFICATE")
    try:
        key = serialization.load_pem_private_key(key_pem, None)
        chain = x509.load_pem_x509_certificates(chain_pem)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{file}: expected a key without a password, then its certificate") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeyFileError(f"{file}: expected an ECDSA or RSA key")
    if _spki(key.public_key()) != _spki(chain[0].public_key()):  # type: ignore[arg-type]
        raise KeyFileError(f"{file}: the first certificate belongs to another key")
    return SigningKey(_id(_spki(key.public_key())), key_pem, chain_pem)


def _badge_key(file: Path) -> BadgeKey:
    key_pem = _read(file)
    try:
        key = serialization.load_pem_private_key(key_pem, None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{file}: expected an Ed25519 key without a password") from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise KeyFileError(f"{file}: expected an Ed25519 key")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public_pem = key.public_key().public_bytes(serialization.Encoding.PEM, form)
    return BadgeKey(_id(_spki(key.public_key())), key_pem, public_pem)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{file}: it cannot be read; 'tta init' makes the platform's own") from error


def _spki(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.DER, form)


def _id(spki: bytes) -> str:
    return hashlib.sha256(spki).hexdigest()[:16]


def certificate_key_id(certificate_der: bytes) -> str:
    """Return the key id of an X.509 certificate."""
    return _id(_spki(x509.load_der_x509_certificate(certificate_der).public_key()))  # type: ignore[arg-type]


def public_key_id(pem: bytes) -> str:
    """Return the key id of a public key or of the first X.509 certificate in PEM; raises KeyFileError for others."""
    try:
        if b"BEGIN CERTIFICATE" in pem:
            return _id(_spki(x509.load_pem_x509_certificate(pem).public_key()))  # type: ignore[arg-type]
        return _id(_spki(serialization.load_pem_public_key(pem)))  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise KeyFileError("expected a public key or a certificate in PEM") from error


def put_aside(file: Path) -> Path:
    """Rename a key file so that a new key is made in its place; return the new name."""
    number = 1
    while (kept := file.with_name(f"{file.stem}-old-{number}{file.suffix}")).exists():
        number += 1
    return file.rename(kept)
