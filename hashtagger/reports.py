"""Evaluations as people read them: in a terminal, and as one page with charts that needs no network."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from hashtagger.display import table
from hashtagger.evaluate import CUTS, WITHOUT, Evaluation
from hashtagger.pages import render
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
    return (
        f"{evaluation.posts:,} posts of {evaluation.groups:,} accounts with at least {evaluation.min_tags} "
        f"hashtags, asked with {told}; {how}; {evaluation.hashtags:,} hashtags to choose from."
    )


def evaluation_tables(evaluation: Evaluation) -> str:
    """Return a table a measure, a row a method; each figure with half of its 95 % interval."""
    parts = [headline(evaluation)]
    first = evaluation.rows[0].measures
    for kind, title in KINDS.items():
        columns = [f"{kind}@{k}{suffix}" for suffix in ("", WITHOUT) for k in CUTS]
        columns = [column for column in columns if column in first]
        heads = [f"@{column.split('@')[1]}".replace(WITHOUT, " *") for column in columns]
        parts.append(_table(evaluation, title, columns, heads))
    others = [name for name in OTHERS if name in first]
    parts.append(_table(evaluation, "", others, others))
    if f"precision@1{WITHOUT}" in first:
        parts.append("* the hashtag by which the post was found left out of both sides")
    if evaluation.curve:
        parts.append(curve_table(evaluation))
    parts.append("\n".join(_last_lines(evaluation)))
    return "\n\n".join(parts)


def curve_table(evaluation: Evaluation) -> str:
    """Return what ours loses in precision and gains in likes as --likes grows."""
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
    heads = ["ours at --likes", "precision@10", "lost", "held-out lift", "gained (95 %)"]
    return table(heads, rows, right=set(range(1, len(heads))))


def tuning_table(tuning: Tuning) -> str:
    """Return the shipped and the tuned weights, and what each loses and gains."""
    rows = [
        [name, f"{at.weights.lift:g}", f"{at.weights.rating:g}", _percent(at.lost), interval(at.gained)]
        for name, at in (("shipped", tuning.shipped), ("tuned", tuning.tuned))
    ]
    heads = ["weights", "lift", "rating", "precision@10 lost", "held-out lift gained (95 %)"]
    about = f"{tuning.posts:,} posts of {tuning.accounts:,} accounts. Of {tuning.trials} tried,"
    said = (
        f"{about} these weights gain most where at\nmost "
        f"{tuning.most_lost:.0%} of precision@10 may be lost at --likes {tuning.likes:g}. "
        "The figures are of weights chosen\nin the same way on each half of the accounts for the other."
    )
    lead = f"tuned over shipped: {interval(tuning.difference)}"
    if not (tuning.difference.low or 0) > 0:
        lead += "; no more than chance, so the shipped weights will do"
    last = f"Written to {tuning.written}." if tuning.written else "To use them: --tune --write MODEL"
    return "\n".join([said, "", table(heads, rows, right={1, 2, 3, 4}), "", lead, last])


def _percent(estimate: "Estimate") -> str:
    return "?" if estimate.value is None else f"{round(100 * estimate.value, 1) + 0:.1f} %"  # no -0.0


def figure(estimate: "Estimate", digits: int = 3) -> str:
    """Return a figure and half the width of its 95 % interval: `0.344 ±0.012`."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "?"
    digits = 0 if abs(estimate.value) >= 100 else digits
    return f"{estimate.value:,.{digits}f} ±{(estimate.high - estimate.low) / 2:,.{digits}f}"


def interval(estimate: "Estimate", digits: int = 4) -> str:
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
    return lines


def evaluation_page(evaluation: Evaluation) -> str:
    """Return one HTML page with charts and every figure; it loads nothing."""
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


def reliability_chart(calibration: "Calibration") -> str:
    """Return an SVG of how often hashtags said to belong with some probability do."""
    points = list(zip(calibration.predicted, calibration.observed, strict=True))
    top = max(0.1, *calibration.predicted, *calibration.observed)
    diagonal = _line([(0, 0), (top, top)], top, top, ' stroke-dasharray="4"')
    title = f"Probability said (across) and share that belongs (up), to {top:.2f}"
    return _figure(
        title, _SIDE + 20, _SIDE + 20, _AXES + diagonal + _line(points, top, top) + _dots(points, top, top)
    )


def curve_chart(evaluation: Evaluation) -> str:
    """Return an SVG of held-out lift against precision as --likes grows."""
    known = [(p.likes, p.precision.value, p.lift.value) for p in evaluation.curve]
    points = [(likes, x, y) for likes, x, y in known if x is not None and y is not None]
    right = max([x for _, x, _ in points] + [1e-9])
    low, high = min([y for _, _, y in points] + [0.0]), max([y for _, _, y in points] + [1e-9])
    places = [(x, y - low) for _, x, y in points]
    title = (
        f"precision@10 (across, to {right:.3f}) and held-out lift (up, {low:.3f} to {high:.3f}) by --likes"
    )
    labels = [f"{likes:g}" for likes, _, _ in points]
    drawn = _AXES + _line(places, right, high - low) + _dots(places, right, high - low, labels)
    return _figure(title, _SIDE + 20, _SIDE + 20, drawn)


_LEFT, _BAR, _SIDE = 150, 240, 260  # pixels
_OURS = ' class="ours"'


def _figure(title: str, width: int, height: int, drawn: str) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}">{drawn}</svg></figure>'
    )


_AXES = f'<path d="M10 10V{10 + _SIDE}H{10 + _SIDE}"/>'


def _place(point: tuple[float, float], right: float, top: float) -> tuple[float, float]:
    """Return where a point lies in the picture, 0 at the lower left."""
    return 10 + point[0] / right * _SIDE, 10 + _SIDE - point[1] / top * _SIDE


def _line(points: Sequence[tuple[float, float]], right: float, top: float, style: str = "") -> str:
    places = " ".join("{:.1f},{:.1f}".format(*_place(point, right, top)) for point in points)
    return f'<polyline points="{places}"{style}/>'


def _dots(points: Sequence[tuple[float, float]], right: float, top: float, labels: Sequence[str] = ()) -> str:
    places = [_place(point, right, top) for point in points]
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places)
    named = zip(places, labels, strict=False)
    return dots + "".join(
        f'<text x="{x - 24:.1f}" y="{y + 16:.1f}">{label}</text>' for (x, y), label in named
    )
