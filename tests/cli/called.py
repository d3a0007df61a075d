"""A command that is run, and must end with the code that is expected."""

from click.testing import CliRunner, Result

from mips_ia.cli.main import main


def run(*arguments: object, code: int = 0) -> Result:
    """What a command answers; an error that it did not foresee is raised."""
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result
