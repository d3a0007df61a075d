"""How wording changed, word for word."""

from hypothesis import given
from hypothesis import strategies as st

from mips_ia.planning.wording import marked

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12).map(" ".join)


def test_words_that_stayed_went_and_came_are_told_apart() -> None:
    before, after = "a portal that is enhanced for all", "a portal that is new for all of them here"
    assert [*marked(before, after)] == [
        ("same", "a portal that is"), ("gone", "enhanced for all"), ("come", "new for all of them here")
    ]  # fmt: skip


def test_of_titles_one_word_that_stayed_is_enough() -> None:
    assert [*marked("old title", "new title", 1)] == [("gone", "old"), ("come", "new"), ("same", "title")]
    assert [*marked("old title", "new title")] == [("gone", "old title"), ("come", "new title")]


@given(WORDS, WORDS, st.integers(1, 4))
def test_both_texts_can_be_read_from_the_runs(before: str, after: str, alike: int) -> None:
    runs = [*marked(before, after, alike)]
    assert " ".join(words for kind, words in runs if kind != "come") == before
    assert " ".join(words for kind, words in runs if kind != "gone") == after
