"""What a name says of a patient is covered, whatever it says."""

from hypothesis import given
from hypothesis import strategies as st

from mips_ia.screening.names import NAME, TITLE, covered, in_names

SAID = (
    "Smith John DOB 1-2-1950 MBI 1EG4-TE5-MK73 SSN 078-05-1120 MRN 4471182 12 Oak Street Portland ME 04101 "
    "207-555-0147 March 5, 1951 _ . -"
)
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=8)


@given(WORDS.map(" ".join) | st.text(max_size=60))
def test_a_name_stays_as_long_as_it_was_and_is_covered_once(said: str) -> None:
    safe = covered(said, 2026)

    assert len(safe) == len(said)
    assert covered(safe, 2026) == safe
    if not in_names(said, "", 2026):
        assert safe == said


def test_where_it_stands_is_said() -> None:
    assert in_names("DOB 1-2-1950.txt", "MBI 1EG4-TE5-MK73", 2026) == [
        ("birth_date", NAME), ("mbi", TITLE)
    ]  # fmt: skip
