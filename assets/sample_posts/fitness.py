"""The gym: dumbbells, kettlebells, barbells, a yoga mat. One unit is 10 cm."""

from __future__ import annotations

import numpy as np
import studio as st

COLORS = {
    "black": "#141416",
    "red": "#a3201c",
    "blue": "#1f4a8a",
    "yellow": "#d9a514",
    "green": "#2f6b4a",
    "pink": "#c9577f",
}


def rubber_floor(rng: np.random.Generator) -> None:
    """Dark gym flooring with coloured specks, or boards, or concrete."""
    kind = rng.integers(3)
    if kind == 0:
        made, tree = st.blank()
        specks = st.ramp(tree, st.noise(tree, 14, 1), [(0.68, 0.0), (0.7, 1.0)])
        tint = st.rgb(str(rng.choice(["#5d6f80", "#7d7d7d", "#7a3a34"])))
        st.shade(made, st.mix(tree, specks, (0.018, 0.018, 0.02), tint), 0.75)
    elif kind == 1:
        made = st.wood(st.rgb("#8a6038"), st.rgb("#c49a66"), 0.3, 0.3, 1.4)
    else:
        made = st.worn((0.2, 0.2, 0.2), 0.7, 0.3, 0.6, 0.06)
    st.floor(made, 80)
    wall = st.rgb(str(rng.choice(["#3a3d42", "#6d7277", "#8f8a82", "#2c3846", "#7a5248"])))
    st.place(st.box((80, 0.3, 30)), st.worn(wall, 0.8, 0.15, 0.3, 0.05), (0, rng.uniform(12, 20), 15))


def gym_light(rng: np.random.Generator) -> None:
    st.surround(str(rng.choice(["interior", "studio", "city"])), rng.uniform(0.3, 0.6), rng.uniform(0, 360))
    st.expose(0.6)
    side = rng.choice([-1, 1])
    color = (1, rng.uniform(0.8, 1), rng.uniform(0.65, 1))
    st.lamp("AREA", (side * 9, rng.uniform(-2, 8), 9), (0, 0, 1), rng.uniform(1600, 2600), 4, color)
    st.lamp("AREA", (-side * 8, 7, 5), (0, 0, 1), 700, 2, (0.7, 0.85, 1))


def bar(length: float, radius: float, at: tuple, turn: tuple, made: object) -> None:
    st.place(
        st.lathe([(0, -length / 2), (radius, -length / 2), (radius, length / 2), (0, length / 2)], 32),
        made,
        at,
        turn,
    )


def dumbbell(at: tuple[float, float, float], turn: float, color: tuple, weight: str, grip: object) -> None:
    """A hex dumbbell along its own x axis."""
    hexagon = [(0, -0.55), (0.62, -0.55), (0.72, -0.42), (0.72, 0.42), (0.62, 0.55), (0, 0.55)]
    head, made = st.lathe(hexagon, 6, 25), st.worn(color, 0.5, 0.15, 3, 0.08)
    way = np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn)), 0])
    for s in (-1, 1):
        spot = np.array(at) + s * 1.15 * way
        st.place(head, made, spot, (90, 0, turn + 90))
        st.letters(
            weight, 0.5, st.paint((0.75, 0.75, 0.75), 0.5), spot + s * 0.56 * way, (90, 0, turn + 90 * s)
        )
    bar(1.4, 0.17, at, (90, 0, turn + 90), grip)


def steel() -> object:
    return st.worn((0.6, 0.6, 0.61), 0.3, 0.15, 5, 0.1, 1)


def dumbbells(rng: np.random.Generator, index: int) -> list[str]:
    rubber_floor(rng)
    color = list(COLORS)[index // 5 % 6]
    for n in range(int(rng.integers(2, 5))):
        at = ((n % 2 - 0.5) * 3.1 + rng.normal(0, 0.3), (n // 2) * 2.4 + rng.normal(0, 0.3), 0.63)
        dumbbell(
            at,
            rng.uniform(-40, 40),
            st.rgb(COLORS[color if n % 2 else "black"]),
            str(rng.choice(["5", "10", "15", "20"])),
            steel(),
        )
    gym_light(rng)
    st.camera((rng.uniform(-4, 4), -8, rng.uniform(1.6, 4)), (0, 0.6, 0.6), 45, 0.12, (0, -0.5, 0.7))
    return ["dumbbells", f"{color} dumbbells", "gym floor"]


def kettlebells(rng: np.random.Generator, index: int) -> list[str]:
    rubber_floor(rng)
    color = list(COLORS)[(index // 5 + 1) % 6]
    for n in range(1 + index // 5 % 3):
        size = rng.uniform(0.85, 1.15)
        x, y = n * 2.5 - 1.2 * (index // 5 % 3), n * 1.2 + rng.normal(0, 0.3)
        made = st.worn((0.02, 0.02, 0.022), 0.45, 0.3, 6, 0.15)
        st.place(
            st.lathe(
                [(0, 0), (0.6, 0), (0.85, 0.2), (1, 0.75), (0.85, 1.4), (0.55, 1.75), (0, 1.85)], 64, 80
            ),
            made,
            (x, y, 0),
            scale=size,
        )
        st.place(
            st.lathe([(0.99, 0.62), (1.008, 0.7), (1.008, 0.82), (0.985, 0.92)], 64),
            st.paint(st.rgb(COLORS[color]), 0.4),
            (x, y, 0),
            scale=size,
        )
        a = np.radians(rng.uniform(-50, 50))
        loop = [
            (0.62, 1.35),
            (0.85, 1.95),
            (0.72, 2.5),
            (0.35, 2.68),
            (-0.35, 2.68),
            (-0.72, 2.5),
            (-0.85, 1.95),
            (-0.62, 1.35),
        ]
        st.tube(
            [(x + u * np.cos(a) * size, y + u * np.sin(a) * size, z * size) for u, z in loop],
            0.19 * size,
            steel() if n % 2 else made,
        )
    gym_light(rng)
    st.camera((rng.uniform(-4, 4), -9, rng.uniform(1.5, 3.2)), (0, 0.4, 1.2), 48, 0.12, (0, -0.6, 1.2))
    return ["kettlebell", f"{color} kettlebell", "strength"]


def barbell(rng: np.random.Generator, index: int) -> list[str]:
    """A loaded bar on the floor, seen along its length."""
    rubber_floor(rng)
    bar(22, 0.14, (0, 0, 2.25), (0, 90, 0), steel())
    words = list(rng.permutation(list(COLORS))[:3])
    for s in (-1, 1):
        for n, (word, radius) in enumerate(zip(words, (2.25, 2.25, 1.7), strict=True)):
            plate = [
                (0.25, -0.2),
                (0.9, -0.2),
                (0.95, -0.12),
                (1.7, -0.12),
                (1.8, -0.22),
                (2.2, -0.22),
                (2.25, -0.15),
                (2.25, 0.15),
                (2.2, 0.22),
                (1.8, 0.22),
                (1.7, 0.12),
                (0.95, 0.12),
                (0.9, 0.2),
                (0.25, 0.2),
            ]
            made = st.worn(st.rgb(COLORS[word]), 0.55, 0.1, 2, 0.05)
            st.place(
                st.lathe([(r * radius / 2.25, z) for r, z in plate], 96, 30),
                made,
                (s * (6.6 + 0.47 * n), 0, 2.25),
                (0, 90, 0),
            )
        bar(0.4, 0.32, (s * 8.1, 0, 2.25), (0, 90, 0), steel())
        bar(4.2, 0.25, (s * 8.3, 0, 2.25), (0, 90, 0), steel())
    gym_light(rng)
    side = rng.choice([-1, 1])
    st.lamp("AREA", (side * 14, -9, 10), (side * 7, 0, 2), 1800, 4)
    st.camera(
        (side * rng.uniform(9.5, 13), -rng.uniform(6, 9), rng.uniform(1.2, 4.5)),
        (side * rng.uniform(5, 7), 0, 2.2),
        42,
        0.12,
        (side * 7.5, -1, 2.2),
    )
    return ["barbell", f"{words[0]} bumper plates", "weightlifting"]


def yoga(rng: np.random.Generator, index: int) -> list[str]:
    """A half-rolled mat, two blocks or small weights."""
    color = ("#7a5aa6", "#2f7f86", "#c9577f", "#4f7a4a")[index // 5 % 4]
    word = ("purple", "teal", "pink", "green")[index // 5 % 4]
    st.floor(st.wood(st.rgb("#8a6038"), st.rgb("#c9a06d"), 0.25, 0.25, 1.5), 80)
    st.place(st.box((80, 0.3, 30)), st.worn((0.6, 0.58, 0.55), 0.9, 0.05, 0.3, 0.01), (0, 12, 15))
    made = st.worn(st.rgb(color), 0.85, 0.06, 30, 0.3)
    t = np.linspace(0, 2 * np.pi * 3.5, 160)
    roll = 0.12 + 0.055 * t
    ring = np.stack([-3 + roll * np.sin(t), roll.max() - roll * np.cos(t) + 0.02], -1)
    flat = np.stack([np.linspace(ring[-1, 0] + 0.1, 9, 12), np.full(12, 0.03)], -1)
    path = np.concatenate([ring, flat])
    grid = np.stack(
        [np.stack([path[:, 0], np.full(len(path), y), path[:, 1]], -1) for y in np.linspace(-3, 3, 3)], 1
    )
    place = st.place(st.sheet(grid), made, turn=(0, 0, rng.uniform(-30, 30)))
    thick = place.modifiers.new("thick", "SOLIDIFY")
    thick.thickness = 0.05
    if index // 5 % 2:
        for s in (0, 1.4):
            st.place(
                st.box((2.3, 1.5, 0.9), 0.08),
                st.worn(st.rgb("#b89a72"), 0.9, 0.15, 12, 0.2),
                (3.5 + s * 0.3, -0.5 + s * 1.6, 0.5),
                (0, 0, 25 + 30 * s),
            )
    else:
        for s in (0, 1):
            dumbbell((3 + s * 0.6, -1.2 + s * 2.2, 0.6), 20 + 25 * s, st.rgb(color), "3", steel())
    gym_light(rng)
    st.camera((rng.uniform(-4, 5), -11, rng.uniform(3, 6)), (0.7, 0, 0.4), 42, 0.15, (0, -1, 0.6))
    return ["yoga mat", f"{word} yoga mat", "yoga blocks" if index // 5 % 2 else "light weights"]


def rack(rng: np.random.Generator, index: int) -> list[str]:
    """A rack of dumbbells running off into the blur."""
    rubber_floor(rng)
    frame = st.paint((0.03, 0.03, 0.032), 0.4, 0.6)
    for level in range(2):
        z = 1.2 + 3 * level
        for y in (0.2, 1.4):
            st.place(st.box((40, 0.25, 0.35)), frame, (8, y + level * 0.6, z))
        for i in range(9):
            dumbbell(
                (i * 2.0 - 3, 0.8 + level * 0.6, z + 0.85),
                90,
                st.rgb(COLORS["black"]),
                str(4 + 2 * i + 12 * level),
                steel(),
            )
    for x in (-5, 8, 20):
        st.place(st.box((0.5, 2.4, 7)), frame, (x, 1.2, 3.5))
    gym_light(rng)
    st.lamp("AREA", (-4, -8, 9), (2, 0, 3), 1500, 3)
    st.camera(
        (rng.uniform(-7, -4), rng.uniform(-7, -5), rng.uniform(3, 6)),
        (3, 0.6, 3),
        45,
        0.09,
        (rng.uniform(-2, 2), -0.3, 3),
    )
    return ["dumbbell rack", "weights", "gym"]


SCENES = (dumbbells, kettlebells, barbell, yoga, rack)
