"""Demonstration data: made-up agencies and people, marked as such, through the services that real ones use."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.catalogue.rules import FINAL, PRETEST, Item, Quiz
from ttaplatform.catalogue.service import Published, list_published
from ttaplatform.certificates.service import issue_certificate
from ttaplatform.learning import answers, attempts, service, sittings
from ttaplatform.learning.grading import Shown
from ttaplatform.learning.replies import send_evaluation
from ttaplatform.people import passwords
from ttaplatform.people.models import Account, Agency, Membership, Profession
from ttaplatform.people.service import agency_key, find_account, grant
from ttaplatform.roles import Role

PASSWORD = "demonstration only"  # noqa: S105 - printed at start; exists in demonstration data only
ACCOUNTS = {
    "learner@example.org": "patrol officer, Example City Police",
    "nurse@example.org": "registered nurse, Example County Hospital",
    "trainer@example.org": "trainer for the site",
    "expert@example.org": "reviewer of courses: subject expert",
    "reviewer@example.org": "reviewer of courses: survivor reviewer",
    "coordinator@example.org": "coordinator of Example County and what belongs to it",
    "admin@example.org": "administrator of the site",
}
AGENCIES = (
    ("Example State", "government", "state", ""),
    ("Example County", "government", "local", "Example State"),
    ("Example City Police", "police", "local", "Example County"),
    ("Example County Sheriff", "sheriff", "local", "Example County"),
    ("Example County Hospital", "hospital", "local", "Example County"),
    ("Example Community Clinic", "clinic", "nongovernmental", "Example County"),
    ("Example State Patrol", "state-police", "state", "Example State"),
    ("Example Tribal Police", "tribal-police", "tribal", ""),
)
_PEOPLE = (
    ("learner@example.org", "Demo Learner", "patrol-officer", "Example City Police", None, None),
    ("nurse@example.org", "Demo Nurse", "registered-nurse", "Example County Hospital", None, None),
    ("trainer@example.org", "Demo Trainer", "trainer", "Example State", Role.TRAINER, None),
    ("expert@example.org", "Demo Subject Expert", "detective", "Example State", Role.SUBJECT_EXPERT, None),
    ("reviewer@example.org", "Demo Survivor Reviewer", "other-profession", "Example State",
     Role.SURVIVOR_REVIEWER, None),
    ("coordinator@example.org", "Demo Coordinator", "training-coordinator", "Example County",
     Role.COORDINATOR, "Example County"),
    ("admin@example.org", "Demo Administrator", "other-profession", "Example State", Role.ADMINISTRATOR, None),
)  # fmt: skip
_LAW = ("patrol-officer", "detective", "dispatcher")
_HEALTH = ("registered-nurse", "physician", "social-worker")


def is_filled(session: Session) -> bool:
    """Say whether the demonstration data is there."""
    return find_account(session, "learner@example.org") is not None


def fill(session: Session, learners: int, seed: int, *, at: datetime) -> Iterator[int]:
    """Make agencies, the accounts and `learners` more with some history; yield after each learner."""
    chance = random.Random(seed)  # noqa: S311 - demonstration data
    agencies = _agencies(session, at)
    hashed = passwords.hash_password(PASSWORD)
    for email, name, profession, agency, role, scope in _PEOPLE:
        account = _person(session, email, name, profession, agencies[agency], hashed, at)
        if role is not None:
            grant(session, account.id, role, agencies[scope] if scope else None, at=at)
    published = list_published(session)
    for number in range(1, learners + 1):
        began = at - timedelta(days=chance.randint(1, 200), minutes=chance.randint(0, 600))
        _learner(session, number, chance, agencies, published, hashed, began)
        yield number


def _agencies(session: Session, at: datetime) -> dict[str, int]:
    ids: dict[str, int] = {}
    for name, kind, level, parent in AGENCIES:
        agency = Agency(
            name=name,
            name_key=agency_key(name),
            kind=kind,
            level=level,
            parent_id=ids.get(parent),
            created_at=at,
        )
        session.add(agency)
        session.flush()
        ids[name] = agency.id
    return ids


def _person(  # noqa: PLR0917
    session: Session, email: str, name: str, profession: str, agency_id: int, hashed: str, at: datetime
) -> Account:
    profession_id = session.scalars(select(Profession.id).where(Profession.slug == profession)).one()
    account = Account(
        email=email, name=name, password_hash=hashed, profession_id=profession_id, time_zone="America/New_York",
        created_at=at, email_confirmed_at=at,
    )  # fmt: skip
    session.add(account)
    session.flush()
    session.add(Membership(account_id=account.id, agency_id=agency_id, is_primary=True))
    session.flush()
    return account


def _learner(  # noqa: PLR0917
    session: Session,
    number: int,
    chance: random.Random,
    agencies: dict[str, int],
    published: list[Published],
    hashed: str,
    began: datetime,
) -> None:
    is_health = chance.random() < 0.45
    names = [a[0] for a in AGENCIES if (a[1] in {"hospital", "clinic"}) == is_health and a[1] != "government"]
    account = _person(
        session, f"learner-{number}@example.org", f"Demo Learner {number}",
        chance.choice(_HEALTH if is_health else _LAW),
        agencies[chance.choice(names)], hashed, began,
    )  # fmt: skip
    sector = "health" if is_health else "law-enforcement"
    for one in published:
        if one.course.sector in {sector, "all"}:
            _history(session, account.id, one, chance, began)


def _history(session: Session, account_id: int, published: Published, chance: random.Random, began: datetime) -> None:
    enrolled = service.get_enrolment(session, service.enrol(session, account_id, published, at=began), account_id)
    share = chance.choice((0.3, 1.0, 1.0, 1.0))
    course, at = enrolled.course, began
    if course.has_pretest:
        _sit(session, enrolled, PRETEST, 0.5, chance, at)
    for module in course.modules[: max(1, round(len(course.modules) * share))]:
        at += timedelta(minutes=module.minutes)
        service.finish_lesson(session, enrolled, module.slug, at=at)
        if module.quiz:
            _sit(session, enrolled, module.slug, 0.8, chance, at)
    if share == 1.0:
        at += timedelta(minutes=15)
        earned = _sit(session, enrolled, FINAL, chance.choice((1.0, 1.0, 0.4)), chance, at)
        if course.evaluation and chance.random() < (1.0 if course.evaluation.is_required else 0.5):
            earned = send_evaluation(session, enrolled, _opinions(course.evaluation, chance), at=at) or earned
        if earned:
            issue_certificate(session, enrolment_id=enrolled.id, at=at)


def _opinions(form: Quiz, chance: random.Random) -> dict[str, list[str]]:
    """Return an evaluation: a point of each scale, nothing in words."""
    asked = [item for item in form.items if item.options]
    return {item.id: [chance.choice(item.options).key] for item in asked}


def _sit(  # noqa: PLR0917
    session: Session, enrolled: service.Enrolled, quiz: str, skill: float, chance: random.Random, at: datetime
) -> bool:
    attempts.start_attempt(session, enrolled, quiz, at=at)
    sitting = sittings.find_sitting(session, enrolled, quiz)
    if sitting is None:
        return False
    for position in range(1, len(sitting.shown) + 1):
        item, shown = sitting.item(position)
        right = ITEM_TYPES[item.type].solve(item) or ["?"]
        given = right if chance.random() < skill else _wrong(item, shown, right)
        answers.save_response(session, sitting, position, given, at=at)
    return attempts.submit_attempt(session, enrolled, sitting, quiz, at=at)


def _wrong(item: Item, shown: Shown, right: list[str]) -> list[str]:
    """Return a response that is not right: another option, or only the first part of a right one."""
    others = [key for key in shown.option_keys if key not in right]
    return others[:1] if item.type in ("single", "multiple") else right[:1]
