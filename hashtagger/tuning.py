"""The value model's weights, tuned by replaying what would have been suggested for posts kept aside.

Bayesian optimisation (the tree-structured Parzen estimator of Bergstra et al. 2011, in Optuna) over what lift
and rating weigh; P(belongs) keeps the exponent 1, since only ratios decide an order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import PostsError, UsageError
from hashtagger.evaluate import Prepared
from hashtagger.fitting import Progress
from hashtagger.metrics import Estimate
from hashtagger.model import load, write_weights
from hashtagger.ratings import Weights
from hashtagger.replay import Answers, Replay, compare
from hashtagger.trials import run_trial

LIKES = 0.3  # the setting of --likes, its default, at which weights are judged
MOST_LOST = 0.03  # share of the precision@10 at --likes 0 that they may cost there
TRIALS = 60
_MOST = {"lift": 30.0, "rating": 3.0}  # weights tried


@dataclass(frozen=True)
class Setting:
    """Weights, and what they lose and gain beside --likes 0."""

    weights: Weights
    lost: Estimate  # share of precision@10
    gained: Estimate  # held-out lift


@dataclass(frozen=True)
class Tuning:
    """Weights as shipped and as tuned."""

    posts_file: str
    posts: int
    accounts: int
    trials: int
    likes: float
    most_lost: float
    shipped: Setting
    tuned: Setting  # its figures are of weights chosen in the same way on each half of accounts for the other
    difference: Estimate  # in held-out lift, tuned over shipped
    written: str | None  # the model that the tuned weights were written to


def tune(
    prepared: Prepared,
    *,
    trials: int = TRIALS,
    write: Path | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Tuning:
    """Choose weights on all posts, measure such a choice on accounts that it was not made on, and `write` the
    weights into that model.

    Raises PostsError where no likes are known, or of one account only; else as `check` does.
    """
    check(write)
    trial = run_trial(prepared.material, prepared.sides, (), progress)
    if not trial.pools:
        raise PostsError(f"{prepared.posts_file}: no likes are known, so there is nothing to tune weights by")
    replay = Replay.of(trial, prepared.material)
    if replay.earned.groups < 2:
        raise PostsError(f"{prepared.posts_file}: tuning needs posts of two accounts or more")
    answers = [
        replay.ask(Weights(), 0), replay.ask(Weights(), LIKES), tune_by_halves(replay, trials, progress)
    ]  # fmt: skip
    tuned = search(replay, np.ones(replay.earned.groups), trials, partial(progress, "trying weights"))
    if write:
        write_weights(write, tuned)
    draws = replay.draw(answers)
    figures = np.stack([replay.measure(one) for one in answers])
    return Tuning(
        posts_file=prepared.posts_file,
        posts=len(replay.parts),
        accounts=replay.earned.groups,
        trials=trials,
        likes=LIKES,
        most_lost=MOST_LOST,
        shipped=Setting(Weights(), *compare(figures, draws, 1, 0)),
        tuned=Setting(tuned, *compare(figures, draws, 2, 0)),
        difference=compare(figures, draws, 2, 1)[1],
        written=str(write) if write else None,
    )


def check(write: Path | None) -> None:
    """Raise UsageError where Optuna is missing, ModelError where there is no model to `write` weights to."""
    if not find_spec("optuna"):
        raise UsageError("--tune needs Optuna, which is not installed: pip install optuna")
    if write:
        load(write)


def search(
    replay: Replay, counted: NDArray[np.float64], trials: int, progress: Callable[[int, int], None]
) -> Weights:
    """Return the weights of the highest held-out lift within MOST_LOST, groups `counted` (groups,) or not."""
    import optuna

    best = replay.measure(replay.ask(Weights(), 0), counted)[0]

    def objective(trial: optuna.Trial) -> float:
        weights = Weights(**{name: trial.suggest_float(name, 0, most) for name, most in _MOST.items()})
        precision, lift = replay.measure(replay.ask(weights, LIKES), counted)
        progress(trial.number + 1, trials)
        within = precision >= (1 - MOST_LOST) * best
        return float(lift) if within else float(precision - best - 100)  # below any lift; nearer is better

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    for known in (Weights(0, 0), Weights()):  # the first loses nothing, so that something is found
        study.enqueue_trial(asdict(known))
    study.optimize(objective, n_trials=trials)
    return Weights(**{name: round(weight, 2) for name, weight in study.best_params.items()})


def tune_by_halves(replay: Replay, trials: int, progress: Progress) -> Answers:
    """Return what each half of the accounts is shown with weights chosen on the other half."""
    order = np.random.default_rng(0).permutation(replay.earned.groups)
    shown = []
    for number, half in enumerate(np.array_split(order, 2), start=1):
        counted = np.zeros(replay.earned.groups)
        counted[half] = 1
        told = partial(progress, f"trying weights on half {number}")
        shown.append((counted, replay.ask(search(replay, counted, trials, told), LIKES)))
    (first, by_first), (_, by_second) = shown
    return by_second.where(first[replay.groups] > 0, by_first)
