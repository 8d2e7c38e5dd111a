"""Badges (Open Badges 3.0): the credential of a certificate, who issues it, and which are revoked."""

import json

from flask import Response, abort, render_template

from ttaplatform import pages
from ttaplatform.access import public, requires
from ttaplatform.certificates import service
from ttaplatform.certificates.badge import did_document, status_list
from ttaplatform.certificates.bundles import file_of
from ttaplatform.certificates.emblems import list_keys
from ttaplatform.certificates.keys import load_keys
from ttaplatform.certificates.preparing import issuer_of, prepare_badge
from ttaplatform.certificates.signing import TimeStampError
from ttaplatform.certificates.views import blueprint
from ttaplatform.clock import now
from ttaplatform.roles import Role


@blueprint.get("/certificates/<code>.json")
@requires(Role.LEARNER)
def badge(code: str) -> Response | tuple[str, int, dict[str, str]]:
    certificate = service.get_for(pages.session(), code, pages.person())
    try:
        kept = prepare_badge(pages.engine(), certificate.id, pages.settings())
    except TimeStampError:
        return render_template("certificates/preparing.html"), 503, {"Retry-After": "60", "Refresh": "60"}
    response = Response(kept, mimetype="application/vc")
    name = file_of(certificate).removesuffix(".pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@blueprint.get("/credentials/status/<int:number>")
@public
def status(number: int) -> Response:
    pages.limit_rate("verify")
    if not service.has_status_list(pages.session(), number):
        abort(404)
    gone = service.list_gone(pages.session(), number)
    issuer = issuer_of(pages.settings(), load_keys(pages.settings()))
    return _open_to_all(json.dumps(status_list(number, gone, issuer, at=now())), "application/vc")


@blueprint.get("/.well-known/did.json")
@blueprint.get("/did.json")
@public
def issuer() -> Response:
    keys = [(key.id, key.public_pem.encode()) for key in list_keys(pages.session(), "badge")]
    return _open_to_all(json.dumps(did_document(pages.settings().base_url, keys)), "application/did+json")


def _open_to_all(text: str, kind: str) -> Response:
    """Return what verifiers on other sites may read."""
    response = Response(text, mimetype=kind)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
