"""Forms of learning carry a button only; what was answered is read against the items that were shown."""

from flask_wtf import FlaskForm


class ActionForm(FlaskForm):
    """A button that changes something: only the protection against forged requests."""
