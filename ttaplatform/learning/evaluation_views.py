"""The evaluation of a course: one page, sent once, without the person's name."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ttaplatform import pages
from ttaplatform.access import requires
from ttaplatform.catalogue.rules import Item
from ttaplatform.clock import now
from ttaplatform.i18n import _
from ttaplatform.learning import replies, service
from ttaplatform.learning.showing import ask, given_to
from ttaplatform.learning.views import blueprint, filled, seen
from ttaplatform.roles import Role


@blueprint.route("/learn/<int:enrolment_id>/evaluation", methods=["GET", "POST"])
@requires(Role.LEARNER)
def evaluation(enrolment_id: int) -> str | Response | tuple[str, int]:
    """Ask what the learner thinks of the course; a POST keeps the answers apart from the name."""
    enrolled = service.get_enrolment(pages.session(), enrolment_id, pages.person().id)
    form = enrolled.course.evaluation or abort(404)
    given = {item.id: given_to(item, _order(item), request.form, item.id) for item in form.items}
    if request.method == "GET":
        return _page(enrolled, given, {})
    answers, wrong = replies.read_answers(form, given)
    if wrong:
        return _page(enrolled, given, wrong), 422
    if replies.send_evaluation(pages.session(), enrolled, answers, at=now()):
        pages.announce("course-earned", enrolment_id=enrolled.id)
    if enrolled.has_credit:
        pages.announce("credit-changed", enrolment_id=enrolled.id)
    pages.commit()
    return redirect(url_for("learning.evaluation", enrolment_id=enrolment_id), 303)


def _order(item: Item) -> list[str]:
    return [option.key for option in item.options]


def _page(enrolled: service.Enrolled, given: dict[str, list[str]], wrong: dict[str, str]) -> str:
    enrolled = seen(enrolled)
    form = enrolled.course.evaluation or abort(404)
    progress = service.progress_of(pages.session(), enrolled.id)
    messages = {
        "missing": _("Choose an answer."),
        "long": _("Use 2,000 characters or fewer."),
        "person": _("Leave out addresses, numbers and dates that could point to a person."),
    }
    asked = [ask(item, _order(item), given[item.id], filled) for item in form.items]
    return render_template(
        "learning/evaluation.html",
        course=enrolled.course,
        form=form,
        asked=asked,
        wrong={item_id: messages[why] for item_id, why in wrong.items()},
        is_sent=progress.has_evaluated,
        certificate=pages.ask("certificate-of", enrolment_id=enrolled.id),
    )
