"""The roles that a person can be granted."""

from enum import StrEnum


class Role(StrEnum):
    """Everyone signed in is a learner; the others are grants with a scope."""

    LEARNER = "learner"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
