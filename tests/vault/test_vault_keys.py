"""Master keys: from a file, the environment or a command; and what is said where one cannot be had."""

import sys
from pathlib import Path

import pytest

from mips_ia.problems import Refused
from mips_ia.vault.keys import Keyring, MasterKey, keyring, new_key

ONE, TWO = MasterKey(bytes(32)), new_key()


def refused(source: str) -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        keyring(source)
    (problem,) = refusal.value.problems
    return problem.code, str(problem)


def test_keys_come_from_a_file_one_a_line_and_the_first_is_the_current_one(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"# since May\n{TWO.line()}\n\n{ONE.line()}  # before\n")

    assert keyring(f"file:{tmp_path / 'keys'}") == Keyring((TWO, ONE))


def test_keys_come_from_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEYS", TWO.line())

    assert keyring("env:OUR_KEYS").current == TWO


def test_keys_come_from_what_a_command_prints() -> None:
    assert keyring(f"command:{sys.executable} -c 'print(\"{ONE.line()}\")'").current == ONE


def test_a_key_is_known_by_an_id_that_is_made_of_it() -> None:
    assert ONE.id == "8917edfff1a21fd7"
    assert ONE.line() == "8917edfff1a21fd7:" + "00" * 32


def test_a_key_is_not_shown() -> None:
    assert repr(ONE) == "MasterKey()"


@pytest.mark.parametrize(
    "text",
    [ONE.line()[:-1], ONE.line()[:-1] + "1", "00" * 32, f"{ONE.id}:{'00' * 31}", ONE.line().upper(), "ä"],
)
def test_a_line_that_lost_or_changed_a_sign_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{TWO.line()}\n{text}\n")

    code, said = refused(f"file:{path}")

    assert code == "bad_key"
    assert text not in said


def test_the_line_of_a_bad_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{TWO.line()}\nsecret\n")

    assert (
        f"file:{tmp_path / 'keys'}, line 2: this is no line of a master key"
        in refused(f"file:{tmp_path / 'keys'}")[1]
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "it must begin with file:, env: or command:"),
        ("/etc/keys", "it must begin with file:, env: or command:"),
        ("file:", "it must begin with file:, env: or command:"),
        ("file:nowhere", "No such file or directory"),
        ("env:NOT_SET_AT_ALL", "there is no such variable"),
        ("command:false", "the command ended with 1"),
        ("command:no-such-command-at-all", "No such file or directory"),
        ("command:true", "it is empty"),
    ],
)
def test_where_no_key_comes_from_the_reason_is_said(source: str, said: str) -> None:
    code, words = refused(source)

    assert code == "no_keys"
    assert said in words


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mips_ia.vault.keys.PATIENCE", 0.05)

    assert "the command gave nothing for 0.05 seconds" in refused("command:sleep 5")[1]
