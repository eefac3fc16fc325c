"""Which module may know which: the rows of the house, each importing only from rows above it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from conftest import Corpus

import hashtagger

PACKAGE = Path(hashtagger.__file__).parent

# From the words to the door. A module imports from rows above its own, and from its own only what stands
# to the left of it.
ROWS = [
    "errors hashtags datamodels filters",
    "columns scrapers tables photos folders storage sidecars archives exports instaloader photo_folders",
    "feature_cache readers posts corpora parallel features backbones downloads",
    "neighbors skipgram ratings companions",
    "model",
    "fitting refitting voters completion sources ranking published diversify sizes platforms",
    "suggest similar info reading shards extraction training adding removing",
    "recommender history config watch",
    "metrics earned splits methods trials replay evaluate tuning",
    "clipboard forms post_photos display terminal pages suggestion_page hashtag_map reports",
    "console options answers",
    "cli",
    "__main__",
]
HEAVY = {
    "tensorflow",
    "keras",
    "gensim",
    "sklearn",
    "scipy",
    "pandas",
    "pyarrow",
    "rich",
    "jinja2",
    "fsspec",
    "ray",
}


def imports(module: Path) -> set[str]:
    """Return the modules of hashtagger that `module` imports, now or when called; types aside."""
    tree = ast.parse(module.read_text("utf-8"))
    conditions = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    guarded = [node for node in conditions if "TYPE_CHECKING" in ast.dump(node.test)]
    for_types = {inner for node in guarded for inner in ast.walk(node)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node not in for_types and node.module:
            package, _, name = node.module.partition(".")
            if package == "hashtagger":
                found |= {name} if name else {alias.name for alias in node.names}
    return {name for name in found if (PACKAGE / f"{name}.py").exists()}


def test_every_module_has_its_row() -> None:
    placed = " ".join(ROWS).split()
    assert sorted(placed) == sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")


def test_modules_import_only_what_stands_before_them() -> None:
    place = {name: i for i, name in enumerate(" ".join(ROWS).split())}
    wrong = [
        f"{module} imports {other}"
        for module, i in place.items()
        for other in imports(PACKAGE / f"{module}.py")
        if place[other] >= i
    ]
    assert not wrong


def test_one_outside_library_lives_in_few_modules() -> None:
    """Names of libraries and the modules that may know them."""
    homes = {
        "defusedxml": {"photo_folders", "sidecars"},
        "PIL": {"photos"},
        "ai_edge_litert": {"features"},
        "gensim": {"skipgram", "methods"},
        "tensorflow": {"backbones"},
        "pyarrow": {"tables", "shards"},
        "fsspec": {"storage"},
        "ray": {"extraction"},
        "typer": {"cli", "options"},
        "optuna": {"tuning"},
        "rich": {"console"},
        "jinja2": {"pages"},
        "pyperclip": {"clipboard"},
    }
    for library, allowed in homes.items():
        users = {
            path.stem
            for path in PACKAGE.glob("*.py")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == library)
            or (isinstance(node, ast.Import) and any(a.name.split(".")[0] == library for a in node.names))
        }
        assert users <= allowed, library


ASK = """
import sys
from hashtagger.cli import app
for command in (["suggest", sys.argv[1], "--explain"], ["similar", "#sea"]):
    app([*command, "--model", sys.argv[2]], standalone_mode=False)
print("imported:", *{name.split(".")[0] for name in sys.modules})
"""


def test_answering_needs_no_heavy_package(corpus: Corpus) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(corpus.photos["sea"]), str(corpus.model)],
        capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"}, check=True,
    )  # fmt: skip
    imported = set(done.stdout.rpartition("imported:")[2].split())
    assert {"numpy", "PIL", "hashtagger"} <= imported
    assert not imported & HEAVY
