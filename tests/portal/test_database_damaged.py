"""A byte of SQLite's file that is another than was written is named, or holds nothing that is kept."""

import json
from pathlib import Path

import databases
import pytest
from served import Served

FLIPS = 60  # of bytes that are not zero, as those of free space are
OTHERS = 20  # of any byte
HEADER = (0, 16, 18, 19, 20, 24, 28, 32, 36, 40, 44, 47, 52, 56, 60, 68, 92, 96)  # a byte of each field
# Tables of which the manual says that they are not looked at.
BESIDE = {
    "django_session", "usersessions_usersession", "django_tasks_database_dbtaskresult", "django_migrations",
    "django_content_type", "auth_permission", "sqlite_sequence",
}  # fmt: skip
# Run in a process of its own, which starts the command as often as there are bytes.
_FLIPPED = """
import json, random, re, sqlite3
from contextlib import closing
from pathlib import Path
import django
django.setup()
from click.testing import CliRunner
from django.apps import apps
from django.db import connection
from mips_ia.portal.guarded import BESIDE, model_of
from mips_ia.portal.safe.check_command import command

file, chance = Path(connection.settings_dict["NAME"]), random.Random(5)
beside = {model_of(apps, table)._meta.db_table: names for table, names in BESIDE.items()}

def checked():
    done = CliRunner().invoke(command, [])
    connection.close()
    for end in ("-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    ended = isinstance(done.exception, (SystemExit, type(None)))
    return [int(done.exit_code), done.output if ended else repr(done.exception)]

def plain(value):
    # A moment reads the same whatever stands between its day and its time, and JSON whatever blank it has.
    if not isinstance(value, str):
        return value
    value = re.sub(r"\\s", " ", value)
    return re.sub(r"(\\d{4}-\\d\\d-\\d\\d).(\\d\\d:\\d\\d:\\d\\d)[.,]?", r"\\1 \\2", value)

def held():
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as db:
        made = db.execute("select type, name, tbl_name, sql from sqlite_master order by name").fetchall()
        found = {"": made}
        for table in [name for kind, name, *_ in made if kind == "table" and name not in LEFT_OUT]:
            columns = [row[1] for row in db.execute(f'pragma table_info("{table}")')]
            named = ", ".join(f'"{each}"' for each in columns if each not in beside.get(table, ()))
            rows = db.execute(f'select {named} from "{table}"')
            found[table] = [[plain(each) for each in row] for row in rows]
    return found

whole = checked()
good, before = file.read_bytes(), held()
full = [at for at, byte in enumerate(good) if byte]
places = [*HEADER, *chance.sample(full, FLIPS), *chance.sample(range(len(good)), OTHERS)]
told = []
for at in places:
    file.write_bytes(good[:at] + bytes([good[at] ^ chance.randrange(1, 256)]) + good[at + 1 :])
    code, said = checked()
    told.append([at, code, said, code == 0 and held() != before])
print(json.dumps([whole, told]))
"""


@pytest.mark.skipif(databases.ON_POSTGRES, reason="the files of PostgreSQL are its own matter")
def test_any_byte_of_the_database_that_changed_is_named_or_holds_nothing() -> None:
    served = Served().build()
    given = f"FLIPS, OTHERS, HEADER, LEFT_OUT = {FLIPS}, {OTHERS}, {HEADER}, {BESIDE}\n"
    try:
        whole, told = json.loads(served.python(given + _FLIPPED))
    finally:
        served.remove()

    assert whole[0] == 0, whole
    assert len(told) == FLIPS + OTHERS + len(HEADER)
    assert [each for each in told if each[3]] == []
    for at, code, said, _ in told:
        assert (code in (0, 1, 2), "Traceback" in said) == (True, False), (at, said)
        assert code == 0 or said.startswith("Error: "), (at, said)
        assert code == 0 or "estore" in said, (at, said)  # what to do
    assert sum(code == 1 for _, code, *_ in told) > FLIPS / 2


def test_the_manual_names_each_table_that_is_not_looked_at() -> None:
    text = (Path(__file__).parents[2] / "docs/backup.md").read_text(encoding="utf-8")

    assert [name for name in BESIDE if f"`{name}`" not in text] == []
