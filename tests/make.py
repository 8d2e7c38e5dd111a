"""Plain functions that make what tests need; a test names only what it is about."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ttaplatform.catalogue.reference import Fact, Reference
from ttaplatform.catalogue.rules import FINAL
from ttaplatform.catalogue.service import Published, find_published, publish
from ttaplatform.learning import answers, attempts, service, sittings
from ttaplatform.learning.service import Enrolled
from ttaplatform.people import passwords
from ttaplatform.people.models import Account, Agency, Membership, Profession
from ttaplatform.people.service import agency_key, grant
from ttaplatform.roles import Role

COURSES = Path(__file__).parent.parent / "courses"
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
SLUG = "small-course"
REFERENCE = Reference({"hotline-phone": Fact("hotline-phone", "1-888-373-7888", "KEY", "2026-11-24", "found")})
_hashed: list[str] = []


def question(item_id: str, *, kind: str = "single", right: str = "The right one", settings: str = "") -> str:
    """Return a question in the dialect, with two options (single) or three (multiple)."""
    one, two, three = ("1.", "2.", "3.") if kind == "single" else ("-", "-", "-")
    extra = "" if kind == "single" else f"\n{three} [x] Another right one\n\n    > Yes.\n"
    return (
        f"## Question: What of {item_id}?\n\n<!-- quiz: id={item_id} objective=LO1 {settings} -->\n\n"
        f"{one} [x] {right}\n\n    > Yes, because.\n\n{two} [ ] The wrong one\n\n    > No, because.\n{extra}\n"
        "> **Explanation:** So it is. [@KEY]\n"
    )


SCENARIO = """## Question: At the counter

<!-- quiz: id=two-scenario type=scenario objective=LO1 -->

A person waits.

## Scene: start

Someone answers for them.

- [Ask aloud](#scene-aloud)

    > They cannot answer while another listens.

- [Ask alone](#scene-alone) `+1`

    > Now they can.

## Scene: aloud

Nobody speaks. You can still change it.

- [Ask alone after all](#scene-alone)

    > Better late.

## Scene: alone

They nod. You offer a number.
"""
RATING = "## Question: I can do it now.\n\n<!-- quiz: id=ev-1 type=likert -->\n\n1. No\n2. Partly\n3. Yes\n"
OPEN = "## Question: What was hard?\n\n<!-- quiz: id=ev-2 type=open -->\n"
CHOICE = "## Question: How long was it?\n\n<!-- quiz: id=ev-3 -->\n\n1. [ ] Too long\n\n2. [ ] Right\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>A map</title></svg>'


def course_files(**changes: str) -> dict[str, str]:
    """Return the files of a small sound course; `changes` replaces or adds some (path with / as __)."""
    files = {
        "course.md": (
            "---\ntitle: Small course\nslug: small-course\nsummary: A small one.\nsector: all\nminutes: 20\n"
            "passing_percent: 80\nattempts: 2\nobjectives: {LO1: Do it.}\nreviewed_on: 2026-11-24\n"
            "sources:\n- {key: KEY, publisher: P, title: T, url: 'https://example.org/'}\n---\n\nWelcome.\n"
        ),
        "01-one/module.md": (
            "---\ntitle: First lesson\nminutes: 5\nobjectives: [LO1]\n---\n\n## Look\n\n"
            "Call {{ fact:hotline-phone }}. [@KEY]\n\n"
            "> [!CONTENT]\n> Something hard follows.\n\nHard words.\n\n## After\n\nSoft words.\n\n"
            + question("one-self")
        ),
        "01-one/quiz.md": "---\ntitle: First check\n---\n\n" + question("one-1") + "\n" + question("one-2"),
        "02-two/module.md": (
            "---\ntitle: Second lesson\nminutes: 5\n---\n\n## Act\n\nWords.\n\n![A map](../media/map.svg)\n\n"
            + SCENARIO
        ),
        "final/quiz.md": "---\ntitle: Final assessment\n---\n\n<!-- pool: all draw=4 -->\n\n"
        + "\n".join(question(f"final-{n}", settings="shuffle") for n in range(1, 5))
        + "\n"
        + question("final-5", kind="multiple")
        + "\n<!-- /pool -->\n",
        "evaluation.md": f"---\ntitle: Evaluation\n---\n\n{RATING}\n{OPEN}\n{CHOICE}",
        "job-aid.md": "---\ntitle: On one page\n---\n\n## First\n\n- Ask alone. [@KEY]\n"
        "- Call {{ fact:hotline-phone }}.\n",
        "media/map.svg": PICTURE,
    }
    return files | {path.replace("__", "/"): text for path, text in changes.items()}


SPANISH = {
    "Small course": "Curso breve", "A small one.": "Uno breve.", "Do it.": "Hágalo.", "Welcome.": "Bienvenida.",
    "First lesson": "Primera lección", "Second lesson": "Segunda lección", "First check": "Primera prueba",
    "Final assessment": "Evaluación final", "What of": "¿Qué de", "The right one": "La correcta",
    "The wrong one": "La incorrecta", "Another right one": "Otra correcta", "So it is.": "Así es.",
    "Something hard follows.": "Sigue algo duro.", "At the counter": "En el mostrador", "Ask alone": "Pregunte a solas",
    "I can do it now.": "Ahora puedo.", "On one page": "En una página", "A map": "Un mapa", "Look": "Mire",
}  # fmt: skip


def spanish_files(**changes: str) -> dict[str, str]:
    """Return the small course with its Spanish translation; `changes` replaces or adds some files."""
    files = course_files()
    files["course.md"] = files["course.md"].replace("---\n", "---\nlanguages: [en, es]\n", 1)
    for path, text in course_files().items():
        if path.endswith(".md"):
            files[f"{path.removesuffix('.md')}.es.md"] = _in_spanish(text)
    return files | {path.replace("__", "/"): text for path, text in changes.items()}


def _in_spanish(text: str) -> str:
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    kept = [line for line in head.splitlines() if line.startswith(("title:", "summary:", "objectives: {"))]
    text = "---\n" + "\n".join(kept) + "\n---\n" + body
    for english, spanish in SPANISH.items():
        text = text.replace(english, spanish)
    return text


def make_account(
    session: Session,
    email: str = "pat@example.org",
    *,
    name: str = "Pat Example",
    agency: int | None = None,
    role: Role | None = None,
    scope: int | None = None,
    is_confirmed: bool = True,
    language: str = "en",
    zone: str = "America/New_York",
) -> Account:
    """Return a stored account with a primary agency and, if named, a role."""
    if not _hashed:
        _hashed.append(passwords.hash_password(PASSWORD))
    account = Account(
        email=email,
        name=name,
        password_hash=_hashed[0],
        language=language,
        profession_id=session.scalars(select(Profession.id).where(Profession.slug == "patrol-officer")).one(),
        time_zone=zone,
        created_at=AT,
        email_confirmed_at=AT if is_confirmed else None,
    )
    session.add(account)
    session.flush()
    session.add(Membership(account_id=account.id, agency_id=agency or make_agency(session), is_primary=True))
    if role:
        grant(session, account.id, role, scope, at=AT)
    session.flush()
    return account


def make_agency(session: Session, name: str = "Springfield Police", *, parent: int | None = None) -> int:
    """Return the id of the agency, made if it is not there."""
    found = session.scalar(select(Agency.id).where(Agency.name_key == agency_key(name)))
    if found is not None:
        return found
    agency = Agency(name=name, name_key=agency_key(name), kind="police", level="local", parent_id=parent, created_at=AT)
    session.add(agency)
    session.flush()
    return agency.id


def published(session: Session) -> Published:
    """Return the small course as it is offered."""
    found = find_published(session, SLUG)
    assert found is not None
    return found


def publish_changed(session: Session, folder: Path, **changes: str) -> None:
    """Publish the small course with some files changed (path with / as __), as a new release."""
    for name, words in course_files(**changes).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(words, "utf-8")
    assert publish(session, folder, COURSES, at=AT)
    session.commit()


def enrolled(session: Session, account: Account, *, at: datetime = AT) -> Enrolled:
    """Return the account's open enrolment in the small course."""
    enrolment_id = service.enrol(session, account.id, published(session), at=at)
    return service.get_enrolment(session, enrolment_id, account.id)


def sit(session: Session, enrolment: Enrolled, quiz: str, *, right: bool = True, at: datetime = AT) -> bool:
    """Take the quiz at once, all right or all wrong; return whether the course was earned by it."""
    attempts.start_attempt(session, enrolment, quiz, at=at)
    sitting = sittings.find_sitting(session, enrolment, quiz)
    assert sitting is not None
    for position in range(1, len(sitting.shown) + 1):
        item, _shown = sitting.item(position)
        given = [option.key for option in item.options if option.is_right is right]
        answers.save_response(session, sitting, position, given, at=at)
    return attempts.submit_attempt(session, enrolment, sitting, quiz, at=at)


def complete(session: Session, enrolment: Enrolled, *, at: datetime = AT) -> bool:
    """Finish every lesson and check of the small course, and pass it; return whether it was earned."""
    for module in enrolment.course.modules:
        service.finish_lesson(session, enrolment, module.slug, at=at)
        if module.quiz:
            sit(session, enrolment, module.slug, at=at)
    return sit(session, enrolment, FINAL, at=at)
