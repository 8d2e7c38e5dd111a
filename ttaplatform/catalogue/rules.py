"""What a course is: frozen values, and the problems that a course file can have."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from ttaplatform.catalogue.codes import CODES


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong at a line of a course file; `code` is one of CODES."""

    path: str
    line: int
    code: str
    message: str

    @property
    def is_warning(self) -> bool:
        """Say whether it fails only a strict check."""
        return CODES[self.code].is_warning

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {self.message}"


@dataclass(frozen=True)
class Option:
    """One choice or accepted answer of an item; `key` is its own id within the item (a, b, c ...).

    `weight` is a share such as "1/2", "" when right earns 1 and wrong 0. `value` is what a typed answer is compared
    with.
    """

    key: str
    html: str
    is_right: bool
    feedback_html: str
    weight: str = ""
    value: str = ""


@dataclass(frozen=True)
class Part:
    """A row of a matching or a gap of a text: its words, what is right there, and its choices, if it has any."""

    key: str
    html: str
    right: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """What one can do in a scene: the scene it leads to, the points it earns, and what is said of it."""

    html: str
    target: str
    points: int
    feedback_html: str


@dataclass(frozen=True)
class Scene:
    """A place in a branching scenario; one without moves is an end."""

    key: str
    html: str
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Item:
    """A question: its stem, options and key, and what is shown afterwards. Types differ in `type` only.

    `hash` is over stem, options, key and settings; feedback and hints are left out (contract).
    `cited` are the keys of the sources that its feedback and explanation name. `source` is the question as it was
    written, from its heading on: what an export gives back.
    """

    id: str
    type: str
    stem_html: str
    options: tuple[Option, ...]
    points: int
    shuffle: bool
    credit: str
    objective: str
    family: str
    hint_html: str
    explanation_html: str
    cited: tuple[str, ...]
    hash: str
    scenes: tuple[Scene, ...] = ()
    parts: tuple[Part, ...] = ()
    case: str = "fold"
    right_html: str = ""
    wrong_html: str = ""
    source: str = ""


@dataclass(frozen=True)
class Pool:
    """Items of which `draw` are asked; a quiz without pools is one pool that draws all."""

    name: str
    draw: int
    item_ids: tuple[str, ...]


@dataclass(frozen=True)
class Quiz:
    """A knowledge check, the final assessment, or an evaluation. `attempts` None means unlimited.

    `counts` (best, last) says which attempt's score is shown. `feedback`: at-once, after-submitting, after-passing.
    Minutes of 0 mean none. `is_required` is of evaluations: without it sent, the course is not completed.
    """

    title: str
    items: tuple[Item, ...]
    pools: tuple[Pool, ...]
    attempts: int | None
    counts: str = "best"
    feedback: str = "after-submitting"
    cooldown_minutes: int = 0
    time_limit_minutes: int = 0
    is_required: bool = False

    @property
    def length(self) -> int:
        """Return how many questions a learner is asked."""
        return sum(pool.draw for pool in self.pools)

    @cached_property
    def pretest(self) -> "Quiz":
        """Return the quiz as a pre-test: tried once, without a limit, and with nothing that gives items away."""
        items = tuple(replace(item, hint_html="", scenes=tuple(map(_silent, item.scenes))) for item in self.items)
        return replace(
            self, items=items, attempts=1, cooldown_minutes=0, time_limit_minutes=0, feedback="after-submitting"
        )

    def item(self, item_id: str) -> Item:
        """Return the item called `item_id`; raise KeyError if there is none."""
        return next((item for item in self.items if item.id == item_id), None) or _no_item(item_id)


def _silent(scene: Scene) -> Scene:
    """Return the scene with nothing said about its choices."""
    return replace(scene, moves=tuple(replace(move, feedback_html="") for move in scene.moves))


def _no_item(item_id: str) -> Item:
    raise KeyError(item_id)


@dataclass(frozen=True)
class Source:
    """A publication that lessons cite by its key."""

    key: str
    publisher: str
    title: str
    year: str
    url: str


@dataclass(frozen=True)
class Lesson:
    """A module's page: safe HTML in parts, with the self-check items that stand between them.

    `parts` alternates HTML and item ids: a text starting with `item:` names an item.
    """

    parts: tuple[str, ...]
    items: tuple[Item, ...]
    cited: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """A step of a course: a lesson and maybe a knowledge check. `slug` is its folder's name."""

    slug: str
    title: str
    minutes: int
    objectives: tuple[str, ...]
    content_note: str
    lesson: Lesson
    quiz: Quiz | None


@dataclass(frozen=True)
class JobAid:
    """One printable page that a learner takes along."""

    title: str
    html: str
    cited: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """A compiled course, as a release keeps it."""

    slug: str
    title: str
    summary: str
    introduction_html: str
    introduction_cited: tuple[str, ...]
    audience: tuple[str, ...]
    sector: str
    level: str
    languages: tuple[str, ...]
    minutes: int
    passing_percent: int
    attempts: int | None
    gives_certificate: bool
    objectives: dict[str, str]
    plan_goal: int
    plan_objectives: tuple[int, ...]
    reviewed_on: str
    reviewers: tuple[str, ...]
    awaiting_review: tuple[str, ...]
    sources: tuple[Source, ...]
    modules: tuple[Module, ...]
    final: Quiz
    evaluation: Quiz | None = None
    job_aid: JobAid | None = None
    review_due: str = ""
    local_fields: tuple[str, ...] = ()
    has_pretest: bool = False
    follow_up_days: tuple[int, ...] = ()
    expires_after_months: int = 0
    language: str = "en"
    translations: dict[str, "Course"] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, str]:
        """Return where the course stands among others: by level, then by title."""
        return LEVELS.index(self.level), self.title

    @property
    def items(self) -> list[Item]:
        """Return every item of the course: self-checks, knowledge checks, the final assessment."""
        items = [item for module in self.modules for item in module.lesson.items]
        items += [item for module in self.modules if module.quiz for item in module.quiz.items]
        return [*items, *self.final.items]

    def spoken(self, language: str) -> "Course":
        """Return the course in `language`, or as it was written when it is not translated."""
        return self.translations.get(language, self)

    def module(self, slug: str) -> Module | None:
        """Return the module called `slug`, or None."""
        return next((module for module in self.modules if module.slug == slug), None)

    def quiz(self, key: str) -> Quiz | None:
        """Return the quiz of the module called `key`, or the final assessment for "final".

        The pre-test draws from the pools of the final assessment; it is tried once, before the first lesson.
        """
        if key == FINAL:
            return self.final
        if key == PRETEST:
            return self.final.pretest if self.has_pretest else None
        module = self.module(key)
        return module.quiz if module else None

    def source(self, key: str) -> Source | None:
        """Return the source with the key `key`, or None."""
        return next((source for source in self.sources if source.key == key), None)


FINAL = "final"
PRETEST = "pretest"
EVALUATION = "evaluation"
LEVELS = ("beginning", "intermediate", "advanced")
