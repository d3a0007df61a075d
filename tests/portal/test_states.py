"""Each state is a shape, a class and a word, and the words are those that are agreed."""

import re
from pathlib import Path

from states import ANSWERS, STATES

from mips_ia.planning import ledger
from mips_ia.portal.templatetags.words import KINDS, status
from mips_ia.portal.told.readings import WORDS
from mips_ia.portal.web import practices

HERE = Path(practices.__file__).parents[1]
FIXED = re.compile(r'{% status "(\w+)" "([^"]+)"')
MADE = re.compile(r'(?:Check\((?:"[^"]+"|label), |Judged\()"(\w+)", "([^"]+)"')


def test_templates_and_checks_use_the_agreed_words() -> None:
    said = [
        pair
        for file in (HERE / "templates").rglob("*.html")
        for pair in FIXED.findall(file.read_text("utf-8"))
    ]
    said += [pair for file in HERE.rglob("*.py") for pair in MADE.findall(file.read_text("utf-8"))]

    assert len(said) > 20
    assert [(kind, word) for kind, word in said if word not in STATES[kind]] == []


def test_verdicts_and_answers_use_the_agreed_words() -> None:
    assert [pair for pair in WORDS.values() if pair[1] not in STATES[pair[0]]] == []
    shown = {practices.STATES[kind]: word for kind, word in practices.WORDS.items()}
    assert {kind: {word} for kind, word in shown.items()} == ANSWERS


def test_each_state_of_a_window_has_a_shape_a_class_and_a_color() -> None:
    sprite = (HERE / "templates/parts/sprite.html").read_text("utf-8")
    style = (HERE / "static/portal.css").read_text("utf-8")

    assert {KINDS[state] for state in ledger.STATES} == {*STATES}
    for kind, words in STATES.items():
        assert f'id="i-{kind}"' in sprite
        assert f"ia-status--{kind}" in style
        for word in words:
            drawn = status(kind, word)
            assert f"ia-status--{kind}" in drawn
            assert f'href="#i-{kind}"' in drawn
            assert f"<span>{word}</span>" in drawn
