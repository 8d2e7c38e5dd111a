"""The three families of errors that a person can cause."""


class NotFoundError(LookupError):
    """There is no such thing, or it is not this person's to see: the same 404 for both."""


class RuleBrokenError(Exception):
    """A rule of the programme forbids it; the message is shown to the person."""


class ContentError(ValueError):
    """A course file is wrong; `problems` says where and how."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
