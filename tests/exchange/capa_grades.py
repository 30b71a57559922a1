"""Problems through Open edX's own capa, run by a Python that has `xblocks-contrib`: shown, marked, with their hints and solution.

`capa_grades.py JOBS.json`, where JOBS is a list of `{"xml": text, "typed": [[text, ...], ...], "submissions": [[answer, ...], ...]}`:
`typed` has for each field in order what is handed in there and nowhere else, a submission has an answer for each field, a text or the
numbers of the ticked choices. Prints a list of what capa makes of them. Nothing of ours is imported.
"""
# What it imports is installed in the consumer's environment alone.
# mypy: ignore-errors

import gettext
import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import django
from django.conf import settings
from lxml import etree

TEMPLATES = Path(importlib.util.find_spec("xblocks_contrib").origin).parent / "problem" / "capa" / "templates"
settings.configure(
    USE_I18N=False, STATIC_URL="/static/", INSTALLED_APPS=["django.contrib.staticfiles"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [str(TEMPLATES)]}])
django.setup()

from django.template.loader import get_template  # noqa: E402 - Django wants its settings before
from xblocks_contrib.problem.capa.capa_problem import LoncapaProblem, LoncapaSystem  # noqa: E402
from xblocks_contrib.problem.capa.responsetypes import StudentInputError  # noqa: E402
from xblocks_contrib.problem.capa_block import ProblemBlock  # noqa: E402

SERVICES = {"i18n": gettext.NullTranslations(), "replace_urls": SimpleNamespace(replace_urls=lambda text: text)}
RUNTIME = SimpleNamespace(publish=lambda *_: None, service=lambda _, name: SERVICES[name])
BLOCK = SimpleNamespace(location="problem", runtime=RUNTIME, correctness_available=lambda: True, display_name="", data="", scope_ids=None)
SYSTEM = LoncapaSystem(
    ajax_url="/", anonymous_student_id="student", cache=None, can_execute_unsafe_code=lambda: False, get_python_lib_zip=lambda: None,
    DEBUG=True, i18n=SERVICES["i18n"], render_template=lambda name, context: get_template(name).render(context),
    resources_fs=SimpleNamespace(root_path="/"), seed=1, xqueue=None)


def told(job):
    """What capa makes of a problem and of what is handed in to it."""
    # As an import reads it.
    data = ProblemBlock.definition_from_xml(etree.fromstring(job["xml"].encode()), None)[0]["data"]
    problem = LoncapaProblem(data, "p", SYSTEM, BLOCK, seed=1)
    fields = [field for response in problem.responders.values() for field in response.answer_ids]
    return {
        "html": ProblemBlock.remove_tags_from_html(None, problem.get_html()),
        "labels": [str(problem.problem_data[field]["label"]) for field in fields],
        "questions": [problem.find_question_label(field) for field in fields],
        "most": problem.get_max_score(),
        "answers": {key: str(value) for key, value in problem.get_question_answers().items()},
        "hints": hints(problem),
        "marked": [[marked(problem, [field], [text]) for text in texts] for field, texts in zip(fields, job["typed"])],
        "submitted": [marked(problem, fields, answers) for answers in job["submissions"]],
    }


def hints(problem):
    """The hints on demand, as the button shows them all."""
    count = len(problem.tree.xpath("//problem/demandhint/hint"))
    block = SimpleNamespace(lcp=problem, runtime=RUNTIME, location="problem", _should_enable_demand_hint=lambda **_: (True, False))
    return str(ProblemBlock.get_demand_hint(block, count - 1)["msg"]) if count else ""


def marked(problem, fields, answers):
    """The marks for what is handed in to some fields, and what is said beside each; or why it isn't taken."""
    given = {field: [f"choice_{k}" for k in answer] if isinstance(answer, list) else answer
             for field, answer in zip(fields, answers) if answer != []}
    problem.do_reset()
    problem.student_answers = given
    try:
        for response in problem.responders.values():
            if response.answer_id in fields:
                problem.correct_map.update(response.evaluate_answers(given, problem.correct_map))
    except StudentInputError as error:
        return {"refused": str(error)}
    page = etree.fromstring(problem.get_html())
    shown = [page.xpath("//*[@id=$id]//span[@class='message']", id=f"inputtype_{field}") for field in fields]
    return {
        "score": problem.calculate_score()["score"],
        "correct": [problem.correct_map.get_correctness(field) for field in fields],
        "said": ["".join("".join(message.itertext()) for message in messages) for messages in shown],
    }


if __name__ == "__main__":
    json.dump([told(job) for job in json.loads(Path(sys.argv[1]).read_text())], sys.stdout)
