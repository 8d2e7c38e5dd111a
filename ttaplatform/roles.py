"""The roles that a person can be granted, and the person as every page knows them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Everyone signed in is a learner; the others are grants with a scope."""

    LEARNER = "learner"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    SUBJECT_EXPERT = "subject-expert"
    SURVIVOR_REVIEWER = "survivor-reviewer"


@dataclass(frozen=True)
class Person:
    """Who is signed in: what every page needs to know of them."""

    id: int
    name: str
    email: str
    language: str
    time_zone: str
    is_confirmed: bool
    epoch: int
    grants: tuple[tuple[Role, int | None], ...]

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session cookie keeps: the account, and the epoch that a new password ends."""
        return f"{self.id}.{self.epoch}"

    @property
    def roles(self) -> frozenset[Role]:
        """Return every role that the person holds, for whatever scope."""
        return frozenset({Role.LEARNER, *(role for role, _ in self.grants)})

    def scope(self, role: Role) -> tuple[bool, list[int]]:
        """Return whether the person holds `role` for the whole site, and the agencies they hold it for."""
        scopes = [agency for held, agency in self.grants if held is role]
        return None in scopes, [agency for agency in scopes if agency is not None]
