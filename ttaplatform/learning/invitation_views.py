"""The pages behind mailed links, without signing in: follow-up, booster, and no more mails."""

from flask import abort, render_template, request
from sqlalchemy.orm import Session

from ttaplatform import pages
from ttaplatform.access import public
from ttaplatform.catalogue.item_types import ITEM_TYPES
from ttaplatform.clock import now
from ttaplatform.i18n import _
from ttaplatform.learning import follow_ups, grading, invitations
from ttaplatform.learning.invitations import Invited
from ttaplatform.learning.later import BOOSTER, FOLLOW_UP, booster_items
from ttaplatform.learning.showing import ask, given_to, tell
from ttaplatform.learning.views import Check, blueprint, filled, spoken
from ttaplatform.people.accommodations import set_boosters
from ttaplatform.people.tokens import INVITATION, read_token


def _invited(session: Session, token: str, kind: str = "") -> Invited:
    """Return the invitation of a mailed link; 404 when the link is too old, not ours, or of another kind."""
    read = read_token(pages.settings().secret_key, INVITATION, token) or abort(404)
    invited = invitations.get_invitation(session, read.about)
    if kind and invited.kind != kind:
        abort(404)
    return invited


@blueprint.route("/follow-up/<token>", methods=["GET", "POST"])
@public
def follow_up(token: str) -> str:
    """Ask a few unseen items and what changed in practice; a POST spends the link."""
    invited = _invited(pages.session(), token, FOLLOW_UP)
    asked = follow_ups.asked_in(pages.session(), invited)
    is_answered = invited.is_answered
    if request.method == "POST" and not is_answered:
        follow_ups.answer_follow_up(
            pages.session(),
            invited,
            {item.id: given_to(item, shown.option_keys, request.form, item.id) for item, shown in asked},
            request.form.getlist("practice"),
            request.form.getlist("barriers"),
            at=now(),
        )
        pages.commit()
        is_answered = True
    course = spoken(invited.enrolled.course)
    return render_template(
        "learning/follow_up.html",
        course=course,
        days=invited.days,
        is_answered=is_answered,
        asked=[ask(course.final.item(item.id), shown.option_keys, (), filled) for item, shown in asked],
        practice=practice_words(),
        barriers=barrier_words(),
        stop_token=token,
    )


def practice_words() -> dict[str, str]:
    """Return what may have changed in practice, by its name, in the page's words."""
    return {
        "spoke-alone": _("I spoke with a person alone"),
        "interpreter": _("I used an interpreter instead of a companion"),
        "called": _("I called the hotline, a task force or an advocate"),
        "protocol": _("We changed a protocol or a form"),
        "taught": _("I taught somebody else"),
        "nothing": _("Nothing of this so far"),
    }


def barrier_words() -> dict[str, str]:
    """Return what may have got in the way, by its name, in the page's words."""
    return {
        "no-case": _("No situation came up"),
        "time": _("There was no time"),
        "unsure": _("I was not sure what to do"),
        "no-partner": _("I did not know whom to call"),
        "policy": _("A policy or a supervisor stood against it"),
        "language": _("There was no interpreter"),
        "none": _("Nothing got in the way"),
    }


@blueprint.get("/booster/<token>")
@public
def booster(token: str) -> str:
    """Show the objectives that were missed, each with a few questions; nothing is stored."""
    invited = _invited(pages.session(), token, BOOSTER)
    course = spoken(invited.enrolled.course)
    seen = invitations.seen_items(pages.session(), invited.enrolled)
    missed = invitations.missed_objectives(pages.session(), invited.enrolled)
    parts = [(course.objectives[name], [_check(item.id, invited) for item in booster_items(course, name, seen)],
              [module for module in course.modules if name in module.objectives]) for name in missed]  # fmt: skip
    return render_template("learning/booster.html", course=course, parts=parts, enrolled=invited.enrolled, token=token)


def _check(item_id: str, invited: Invited) -> Check:
    item = spoken(invited.enrolled.course).final.item(item_id)
    order = grading.show(item, invited.id).option_keys
    given = ITEM_TYPES[item.type].read(item, given_to(item, order, request.args, item.id)) or []
    return Check(ask(item, order, given, filled), tell(item, order, given, filled) if given else None)


@blueprint.route("/no-more-mail/<token>", methods=["GET", "POST"])
@public
def stop_invitations(token: str) -> str:
    """Ask whether the mails should stop; a POST stops them."""
    invited = _invited(pages.session(), token)
    if request.method == "POST":
        invitations.stop(pages.session(), invited, at=now())
        if invited.kind == BOOSTER:
            set_boosters(pages.session(), invited.enrolled.account_id, is_wanted=False)
        pages.commit()
    is_stopped = invited.is_stopped or request.method == "POST"
    return render_template("learning/stop_invitations.html", is_stopped=is_stopped, kind=invited.kind)
