"""What the programme says of people: e-mail addresses, passwords, agencies, professions."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

PASSWORD_LENGTH = 15
PASSWORD_MAX = 200
NAME_MAX = 80
FREE_TRIES, MOST_TRIES = 5, 100
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)


class AgencyKind(StrEnum):
    """What an agency is (facts X3, X4: editable proposals)."""

    POLICE = "police"
    SHERIFF = "sheriff"
    STATE_POLICE = "state-police"
    TRIBAL_POLICE = "tribal-police"
    FEDERAL_INVESTIGATIVE = "federal-investigative"
    PROSECUTOR = "prosecutor"
    CORRECTIONS = "corrections"
    DISPATCH = "dispatch"
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    EMERGENCY_MEDICAL = "emergency-medical"
    PUBLIC_HEALTH = "public-health"
    CHILD_WELFARE = "child-welfare"
    VICTIM_SERVICES = "victim-services"
    GOVERNMENT = "government"
    OTHER = "other"


class Level(StrEnum):
    """Jurisdiction levels of the Plan (facts X1), with nongovernmental added."""

    FEDERAL = "federal"
    REGIONAL = "regional"
    STATE = "state"
    TERRITORIAL = "territorial"
    TRIBAL = "tribal"
    LOCAL = "local"
    NONGOVERNMENTAL = "nongovernmental"


class Sector(StrEnum):
    """The sector of a profession."""

    LAW_ENFORCEMENT = "law-enforcement"
    HEALTH = "health"
    ALLIED = "allied"


@dataclass(frozen=True)
class ProfessionSeed:
    """A profession that ships with the platform; its slug is its name's."""

    name: str
    sector: Sector
    licence_label: str = ""

    @property
    def slug(self) -> str:
        """Return the slug of the name: patrol-officer."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


def mark(text: str) -> str:
    """Mark `text` for translation where it is shown."""
    return text


_LAW, _HEALTH, _ALLIED = Sector.LAW_ENFORCEMENT, Sector.HEALTH, Sector.ALLIED
POST_ID = mark("POST ID or PID")
LICENCE = mark("License number")
PROFESSIONS = (
    ProfessionSeed(mark("Patrol officer"), _LAW, POST_ID),
    ProfessionSeed(mark("Deputy sheriff"), _LAW, POST_ID),
    ProfessionSeed(mark("Detective"), _LAW, POST_ID),
    ProfessionSeed(mark("Recruit"), _LAW),
    ProfessionSeed(mark("Commercial vehicle enforcement officer"), _LAW, POST_ID),
    ProfessionSeed(mark("School resource officer"), _LAW, POST_ID),
    ProfessionSeed(mark("Supervisor in law enforcement"), _LAW, POST_ID),
    ProfessionSeed(mark("Chief or sheriff"), _LAW, POST_ID),
    ProfessionSeed(mark("Dispatcher"), _LAW),
    ProfessionSeed(mark("Crime analyst"), _LAW),
    ProfessionSeed(mark("Corrections officer"), _LAW, POST_ID),
    ProfessionSeed(mark("Probation officer"), _LAW),
    ProfessionSeed(mark("Prosecutor"), _LAW),
    ProfessionSeed(mark("Victim-witness specialist"), _LAW),
    ProfessionSeed(mark("Forensic interviewer"), _LAW),
    ProfessionSeed(mark("Labor investigator"), _LAW),
    ProfessionSeed(mark("Training coordinator"), _LAW),
    ProfessionSeed(mark("Physician"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Physician assistant"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Registered nurse"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Nurse practitioner"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Licensed practical nurse"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Forensic nurse"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Emergency medical technician"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Dentist"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Dental hygienist"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Pharmacist"), _HEALTH, mark("NABP e-Profile ID")),
    ProfessionSeed(mark("Pharmacy technician"), _HEALTH, mark("NABP e-Profile ID")),
    ProfessionSeed(mark("Psychologist"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Behavioral health counselor"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Social worker"), _HEALTH, LICENCE),
    ProfessionSeed(mark("Case manager"), _HEALTH),
    ProfessionSeed(mark("Medical assistant"), _HEALTH),
    ProfessionSeed(mark("Community health worker"), _HEALTH),
    ProfessionSeed(mark("Public health professional"), _HEALTH),
    ProfessionSeed(mark("Registration or front desk staff"), _HEALTH),
    ProfessionSeed(mark("Interpreter"), _ALLIED),
    ProfessionSeed(mark("School counselor"), _ALLIED),
    ProfessionSeed(mark("Child welfare worker"), _ALLIED),
    ProfessionSeed(mark("Victim advocate"), _ALLIED),
    ProfessionSeed(mark("Trainer"), _ALLIED),
    ProfessionSeed(mark("Other profession"), _ALLIED),
)

# The postal codes of the states, the District of Columbia and five territories.
STATES = tuple(
    re.findall(
        r"[A-Z]{2}",
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
        "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI",
    )
)


def normal_email(address: str) -> str:
    """Return `address` as it is compared: without blanks around it, in small letters."""
    return unicodedata.normalize("NFC", address.strip()).lower()


def wait_after(failures: int) -> timedelta:
    """Return how long an address waits after so many wrong passwords in a row: none at first, then twice as long each.

    NIST SP 800-63B-4, 3.2.2, asks for a limit and names growing waits as a way to it; their length is our choice.
    """
    over = failures - FREE_TRIES
    return min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else timedelta()


def is_closed(failures: int) -> bool:
    """Say whether only a new password opens an address again: after 100 wrong ones (NIST SP 800-63B-4, 3.2.2)."""
    return failures >= MOST_TRIES


def password_problem(password: str, *, email: str, name: str, is_common: bool) -> str | None:
    """Return why `password` is refused ("short", "long", "common", "personal"), or None.

    NIST SP 800-63B-4: at least 15 characters while it is the only factor, a blocklist of common and
    context-specific ones, no rules of composition. `is_common` is the blocklist's answer.
    """
    if len(password) < PASSWORD_LENGTH:
        return "short"
    if len(password) > PASSWORD_MAX:
        return "long"
    if is_common or len(set(password)) < 5:
        return "common"
    personal = {normal_email(email), name.strip().lower(), name.lower().replace(" ", "")} - {""}
    return "personal" if password.lower() in personal else None


def repeated_unit(text: str) -> str:
    """Return the shortest text that, repeated, gives `text`: "abcabc" is "abc" twice."""
    return text[: (text + text).find(text, 1)] if text else ""
