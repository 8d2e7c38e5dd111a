"""Make many certificates at once: the job behind a bundle, by worker processes on every core."""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context

from flask import Flask
from sqlalchemy import Engine

from ttaplatform.certificates.bundles import begin_bundle, bundle_file, tell_problem, tell_progress, write_zip
from ttaplatform.certificates.keys import KeyFileError, ensure_keys
from ttaplatform.certificates.models import Certificate
from ttaplatform.certificates.preparing import prepare_pdf
from ttaplatform.certificates.signing import TimeStampError
from ttaplatform.clock import now
from ttaplatform.config import Settings
from ttaplatform.credit.folder import sound_rules
from ttaplatform.db import reader, writer
from ttaplatform.web import create_app

log = logging.getLogger(__name__)
STEP = 10  # certificates between two savings of the progress
_app: list[Flask] = []  # of a worker process: made once in it


def make_bundle(engine: Engine, bundle_id: int, settings: Settings) -> None:
    """Make the zip of a bundle and tell its progress; begun again after a crash, it makes only what is missing."""
    with writer(engine) as session:
        certificates = begin_bundle(session, bundle_id, settings, sound_rules(settings.courses_dir))
        session.commit()
    if certificates is None:
        return
    try:
        _make(engine, bundle_id, settings, certificates)
    except (KeyFileError, TimeStampError, BrokenExecutor, OSError) as error:
        log.exception("bundle %s", bundle_id)
        with writer(engine) as session:
            tell_problem(session, bundle_id, type(error).__name__, now())
            session.commit()


def _make(engine: Engine, bundle_id: int, settings: Settings, certificates: list[Certificate]) -> None:
    missing = [one.id for one in certificates if one.pdf_sha256 is None]
    for done in prepare_all(missing, settings):
        with writer(engine) as session:
            tell_progress(session, bundle_id, len(certificates) - len(missing) + done)
            session.commit()
    with reader(engine) as session:
        write_zip(session, bundle_file(settings, bundle_id), certificates)
    with writer(engine) as session:
        tell_progress(session, bundle_id, len(certificates), now())
        session.commit()


def prepare_all(ids: list[int], settings: Settings, processes: int | None = None) -> Iterator[int]:
    """Make the files of these certificates by worker processes, one for each core; yield how many are done."""
    if not ids:
        return
    ensure_keys(settings, at=now())
    workers = min(processes or os.cpu_count() or 1, len(ids))
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (settings,)) as pool:
        for done, _one in enumerate(pool.map(_prepare, ids), 1):
            if done % STEP == 0 or done == len(ids):
                yield done


def _begin(settings: Settings) -> None:
    _app.append(create_app(settings))


def _prepare(certificate_id: int) -> None:
    app = _app[0]
    with app.app_context():
        prepare_pdf(app.extensions["engine"], certificate_id, app.config["SETTINGS"])
