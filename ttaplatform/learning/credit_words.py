"""What the needs of a credit say to its learner."""

from flask_babel import get_locale

from ttaplatform.credit.rules import Need
from ttaplatform.i18n import _
from ttaplatform.learning.credits import Offer


def needed(offers: list[Offer]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Return, for each chosen credit, its name and what it asks, each with whether it is done."""
    language = str(get_locale())
    return [
        (offer.rule.name_in(language), [(need_words(need, offer, language), need.is_met) for need in offer.needs])
        for offer in offers
        if offer.is_chosen
    ]


def need_words(need: Need, offer: Offer, language: str) -> str:
    """Return what a need says to the learner."""
    label = need.field.label_in(language) if need.field else ""
    spent = offer.situation.active_minutes
    words: dict[str, str] = {
        "started-in-time": _("The course was begun outside the days for which this credit is approved."),
        "in-time": _("The course was finished outside the days for which this credit is approved."),
        "field": label,
        "attestation": _("Your statement of who you are, before the final assessment"),
        "active-minutes": _("%(spent)s of %(asked)s active minutes in the lessons", spent=spent, asked=need.amount),
        "passing": _("%(percent)s%% in the final assessment", percent=need.amount),
        "evaluation": _("The evaluation of the course"),
    }
    return words[need.code]
