"""Evaluations as people read them: in a terminal, and as one page with charts that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from hashtagger.display import count, table, wrapped
from hashtagger.evaluate import CUTS, WITHOUT, Evaluation
from hashtagger.tuning import Tuning

if TYPE_CHECKING:
    from hashtagger.metrics import Calibration, Estimate

KINDS = {"precision": "precision", "recall": "recall", "ndcg": "nDCG", "hit": "hit"}
OTHERS = ("median likes", "held-out lift", "coverage")


def headline(evaluation: Evaluation) -> str:
    """Return in a sentence what was measured."""
    told = "their photos" if evaluation.asked_with == "photos" else "half of their hashtags"
    how = {
        "account": f"{evaluation.folds} folds by account",
        "random": f"{evaluation.folds} random folds",
        "time": "the last part held out",
        "model": "which the model has not seen",
    }[evaluation.split]
    accounts = count(evaluation.groups, "account")
    return (
        f"{evaluation.posts:,} posts of {accounts} with at least {evaluation.min_tags} "
        f"hashtags, asked with {told}; {how}; {evaluation.hashtags:,} hashtags to choose from."
    )


def evaluation_tables(evaluation: Evaluation) -> str:
    """Return a table a measure, a row a method; each figure with half of its 95 % interval."""
    parts = [wrapped(headline(evaluation), 0)]
    first = evaluation.rows[0].measures
    for kind, title in KINDS.items():
        columns = [f"{kind}@{k}{suffix}" for suffix in ("", WITHOUT) for k in CUTS]
        columns = [column for column in columns if column in first]
        heads = [f"@{column.split('@')[1]}".replace(WITHOUT, " *") for column in columns]
        parts.append(_table(evaluation, title, columns, heads))
    others = [name for name in OTHERS if name in first]
    parts.append(_table(evaluation, "", others, others))
    if f"precision@1{WITHOUT}" in first:
        parts.append(wrapped("* the hashtag by which the post was found left out of both sides"))
    if evaluation.curve:
        parts.append(curve_table(evaluation))
    parts.append("\n".join(_last_lines(evaluation)))
    return "\n\n".join(parts)


def curve_table(evaluation: Evaluation) -> str:
    """Return what ours loses in precision and gains in likes as --likes grows."""
    heads, *rows = curve_cells(evaluation)
    return table(heads, rows, right=set(range(1, len(heads))))


def curve_cells(evaluation: Evaluation) -> list[list[str]]:
    """Return the curve as rows of text, heads first; nothing where no likes are known."""
    heads = ["ours at --likes", "precision@10", "lost", "held-out lift", "gained (95 %)"]
    rows = [
        [
            f"{point.likes:g}",
            figure(point.precision, 4),
            _percent(point.lost),
            figure(point.lift, 4),
            interval(point.gained) if point.likes else "",
        ]
        for point in evaluation.curve
    ]
    return [heads, *rows] if rows else []


def tuning_table(tuning: Tuning) -> str:
    """Return the shipped and the tuned weights, and what each loses and gains."""
    rows = [
        [name, f"{at.weights.lift:g}", f"{at.weights.rating:g}", _percent(at.lost), interval(at.gained)]
        for name, at in (("shipped", tuning.shipped), ("tuned", tuning.tuned))
    ]
    heads = ["weights", "lift", "rating", "precision@10 lost", "held-out lift gained (95 %)"]
    about = f"{tuning.posts:,} posts of {tuning.accounts:,} accounts. Of {tuning.trials} tried,"
    said = (
        f"{about} these weights gain most where at most "
        f"{tuning.most_lost:.0%} of precision@10 may be lost at --likes {tuning.likes:g}. "
        "The figures are of weights chosen in the same way on each half of the accounts for the other."
    )
    lead = f"tuned over shipped: {interval(tuning.difference)}"
    if not (tuning.difference.low or 0) > 0:
        lead += "; no more than chance, so the shipped weights will do"
    last = f"Written to {tuning.written}." if tuning.written else "To use them: --tune --write MODEL"
    shown = table(heads, rows, right={1, 2, 3, 4})
    return "\n".join([wrapped(said, 0), "", shown, "", wrapped(lead), last])


def _percent(estimate: Estimate) -> str:
    return "?" if estimate.value is None else f"{round(100 * estimate.value, 1) + 0:.1f} %"  # no -0.0


def figure(estimate: Estimate, digits: int = 3) -> str:
    """Return a figure and half the width of its 95 % interval: `0.344 ±0.012`."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "?"
    digits = 0 if abs(estimate.value) >= 100 else digits
    return f"{estimate.value:,.{digits}f} ±{(estimate.high - estimate.low) / 2:,.{digits}f}"


def interval(estimate: Estimate, digits: int = 4) -> str:
    """Return a difference and its 95 % interval: `+0.0036 (+0.0020 to +0.0067)`."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "?"
    return f"{estimate.value:+.{digits}f} ({estimate.low:+.{digits}f} to {estimate.high:+.{digits}f})"


def _table(evaluation: Evaluation, title: str, columns: list[str], heads: list[str]) -> str:
    rows = [[row.method, *(figure(row.measures[column]) for column in columns)] for row in evaluation.rows]
    return table([title, *heads], rows, right=set(range(1, len(heads) + 1)))


def _last_lines(evaluation: Evaluation) -> list[str]:
    lines = [f"precision of the five to paste: {figure(evaluation.paste)}"]
    if evaluation.calibration:
        lines.append(f"calibration error of the probabilities shown: {evaluation.calibration.error:.3f}")
    if evaluation.groups == 1:
        lines.append("How sure the figures are takes several accounts to tell: here each ± is 0.")
    return [wrapped(line) for line in lines]


def evaluation_page(evaluation: Evaluation) -> str:
    """Return one HTML page with charts and every figure; it loads nothing."""
    from hashtagger.pages import render  # templates are needed for pages alone

    first = evaluation.rows[0].measures
    shown = [
        f"{kind}@{k}{suffix}" for kind in ("precision", "recall") for k in (5, 10) for suffix in ("", WITHOUT)
    ]
    charts = [bar_chart(evaluation, measure) for measure in shown if measure in first]
    if evaluation.calibration:
        charts.append(reliability_chart(evaluation.calibration))
    if evaluation.curve:
        charts.append(curve_chart(evaluation))
    return render(
        "evaluation",
        f"Evaluation on {evaluation.posts_file}",
        headline=headline(evaluation),
        charts="".join(charts),
        curve=curve_cells(evaluation),
        lines=_last_lines(evaluation),
        rows=evaluation.rows,
        figure=figure,
    )


def bar_chart(evaluation: Evaluation, measure: str) -> str:
    """Return one measure as an SVG: a bar a method, with its interval."""
    rows = [(row.method, row.measures[measure]) for row in evaluation.rows]
    top = max([estimate.high or 0 for _, estimate in rows] + [1e-9])
    parts = []
    for i, (method, estimate) in enumerate(rows):
        y, value = 8 + 26 * i, estimate.value or 0
        low, high = ((edge or 0) / top * _BAR + _LEFT for edge in (estimate.low, estimate.high))
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(method)}</text>'
            f'<rect x="{_LEFT}" y="{y}" width="{value / top * _BAR:.1f}" height="18"'
            f"{_OURS if method == 'ours' else ''}/>"
            f'<path d="M{low:.1f} {y + 9}H{high:.1f}M{low:.1f} {y + 5}v8M{high:.1f} {y + 5}v8"/>'
            f'<text x="{_LEFT + _BAR + 8}" y="{y + 13}">{value:.3f}</text>'
        )
    return _figure(measure, _LEFT + _BAR + 60, 26 * len(rows) + 8, "".join(parts))


def reliability_chart(calibration: Calibration) -> str:
    """Return an SVG of how often hashtags said to belong with some probability do; the diagonal is honest."""
    points = list(zip(calibration.predicted, calibration.observed, strict=True))
    top = max(0.1, *calibration.predicted, *calibration.observed)
    view = _View((0, 0), (top, top))
    drawn = _axes(view, "probability said", "share that belongs") + _line(
        view, [(0, 0), (top, top)], "honest"
    )
    return _plot("Do the probabilities come true?", drawn + _line(view, points) + _dots(view, points))


def curve_chart(evaluation: Evaluation) -> str:
    """Return an SVG of held-out lift against precision as --likes grows, which labels the points."""
    known = [(point.likes, point.precision.value, point.lift.value) for point in evaluation.curve]
    points = [(x, y) for _, x, y in known if x is not None and y is not None]
    labels = [f"{likes:g}" for likes, x, y in known if x is not None and y is not None]
    view = _View.around(points)
    drawn = _axes(view, "precision@10", "held-out lift") + _line(view, points) + _dots(view, points, labels)
    return _plot("What --likes loses and gains", drawn)


_LEFT, _BAR = 150, 240  # pixels, of bars
_LOWER_LEFT, _ACROSS, _UP = (56, 250), 340, 220  # of plots
_OURS = ' class="ours"'


def _figure(title: str, width: int, height: int, drawn: str) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}">{drawn}</svg></figure>'
    )


def _plot(title: str, drawn: str) -> str:
    return _figure(title, _LOWER_LEFT[0] + _ACROSS + 24, _LOWER_LEFT[1] + 44, drawn)


@dataclass(frozen=True)
class _View:
    """What part of the plane a plot shows."""

    low: tuple[float, float]
    high: tuple[float, float]

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]]) -> _View:
        """Return a view with some room around `points`, at least one."""
        edges = [(min(values), max(values)) for values in zip(*points, strict=True)]
        room = [max(0.12 * (high - low), 1e-4) for low, high in edges]
        (left, right), (bottom, top) = [
            (low - more, high + more) for (low, high), more in zip(edges, room, strict=True)
        ]
        return cls((left, bottom), (right, top))

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return where a point lies in the picture, in pixels."""
        x, y = (
            (value - low) / (high - low) for value, low, high in zip(point, self.low, self.high, strict=True)
        )
        return _LOWER_LEFT[0] + x * _ACROSS, _LOWER_LEFT[1] - y * _UP


def _axes(view: _View, across: str, up: str) -> str:
    """Return both axes with their names, and lines at round figures."""
    left, bottom = _LOWER_LEFT
    right, top = left + _ACROSS, bottom - _UP
    drawn = []
    for value in round_figures(view.low[0], view.high[0]):
        x, _ = view.place((value, view.low[1]))
        drawn.append(f'<path class="grid" d="M{x:.1f} {bottom}V{top}"/>')
        drawn.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{value:g}</text>')
    for value in round_figures(view.low[1], view.high[1]):
        _, y = view.place((view.low[0], value))
        drawn.append(f'<path class="grid" d="M{left} {y:.1f}H{right}"/>')
        drawn.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    drawn.append(f'<path d="M{left} {top}V{bottom}H{right}"/>')
    drawn.append(f'<text x="{right}" y="{bottom + 36}" text-anchor="end">{across}</text>')
    drawn.append(f'<text x="{left}" y="{top - 10}">{up}</text>')
    return "".join(drawn)


def round_figures(low: float, high: float) -> list[float]:
    """Return two to six round figures between `low` and `high`."""
    rough = (high - low) / 5
    power = 10 ** floor(log10(rough))
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= rough)
    return [round(i * step, 10) for i in range(ceil(low / step), floor(high / step + 1e-9) + 1)]


def _line(view: _View, points: Sequence[tuple[float, float]], style: str = "") -> str:
    places = " ".join("{:.1f},{:.1f}".format(*view.place(point)) for point in points)
    return f'<polyline points="{places}" class="{style}"/>'


def _dots(view: _View, points: Sequence[tuple[float, float]], labels: Sequence[str] = ()) -> str:
    """Return a dot a point, and its label where no earlier one is in the way."""
    places = [view.place(point) for point in points]
    drawn = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places]
    labelled: list[tuple[float, float]] = []
    for (x, y), label in zip(places, labels, strict=False):
        if all(abs(x - other) > 24 or abs(y - above) > 14 for other, above in labelled):
            drawn.append(f'<text x="{x + 8:.1f}" y="{y - 7:.1f}">{label}</text>')
            labelled.append((x, y))
    return "".join(drawn)
