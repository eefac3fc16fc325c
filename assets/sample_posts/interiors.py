"""Rooms: a living room, a reading corner, a bedroom, shelves. One unit is 1 m."""

from __future__ import annotations

import numpy as np
import studio as st

WALLS = {
    "white": "#e6e2da",
    "sage": "#8d9a83",
    "navy": "#27364a",
    "terracotta": "#b8704f",
    "beige": "#cdbfa9",
    "grey": "#85878a",
}
SOFAS = {
    "grey sofa": "#6f7174",
    "green sofa": "#2f4f40",
    "mustard sofa": "#c08a1f",
    "pink sofa": "#c98f88",
    "blue sofa": "#2d4a70",
    "linen sofa": "#cbbda6",
}


def room(rng: np.random.Generator, wall: str) -> None:
    """Two walls, a wooden floor, a window's light from one side."""
    st.floor(
        st.wood(
            *[
                st.rgb(c)
                for c in (("#6d4524", "#a97a4a"), ("#9a7448", "#d0ab7c"), ("#3c2615", "#6b4a2e"))[
                    rng.integers(3)
                ]
            ],
            0.15,
            0.35,
            0.16,
        ),
        14,
    )
    paint = st.worn(st.rgb(WALLS[wall]), 0.9, 0.04, 0.5, 0.02)
    st.place(st.box((14, 0.1, 4.6)), paint, (0, 2.6, 2.3))
    st.place(st.box((14, 0.03, 0.12)), st.paint((0.7, 0.69, 0.67), 0.5), (0, 2.54, 0.06))
    st.surround("interior", rng.uniform(0.25, 0.5), rng.uniform(0, 360))
    side = rng.choice([-1, 1])
    st.lamp(
        "AREA",
        (side * 4, -1, 2.4),
        (0, 1.5, 0.6),
        rng.uniform(220, 380),
        1.8,
        (1, rng.uniform(0.85, 0.96), rng.uniform(0.68, 0.9)),
    )
    st.expose(0.4)


def plant(rng: np.random.Generator, at: tuple[float, float], size: float) -> None:
    pot = st.worn(st.rgb(str(rng.choice(["#d8d2c6", "#a8623f", "#2b2b2d", "#7c8a94"]))), 0.6, 0.1, 6, 0.05)
    st.place(
        st.lathe([(0, 0), (0.14, 0), (0.19, 0.36), (0.17, 0.36), (0.15, 0.3), (0, 0.3)], 48, 50),
        pot,
        (*at, 0),
        scale=size,
    )
    green = st.worn(st.rgb(str(rng.choice(["#2f5a2a", "#3f6f35", "#254a33"]))), 0.35, 0.3, 8, 0.05)
    u, v = np.meshgrid(np.linspace(0, 1, 10), np.linspace(-1, 1, 7), indexing="ij")
    wide = rng.choice([0.1, 0.3])
    for n in range(16):
        a, rise, reach = n * 2.4, rng.uniform(0.5, 1.25) * size, rng.uniform(0.2, 0.55) * size
        tip = (at[0] + reach * np.cos(a), at[1] + reach * np.sin(a), 0.3 * size + rise)
        st.tube(
            [
                (*at, 0.3 * size),
                (at[0] + 0.3 * reach * np.cos(a), at[1] + 0.3 * reach * np.sin(a), 0.3 * size + rise * 0.7),
                tip,
            ],
            0.008 * size,
            green,
        )
        w = wide * np.sin(np.pi * u**0.8)
        leaf = np.stack([u * 0.42, v * w * 0.5, -0.25 * u**2 + 0.1 * np.abs(v) * w], -1) * size
        st.place(st.sheet(leaf), green, tip, (rng.normal(0, 15), rng.uniform(-40, 20), np.degrees(a)))


def lamp_stand(at: tuple[float, float], tall: float) -> None:
    brass = st.paint(st.rgb("#b08a4a"), 0.3, 1)
    st.place(
        st.lathe([(0, 0), (0.16, 0), (0.16, 0.02), (0.012, 0.03), (0.012, tall), (0, tall)], 40),
        brass,
        (*at, 0),
    )
    shade = st.paint(st.rgb("#e8dcc4"), 0.9, Emission_Color=(1, 0.72, 0.4), Emission_Strength=2.2)
    st.place(st.lathe([(0.22, tall - 0.08), (0.15, tall + 0.24)], 48), shade, (*at, 0))
    st.lamp("POINT", (*at, tall - 0.15), (0, 0, 0), 25, 0.1, (1, 0.7, 0.4))


def frames(rng: np.random.Generator, spots: list[tuple[float, float, float, float]]) -> None:
    for x, z, w, h in spots:
        st.place(
            st.box((w, 0.03, h), 0.005),
            st.paint(st.rgb(str(rng.choice(["#1a1a1a", "#c8a678", "#eeeae2"]))), 0.5),
            (x, 2.53, z),
        )
        made, tree = st.blank()
        blobs = st.noise(tree, rng.uniform(1.5, 4), 1, 0.4)
        tones = [tuple(c) for c in rng.uniform(0.05, 0.8, (4, 3))]
        st.shade(
            made,
            st.ramp(tree, blobs, list(zip((0.3, 0.45, 0.55, 0.68), tones, strict=True)), "CONSTANT"),
            0.6,
        )
        st.place(st.box((w * 0.84, 0.034, h * 0.86)), made, (x, 2.53, z))


def cushion(at: tuple, turn: tuple, color: tuple, size: float = 0.42) -> None:
    y, x = np.meshgrid(np.linspace(-1, 1, 17), np.linspace(-1, 1, 17), indexing="ij")
    puff = 0.32 * ((1 - x**4) * (1 - y**4)) ** 0.6
    pinch = 1 - 0.08 * (x**2 * (1 - y**2) + y**2 * (1 - x**2))
    for s in (1, -1):
        grid = np.stack([x * pinch, y * pinch, s * puff], -1) * size / 2
        st.place(st.sheet(grid if s > 0 else grid[::-1]), st.cloth(color, None, 120), at, turn)


def sofa(rng: np.random.Generator, color: tuple, at: tuple[float, float], wide: float) -> None:
    made = st.cloth(color, None, 90)
    x, y = at
    leg = st.paint(st.rgb("#4a2f1a"), 0.5)
    for sx in (-1, 1):
        for sy in (-0.35, 0.35):
            st.place(
                st.lathe([(0, 0), (0.02, 0), (0.03, 0.15), (0, 0.15)], 20),
                leg,
                (x + sx * (wide / 2 - 0.1), y + sy, 0),
            )
    st.place(st.box((wide, 0.9, 0.24), 0.05), made, (x, y, 0.25))
    st.place(st.box((wide, 0.24, 0.55), 0.09), made, (x, y + 0.36, 0.58), (-8, 0, 0))
    seats = 2 if wide < 2 else 3
    inner = wide - 0.36
    for i in range(seats):
        st.place(
            st.box((inner / seats - 0.01, 0.66, 0.16), 0.06),
            made,
            (x + (i - (seats - 1) / 2) * inner / seats, y - 0.08, 0.44),
        )
        st.place(
            st.box((inner / seats - 0.02, 0.18, 0.42), 0.08),
            made,
            (x + (i - (seats - 1) / 2) * inner / seats, y + 0.2, 0.66),
            (-14, 0, 0),
        )
    for s in (-1, 1):
        st.place(st.box((0.2, 0.9, 0.45), 0.08), made, (x + s * (wide / 2 - 0.1), y, 0.42))
    for s in rng.permutation([-1, 1, 0.4])[: rng.integers(1, 4)]:
        tint = st.rgb(str(rng.choice(["#d9c7a8", "#b5533c", "#2f4858", "#e8e2d6", "#8a9a7b", "#d6a24a"])))
        cushion((x + s * (inner / 2 - 0.25), y + 0.02, 0.7), (68, rng.normal(0, 8), rng.normal(0, 15)), tint)


def rug(rng: np.random.Generator, at: tuple[float, float], size: tuple[float, float]) -> None:
    one, two = (
        st.rgb(c)
        for c in rng.choice(["#d8cdb8", "#7d2f2a", "#39506b", "#b9a58a", "#55615a"], 2, replace=False)
    )
    st.place(st.box((*size, 0.02), 0.008), st.cloth(one, two, 110), (*at, 0.01))


def living(rng: np.random.Generator, index: int) -> list[str]:
    wall, seat = list(WALLS)[(index + index // 4) % 6], list(SOFAS)[(index * 2 + index // 3) % 6]
    room(rng, wall)
    sofa(rng, st.rgb(SOFAS[seat]), (0, 1.8), rng.uniform(1.9, 2.4))
    rug(rng, (0, 0.6), (2.8, 1.9))
    st.place(
        st.lathe([(0, 0.38), (0.45, 0.38), (0.46, 0.4), (0.45, 0.42), (0, 0.42)], 64),
        st.wood(st.rgb("#6b4426"), st.rgb("#a9784c"), 1),
        (0.1, 0.6, 0),
    )
    for a in (0.5, 2.6, 4.7):
        st.tube(
            [
                (0.1 + 0.3 * np.cos(a), 0.6 + 0.3 * np.sin(a), 0.38),
                (0.1 + 0.36 * np.cos(a), 0.6 + 0.36 * np.sin(a), 0),
            ],
            0.018,
            st.paint((0.03, 0.02, 0.015), 0.5),
        )
    side = rng.choice([-1, 1])
    plant(rng, (side * 1.7, 2.0), rng.uniform(0.9, 1.25))
    lamp_stand((-side * 1.65, 2.1), 1.45)
    frames(
        rng,
        [
            [(0, 1.75, 0.9, 0.65)],
            [(-0.45, 1.75, 0.5, 0.7), (0.3, 1.75, 0.5, 0.7)],
            [(-0.7, 1.7, 0.4, 0.55), (0, 1.8, 0.5, 0.7), (0.7, 1.7, 0.4, 0.55)],
        ][index // 2 % 3],
    )
    st.camera(
        (rng.uniform(-1.5, 1.5), -3.0, rng.uniform(1.1, 1.6)),
        (rng.uniform(-0.2, 0.2), 1.6, 0.85),
        rng.uniform(32, 42),
    )
    return ["living room", seat, f"{wall} wall", "houseplant"]


def corner(rng: np.random.Generator, index: int) -> list[str]:
    """An armchair, a lamp, a plant, a stack of books."""
    wall, seat = list(WALLS)[(index + 2) % 6], list(SOFAS)[(index + index // 3) % 6]
    room(rng, wall)
    sofa(rng, st.rgb(SOFAS[seat]), (0, 1.75), 1.02)
    rug(rng, (0.1, 1.1), (2, 1.5))
    side = rng.choice([-1, 1])
    lamp_stand((side * 0.85, 2.1), 1.5)
    plant(rng, (-side * 0.95, 1.95), rng.uniform(0.8, 1.1))
    z = 0.0
    for _ in range(int(rng.integers(4, 9))):
        thick = rng.uniform(0.025, 0.05)
        st.place(
            st.box((0.22, 0.3, thick), 0.004),
            st.paint(rng.uniform(0.04, 0.6, 3), 0.6),
            (side * 0.75, 1.3, z + thick / 2),
            (0, 0, rng.normal(0, 12)),
        )
        z += thick
    frames(rng, [(0.1, 1.7, 0.55, 0.75)])
    st.camera(
        (rng.uniform(-1, 1), -1.8, rng.uniform(1.0, 1.5)),
        (0, 1.7, 0.8),
        rng.uniform(30, 40),
        1.4,
        (0, 1.5, 0.7),
    )
    return ["reading corner", f"{seat.split(' ')[0]} armchair", f"{wall} wall", "books"]


def bedroom(rng: np.random.Generator, index: int) -> list[str]:
    wall = list(WALLS)[(index + index // 4 + 4) % 6]
    room(rng, wall)
    st.place(
        st.box((1.9, 0.1, 1.0), 0.04),
        st.cloth(st.rgb(str(rng.choice(["#8b7d6b", "#4f5d66", "#b8a58f"]))), None, 90),
        (0, 2.45, 0.6),
    )
    sheet = st.rgb(str(rng.choice(["#ece8e0", "#c9b8a4", "#7f8f94", "#a9635a"])))
    st.place(st.box((1.75, 2.0, 0.45), 0.08), st.cloth((0.75, 0.73, 0.7), None, 150), (0, 1.4, 0.3))
    n = 90
    y, x = np.meshgrid(np.linspace(0.25, 1.75, n), np.linspace(-1.0, 1.0, n), indexing="ij")
    fall = -0.42 * np.clip((np.abs(x) - 0.88) / 0.12, 0, 1) - 0.4 * np.clip((0.45 - y) / 0.2, 0, 1)
    folds = 0.02 * np.sin(9 * x + 5 * np.sin(3 * y)) + 0.016 * np.sin(14 * y + 6 * x + 3 * np.sin(4 * x))
    st.place(st.sheet(np.stack([x, y, 0.61 + 0.6 * folds + fall], -1)), st.cloth(sheet, None, 150))
    tint = st.rgb(str(rng.choice(["#d9c7a8", "#b5533c", "#2f4858", "#8a9a7b", "#d6a24a"])))
    for px in (-0.45, 0.45):
        cushion((px, 2.2, 0.72), (58, 0, rng.normal(0, 6)), (0.78, 0.76, 0.72), 0.62)
        cushion((px * 0.7, 1.98, 0.7), (52, 0, rng.normal(0, 9)), tint, 0.42)
    side = rng.choice([-1, 1])
    st.place(
        st.box((0.45, 0.4, 0.5), 0.01),
        st.wood(st.rgb("#6b4426"), st.rgb("#a9784c"), 1),
        (side * 1.3, 2.2, 0.25),
    )
    shade = st.paint(st.rgb("#efe3cc"), 0.9, Emission_Color=(1, 0.72, 0.4), Emission_Strength=2.5)
    st.place(
        st.lathe([(0.06, 0.5), (0.08, 0.65), (0.02, 0.72), (0.14, 0.74), (0.1, 0.95)], 40),
        shade,
        (side * 1.3, 2.2, 0),
    )
    plant(rng, (-side * 1.4, 2.1), 1.0)
    frames(rng, [(-0.4, 1.75, 0.5, 0.6), (0.4, 1.75, 0.5, 0.6)] if index % 2 else [(0, 1.75, 1.1, 0.6)])
    st.camera((rng.uniform(-1.8, 1.8), -1.9, rng.uniform(1.2, 1.7)), (0, 1.7, 0.7), rng.uniform(30, 38))
    return ["bedroom", f"{wall} wall", "bedding", "cushions"]


def shelves(rng: np.random.Generator, index: int) -> list[str]:
    """Books, pots and plants on boards."""
    wall = list(WALLS)[(index + index // 4 + 1) % 6]
    room(rng, wall)
    plank = st.wood(st.rgb("#6b4426"), st.rgb("#a9784c"), 1)
    for level in range(4):
        z = 0.45 + 0.48 * level
        st.place(st.box((2.6, 0.32, 0.035), 0.004), plank, (0, 2.38, z))
        x = -1.25
        while x < 1.15:
            kind = rng.random()
            if kind < 0.62:
                for _ in range(int(rng.integers(3, 10))):
                    w, h = rng.uniform(0.018, 0.05), rng.uniform(0.2, 0.33)
                    if x > 1.2:
                        break
                    st.place(
                        st.box((w, 0.2, h), 0.003),
                        st.paint(rng.uniform(0.02, 0.65, 3) * rng.uniform(0.4, 1), 0.6),
                        (x + w / 2, 2.36, z + 0.018 + h / 2),
                        (0, rng.normal(0, 1), 0),
                    )
                    x += w + 0.002
            elif kind < 0.85:
                r = rng.uniform(0.06, 0.1)
                pot = st.worn(
                    st.rgb(str(rng.choice(["#e4dccd", "#a8623f", "#3c4f5c", "#1e1e20", "#8fa08a"]))),
                    0.4,
                    0.1,
                    9,
                    0.05,
                )
                st.place(
                    st.lathe(
                        [
                            (0, 0),
                            (0.6 * r, 0),
                            (r, 1.1 * r),
                            (0.8 * r, 2 * r),
                            (0.4 * r, 2.5 * r),
                            (0.45 * r, 2.8 * r),
                        ],
                        40,
                        70,
                    ),
                    pot,
                    (x + r + 0.03, 2.36, z + 0.018),
                )
                x += 2 * r + 0.06
            x += rng.uniform(0.03, 0.22)
    plant(rng, (rng.choice([-1.7, 1.7]), 2.1), 1.2)
    st.camera(
        (rng.uniform(-0.9, 0.9), -0.9, rng.uniform(1.0, 1.5)),
        (rng.uniform(-0.2, 0.2), 2.3, 1.15),
        rng.uniform(28, 38),
    )
    return ["bookshelf", "books", f"{wall} wall", "houseplant"]


SCENES = (living, corner, bedroom, shelves)
