"""Make a certificate's bytes: outside any transaction, for it takes long, then stored in a short one."""

from sqlalchemy import Engine

from ttaplatform.certificates.document import make_pdf
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.service import find_pdf, store_pdf
from ttaplatform.db import reader, writer


def prepare_pdf(engine: Engine, certificate_id: int, base_url: str) -> bytes:
    """Return the stored bytes of the certificate, made first if there are none yet.

    Two that make them at once store one: the first. Needs an application context (templates, languages).
    """
    with reader(engine) as session:
        stored = find_pdf(session, certificate_id)
        certificate = session.get_one(Certificate, certificate_id)
    if stored is not None:
        return stored
    pdf = make_pdf(certificate, base_url)
    with writer(engine) as session:
        stored = store_pdf(session, certificate_id, pdf)
        session.commit()
    return stored
