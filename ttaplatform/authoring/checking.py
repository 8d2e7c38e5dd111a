"""The checker over a draft: the whole course as publishing sees it, or one file as its editor sees it."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ttaplatform.catalogue.folder import content_hash
from ttaplatform.catalogue.parser import Page, parse_course, parse_page
from ttaplatform.catalogue.reference import load_reference
from ttaplatform.catalogue.rules import Course, Problem

MOST_KEPT = 16


@dataclass(frozen=True)
class Checked:
    """A draft as the checker sees it: its content hash, the course (None while it is broken) and every problem."""

    content_hash: str
    course: Course | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        """Return the problems that stop a release."""
        return [problem for problem in self.problems if not problem.is_warning]

    def of(self, path: str) -> list[Problem]:
        """Return the problems of one file."""
        return [problem for problem in self.problems if problem.path == path]


_kept: OrderedDict[tuple[str, Path], Checked] = OrderedDict()


def check_files(files: Mapping[str, str], facts_folder: Path) -> Checked:
    """Return the files as the checker sees them; the last few are kept in the process, for compiling takes a second."""
    key = (content_hash(files), facts_folder)
    if key not in _kept:
        course, problems = parse_course(files, load_reference(facts_folder))
        _kept[key] = Checked(key[0], course, tuple(problems))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def check_page(path: str, files: Mapping[str, str], facts_folder: Path) -> tuple[Page | None, Sequence[Problem]]:
    """Return one file as it will be shown, and what is wrong with it by itself."""
    return parse_page(path, files, load_reference(facts_folder))
