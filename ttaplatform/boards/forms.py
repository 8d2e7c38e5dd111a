"""Forms of boards: which file, and the columns of a layout; is what was typed or chosen well-formed?"""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Form, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from ttaplatform.boards.rules import COLUMNS_MAX, EMPTY, Column
from ttaplatform.i18n import _, _l

NO_MARKUP = r"^[^<>\x00-\x1f]*$"
NUMBERS = range(1, COLUMNS_MAX + 1)
OPEN_COLUMNS = 8


class FileForm(Form):
    """Which board's file, of which course and period."""

    file = SelectField(_l("File"), default="", validate_choice=False)
    course = SelectField(_l("Course"), default="", validate_choice=False)
    since = DateField(_l("Completed from"), validators=[Optional()], name="from")
    until = DateField(_l("Completed to"), validators=[Optional()], name="to")

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, that the file is listed, and that the period does not end before it begins."""
        is_valid = bool(super().validate())
        if self.file.data not in {choice.value for choice in self.file.choices}:
            self.file.errors = [_l("Choose a file from the list.")]
            return False
        if is_valid and self.since.data and self.until.data and self.since.data > self.until.data:
            self.until.errors = [_l("The last day is before the first. Choose a later day.")]
            return False
        return is_valid


class LayoutForm(FlaskForm):
    """A layout: its name, the credit that it reports, and up to twenty columns (added below)."""

    name = StringField(
        _l("Name of the file"),
        [
            InputRequired(_l("Type a name, such as that of the board.")),
            Length(max=100, message=_l("Use at most 100 characters.")),
            Regexp(NO_MARKUP, message=_l("Use letters, blanks and the usual marks only.")),
        ],
    )
    rule = SelectField(_l("Credit"), default="", validate_choice=False)

    @property
    def lines(self) -> list[tuple[int, Any, Any, Any]]:
        """Return number, heading, field and tick box of each column."""
        return [(n, self[f"heading_{n}"], self[f"field_{n}"], self[f"is_required_{n}"]) for n in NUMBERS]

    @property
    def open_lines(self) -> int:
        """Return how many columns are shown at once: eight, or all that say something and two more."""
        last = max(
            (n for n, heading, field, _box in self.lines if heading.data or field.data or heading.errors), default=0
        )
        return min(max(last + 2, OPEN_COLUMNS), COLUMNS_MAX)

    def columns(self) -> list[Column]:
        """Return the columns in order, without lines that are blank."""
        typed = [(" ".join((one.data or "").split()), field.data, box.data) for _n, one, field, box in self.lines]
        return [Column(words, key, bool(box) and key != EMPTY) for words, key, box in typed if words]

    def set_columns(self, columns: list[Column]) -> None:
        """Show the columns of a layout that is there."""
        for (_n, heading, field, box), column in zip(self.lines, columns, strict=False):
            heading.data, field.data, box.data = column.heading, column.field, column.is_required

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, and that every column has a heading of its own and something that stands in it."""
        is_valid = bool(super().validate())
        if self.rule.data not in {choice.value for choice in self.rule.choices}:
            self.rule.errors = [_("Choose a credit from the list.")]
            is_valid = False
        found = [self._check_line(*line[:3]) for line in self.lines]
        if not any(heading.data for _n, heading, _field, _box in self.lines) and all(found):
            self["heading_1"].errors = [_("Give the file at least one column.")]
            return False
        return is_valid and all(found)

    def _check_line(self, number: int, heading: Any, field: Any) -> bool:
        words, key = (heading.data or "").strip(), field.data or ""
        earlier = [one.data.strip() for n, one, _field, _box in self.lines if n < number and one.data]
        if key and not words:
            heading.errors = [_("Column %(number)s: type its heading.", number=number)]
        elif words in earlier:
            heading.errors = [_("Column %(number)s: another column has this heading.", number=number)]
        elif words and key not in {choice.value for choice in field.choices if choice.value}:
            field.errors = [_("Column %(number)s: choose what stands in it.", number=number)]
        return not (heading.errors or field.errors)


for _number in NUMBERS:
    _checks = [
        Length(max=100, message=_l("Use at most 100 characters.")),
        Regexp(NO_MARKUP, message=_l("Use letters, blanks and the usual marks only.")),
    ]
    setattr(LayoutForm, f"heading_{_number}", StringField(_l("Heading"), _checks))
    setattr(LayoutForm, f"field_{_number}", SelectField(_l("What stands in it"), default="", validate_choice=False))
    setattr(LayoutForm, f"is_required_{_number}", BooleanField(_l("A row must have it")))
