"""Mechanical keyboards: colourways, angles, macro shots, lights in the dark, loose keycaps."""

from __future__ import annotations

import numpy as np
import studio as st

PITCH = 0.19  # one key, in units of 10 cm
COLORWAYS = {  # name: base, modifiers, accent, legends, case
    "blue": ("#e8ecf2", "#2a5c9e", "#f0b429", "#1c3557", "#b9c3d0"),
    "retro beige": ("#e3dcc8", "#a89f8a", "#c8102e", "#3a362e", "#cfc6b0"),
    "olivia pink": ("#2b2a2c", "#e9b7b0", "#f4d5cf", "#efc3bb", "#2a2626"),
    "dolch": ("#d5d2cb", "#4b5057", "#c1272d", "#25282c", "#3b3d40"),
    "purple": ("#d9cdf0", "#5d3f92", "#f7c6e0", "#352357", "#e9e4f2"),
    "green": ("#e9eddc", "#2f5d43", "#e39b3b", "#20402e", "#3c4a42"),
    "white": ("#f4f3f0", "#e2e1dd", "#f28b66", "#5a5a5c", "#fafafa"),
    "black": ("#232427", "#17181a", "#d83a34", "#d8d8d8", "#1b1c1e"),
    "miami": ("#f7a6c4", "#38c3cf", "#fff1a8", "#1d4a63", "#f7f4f6"),
    "carbon": ("#efe9dd", "#3c3c3e", "#ec6a26", "#2b2b2c", "#46474a"),
}
ROWS = (
    "esc 1 2 3 4 5 6 7 8 9 0 - = back:2 home",
    "tab:1.5 Q W E R T Y U I O P [ ] \\:1.5 pgup",
    "caps:1.75 A S D F G H J K L ; ' enter:2.25 pgdn",
    "shift:2.25 Z X C V B N M , . / shift:1.75 ↑ end",
    "ctrl:1.25 opt:1.25 cmd:1.25 :6.25 fn alt ctrl ← ↓ →",
)
MODIFIERS = {
    "tab",
    "caps",
    "shift",
    "ctrl",
    "opt",
    "cmd",
    "back",
    "fn",
    "alt",
    "home",
    "pgup",
    "pgdn",
    "end",
    "\\",
}
ACCENTS = {"esc", "enter", "↑", "←", "↓", "→"}
DESKS = {
    "walnut desk": lambda: st.wood(st.rgb("#2e190d"), st.rgb("#6d4526"), 0.5),
    "oak desk": lambda: st.wood(st.rgb("#8a6239"), st.rgb("#c79a63"), 0.5),
    "white desk": lambda: st.worn((0.75, 0.74, 0.72), 0.4, 0.04, 0.6, 0.01),
    "deskmat": lambda: st.cloth(st.rgb("#2b3038"), None, 60),
    "concrete": lambda: st.worn((0.32, 0.31, 0.3), 0.8, 0.3, 1.2, 0.06),
}


def cap(width: float) -> object:
    return st.box(
        (PITCH * width - 0.012, PITCH - 0.012, 0.095), 0.018, 0.76 if width < 1.3 else 1 - 0.24 / width**0.8
    )


def board(way: str, rng: np.random.Generator, backlight: object = None, legends: bool = True) -> None:
    """A 65 % keyboard about the origin, its front towards -y."""
    base, mods, accent, ink, case = (st.rgb(c) for c in COLORWAYS[way])
    paints = [st.worn(c, 0.48, 0.05, 8, 0.03, Coat_Weight=0.1) for c in (base, mods, accent)]
    inks = [st.paint(ink, 0.6), st.paint(base if way not in ("olivia pink", "black", "white") else ink, 0.6)]
    metal = rng.random() < 0.5
    st.place(
        st.box((3.12, 1.08, 0.16), 0.035),
        st.worn(case, 0.35 if metal else 0.55, 0.05, 3, 0.01, 0.7 * metal),
        (0, 0, 0.02),
    )
    st.place(st.box((2.94, 0.93, 0.02)), backlight or st.paint((0.02, 0.02, 0.02), 0.6), (0, 0, 0.1))
    caps: dict[float, object] = {}
    for r, row in enumerate(ROWS):
        x, y = -8 * PITCH, (2 - r) * PITCH
        for key in row.split(" "):
            word, _, width = key.partition(":") if len(key) > 1 else (key, "", "")
            wide = float(width or 1)
            kind = 2 if word in ACCENTS else 1 if word in MODIFIERS else 0
            caps[wide] = caps.get(wide) or cap(wide)
            x += wide * PITCH / 2
            tilt = (9, 5, 0, -5, -6)[r]
            lift = 0.165 + 0.012 * abs(r - 2)
            st.place(caps[wide], paints[kind], (x, y, lift), (tilt, 0, 0))
            if legends and word:
                size = 0.075 if len(word) == 1 else 0.036
                st.letters(word, size, inks[kind == 1], (x, y + 0.012, lift + 0.0485), (tilt, 0, 0))
            x += wide * PITCH / 2


def cable(rng: np.random.Generator, color: str) -> None:
    """A coiled cable leaving at the back."""
    side = rng.choice([-1, 1]) * rng.uniform(0.5, 1.1)
    points = [(side, 0.5, 0.05), (side, 0.8, 0.05)]
    turn = np.linspace(0, 2 * np.pi * 14, 14 * 10)
    points += [(side + 0.08 * np.cos(t), 0.9 + t * 0.011, 0.1 + 0.08 * np.sin(t)) for t in turn]
    points += [(side * 1.2, 2.2, 0.05), (side * 2, 3, 0.05)]
    st.tube(points, 0.018, st.paint(st.rgb(color), 0.5))


def pick(rng: np.random.Generator, index: int) -> tuple[str, str]:
    return list(COLORWAYS)[(index * 3 + index // 10) % len(COLORWAYS)], list(DESKS)[
        (index + index // 5) % len(DESKS)
    ]


def daylight(rng: np.random.Generator) -> None:
    """A window on one side, a bright room all round."""
    st.surround(
        str(rng.choice(["interior", "studio", "courtyard"])), rng.uniform(0.25, 0.6), rng.uniform(0, 360)
    )
    side = rng.choice([-1, 1])
    st.lamp(
        "AREA",
        (side * 4, rng.uniform(0, 3), 3.2),
        (0, 0, 0),
        rng.uniform(180, 320),
        rng.uniform(1, 2.5),
        (1, rng.uniform(0.84, 1), rng.uniform(0.7, 1)),
    )


def angled(rng: np.random.Generator, index: int) -> list[str]:
    way, desk = pick(rng, index)
    st.floor(DESKS[desk](), 30)
    board(way, rng)
    cable(rng, COLORWAYS[way][2])
    daylight(rng)
    side = rng.uniform(-1.6, 1.6)
    st.camera(
        (side, -2.6, rng.uniform(1.2, 2.2)),
        (side * 0.15, 0, 0.1),
        rng.uniform(32, 45),
        rng.uniform(0.35, 0.9),
        (side * 0.2, -0.2, 0.2),
    )
    return [f"{way} keycaps", desk, "coiled cable"]


def flatlay(rng: np.random.Generator, index: int) -> list[str]:
    way, desk = pick(rng, index)
    st.floor(DESKS["oak desk" if desk == "deskmat" else desk](), 30)
    mat = st.rgb(str(rng.choice(["#26303a", "#5b4a6b", "#c9bfae", "#31504a", "#7b2d32"])))
    st.place(st.box((4.8, 2.4, 0.03), 0.012), st.cloth(mat, None, 60), (0.3, 0, 0.0))
    board(way, rng)
    mouse = st.rgb(str(rng.choice(["#f2f2f2", "#1c1c1e", COLORWAYS[way][1]])))
    st.place(st.ball(1, (0.31, 0.55, 0.2)), st.paint(mouse, 0.35), (2.15, -0.1, 0.06))
    st.tube(
        [(2.15, 0.2, 0.24), (2.15, 0.28, 0.23), (2.15, 0.38, 0.18)], 0.03, st.paint((0.03, 0.03, 0.03), 0.6)
    )
    cable(rng, COLORWAYS[way][2])
    daylight(rng)
    lean = rng.uniform(-0.9, 0.2)
    st.camera((0.4, lean, 4.6), (0.4, 0, 0), rng.uniform(30, 36), roll=rng.uniform(-25, 25))
    return [f"{way} keycaps", "desk setup", "mouse"]


def macro(rng: np.random.Generator, index: int) -> list[str]:
    way, desk = pick(rng, index)
    st.floor(DESKS[desk](), 30)
    board(way, rng)
    daylight(rng)
    x = rng.uniform(-1.2, 1.2)
    st.camera(
        (x + rng.uniform(-0.5, 0.5), -1.05, rng.uniform(0.55, 0.9)),
        (x, rng.uniform(-0.1, 0.25), 0.18),
        55,
        rng.uniform(0.16, 0.35),
    )
    return [f"{way} keycaps", "macro", "keycap legends"]


def night(rng: np.random.Generator, index: int) -> list[str]:
    way = ("black", "carbon", "dolch", "purple", "miami", "black")[index % 6]
    hue = ((1, 0.1, 0.5), (0.1, 0.4, 1), (0.1, 1, 0.6), (0.6, 0.1, 1), (1, 0.25, 0.05))[index % 5]
    st.floor(st.worn((0.03, 0.03, 0.035), 0.35, 0.2, 2, 0.02), 30)
    board(way, rng, st.glow(hue, 4))
    st.background((0.01, 0.012, 0.02), 1)
    other = hue[::-1]
    st.lamp("AREA", (3, 2.5, 1.5), (0, 0, 0), 60, 2, hue)
    st.lamp("AREA", (-3, 1, 2), (0, 0, 0), 40, 2, other)
    for _ in range(14):
        st.place(
            st.ball(rng.uniform(0.05, 0.12), rings=8),
            st.glow(hue if rng.random() < 0.6 else other, 12),
            (rng.uniform(-5, 5), rng.uniform(5, 9), rng.uniform(0.2, 2.6)),
        )
    side = rng.uniform(-1.3, 1.3)
    st.camera((side, -2.3, rng.uniform(0.9, 1.7)), (side * 0.2, 0.1, 0.15), 42, rng.uniform(0.2, 0.4))
    return [f"{way} keycaps", "rgb", "night setup"]


def loose(rng: np.random.Generator, index: int) -> list[str]:
    """Keycaps and switches strewn over a desk."""
    way, desk = pick(rng, index)
    st.floor(DESKS[desk](), 30)
    paints = [st.worn(st.rgb(c), 0.48, 0.05, 8, 0.03) for c in COLORWAYS[way][:3]]
    one, words = cap(1), "QWERTYASDFGHZXCVBNM"
    spots: list[np.ndarray] = []
    while len(spots) < 34:
        at = rng.normal(0, 0.75, 2)
        if all(np.hypot(*(at - s)) > 0.24 for s in spots):
            spots.append(at)
    for at in spots:
        if rng.random() < 0.25:
            turn = (0, 0, rng.uniform(0, 360))
            st.place(st.box((0.14, 0.14, 0.07), 0.01), st.paint((0.02, 0.02, 0.02), 0.4), (*at, 0.035), turn)
            st.place(
                st.box((0.12, 0.12, 0.06), 0.015, 0.8), st.glass((0.9, 0.9, 0.92), 0.2), (*at, 0.1), turn
            )
            stem = st.paint(st.rgb(COLORWAYS[way][2]), 0.4)
            st.place(st.box((0.04, 0.012, 0.05)), stem, (*at, 0.15), turn)
            st.place(st.box((0.012, 0.04, 0.05)), stem, (*at, 0.15), turn)
            continue
        turn = rng.uniform(0, 360)
        kind = int(rng.integers(3))
        st.place(one, paints[kind], (*at, 0.0475), (0, 0, turn))
        ink = st.paint(st.rgb(COLORWAYS[way][3 if kind != 1 else 0]), 0.6)
        st.letters(str(rng.choice(list(words))), 0.08, ink, (*at, 0.0965), (0, 0, turn))
    daylight(rng)
    st.camera((rng.uniform(-0.6, 0.6), -1.6, rng.uniform(1.1, 2)), (0, 0, 0.05), 45, rng.uniform(0.25, 0.5))
    return [f"{way} keycaps", "keyboard switches", desk]


SCENES = (angled, macro, flatlay, night, angled, macro, loose)
