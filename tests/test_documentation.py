"""What is public is documented, and every command shows how it is used."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

import hashtagger
from hashtagger.cli import app

MODULES = [
    importlib.import_module(f"hashtagger.{module.name}")
    for module in pkgutil.iter_modules(hashtagger.__path__)
    if module.name != "__main__"
]
COMMANDS = sorted(typer.main.get_command(app).commands)


def public(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield the public functions and classes of a module, and the public methods of its classes."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            yield name, value
        if inspect.isclass(value):
            yield from (
                (f"{name}.{method}", function)
                for method, function in vars(value).items()
                if inspect.isfunction(function) and not method.startswith("_")
            )


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_modules_and_what_they_offer_are_documented(module: ModuleType) -> None:
    assert module.__doc__, "a module says in its first line what happens in it"
    bare = [name for name, value in public(module) if not (getattr(value, "__doc__", "") or "").strip()]
    assert not bare


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_of_itself(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert f"Example: hashtagger {command} " in shown.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command: str) -> None:
    parameters = typer.main.get_command(app).commands[command].params
    assert not [parameter.name for parameter in parameters if not parameter.help]


def test_the_public_names_are_there() -> None:
    for name in set(hashtagger.__all__) - {"__version__"}:
        assert callable(getattr(hashtagger, name))  # no module has taken its place
    with pytest.raises(AttributeError):
        hashtagger.__getattr__("nothing")
