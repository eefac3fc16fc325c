"""Evaluation on a world whose answers are evident: four topics, each with its look and its four hashtags."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hashtagger import fitting, neighbors
from hashtagger.errors import PostsError
from hashtagger.evaluate import EvaluationSettings, evaluate, measure_calibration, measure_method, prepare
from hashtagger.features import Extracted
from hashtagger.methods import METHODS, Question, Side, nearest_whole
from hashtagger.posts import read_posts
from hashtagger.reports import round_figures
from hashtagger.splits import folds
from hashtagger.trials import gather_material, learn, learn_sides, run_trial, unseen_posts

TOPICS = ("cats", "sea", "city", "food")
POSTS_A_TOPIC = 40  # of which 32 are learned from: the most of any 50 voters
POSTS = POSTS_A_TOPIC * len(TOPICS)
MIN_TAGS = 3


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def tags_of(topic: str, number: int) -> list[str]:
    """Return the topic's four hashtags and five that no other post uses: few enough shared to be no copy."""
    return [f"{topic}{i}" for i in range(4)] + [f"{topic}own{number}x{i}" for i in range(5)]


def write_posts(path: Path, accounts: str = "{topic}{number}", topics: tuple[str, ...] = TOPICS) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["post_link", "account", "category", "search_hashtag", "tags", "likes", "datetime"])
        for number in range(POSTS_A_TOPIC):
            for topic in topics:
                account = accounts.format(topic=topic, number=number)
                link = f"https://example.org/{topic}/{number}"
                tags, day = json.dumps(tags_of(topic, number)), np.datetime64("2020-01-01") + number
                writer.writerow([link, account, topic, f"{topic}0", tags, 10 + number, day])
    return path


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """Posts with features of 80 dimensions: one for the topic, and what is the photo's own."""
    posts = read_posts(write_posts(tmp_path_factory.mktemp("world") / "posts.csv"))
    features = np.random.default_rng(1).normal(scale=0.05, size=(len(posts), 80)).astype(np.float32)
    features[np.arange(len(posts)), [TOPICS.index(category) for category in posts.categories]] += 1
    contents = np.zeros((len(posts), 16), np.uint8)
    return gather_material(posts, Extracted(features, np.arange(len(posts)), contents, {}))


@pytest.fixture(scope="module")
def trial(material):
    parts = folds(material.posts, "account", 5, material.testable(MIN_TAGS), material.alike)
    return run_trial(material, learn_sides(material, parts, silent), METHODS, silent)


def test_whole_features_belong_to_their_posts_also_where_photos_lie_in_cells(material, monkeypatch):
    monkeypatch.setattr(fitting, "CELLS_FROM", 100)
    monkeypatch.setattr(neighbors, "CELLS", 8)
    rows = np.arange(150)
    side = learn(material, rows, silent)
    assert side.model.probes
    for row in range(0, 150, 15):
        question = Question(material.extracted.features[row], np.empty(0, np.int64), "")
        assert nearest_whole(side, question)[0] == row


def test_nothing_tested_is_in_the_model_it_is_measured_with(material):
    posts = material.posts
    parts = folds(posts, "account", 4, material.testable(MIN_TAGS), material.alike)
    lists = [frozenset(tags_of(posts.categories[i], i // len(TOPICS))) for i in range(len(posts))]
    tested = []
    for side, test in learn_sides(material, parts, silent):
        model = side.model
        learned = [frozenset(model.names[tag] for tag in model.tags_of(i)) for i in range(len(model.links))]
        seen_features = {row.tobytes() for row in side.features}
        assert not {posts.links[i] for i in test} & set(model.links.all())
        assert not {posts.accounts[i] for i in test} & set(model.accounts.all())
        assert not {lists[i] for i in test} & set(learned)
        assert not {material.extracted.features[i].tobytes() for i in test} & seen_features
        assert not {name for i in test for name in lists[i] if "own" in name} & set(model.names.all())
        assert len(test) + len(model.links) == len(posts)
        tested += test.tolist()
    assert sorted(tested) == list(range(len(posts)))


def test_methods_reach_what_the_world_allows(trial, material):
    rows = {name: measure_method(trial, material, name).measures for name in trial.answers}
    for name in ("votes of 50", "ours", "oracle"):
        assert rows[name]["hit@1"].value == 1, name
    for name in ("ours", "oracle"):  # four of the nine are anybody's to find
        assert rows[name]["precision@5"].value == pytest.approx(0.8)
        assert rows[name]["recall@10"].value == pytest.approx(4 / 9)
        assert rows[name]["precision@5 without search hashtag"].value == pytest.approx(0.6)
        assert rows[name]["recall@10 without search hashtag"].value == pytest.approx(3 / 8)
    assert rows["published method"]["precision@10"].value == 0  # it never suggests what neighbours use
    assert rows["most popular"]["precision@10"].value < rows["ours"]["precision@10"].value
    assert rows["oracle"]["coverage"].value > 0


def test_figures_lie_in_their_intervals(trial, material):
    for name in trial.answers:
        for measure, figure in measure_method(trial, material, name).measures.items():
            if figure.value is not None:
                assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9, (name, measure)


def test_ours_says_how_likely_each_hashtag_belongs(trial):
    calibration = measure_calibration(trial)
    assert sum(calibration.counts) == sum(len(shown) for shown in trial.shown) == 10 * POSTS
    assert 0 <= calibration.error <= 1


def test_every_method_answers_with_different_known_names(trial):
    for name, answers in trial.answers.items():
        assert len(answers) == len(trial.tested)
        for names in answers:
            assert len(names) == len(set(names)) <= 11
            assert set(names) <= trial.learned, name


def test_without_categories_there_is_no_oracle_and_with_photos_nothing_to_complete(material):
    posts = replace(material.posts, categories=[""] * len(material.posts))
    side = learn(replace(material, posts=posts), np.arange(20), silent)
    assert [name for name, method in METHODS if method(side) is None] == ["similar", "oracle"]


def test_a_model_is_measured_on_what_it_has_not_seen(material):
    known = np.flatnonzero([int(account[-1]) < 6 for account in material.posts.accounts])
    side = learn(material, known, silent)
    rows = unseen_posts(material, side.model, MIN_TAGS)
    assert sorted([*known, *rows]) == list(range(len(material.posts)))
    with pytest.raises(PostsError, match="the model has seen each of these 160 posts"):
        unseen_posts(material, learn(material, np.arange(POSTS), silent).model, MIN_TAGS)


def test_posts_with_too_few_hashtags_are_named_as_the_reason(material):
    with pytest.raises(
        PostsError, match=r"no post has 30 hashtags or more and a photo; give a smaller --min-tags"
    ):
        material.testable(30)


def test_posts_without_photos_are_completed(tmp_path):
    found = evaluate(prepare(write_posts(tmp_path / "posts.csv"), EvaluationSettings(folds=3)))
    assert (found.asked_with, found.posts, found.groups) == ("hashtags", POSTS, POSTS)
    ours = next(row.measures for row in found.rows if row.method == "ours")
    popular = next(row.measures for row in found.rows if row.method == "most popular")
    assert ours["recall@10"].value > popular["recall@10"].value
    assert ours["hit@5"].value > 0.9
    similar = next(row.measures for row in found.rows if row.method == "similar")
    assert similar["hit@5"].value > 0.9
    assert [point.likes for point in found.curve] == [0, 0.1, 0.2, 0.3, 0.5, 0.75, 1]


def test_hidden_hashtags_are_never_told_nor_told_ones_suggested(tmp_path):
    material = gather_material(read_posts(write_posts(tmp_path / "posts.csv")), None)
    parts = folds(material.posts, "random", 2, material.testable(MIN_TAGS), material.alike)
    trial = run_trial(material, learn_sides(material, parts, silent), METHODS, silent)
    for place, (post, truth) in enumerate(zip(trial.tested, trial.truths, strict=True)):
        own = set(tags_of(material.posts.categories[post], post // len(TOPICS)))
        assert truth < own
        for name, answers in trial.answers.items():
            assert not set(answers[place]) & (own - truth), name


def test_the_last_part_is_tested_by_time(tmp_path):
    found = evaluate(prepare(write_posts(tmp_path / "posts.csv"), EvaluationSettings(split="time", folds=5)))
    assert (found.posts, found.folds) == (POSTS / 5, 1)


def test_the_command_prints_tables_json_and_a_page(run, tmp_path):
    posts, page = write_posts(tmp_path / "posts.csv"), tmp_path / "report.html"
    done = run("evaluate", posts, "--folds", 3, "--html", page)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "160 posts of 160 accounts with at least 3 hashtags, asked with half of their"
    )
    for name, _ in METHODS:
        assert re.search(rf"^{name} +0\.\d{{3}} ±0\.\d{{3}} ", done.stdout, re.M), name
    assert re.search(r"^0\.3 +0\.\d{4} ±0\.\d{4} +-?\d+\.\d % +-?0\.\d{4} ±", done.stdout, re.M)
    html = page.read_text("utf-8")
    assert html.count("<svg") == 10
    assert "What --likes loses and gains" in html
    assert "nan" not in html
    assert not re.search(r"(src|href)=.(?!data:)|url\(|@import|https?://", html)

    told = json.loads(run("evaluate", posts, "--folds", 3, "--json").stdout)
    assert [row["method"] for row in told["rows"]] == [name for name, _ in METHODS]
    assert set(told["rows"][0]["measures"]["precision@5"]) == {"value", "low", "high"}
    start = told["curve"][0]
    assert (start["likes"], start["lost"]["value"], start["gained"]["value"]) == (0, 0, 0)


EDGES = [(0, 1), (-0.0021, -0.0004), (0.0512, 0.0577), (0.2, 0.20013), (7, 90)]


@pytest.mark.parametrize(("low", "high"), EDGES)
def test_axes_are_marked_at_two_to_six_round_figures(low, high):
    figures = round_figures(low, high)
    assert 2 <= len(figures) <= 6
    assert low <= figures[0] < figures[-1] <= high
    assert all(len(f"{figure:g}") <= 8 for figure in figures)


def test_the_command_measures_a_model(run, tmp_path):
    model = tmp_path / "model"
    half = write_posts(tmp_path / "half.csv", accounts="{topic}", topics=TOPICS[:2])
    assert run("train", half, "--model", model).returncode == 0
    done = run("evaluate", write_posts(tmp_path / "posts.csv", accounts="{topic}"), "--model", model)
    assert done.stdout.startswith("80 posts of 2 accounts"), done.stderr
    again = run("evaluate", half, "--model", model)
    assert again.returncode == 1
    assert "the model has seen each of these 80 posts" in again.stderr


def test_what_cannot_be_split_is_said_in_a_line(run, tmp_path):
    posts = write_posts(tmp_path / "posts.csv", accounts="one")
    done = run("evaluate", posts)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: 5 folds need as many groups of posts to test on, and there are 1")
    assert (
        run("evaluate", posts, "--html", tmp_path / "no" / "page.html", "--split", "random").returncode == 2
    )


def test_a_side_holds_no_starter(material):
    side = learn(material, np.arange(10), silent)
    assert isinstance(side, Side)
    assert "provenance" not in side.model.card
    assert len(side.model.links) == 10
