"""The codes of the checker: how bad each is, what it means, and an example. docs/authoring.md lists them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """What a problem's code stands for; a warning fails only a strict check and does not stop a release."""

    is_warning: bool
    meaning: str
    example: str


def _error(meaning: str, example: str) -> Code:
    return Code(False, meaning, example)


def _warning(meaning: str, example: str) -> Code:
    return Code(True, meaning, example)


FILES = {
    "unreadable": _error("a file cannot be read or shown safely", "an SVG with a script"),
    "unknown-file": _warning("a file is no part of a course and is left out", "notes.docx beside course.md"),
    "too-large": _error("a file, line, table or number of things is above what is read", "a line of a million letters"),
    "too-deep": _error("settings, quotes or lists stand too deep in one another", "twenty > before a word"),
    "no-front-matter": _error("settings between two lines of --- are missing", "a file that begins with text"),
    "bad-yaml": _error("the settings are not YAML", "title: Stop: look"),
    "yaml-anchor": _error("anchors and references are refused", "title: &t Stop"),
    "unknown-key": _error("there is no such setting", "titel: Stop"),
    "missing-key": _error("a setting is missing", "a module without minutes"),
    "bad-value": _error("a setting has the wrong kind of value", "minutes: ten"),
    "bad-slug": _error("slug has small letters, digits, hyphens", "slug: My Course"),
    "bad-sector": _error("there is no such sector", "sector: police"),
    "bad-level": _error("there is no such level", "level: expert"),
    "bad-language": _error("languages are codes of two letters", "languages: [English]"),
    "bad-passing": _error("the pass mark is from 1 to 100", "passing_percent: 0"),
    "bad-attempts": _error("attempts is a number from 1 to 100, or unlimited", "attempts: many"),
    "bad-counts": _error("counts is best or last", "counts: first"),
    "bad-feedback": _error("feedback is at-once, after-submitting or after-passing", "feedback: never"),
    "bad-minutes": _error("minutes are a whole number that is not too large", "time_limit_minutes: -5"),
    "bad-date": _error("a day is written year-month-day", "review_due: next year"),
    "bad-source": _error("a source lacks key, publisher, title or url", "- {key: OVC}"),
    "no-modules": _error("there is no module", "a folder without 01-name/module.md"),
    "no-final": _error("there is no final assessment", "a folder without final/quiz.md"),
    "no-questions": _error("a quiz has no question", "a quiz.md with text only"),
    "no-media": _error("a picture is not in the course", "![A map](../media/lost.svg)"),
}
QUESTIONS = {
    "too-many-items": _error("a file has more than 500 questions, or a course 3,000", "a bank of 10,000 questions"),
    "no-id": _error("an item has no id", "<!-- quiz: objective=LO1 -->"),
    "doubled-id": _error("two items of the course have one id", "id=a-1 in two files"),
    "no-stem": _error("a question has no words", "## Question:"),
    "unknown-setting": _error("there is no such setting of a question", "<!-- quiz: id=a-1 colour=red -->"),
    "unknown-type": _error("there is no such type of question", "type=essay"),
    "unknown-credit": _error("there is no such credit rule", "credit=most"),
    "bad-points": _error("points is a whole number from 1 to 99", "points=0"),
    "no-options": _error("a choice needs two options or more", "one [x] alone"),
    "mixed-options": _error("numbers and bullets are mixed", "1. [ ] above - [ ]"),
    "empty-option": _error("an option has no words", "1. [ ]"),
    "no-key": _error("nothing is marked as right", "only [ ]"),
    "no-feedback": _error("an option or choice teaches nothing", "an option without a quote under it"),
    "feedback-indent": _error("a nested quote is indented by less than four spaces", "two spaces and > No."),
    "lost-quote": _error("a quote stands right under an option", "no blank line between"),
    "split-quote": _error("two quotes with a blank line between", "> **Hint:** and, apart, > **Explanation:**"),
    "stray-text": _error("a line is neither option nor quote", "text after the options"),
    "unasked": _warning("words stand outside of every question", "## Questions: and text below it"),
    "bad-case": _error("case is fold or exact", "case=upper"),
    "bad-weight": _error("a weight contradicts its mark or is above 100%", "[ ] a wrong one (50%)"),
    "bad-pattern": _error("RE2 cannot read a pattern, or a repeat stands in a repeat", "- = `/(a+)+/`"),
    "bad-range": _error("a range goes from the larger to the smaller number", "- = 5..3"),
    "no-answer": _error("a short answer or number has none", "type=text without - = `988`"),
    "no-pairs": _error("matching has no table of two columns and rows", "an empty right cell"),
    "no-entries": _error("ordering has no numbered list of 2 to 12", "one entry"),
    "no-gaps": _error("a text has no gaps, or a gap has one choice", "[[(alone)]]"),
    "doubled-row": _error("two rows or entries have the same words", "the same step twice"),
    "bad-scale": _error("a rating has 3 to 10 points", "a scale of two"),
    "ungraded-item": _error("a quiz asks what is never graded", "type=open in final/quiz.md"),
    "pool-draw": _error("a pool draws more than it has, or nothing", "<!-- pool: p draw=9 --> over 3 questions"),
    "pool-open": _error("a pool is not closed", "no <!-- /pool -->"),
    "scene-alone": _error("a scene has no scenario above it", "## Scene: start on its own"),
    "scene-name": _error("a scene's name has other signs than letters, digits, blanks", "## Scene: Où?"),
    "doubled-scene": _error("two scenes have one name", "## Scene: end, twice"),
    "no-scenes": _error("a scenario has fewer than two scenes", "type=scenario without a scene"),
    "empty-scene": _error("a scene has no words", "## Scene: end and nothing below"),
    "scene-unknown": _error("a choice leads to no scene", "[Go](#scene-nowhere)"),
    "scene-unreachable": _error("no path leads to a scene", "a scene that no choice names"),
    "scene-endless": _error("no path leads to an end", "two scenes that lead to each other"),
}
CONTENT = {
    "source-unlisted": _error("a cited source is not listed", "[@OVC] without OVC in sources"),
    "source-uncited": _warning("a listed source is never cited", "OVC in sources only"),
    "fact-unknown": _error("there is no such fact", "{{ fact:hotlin }}"),
    "fact-undated": _warning("a fact has no day of its last check", "no checked_on in facts.yaml"),
    "fact-untranslated": _warning("a fact with words has none in this language", "no text_es in facts.yaml"),
    "uncited": _warning("a paragraph that states a fact has no source", "In 2016, 23 % were men."),
    "objective-unknown": _error("an item names an objective that is not listed", "objective=LO9"),
    "objective-untested": _warning("the final assessment has no item for an objective", "LO3 without items"),
    "review-overdue": _warning("the day of the next review has passed", "review_due: 2020-01-01"),
    "translation-unlisted": _error("a translation's language is not listed", "module.fr.md in an English course"),
    "translation-missing": _error("a file of a listed language is missing", "no module.es.md"),
    "translation-setting": _error("a setting belongs into the original", "minutes in module.es.md"),
    "translation-same": _error("a translation has the original's words", "a copy that nobody translated yet"),
    "translation-differs": _error("a translation has another structure", "a heading or source less"),
}
TEACHING = {
    "no-alt": _error("a picture has no words for those who do not see it", "![](../media/map.svg)"),
    "no-captions": _error("a video has no captions for those who do not hear it", "talk.mp4 without talk.vtt"),
    "heading-jump": _error("a level of headings is left out", "#### under ##"),
    "vague-link": _error("a link does not say where it goes", "[click here](https://…)"),
    "bad-link": _error("a link leads nowhere", "[Next](lost.md)"),
    "table-header": _error("a table's column has no heading", "| | Sign |"),
    "length-clue": _warning("the right option is over 1.3 times as long as any wrong one", "the long one is right"),
    "length-share": _warning("in too many or too few items the longest option is right", "9 of 20 items"),
    "catch-all": _warning("an option stands for the others", "All of the above"),
    "reading-grade": _warning("a page reads above grade 10 (English)", "long sentences of long words"),
    "too-long": _warning("a lesson takes longer than its minutes", "3000 words in 5 minutes"),
    "minutes-sum": _warning("the lessons together take longer than the course says", "four of 20 in a course of 60"),
    "no-content-note": _warning("violence is told of without a content note", "no content_note in the settings"),
    "placeholder": _warning("the words of a template are still there", "Write the lesson here."),
    "wording": _warning("a sensational, blaming or labeling word", "see courses/wording.yaml"),
}
CODES = FILES | QUESTIONS | CONTENT | TEACHING


def code_table() -> str:
    """Return the codes as Markdown tables, as docs/authoring.md holds them."""
    parts = []
    for title, codes in (("Files", FILES), ("Questions", QUESTIONS), ("Content", CONTENT), ("Teaching", TEACHING)):
        parts += [f"### {title}", "", "| code | severity | it says | for example |", "|---|---|---|---|"]
        for name, code in codes.items():
            severity = "warning" if code.is_warning else "error"
            parts.append(f"| `{name}` | {severity} | {code.meaning} | `{code.example.replace('|', chr(92) + '|')}` |")
        parts.append("")
    return "\n".join(parts)
