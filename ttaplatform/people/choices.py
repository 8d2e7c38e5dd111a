"""The words of what people choose from: kinds and levels of agencies, professions by sector, states."""

from collections.abc import Sequence

from wtforms import SelectChoice

from ttaplatform.i18n import _, _l
from ttaplatform.people.models import Profession
from ttaplatform.people.rules import STATES, AgencyKind, Level, Sector

KINDS = {
    AgencyKind.POLICE: _l("Police department"),
    AgencyKind.SHERIFF: _l("Sheriff's office"),
    AgencyKind.STATE_POLICE: _l("State police or highway patrol"),
    AgencyKind.TRIBAL_POLICE: _l("Tribal police"),
    AgencyKind.FEDERAL_INVESTIGATIVE: _l("Federal investigative agency"),
    AgencyKind.PROSECUTOR: _l("Prosecutor's office"),
    AgencyKind.CORRECTIONS: _l("Corrections, probation or parole"),
    AgencyKind.DISPATCH: _l("911 center"),
    AgencyKind.HOSPITAL: _l("Hospital"),
    AgencyKind.CLINIC: _l("Clinic or practice"),
    AgencyKind.EMERGENCY_MEDICAL: _l("Emergency medical services"),
    AgencyKind.PUBLIC_HEALTH: _l("Public health department"),
    AgencyKind.CHILD_WELFARE: _l("Child welfare agency"),
    AgencyKind.VICTIM_SERVICES: _l("Victim services"),
    AgencyKind.GOVERNMENT: _l("Other government agency"),
    AgencyKind.OTHER: _l("Other organization"),
}
LEVELS = {
    Level.LOCAL: _l("Local"),
    Level.STATE: _l("State"),
    Level.TERRITORIAL: _l("Territorial"),
    Level.TRIBAL: _l("Tribal"),
    Level.REGIONAL: _l("Regional"),
    Level.FEDERAL: _l("Federal"),
    Level.NONGOVERNMENTAL: _l("Nongovernmental"),
}
SECTORS = {
    Sector.LAW_ENFORCEMENT: _l("Law enforcement"),
    Sector.HEALTH: _l("Health"),
    Sector.ALLIED: _l("Allied professions"),
}


def agency_kinds() -> list[SelectChoice]:
    """Return the kinds of agency with their words."""
    return [SelectChoice("", _("Choose")), *(SelectChoice(kind, label) for kind, label in KINDS.items())]


def levels() -> list[SelectChoice]:
    """Return the jurisdiction levels with their words, the most frequent first."""
    return [SelectChoice(level, label) for level, label in LEVELS.items()]


def states() -> list[SelectChoice]:
    """Return the states and territories by their postal codes; none for an agency of no one state."""
    return [SelectChoice("", _("None or several")), *(SelectChoice(state, state) for state in STATES)]


def profession_groups(professions: Sequence[Profession]) -> list[SelectChoice]:
    """Return the professions under the words of their sectors."""
    choices = [SelectChoice("", _("Choose"))]
    for sector, label in SECTORS.items():
        named = sorted((_(p.name), str(p.id)) for p in professions if p.sector == sector)
        choices += [SelectChoice(value, name, optgroup=str(label)) for name, value in named]
    return choices
