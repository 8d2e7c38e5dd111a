"""What authoring asks: states of a draft, who must sign what, which kind a change is, and how modules are numbered."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ttaplatform.catalogue.rules import Course, Item

DRAFT, IN_REVIEW, SCHEDULED, PUBLISHED, DISCARDED = "draft", "in-review", "scheduled", "published", "discarded"
STATES = (DRAFT, IN_REVIEW, SCHEDULED, PUBLISHED, DISCARDED)
EDITORIAL, MATERIAL, SAFETY_CRITICAL = "editorial", "material", "safety-critical"
KINDS = (EDITORIAL, MATERIAL, SAFETY_CRITICAL)
SUBJECT_EXPERT, SURVIVOR_REVIEWER = "subject-expert", "survivor-reviewer"
REVIEWS = (SUBJECT_EXPERT, SURVIVOR_REVIEWER)
APPROVED, CHANGES = "approved", "changes"
VERDICTS = (APPROVED, CHANGES)
NEEDS = ("both", "one", "none")
MOST_MODULES = 99
MODULE = re.compile(r"^(\d\d)-([a-z0-9-]+)/")
# Words by which a text speaks of people who were harmed; such content is read by a survivor reviewer (issue 5).
OF_VICTIMS = re.compile(
    r"\b(victims?|survivors?|traffick\w+|exploit\w+|abus\w+|v[ií]ctimas?|sobrevivientes?|trata|explota\w+)\b", re.I
)


@dataclass(frozen=True)
class Signed:
    """A reviewer's decision about a content: which kind of review, by whom, and whether it was approved."""

    kind: str
    account_id: int | None
    verdict: str


def speaks_of_victims(texts: Iterable[str]) -> bool:
    """Say whether a course speaks of victims, so that a survivor reviewer reads it."""
    return any(OF_VICTIMS.search(text) for text in texts)


def reviews_needed(needs: str, *, of_victims: bool) -> tuple[str, ...]:
    """Return the kinds of review that a content needs; `needs` is one of NEEDS.

    "one" asks for the survivor reviewer where the content speaks of victims, otherwise for the subject expert.
    """
    if needs == "none":
        return ()
    if needs == "one":
        return (SURVIVOR_REVIEWER,) if of_victims else (SUBJECT_EXPERT,)
    return REVIEWS if of_victims else (SUBJECT_EXPERT,)


def reviews_missing(needed: Collection[str], signed: Collection[Signed]) -> tuple[str, ...]:
    """Return which of the needed reviews are not approved yet; two kinds are signed by two people.

    Who asked for changes has to approve the content as it is then, or it stays as good as not reviewed; that holds
    for a kind of review, too, that was not needed.
    """
    approved = {kind: {one.account_id for one in signed if one.kind == kind and one.verdict == APPROVED}
                for kind in needed}  # fmt: skip
    refused = {one.kind for one in signed if one.verdict == CHANGES}
    missing = [kind for kind in needed if not approved[kind] or kind in refused]
    missing += [kind for kind in REVIEWS if kind in refused and kind not in needed]
    if not missing and len(needed) > len(set().union(*approved.values())):
        return (needed[-1],) if isinstance(needed, tuple) else tuple(needed)[-1:]
    return tuple(missing)


def kinds_allowed(old: Course | None, new: Course) -> tuple[str, ...]:
    """Return the kinds that a change may be called: what decides who passes is never only editorial."""
    if old is None:
        return (MATERIAL,)
    return KINDS if _decides(old) == _decides(new) else (MATERIAL, SAFETY_CRITICAL)


def _decides(course: Course) -> tuple[object, ...]:
    """Return what decides how long a course is and who passes it."""
    quizzes = [module.quiz for module in course.modules]
    return (
        course.minutes,
        course.passing_percent,
        course.attempts,
        course.objectives.keys(),
        [module.slug for module in course.modules],
        {item.id: item.hash for item in course.items},
        [quiz and (quiz.pools, quiz.attempts, quiz.counts) for quiz in (*quizzes, course.final)],
    )


def items_changed(old: Course, new: Course) -> tuple[list[Item], list[Item], list[Item]]:
    """Return the items that are new, those that ask something else now, and those that are gone."""
    before, after = {item.id: item for item in old.items}, {item.id: item for item in new.items}
    added = [item for name, item in after.items() if name not in before]
    changed = [item for name, item in after.items() if name in before and before[name].hash != item.hash]
    return added, changed, [item for name, item in before.items() if name not in after]


def module_folders(paths: Iterable[str]) -> list[str]:
    """Return the folders of the modules in their order: "01-definitions"."""
    return sorted({path.split("/")[0] for path in paths if MODULE.match(path)})


def renumbered(folders: Iterable[str]) -> dict[str, str]:
    """Return old to new name of module folders that stand in a new order, only those that change."""
    names = {folder: f"{place:02}-{folder[3:]}" for place, folder in enumerate(folders, 1)}
    return {old: new for old, new in names.items() if old != new}


def moved(folders: list[str], folder: str, by: int) -> list[str]:
    """Return the folders with one moved by so many places (-1: earlier), as far as there are places."""
    rest = [one for one in folders if one != folder]
    place = max(0, min(len(rest), folders.index(folder) + by))
    return [*rest[:place], folder, *rest[place:]]


def slug_of(title: str, taken: Collection[str] = ()) -> str:
    """Return a title as it stands in addresses and folders, with a number behind it when that is taken."""
    plain = title.lower().translate(str.maketrans("áéíóúüñàèìòùâêîôûçäö", "aeiouunaeiouaeioucao"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "untitled"
    return next(one for n in range(1, 10_000) if (one := slug if n == 1 else f"{slug}-{n}") not in taken)


def paths_after(paths: Mapping[str, object], names: Mapping[str, str]) -> dict[str, str]:
    """Return old to new path of the files whose module folder gets another name."""
    return {path: names[folder] + path[len(folder) :] for path in paths if (folder := path.split("/")[0]) in names}
