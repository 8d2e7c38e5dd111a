"""A certificate with an RFC 3161 time stamp: of an authority of the tests, on loopback."""

import asyncio
import io
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper

from tests.make import AT
from ttaplatform.certificates.keys import ensure_keys, load_keys
from ttaplatform.certificates.signing import Statement, read_signature, sign_pdf
from ttaplatform.config import SettingError, load_settings

STAMPED_AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def authority() -> DummyTimeStamper:
    """Return a time-stamp authority whose clock stands still."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps of the tests")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, AT - timedelta(days=1), AT + timedelta(days=900))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = keys.PrivateKeyInfo.load(key.private_bytes(serialization.Encoding.DER, form, plain))
    public = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    return DummyTimeStamper(public, private, fixed_dt=STAMPED_AT)


@pytest.fixture
def tsa_url():
    """Serve the authority over HTTP."""
    stamper = authority()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            reply = asyncio.run(stamper.async_request_tsa_response(request)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_with_an_authority_the_signature_bears_its_time_stamp(tmp_path, tsa_url):
    from ttaplatform.certificates.document import html_to_pdf

    settings = replace(load_settings({"TTA_DATA_DIR": str(tmp_path), "TTA_SECRET_KEY": "x"}), tsa_url=tsa_url)
    ensure_keys(settings, at=AT)
    pdf = html_to_pdf("<html lang=en><title>Test</title><h1>Test</h1></html>")

    signed = sign_pdf(pdf, load_keys(settings).document, Statement("Site", "Test", ""), settings.tsa_url)

    unsigned = PdfFileReader(io.BytesIO(signed)).embedded_signatures[-1].signer_info["unsigned_attrs"]
    stamp = next(one["values"][0] for one in unsigned if one["type"].native == "signature_time_stamp_token")
    told = stamp["content"]["encap_content_info"]["content"].parsed
    assert told["gen_time"].native == STAMPED_AT
    assert (read_signature(signed).is_intact, read_signature(signed).is_whole) == (True, True)


def test_an_address_that_is_none_stops_the_start(tmp_path):
    with pytest.raises(SettingError, match="TTA_TSA_URL"):
        load_settings({"TTA_DATA_DIR": str(tmp_path), "TTA_TSA_URL": "ftp://time"})
