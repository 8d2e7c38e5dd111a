"""What authoring says: the names of a course's files, and why something was refused."""

from collections.abc import Mapping

from ttaplatform.authoring.rules import MODULE
from ttaplatform.authoring.settings import module_title
from ttaplatform.catalogue.codes import CODES
from ttaplatform.catalogue.front_matter import language_of
from ttaplatform.catalogue.rules import Problem
from ttaplatform.i18n import LANGUAGES, _, _l

REFUSALS = {
    "slug-taken": _l("There is a course of this title already. Choose another title."),
    "draft-exists": _l("Somebody is writing a course of this title. Choose another title, or open their draft."),
    "no-source": _l("The files of this course were not kept. An operator publishes it once more from its folder."),
    "not-open": _l("This draft is in review or published, so that its files stay as they are."),
    "too-large": _l("This text is too long for one file. Divide it into two modules."),
    "no-text": _l("This text contains characters that are no text. Paste it again as plain text."),
    "too-many-files": _l("This draft has too many files."),
    "too-many-modules": _l("A course has at most 99 modules."),
    "kind": _l("Say which kind of change this is."),
    "note": _l("Say in a sentence or two what changed: learners read it."),
    "not-sent": _l("Send the draft to review first."),
    "unsigned": _l("A signature is missing."),
    "base-changed": _l(
        "Another release was published since this draft began. Compare with it first, so that nothing is lost."
    ),
    "past": _l("Choose a time that is still to come."),
    "no-moment": _l("Choose a day and a time."),
    "not-in-review": _l("This draft is not in review."),
    "not-scheduled": _l("This draft waits for no time."),
    "not-yours": _l("You are no reviewer of this kind for this course."),
    "own": _l("You wrote some of this draft, so somebody else reviews it."),
    "signed": _l("You have signed this content already."),
    "no-verdict": _l("Choose whether you approve, or ask for changes."),
    "say-why": _l("Say what should change, here or at a line."),
    "no-words": _l("Write your comment first."),
    "too-many-comments": _l("There are too many comments on this draft."),
    "edit-conflict": _l(
        "Somebody saved this file after you opened it. Nothing of yours was saved: look at theirs, then try again."
    ),
    "no-slug": _l("The settings of course.md do not name the course: they need title and slug."),
    "no-questions": _l("There are no questions in this file."),
    "wrong-file": _l("This file is of another kind: choose one of those named above."),
    "empty-file": _l("Choose a file first."),
    "large-file": _l("This file is too large: a picture has at most 2 MB, a video 40 MB."),
    "unknown-file": _l("This is no picture that can be shown. Use PNG, JPEG, WEBP or SVG; MP4 or WEBM for videos."),
    "unsafe-file": _l("This file is not what its name says, or it contains a script or an address."),
    "no-alt": _l("Say in a few words what the picture shows, for those who do not see it."),
    "broken": _l("The checker finds errors. Mend them first."),
}


def file_name(path: str) -> str:
    """Return what a file of a course is, in the page's language: "Lesson", "Knowledge check (Español)"."""
    language = language_of(path)
    name = path.rsplit("/", 1)[-1].removesuffix(".md").removesuffix(f".{language}" if language else "")
    if path.startswith("final/"):
        name = "final"
    names: dict[str, str] = {
        "course": _("Course page and settings"),
        "module": _("Lesson"),
        "quiz": _("Knowledge check"),
        "final": _("Final assessment"),
        "evaluation": _("Evaluation"),
        "job-aid": _("Job aid"),
    }
    said = names.get(name, name)
    return f"{said} ({LANGUAGES.get(language, language)})" if language else said


def page_name(files: Mapping[str, str], path: str) -> str:
    """Return what a file is and of which module: "Lesson: Act, means and purpose"."""
    folder = path.split("/")[0]
    return f"{file_name(path)}: {module_title(files, folder)}" if MODULE.match(path) else file_name(path)


def told(problem: Problem) -> str:
    """Return what the checker says; elsewhere than in English, what its code means before that."""
    code = CODES.get(problem.code)
    meaning = str(_(code.meaning)) if code else ""
    return f"{meaning} ({problem.message})" if code and meaning != code.meaning else problem.message


def kind_word(kind: str) -> tuple[str, str]:
    """Return what a kind of change is called, and what it does to learners."""
    said: dict[str, tuple[str, str]] = {
        "editorial": (_("Editorial"), _("Words, not meaning. Learners in progress stay on what they began.")),
        "material": (
            _("Material"),
            _("Learners in progress finish on what they began; who begins from now on gets the new one."),
        ),
        "safety-critical": (
            _("Safety-critical"),
            _("What was taught could harm someone. Learners in progress are moved and told what changed."),
        ),
    }
    return said[kind]


def review_word(kind: str) -> str:
    """Return what a kind of review is called."""
    said: dict[str, str] = {
        "subject-expert": _("Subject expert"),
        "survivor-reviewer": _("Survivor reviewer"),
    }
    return said[kind]


def rule_word(needs: str) -> tuple[str, str]:
    """Return what a rule of review is called, and what it asks."""
    said: dict[str, tuple[str, str]] = {
        "both": (
            _("Both reviewers"),
            _("A subject expert signs every release, and a survivor reviewer what speaks of victims."),
        ),
        "one": (
            _("One reviewer"),
            _("A survivor reviewer signs what speaks of victims, a subject expert everything else."),
        ),
        "none": (_("No reviewer"), _("Authors publish alone. The course page says that nobody signed.")),
    }
    return said[needs]


PLACES = ("course", "module", "quiz", "evaluation", "job-aid")


def place_of(path: str) -> tuple[int, str]:
    """Return where a file stands in lists: the course first, then in the order of learning, the original first."""
    name = path.rsplit("/", 1)[-1].split(".")[0]
    return (PLACES.index(name) if name in PLACES else len(PLACES)), language_of(path)


def has_settings(path: str) -> bool:
    """Say whether a file's settings have a form; a translation's are the original's."""
    return path.rsplit("/", 1)[-1] in {"course.md", "module.md", "quiz.md"}


def state_word(state: str) -> str:
    """Return what the state of a draft is called."""
    said: dict[str, str] = {
        "draft": _("Draft"),
        "in-review": _("In review"),
        "scheduled": _("Waits for its day"),
        "published": _("Published"),
        "discarded": _("Thrown away"),
    }
    return said[state]


def refusal(code: str) -> str:
    """Return what a trainer is told when a rule refuses something; the code itself when there are no words for it."""
    return str(REFUSALS.get(code, code))
