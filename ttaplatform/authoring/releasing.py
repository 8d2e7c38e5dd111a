"""Publish a draft, now or at a time that was set; withdraw a course."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from ttaplatform.authoring.checking import check_files
from ttaplatform.authoring.drafts import files_of
from ttaplatform.authoring.models import CourseDraft
from ttaplatform.authoring.rules import MATERIAL, PUBLISHED
from ttaplatform.catalogue.models import Publication
from ttaplatform.catalogue.service import Change, publish_course
from ttaplatform.errors import RuleBrokenError
from ttaplatform.people.service import record
from ttaplatform.roles import Person


def publish_draft(
    session: Session, draft: CourseDraft, facts_folder: Path, *, person: Person, at: datetime
) -> Publication:
    """Publish the draft in this transaction; RuleBrokenError("broken") while the checker finds errors."""
    files = files_of(session, draft.id)
    checked = check_files(files, facts_folder)
    if checked.course is None:
        raise RuleBrokenError("broken")
    change = Change(draft.kind or MATERIAL, draft.note, person.id, (), draft.agency_id)
    publication = publish_course(session, checked.course, files, change, at=at)
    draft.state, draft.publish_at = PUBLISHED, None
    draft.course_id, draft.base_release_id = publication.course_id, publication.release_id
    session.flush()
    record(session, "course.publish", actor_id=person.id, at=at, draft=draft.id, publication=publication.id)
    return publication
