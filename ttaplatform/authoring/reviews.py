"""Reviews: send a draft to its reviewers, sign or ask for changes, comment on lines, and the rule of this site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ttaplatform.authoring.checking import Checked
from ttaplatform.authoring.drafts import reviews_here, writers_of
from ttaplatform.authoring.models import Comment, CourseDraft, ReviewRule, Signature
from ttaplatform.authoring.rules import (
    APPROVED,
    CHANGES,
    DRAFT,
    EDITORIAL,
    IN_REVIEW,
    KINDS,
    SCHEDULED,
    SURVIVOR_REVIEWER,
    Signed,
    reviews_missing,
    reviews_needed,
    speaks_of_victims,
)
from ttaplatform.errors import NotFoundError, RuleBrokenError
from ttaplatform.jobs.queue import enqueue
from ttaplatform.people.models import Account, RoleGrant
from ttaplatform.people.service import agencies_above, record
from ttaplatform.roles import Person, Role

STRICTEST = "both"
MOST_COMMENTS = 500


@dataclass(frozen=True)
class Plan:
    """What the author says of a change: its kind, and what learners are told of it."""

    kind: str
    note: str = ""


def current_rule(session: Session) -> str:
    """Return which signatures a release needs here: what an administrator set last, otherwise the strictest."""
    return session.scalar(select(ReviewRule.needs).order_by(ReviewRule.id.desc()).limit(1)) or STRICTEST


def set_rule(session: Session, needs: str, *, person: Person, at: datetime) -> None:
    """Set which signatures a release needs from now on; the same again changes nothing."""
    if needs != current_rule(session):
        session.add(ReviewRule(needs=needs, set_by_id=person.id, set_at=at))
        session.flush()
        record(session, f"review.rule-{needs}", actor_id=person.id, at=at)


def needed_for(session: Session, files: Mapping[str, str], *, is_required: bool = False) -> tuple[str, ...]:
    """Return the kinds of review that these files need; `is_required` (TTA_REVIEW) overrules what was set."""
    texts = [text for path, text in files.items() if path.endswith(".md")]
    needs = STRICTEST if is_required else current_rule(session)
    return reviews_needed(needs, of_victims=speaks_of_victims(texts))


def send_to_review(
    session: Session, draft: CourseDraft, checked: Checked, plan: Plan, allowed: Sequence[str], *, person: Person,
    at: datetime,
) -> None:  # fmt: skip
    """Close the draft for writing and ask its reviewers.

    Raises RuleBrokenError: "not-open", "broken" (the checker finds errors), "kind" (none of those `allowed`), "note"
    (learners must be told what changed).
    """
    if draft.state != DRAFT:
        raise RuleBrokenError("not-open")
    if checked.course is None:
        raise RuleBrokenError("broken")
    if plan.kind not in KINDS or plan.kind not in allowed:
        raise RuleBrokenError("kind")
    if draft.base_release_id is not None and plan.kind != EDITORIAL and not plan.note.strip():
        raise RuleBrokenError("note")
    draft.kind, draft.note, draft.content_hash = plan.kind, plan.note.strip()[:500], checked.content_hash
    draft.state, draft.title = IN_REVIEW, checked.course.title
    session.flush()
    record(session, "draft.send", actor_id=person.id, at=at, draft=draft.id, kind=plan.kind, hash=draft.content_hash)


def ask_reviewers(session: Session, draft: CourseDraft, kinds: Sequence[str]) -> None:
    """Enqueue a letter to whoever may sign one of these kinds of review and wrote nothing of the draft."""
    above = agencies_above(session, draft.agency_id) if draft.agency_id else []
    here = or_(RoleGrant.agency_id.is_(None), RoleGrant.agency_id.in_(above))
    wanted = select(RoleGrant.account_id).where(RoleGrant.role.in_(kinds), here).distinct()
    for account_id in sorted(set(session.scalars(wanted)) - writers_of(session, draft.id)):
        key = f"{draft.id}:{draft.content_hash[:16]}:{account_id}"
        enqueue(session, "mail-review", {"draft_id": draft.id, "account_id": account_id}, key=key)


def take_back(session: Session, draft: CourseDraft, *, person: Person, at: datetime) -> None:
    """Open the draft for writing again; signatures stay with the content that they were given to."""
    if draft.state not in (IN_REVIEW, SCHEDULED):
        raise RuleBrokenError("not-in-review")
    draft.state, draft.publish_at = DRAFT, None
    session.flush()
    record(session, "draft.take-back", actor_id=person.id, at=at, draft=draft.id)


def sign(
    session: Session, draft: CourseDraft, kind: str, verdict: str, *, note: str, shows_name: bool, person: Person,
    at: datetime,
) -> None:  # fmt: skip
    """Sign the content of the draft as a reviewer of that kind, or ask for changes, which opens it for writing.

    A survivor reviewer is named only if they want it. Raises RuleBrokenError: "not-in-review", "not-yours" (no such
    reviewer), "own" (who wrote it), "signed" (once for each content), "say-why" (changes without a word).
    """
    if draft.state != IN_REVIEW:
        raise RuleBrokenError("not-in-review")
    if kind not in reviews_here(session, person, draft.agency_id):
        raise RuleBrokenError("not-yours")
    if person.id in writers_of(session, draft.id):
        raise RuleBrokenError("own")
    if verdict == CHANGES and not note.strip() and not _has_comment(session, draft, person):
        raise RuleBrokenError("say-why")
    signature = Signature(
        draft_id=draft.id,
        content_hash=draft.content_hash,
        kind=kind,
        verdict=verdict,
        note=note.strip()[:1000],
        account_id=person.id,
        shown_name=person.name if shows_name else "",
        signed_at=at,
    )
    try:
        with session.begin_nested():
            session.add(signature)
            session.flush()
    except IntegrityError as error:
        raise RuleBrokenError("signed") from error
    draft.state = DRAFT if verdict == CHANGES else IN_REVIEW
    session.flush()
    record(session, f"review.{verdict}", actor_id=person.id, at=at, draft=draft.id, kind=kind, hash=draft.content_hash)
    _tell_author(session, draft, signature)


def _has_comment(session: Session, draft: CourseDraft, person: Person) -> bool:
    mine = select(Comment.id).where(Comment.draft_id == draft.id, Comment.account_id == person.id)
    return session.scalar(mine.where(Comment.resolved_at.is_(None)).limit(1)) is not None


def _tell_author(session: Session, draft: CourseDraft, signature: Signature) -> None:
    if draft.created_by_id is not None:
        payload = {"draft_id": draft.id, "account_id": draft.created_by_id}
        enqueue(session, "mail-reviewed", payload, key=f"{signature.id}")


def list_signatures(session: Session, draft: CourseDraft) -> Sequence[Signature]:
    """Return what reviewers decided of any content of this draft, the newest first."""
    wanted = select(Signature).where(Signature.draft_id == draft.id)
    return session.scalars(wanted.order_by(Signature.id.desc())).all()


def signatures_of(session: Session, content_hash: str) -> Sequence[Signature]:
    """Return what reviewers decided of a content, in whichever draft they read it."""
    wanted = select(Signature).where(Signature.content_hash == content_hash)
    return session.scalars(wanted.order_by(Signature.id)).all()


def missing_for(session: Session, content_hash: str, needed: Sequence[str]) -> tuple[str, ...]:
    """Return which of the needed reviews a content lacks."""
    signed = [Signed(one.kind, one.account_id, one.verdict) for one in signatures_of(session, content_hash)]
    return reviews_missing(needed, signed)


def colophon(signatures: Sequence[Signature]) -> list[dict[str, str]]:
    """Return who approved a content, as its publication keeps it: the kind of review, and a name or none."""
    approved = {(one.kind, one.shown_name) for one in signatures if one.verdict == APPROVED}
    return [
        {"kind": kind, "name": name} for kind, name in sorted(approved, key=lambda one: one[0] == SURVIVOR_REVIEWER)
    ]


def sign_folder(
    session: Session, content_hash: str, files: Mapping[str, str], *, is_required: bool
) -> list[dict[str, str]]:
    """Return who signed a content in any draft, for an operator who publishes it from a folder.

    Raises RuleBrokenError("unsigned") when signatures are required and one that the content needs is missing.
    """
    if is_required and missing_for(session, content_hash, needed_for(session, files, is_required=True)):
        raise RuleBrokenError("unsigned")
    return colophon(signatures_of(session, content_hash))


def comment_line(
    session: Session, draft: CourseDraft, path: str, line: int, words: str, *, quoted: str, person: Person, at: datetime
) -> Comment:
    """Keep what a reviewer or an author says of a line; RuleBrokenError("no-words"), ("too-many-comments")."""
    if not words.strip():
        raise RuleBrokenError("no-words")
    if len(list_comments(session, draft.id)) >= MOST_COMMENTS:
        raise RuleBrokenError("too-many-comments")
    comment = Comment(
        draft_id=draft.id,
        path=path,
        line=line,
        quoted=quoted[:300],
        words=words.strip()[:2000],
        account_id=person.id,
        written_at=at,
    )
    session.add(comment)
    session.flush()
    record(session, "review.comment", actor_id=person.id, at=at, draft=draft.id, comment=comment.id)
    return comment


def resolve_comment(session: Session, draft: CourseDraft, comment_id: int, *, person: Person, at: datetime) -> Comment:
    """Mark a comment as dealt with, or open it again; NotFoundError when it is of another draft."""
    comment = session.get(Comment, comment_id)
    if comment is None or comment.draft_id != draft.id:
        raise NotFoundError("comment")
    comment.resolved_at = None if comment.resolved_at else at
    session.flush()
    action = "review.resolve" if comment.resolved_at else "review.reopen"
    record(session, action, actor_id=person.id, at=at, draft=draft.id, comment=comment.id)
    return comment


def list_comments(session: Session, draft_id: int) -> Sequence[Comment]:
    """Return the comments on a draft by file and line, those dealt with last."""
    order = (Comment.resolved_at.is_not(None), Comment.path, Comment.line, Comment.id)
    return session.scalars(select(Comment).where(Comment.draft_id == draft_id).order_by(*order)).all()


def list_to_review(session: Session, person: Person) -> Sequence[CourseDraft]:
    """Return the drafts that wait for a signature that the person may give and has not given."""
    if not {Role.SUBJECT_EXPERT, Role.SURVIVOR_REVIEWER} & person.roles:
        return []
    drafts = session.scalars(select(CourseDraft).where(CourseDraft.state == IN_REVIEW).order_by(CourseDraft.id)).all()
    return [
        draft
        for draft in drafts
        if reviews_here(session, person, draft.agency_id)
        and person.id not in writers_of(session, draft.id)
        and person.id not in {one.account_id for one in signatures_of(session, draft.content_hash)}
    ]


def names_of(session: Session, signatures: Sequence[Signature]) -> dict[int, str]:
    """Return by signature who gave it, as it may be shown to authors: a survivor reviewer's name only if they want."""
    ids = [one.account_id for one in signatures if one.kind != SURVIVOR_REVIEWER and one.account_id]
    known = {row.id: row.name for row in session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))}
    return {one.id: one.shown_name or known.get(one.account_id or 0, "") for one in signatures}
