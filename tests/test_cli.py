"""The commands as people run them: what they print, on which stream, with which exit code."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import THEMES, Corpus, Run, write_csv
from typer.testing import CliRunner

import hashtagger
from hashtagger import cli

KEYS = {"photo", "rank", "hashtag", "score", "votes", "uses", "median_likes", "rating", "similarity"}
KEYS.add("unlike")


class Answer:
    """What a command printed, run inside this process, which spares the start of another."""

    def __init__(self, arguments: tuple[object, ...], stdin: bytes = b"") -> None:
        result = CliRunner().invoke(cli.app, [*map(str, arguments)], input=stdin)
        error = result.exception
        self.out, self.err, self.code = result.stdout, result.stderr, result.exit_code
        if isinstance(error, hashtagger.HashtaggerError):  # what `main` makes a line of
            self.err, self.code = f"{self.err}Error: {error}\n", error.exit_code
        elif error and not isinstance(error, SystemExit):
            raise error
        self.lines = self.out.splitlines()


def ask(*arguments: object, stdin: bytes = b"") -> Answer:
    return Answer(arguments, stdin)


@pytest.fixture(autouse=True)
def model(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the small model the one that commands take by default."""
    monkeypatch.setenv("HASHTAGGER_MODEL", str(corpus.model))
    return corpus.model


@pytest.fixture
def sea(corpus: Corpus) -> Path:
    return corpus.photos["sea"]


def tags(answer: Answer) -> list[str]:
    return [line.removeprefix("#") for line in answer.lines]


# --- suggest ---


@pytest.mark.parametrize("theme", THEMES)
def test_suggest_names_what_photos_that_look_alike_name(corpus: Corpus, theme: str) -> None:
    answer = ask("suggest", corpus.photos[theme], "-k", 3, "-n", 5, "--tags-only")
    assert set(tags(answer)) == set(THEMES[theme])
    assert (answer.code, answer.err) == (0, "")


def test_the_table_and_the_line_to_paste(sea: Path) -> None:
    answer = ask("suggest", sea, "-k", 3)
    head, *rows = answer.lines[:11]
    for column in ("hashtag", "score", "similar posts", "uses", "median likes"):
        assert column in head
    assert [row.split()[0] for row in rows] == [str(i) for i in range(1, 11)]
    paste = answer.lines[-1].split()
    assert len(paste) == 5
    assert all(tag.startswith("#") for tag in paste)
    assert len(ask("suggest", sea, "--limit", 2).lines[-1].split()) == 2
    assert "#" not in ask("suggest", sea, "-n", 1, "--limit", 0).lines[-1].split("#", 1)[0]


def test_json_lines_hold_every_signal(sea: Path) -> None:
    rows = [json.loads(line) for line in ask("suggest", sea, "-k", 3, "-n", 8, "--json").lines]
    assert [row["rank"] for row in rows] == list(range(1, 9))
    for row in rows:
        assert row.keys() >= KEYS
        assert row["photo"] == str(sea)
        assert "#" not in row["hashtag"]
    best = rows[0]
    assert (best["votes"], best["uses"], best["median_likes"]) == (3, 43, 117)


def test_excluded_hashtags_never_appear(sea: Path, tmp_path: Path) -> None:
    banned = tmp_path / "banned.txt"
    banned.write_text("\ufeff# what I never want\n#OCEAN #waves\n\n", "utf-8")
    answer = ask(
        "suggest", sea, "-k", 3, "-n", 30, "--exclude", "#Sea", "--exclude", "🌊", "--exclude-file", banned
    )
    assert answer.code == 0
    assert not {"#sea", "#🌊", "#ocean", "#waves"} & set(answer.out.split())
    assert "#बारिश" in answer.out.split()
    banned.write_bytes("#sea\r\n#ocean\r\n".encode("utf-16"))
    wide = ask("suggest", sea, "-k", 3, "-n", 30, "--exclude-file", banned, "--tags-only")
    assert not {"#sea", "#ocean"} & set(wide.lines)
    nothing = ask("suggest", sea, "--exclude", "!!")
    assert (nothing.code, nothing.err) == (2, "Error: '!!' excludes nothing: it is not a hashtag\n")
    missing = ask("suggest", sea, "--exclude-file", tmp_path / "nothing.txt")
    assert missing.code == 2
    assert "nothing.txt" in missing.err


def test_everything_may_be_excluded(sea: Path, corpus: Corpus) -> None:
    names = hashtagger.load(corpus.model).model.names.all()
    everything = [argument for name in names for argument in ("--exclude", name)]
    for form in ([], ["--tags-only"], ["--json"], ["--explain"], ["--compare"]):
        answer = ask("suggest", sea, *everything, *form)
        assert (answer.code, answer.err) == (0, "")
    assert ask("suggest", sea, *everything, "--tags-only").out == ""


def test_likes_are_compared_side_by_side(sea: Path) -> None:
    answer = ask("suggest", sea, "-k", 3, "-n", 4, "--compare")
    assert answer.lines[0].split("  ")[0] == "by likeness"
    assert "optimised for likes" in answer.lines[0]
    assert answer.lines[5].startswith("average")


def test_similar_posts_and_reasons(sea: Path) -> None:
    answer = ask("suggest", sea, "-k", 6, "-n", 3, "--similar-posts", "--explain")
    posts = [line for line in answer.lines if "https://example.org/" in line]
    assert len(posts) == 6
    assert sum("/sea" in post for post in posts[:3]) == 3
    for word in ("skip-gram", "rating", "likes than usual", "steps:", "left out:", "similar photos"):
        assert word in answer.out


def test_a_reason_names_the_hashtag_that_it_goes_with(sea: Path) -> None:
    rows = [json.loads(line) for line in ask("suggest", sea, "-k", 3, "-n", 2, "--json").lines]
    assert {row["reason"].split(", ")[0] for row in rows} == {"3 of 3 similar photos"}
    assert all(row["reason"].split("goes with #")[1].split(",")[0] in THEMES["sea"] for row in rows)


def test_an_account_adds_its_habits(sea: Path) -> None:
    answer = ask("suggest", sea, "-k", 3, "-n", 10, "--account", "catsfan")
    assert set(THEMES["sea"] + THEMES["cats"]) <= {line.split()[1][1:] for line in answer.lines[1:11]}
    assert "on 75% of your posts" in answer.out  # three posts, one more counted
    unknown = ask("suggest", sea, "--account", "catfan")
    assert unknown.code == 2
    assert "no post of an account 'catfan'; did you mean catsfan" in unknown.err


def test_the_published_method_suggests_what_the_nearest_posts_do_not_use(sea: Path) -> None:
    answer = ask("suggest", sea, "--ranking", "seed", "-n", 10, "--tags-only")
    assert answer.code == 0
    assert answer.lines
    assert not set(tags(answer)) & set(THEMES["sea"])


def test_a_photo_unlike_all_posts_is_answered_by_the_starter() -> None:
    samples = Path(__file__).parents[1] / "sample_posts" / "photos"
    answer = ask("suggest", samples / "cats_01.jpg", "-n", 3, "--tags-only")
    assert "nothing in the model looks like this photo; these are the starter's hashtags" in answer.err
    assert "cat" in tags(answer)


def test_a_caption_is_a_hint(sea: Path) -> None:
    without = tags(ask("suggest", sea, "-k", 3, "-n", 8, "--tags-only"))
    hinted = tags(ask("suggest", sea, "-k", 3, "-n", 8, "--tags-only", "--caption", "A #picnic by the sea"))
    assert "picnic" not in without
    assert "picnic" in hinted


def test_a_bad_photo_among_good_ones(corpus: Corpus, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a photo")
    answer = ask(
        "suggest", corpus.photos["sea"], broken, tmp_path / "gone.jpg", tmp_path / ("x" * 5000),
        corpus.photos["cats"], "--json", "-k", 3, "-n", 1,
    )  # fmt: skip
    assert answer.code == 1
    found = [json.loads(line)["hashtag"] for line in answer.lines]
    assert [found[0] in THEMES["sea"], found[1] in THEMES["cats"]] == [True, True]
    first, second, third = answer.err.splitlines()
    assert first.startswith(f"Error: {broken}: ")
    assert second == f"Error: {tmp_path / 'gone.jpg'}: no such file"
    assert "xxxxx" in third


def test_a_folder_and_an_empty_one(corpus: Corpus, tmp_path: Path) -> None:
    answer = ask("suggest", tmp_path, corpus.photos["sea"].parent, "-k", 3, "-n", 1)
    assert answer.code == 1
    assert answer.err == f"Error: {tmp_path}: no photos in this folder\n"
    for photo in corpus.photos.values():
        assert str(photo) in answer.lines


def test_a_photo_from_stdin(sea: Path) -> None:
    answer = ask("suggest", "-", "-k", 3, "-n", 5, "--tags-only", stdin=sea.read_bytes())
    assert set(tags(answer)) == set(THEMES["sea"])
    empty = ask("suggest", "-")
    assert (empty.code, empty.out, empty.err) == (1, "", "Error: stdin: an empty file\n")


@pytest.mark.parametrize(
    "wrong", [["--likes", "2"], ["--likes", "nan"], ["-n", "0"], ["--limit", "-1"], ["--x"]]
)
def test_arguments_that_cannot_be_end_with_2(sea: Path, wrong: list[str]) -> None:
    answer = ask("suggest", sea, *wrong)
    assert answer.code == 2
    assert wrong[0] in answer.err


# --- similar ---


def test_similar_hashtags_stand_on_the_same_posts() -> None:
    rows = [json.loads(line) for line in ask("similar", "#Sea", "-n", 7, "--json").lines]
    assert {row["hashtag"] for row in rows} >= {"ocean", "waves", "🌊", "बारिश"}
    assert [row["rank"] for row in rows] == list(range(1, 8))
    assert "always together" in ask("similar", "sea").out


def test_hashtags_add_up_and_turn_away() -> None:
    both = ask("similar", "#sea", "#cats", "-n", 12, "--json").out
    assert '"ocean"' in both
    assert '"kitten"' in both
    assert ask("similar", "#sea #cats", "-n", 12, "--json").out == both
    rows = [json.loads(line) for line in both.splitlines()]
    assert {name for row in rows for name in row["beside"]} == {"sea", "cats"}
    assert not ask("similar", "sea", "cats", "-n", 12).err
    assert ask("similar", "sea", "cats", "-n", 1).err.startswith("None of these is known to go with #")
    plain, turned = (
        {row["hashtag"]: row for row in map(json.loads, ask("similar", "sea", "cats", "-n", 99, *more).lines)}
        for more in (["--json"], ["--not", "kitten", "--json"])
    )
    assert turned["catlover"]["score"] < plain["catlover"]["score"]
    assert turned["ocean"]["rank"] < turned["catlover"]["rank"]
    assert ask("similar", "sea", "--not", "#sea").code == 2


def test_how_similar_two_hashtags_are() -> None:
    near, far = (float(ask("similar", "#sea", "--to", other).out) for other in ("#ocean", "#skyline"))
    assert -1 <= far < near <= 1
    assert json.loads(ask("similar", "#sea", "--to", "#ocean", "--json").out)["to"] == "ocean"
    assert len(ask("similar", "#sea #city", "--to", "#ocean").lines) == 2
    for wrong in (["--to", "#ocean #city"], ["--to", "!"], ["--to", "#ocean", "--not", "#cats"]):
        assert ask("similar", "#sea", *wrong).code == 2


def test_the_published_table(tmp_path: Path, corpus: Corpus) -> None:
    file = tmp_path / "similar.csv"
    assert ask("similar", "--all", "-o", file).code == 0
    with file.open(encoding="utf-8", newline="") as table:
        head, *rows = csv.reader(table)
    assert head[:3] == ["hashtag", "similar_1", "similarity_1"]
    assert len(head) == 41
    assert sorted(row[0] for row in rows) == sorted(hashtagger.load(corpus.model).model.names.all())
    assert all(len(row) == 41 and row[0] not in row[1:] for row in rows)
    assert list(tmp_path.iterdir()) == [file]
    for wrong in (
        ["--all"],
        ["--all", "sea", "-o", file],
        ["sea", "-o", file],
        ["--all", "-o", file, "--json"],
    ):
        assert ask("similar", *wrong).code == 2
    unwritable = ask("similar", "--all", "-o", tmp_path / "no folder" / "x.csv")
    assert unwritable.code == 1
    assert "x.csv: cannot be written" in unwritable.err


def test_the_python_api_takes_one_hashtag_as_text(sea: Path, corpus: Corpus) -> None:
    recommender = hashtagger.load(corpus.model)
    assert "sea" not in {row.hashtag for row in recommender.suggest(sea, exclude="#sea").hashtags}
    assert recommender.similar("sea", without="cats") == recommender.similar("sea", without=["cats"])


def test_sets_do_not_go_with_forms_that_hold_none(sea: Path) -> None:
    for form in ("--json", "--csv", "--tags-only"):
        assert ask("suggest", sea, "--sets", 2, form).code == 2
    assert ask("suggest", sea, "--sets", 2, "--markdown").code == 0


def test_the_published_table_names_no_spam(tmp_path: Path) -> None:
    posts = write_csv(tmp_path / "posts.csv", [["", "", "", ["sea", "ocean", "like4like"], 1, "", ""]] * 3)
    file = tmp_path / "similar.csv"
    assert ask("train", posts, "--model", tmp_path / "model").code == 0
    assert ask("similar", "--all", "-o", file, "--model", tmp_path / "model").code == 0
    with file.open(encoding="utf-8", newline="") as table:
        rows = {row[0]: set(row[1::2]) - {""} for row in csv.reader(table)}
    assert rows["sea"] == {"ocean"}
    assert rows["like4like"] <= {"sea", "ocean"}


def test_more_are_asked_for_than_there_are(corpus: Corpus) -> None:
    names = hashtagger.load(corpus.model).model.names.all()
    assert len(ask("similar", "sea", "-n", 1000, "--json").lines) == len(names) - 1
    assert ask("similar", *names).code == 0


def test_an_unknown_hashtag_gets_the_nearest_spellings() -> None:
    answer = ask("similar", "#oceann")
    assert (answer.code, answer.out) == (1, "")
    assert "did you mean #ocean" in answer.err
    assert ask("similar", "sea", "--not", "qqqqqq").err.startswith("Error: #qqqqqq: not among the ")
    assert ask("similar", "sea", "--to", "zzz").code == 1


def test_no_hashtag_gets_a_hint() -> None:
    answer = ask("similar")
    assert answer.code == 2
    assert "# starts a comment" in answer.err
    assert ask("similar", "!?").code == 2


# --- train and info ---


def test_info_tells_what_a_model_holds(corpus: Corpus) -> None:
    facts = json.loads(ask("info", "--json").out)
    assert (facts["posts"], facts["photos"], facts["accounts"], facts["hashtags"]) == (172, 12, 4, 32)
    assert facts["hashtags_used_once"] == 12
    assert facts["median_likes_by_search"] == {"city": 317, "grass": 217, "sea": 117, "cats": 17}
    assert (facts["first_date"], facts["last_date"]) == ("2020-05-17", "2020-05-17")
    assert facts["backbone"]["name"] == "embedded"
    text = ask("info", "--model", corpus.model).out
    for words in ("172", "#city  317", "every part intact", "embedded", "2020-05-17"):
        assert words in text


def posts(folder: Path, *rows: list[object]) -> Path:
    return write_csv(folder / "few.csv", rows)


def test_one_post_is_enough(tmp_path: Path, corpus: Corpus) -> None:
    photo = corpus.photos["sea"]
    file = posts(tmp_path, ["x", photo, "", ["only"], "", "", ""])
    trained = ask(
        "train", file, "--model", tmp_path / "one", "--photos", photo.parent, "--backbone", "embedded"
    )
    assert trained.code == 0
    assert "1 hashtag from 1 post," in trained.out
    assert "No likes are known" in trained.out
    suggested = ask(
        "suggest", photo, "--model", tmp_path / "one", "--explain", "--compare", "--similar-posts"
    )
    assert (suggested.code, suggested.err) == (0, "")
    assert ask("suggest", photo, "--model", tmp_path / "one", "--tags-only").out == "#only\n"
    assert ask("similar", "only", "--model", tmp_path / "one").code == 0
    assert ask("similar", "--all", "--model", tmp_path / "one", "-o", tmp_path / "all.csv").code == 0
    assert ask("info", "--model", tmp_path / "one").code == 0


def test_posts_without_photos_teach_hashtags(tmp_path: Path, sea: Path) -> None:
    file = posts(tmp_path, *[[i, "", "", ["sun", "beach"], 5, "", ""] for i in range(9)])
    trained = ask("train", file, "--model", tmp_path / "words")
    assert trained.code == 0
    assert "hashtagger similar" in trained.err
    assert "#sun" in ask("similar", "beach", "--model", tmp_path / "words").out
    asked = ask("suggest", sea, "--model", tmp_path / "words")
    assert asked.code == 1
    assert "has seen no photos" in asked.err
    assert ask("info", "--model", tmp_path / "words").code == 0


def test_a_training_that_can_read_no_photo_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    for image, why in (("gone.jpg", "no such file"), ("bad.jpg", "not a JPEG")):
        file = posts(tmp_path, ["x", image, "", ["a"], "", "", ""], ["y", image, "", ["b"], "", "", ""])
        answer = ask("train", file, "--model", tmp_path / "none", "--backbone", "embedded")
        assert answer.code == 1
        assert "image column" in answer.err
        assert why in answer.err
        assert not list(tmp_path.glob("none/[!.]*"))


def test_what_is_left_out_is_told_by_reason_and_row(tmp_path: Path, sea: Path) -> None:
    for name in ("one.jpg", "two.jpg"):
        (tmp_path / name).write_bytes(sea.read_bytes()[:-700])
    (tmp_path / "sea.jpg").write_bytes(sea.read_bytes())
    images = ["sea.jpg", "one.jpg", "two.jpg", "gone.jpg", "https://example.org/x.jpg"]
    rows: list[list[object]] = [[i, image, "", ["a", "b"], "", "", ""] for i, image in enumerate(images)]
    answer = ask(
        "train", posts(tmp_path, *rows, ["z", "", "", [], "", "", ""]),
        "--model", tmp_path / "some", "--backbone", "embedded",
    )  # fmt: skip
    assert answer.code == 0
    assert "2 rows: photo left out: damaged or cut short (few.csv, rows 3, 4)" in answer.out
    assert "photo left out: no such file" in answer.out
    assert "--download" in answer.out
    assert "1 row: no hashtag" in answer.out


def test_arguments_of_train_that_cannot_be(tmp_path: Path, corpus: Corpus) -> None:
    file, folder = corpus.posts, tmp_path / "new"
    for wrong, words in (
        (["--map", "tags"], "NAME=COLUMN"),
        (["--map", "tags=Nope"], "no such column"),
        (["--map", "colour=tags"], "colour"),
        (["--photos", tmp_path / "nowhere"], "no such folder"),
    ):
        answer = ask("train", file, "--model", folder, *wrong)
        assert answer.code == 2
        assert words in answer.err
    for wrong_file, words in (
        ("gone.csv", "no such file"),
        ("empty.csv", "empty"),
        ("odd.csv", "--map tags=COLUMN"),
    ):
        (tmp_path / "empty.csv").write_bytes(b"")
        (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
        answer = ask("train", tmp_path / wrong_file, "--model", folder)
        assert answer.code == 1
        assert words in answer.err
    answer = ask("train", file, "--model", folder, "--backbone", tmp_path / "odd.csv")
    assert answer.code == 1
    assert "LiteRT" in answer.err
    assert ask("train", file, "--model", corpus.posts.parent, "--backbone", "embedded").code == 1


def test_train_tells_in_json_what_it_learned(corpus: Corpus, tmp_path: Path) -> None:
    zipped = tmp_path / "posts.csv.gz"
    zipped.write_bytes(gzip.compress(corpus.posts.read_bytes()))
    answer = ask(
        "train", zipped, "--photos", corpus.posts.parent, "--backbone", "embedded", "--json",
        "--model", tmp_path / "model",
    )  # fmt: skip
    learned = json.loads(answer.out)
    assert (learned["posts"], learned["photos"], learned["hashtags"]) == (172, 12, 32)
    assert (answer.code, answer.err) == (0, "")


# --- as processes ---


def test_the_version(run: Run) -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"hashtagger {hashtagger.__version__}\n", "")


def test_hashtags_of_every_script_print_on_any_console(run: Run, sea: Path) -> None:
    narrow = {"PYTHONIOENCODING": "cp1252"}
    suggested = run("suggest", sea, "-k", 3, "-n", 5, "--tags-only", **narrow)
    assert set(suggested.stdout.split()) == {f"#{name}" for name in THEMES["sea"]}
    assert (suggested.returncode, suggested.stderr) == (0, "")
    for asked, near in (("#猫", "#กรุงเทพ"), ("#طبيعة", "#café"), ("#도시", "#москва")):
        assert near in run("similar", asked, **narrow).stdout


def test_errors_of_processes_are_one_line_and_a_code(run: Run, tmp_path: Path, sea: Path) -> None:
    for arguments, code in (
        (["suggest", tmp_path / "a\nb.jpg"], 1),
        (["similar", "#oceann"], 1),
        (["similar"], 2),
        (["suggest", sea, "--model", tmp_path / "nothing"], 1),
    ):
        done = run(*arguments)
        assert done.returncode == code
        assert done.stdout == ""
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_error(sea: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "hashtagger", "suggest", *[str(sea)] * 3, "--explain"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


def test_output_that_cannot_be_written_is_told(sea: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hashtagger", "suggest", str(sea)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "Error: output: No space left on device\n")
