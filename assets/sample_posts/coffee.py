"""Coffee: latte art, espresso, beans, iced coffee, a paper cup. One unit is 10 cm."""

from __future__ import annotations

import numpy as np
import studio as st

TABLES = {
    "wooden table": lambda: st.wood(st.rgb("#4a2c17"), st.rgb("#8b5a33"), 0.5),
    "light wood": lambda: st.wood(st.rgb("#a5794a"), st.rgb("#d3ab79"), 0.5),
    "marble table": lambda: st.stone((0.78, 0.77, 0.75), (0.2, 0.2, 0.22), 0.7),
    "dark table": lambda: st.worn((0.03, 0.028, 0.027), 0.35, 0.3, 2, 0.02),
    "linen": lambda: st.cloth((0.6, 0.55, 0.47), None, 40),
}
CUPS = {
    "white": "#f3f1ec",
    "blue": "#35577d",
    "black": "#1d1d1f",
    "green": "#6d8b74",
    "clay": "#b5694a",
    "yellow": "#e0b040",
}


def latte_art(kind: str, rng: np.random.Generator) -> np.ndarray:
    """The milk's drawing on the coffee, seen from above: rgb, (256, 256, 3)."""
    y, x = np.mgrid[1:-1:256j, -1:1:256j]
    x, y = x + 0.02 * np.sin(7 * y + rng.uniform(0, 6)), y + 0.015 * np.sin(9 * x)
    radius = np.hypot(x, y)
    heart = (x * 1.35) ** 2 + (y * 1.25 - 0.75 * np.sqrt(np.abs(x * 1.2)) + 0.1) ** 2 - 0.32
    if kind == "heart":
        milk = heart < 0
    elif kind == "rosetta":
        bend = y + 0.9 * np.abs(x) ** 0.8
        leaf = np.abs(x) < 0.62 * np.sqrt(np.clip(1 - ((y + 0.02) / 0.8) ** 2, 0, 1))
        milk = leaf & (np.sin(bend * 26) > -0.15) | (np.abs(x) < 0.03) & (np.abs(y) < 0.8)
    else:
        layers = [
            ((x / w) ** 2 + (y - c - 0.5 * np.abs(x)) ** 2 / 0.018 < 1)
            for c, w in ((-0.45, 0.3), (-0.15, 0.45), (0.15, 0.5), (0.42, 0.4))
        ]
        milk = np.any(layers, 0)
    crema = np.array([0.42, 0.23, 0.1]) * (1 + 0.12 * rng.normal(0, 1, (256, 256, 1)).clip(-1, 1) * 0.4)
    tone = np.where(milk[..., None], [0.93, 0.86, 0.74], crema)
    rim = np.clip((radius - 0.72) / 0.28, 0, 1)[..., None]
    tone = tone * (1 - 0.55 * rim) + np.array([0.3, 0.15, 0.06]) * 0.55 * rim
    return sum(np.roll(np.roll(tone, i, 0), j, 1) for i in (-2, 0, 2) for j in (-2, 0, 2)) / 9


def cup(
    color: tuple[float, float, float],
    liquid: object,
    at: tuple[float, float],
    height: float = 0.62,
    turn: float = 0,
    saucer: bool = True,
) -> None:
    china = st.paint(color, 0.12, Coat_Weight=0.6)
    up = 0.08 if saucer else 0.0
    outside = [
        (0, 0),
        (0.24, 0),
        (0.26, 0.03),
        (0.36, 0.15),
        (0.43, 0.35),
        (0.46, height),
        (0.445, height + 0.01),
    ]
    inside = [(0.43, height), (0.4, 0.36), (0.33, 0.16), (0.2, 0.07), (0, 0.06)]
    st.place(st.lathe(outside + inside, 72, 60), china, (*at, up))
    st.place(st.lathe([(0, 0), (0.415, 0)][::-1], 64), liquid, (*at, up + height - 0.09), (0, 0, turn))
    angle = np.radians(turn + 20)
    out = np.array([np.cos(angle), np.sin(angle)])
    ring = [
        (*(np.array(at) + out * (0.42 + 0.2 * np.sin(t))), up + height * 0.55 + 0.17 * np.cos(t))
        for t in np.linspace(0, np.pi, 9)
    ]
    st.tube(ring, 0.04, china)
    if saucer:
        dish = [(0, 0), (0.4, 0), (0.75, 0.07), (0.78, 0.09), (0.76, 0.1), (0.4, 0.05), (0, 0.05)]
        st.place(st.lathe(dish, 80, 60), china, (*at, 0.01))


def art(rng: np.random.Generator, kind: str) -> object:
    made, tree = st.blank()
    where = st.node(
        tree,
        "Mapping",
        {
            "Vector": st.node(tree, "TexCoord", out="Object"),
            "Location": (0.5, 0.5, 0),
            "Scale": (1 / 0.83, 1 / 0.83, 1),
        },
    )
    image = st.picture_of(latte_art(kind, rng))
    color = st.node(tree, "TexImage", {"Vector": where}, image=image)
    st.shade(made, color, 0.25)
    return made


def bean() -> object:
    """Half an ellipsoid with a groove along its flat side."""
    u, v = np.meshgrid(
        np.linspace(0, np.pi, 17), np.linspace(0, 2 * np.pi, 24, endpoint=False), indexing="ij"
    )
    x, y, z = np.cos(u) * 0.62, np.sin(u) * np.cos(v) * 0.42, np.sin(u) * np.sin(v) * 0.38
    flat = z < 0
    groove = np.exp(-(((y - 0.05 * np.sin(5 * x)) / 0.05) ** 2)) * np.sqrt(np.clip(1 - (x / 0.62) ** 2, 0, 1))
    z = np.where(flat, z * 0.45 + 0.13 * groove, z)
    return st.sheet(np.stack([x, y, z], -1)[::-1], wrap=True)


def beans(rng: np.random.Generator, count: int, spread: float, hole: float = 0, layers: int = 1) -> None:
    mesh = bean()
    roast = [st.worn(st.rgb(c), 0.38, 0.3, 3, 0.05) for c in ("#3a1f10", "#4a2915", "#2c160b", "#57331b")]
    for i in range(count):
        at = rng.uniform(-spread, spread, 2)
        if np.hypot(*at) < hole:
            continue
        turn = (rng.choice([0, 180]) + rng.normal(0, 18), rng.normal(0, 18), rng.uniform(0, 360))
        if layers > 1:
            turn = tuple(rng.uniform(0, 360, 3))
        st.place(
            mesh, roast[i % 4], (*at, 0.035 + rng.uniform(0, 0.05 * layers)), turn, rng.uniform(0.085, 0.105)
        )


def window(rng: np.random.Generator, power: float = 1) -> None:
    st.surround(
        str(rng.choice(["interior", "courtyard", "city"])), rng.uniform(0.25, 0.5), rng.uniform(0, 360)
    )
    st.expose(0.35)
    side = rng.choice([-1, 1])
    st.lamp(
        "AREA",
        (side * 3, rng.uniform(0.5, 3), 2.4),
        (0, 0, 0.2),
        power * rng.uniform(130, 220),
        1.4,
        (1, rng.uniform(0.85, 0.97), rng.uniform(0.7, 0.9)),
    )


def pick(rng: np.random.Generator, index: int, table: dict) -> str:
    return list(table)[(index + index // 6) % len(table)]


def latte(rng: np.random.Generator, index: int) -> list[str]:
    table, color = pick(rng, index, TABLES), pick(rng, index * 2 + 1, CUPS)
    kind = ("rosetta", "heart", "tulip")[index // 3 % 3]
    st.floor(TABLES[table](), 30)
    turn = rng.uniform(-50, 50)
    cup(st.rgb(CUPS[color]), art(rng, kind), (0, 0), turn=turn)
    steel = st.paint((0.7, 0.7, 0.7), 0.15, 1)
    st.tube([(-0.3, -0.62, 0.13), (0.1, -0.63, 0.13), (0.5, -0.6, 0.16)], 0.018, steel)
    st.place(st.ball(0.09, (1.5, 1, 0.4)), steel, (-0.42, -0.62, 0.14))
    beans(rng, int(rng.integers(4, 40)), 2.2, 1.0)
    window(rng)
    if index % 6:
        st.camera((rng.uniform(-0.2, 0.2), -0.45, 3.1), (0.05, 0.02, 0.4), 55, 1, roll=rng.uniform(-40, 40))
    else:
        st.camera((rng.uniform(-1, 1), -2.3, rng.uniform(1.4, 2.1)), (0, 0, 0.35), 58, 0.5, (0, -0.1, 0.6))
    return ["latte art", kind, f"{color} cup", table]


def espresso(rng: np.random.Generator, index: int) -> list[str]:
    st.see_through()
    table = pick(rng, index, TABLES)
    st.floor(TABLES[table](), 30)
    glass = [(0, 0), (0.22, 0), (0.25, 0.03), (0.3, 0.75), (0.285, 0.75), (0.235, 0.08), (0, 0.08)]
    spots = [(0, 0)] if index // 6 % 2 else [(-0.35, 0.1), (0.42, 0.5)]
    for at in spots:
        st.place(st.lathe(glass, 64, 50), st.glass(), (*at, 0))
        st.place(
            st.lathe([(0, 0.09), (0.233, 0.09), (0.265, 0.42), (0, 0.42)], 64, 50),
            st.paint((0.012, 0.004, 0.002), 0.1),
            (*at, 0),
        )
        st.place(
            st.lathe([(0, 0.421), (0.266, 0.421), (0.274, 0.5), (0, 0.5)], 64, 50),
            st.worn(st.rgb("#a8682c"), 0.5, 0.25, 14, 0.02),
            (*at, 0),
        )
    beans(rng, 60, 2.4, 0.75)
    st.place(
        st.box((0.18, 0.18, 0.15), 0.02),
        st.worn(st.rgb("#c08a4a"), 0.8, 0.2, 20, 0.2),
        (0.85, -0.4, 0.075),
        (0, 0, 30),
    )
    window(rng, 0.8)
    st.camera((rng.uniform(-1, 1), -2.5, rng.uniform(0.7, 1.3)), (0, 0.1, 0.3), 60, 0.4, (*spots[0], 0.5))
    return ["espresso", "crema", table]


def heap(rng: np.random.Generator, index: int) -> list[str]:
    """Roasted beans to the edges of the frame, with a cup among them or not."""
    st.floor(st.paint((0.02, 0.01, 0.006), 0.8), 20)
    with_cup = index // 6 % 2 == 0
    beans(rng, 1100, 1.3, 0.4 if with_cup else 0, 3)
    words = ["coffee beans", "dark roast"]
    if with_cup:
        color = ("white", "green", "clay", "yellow", "blue")[index // 6 % 5]
        cup(
            st.rgb(CUPS[color]),
            st.paint((0.03, 0.012, 0.005), 0.08),
            (0, 0),
            0.6,
            rng.uniform(0, 300),
            saucer=False,
        )
        words += ["black coffee", f"{color} cup"]
    window(rng, 1.6)
    height = rng.uniform(2.2, 2.8) if with_cup else rng.uniform(0.6, 0.9)
    st.camera((rng.uniform(-0.3, 0.3), -0.75, height), (0, 0.05, 0.25 if with_cup else 0.05), 50, 0.5)
    return words


def iced(rng: np.random.Generator, index: int) -> list[str]:
    st.see_through()
    table = pick(rng, index, TABLES)
    st.floor(TABLES[table](), 30)
    wall = st.rgb(str(rng.choice(["#8fa59b", "#c9a58c", "#6a7f92", "#b7b0a4"])))
    st.place(st.box((20, 0.1, 12)), st.worn(wall, 0.9, 0.1, 1, 0.02), (0, 4, 3))
    wide = 0.36
    st.place(
        st.lathe(
            [
                (0, 0),
                (wide - 0.05, 0),
                (wide - 0.04, 0.05),
                (wide, 1.3),
                (wide - 0.02, 1.3),
                (wide - 0.06, 0.1),
                (0, 0.1),
            ],
            64,
            50,
        ),
        st.glass(),
        (0, 0, 0),
    )
    made, tree = st.blank()
    where = st.node(tree, "SeparateXYZ", {0: st.node(tree, "TexCoord", out="Object")}, out=2)
    swirl = st.calc(tree, "ADD", where, st.calc(tree, "MULTIPLY", st.noise(tree, 5, 4), 0.35))
    st.shade(
        made,
        st.ramp(tree, swirl, [(0.3, st.rgb("#ead7bd")), (0.65, st.rgb("#b98250")), (1, st.rgb("#3c1d0d"))]),
        0.25,
    )
    st.place(
        st.lathe([(0, 0.11), (wide - 0.065, 0.11), (wide - 0.03, 1.12), (0, 1.12)], 64, 50), made, (0, 0, 0)
    )
    for _ in range(6):
        at = rng.normal(0, 0.11, 2)
        st.place(
            st.box((0.2, 0.2, 0.2), 0.03),
            st.glass((0.95, 0.97, 1), 0.05),
            (*at, 1.12 + rng.uniform(0, 0.08)),
            tuple(rng.uniform(0, 90, 3)),
        )
    st.tube(
        [(0.05, 0, 0.6), (0.3, 0.1, 1.75)],
        0.035,
        st.paint(st.rgb(str(rng.choice(["#1d1d1f", "#c0392b", "#e8dcc8"]))), 0.4),
    )
    beans(rng, 25, 2, 0.6)
    window(rng, 1.1)
    st.camera((rng.uniform(-0.8, 0.8), -3.4, rng.uniform(0.9, 1.5)), (0, 0, 0.75), 60, 0.4)
    return ["iced coffee", "iced latte", table]


def paper(rng: np.random.Generator, index: int) -> list[str]:
    table = pick(rng, index, TABLES)
    st.floor(TABLES[table](), 30)
    sleeve = str(rng.choice(["#a9825a", "#2f4f43", "#1f1f22", "#b5523b"]))
    for n, at in enumerate([(0.0, 0.0), (0.9, 0.8)][: 1 + index // 6 % 2]):
        st.place(st.lathe([(0, 0), (0.3, 0), (0.42, 1.15)], 72), st.paint((0.85, 0.84, 0.82), 0.6), (*at, 0))
        st.place(
            st.lathe([(0.345, 0.35), (0.385, 0.82)], 72), st.worn(st.rgb(sleeve), 0.8, 0.1, 20, 0.1), (*at, 0)
        )
        lid = [(0.45, 1.12), (0.45, 1.18), (0.42, 1.2), (0.4, 1.3), (0.36, 1.31), (0.33, 1.27), (0, 1.27)]
        st.place(
            st.lathe(lid, 72, 30),
            st.paint((0.03, 0.03, 0.03) if n == index // 6 % 2 else (0.8, 0.8, 0.8), 0.4),
            (*at, 0),
        )
    st.surround("city", rng.uniform(0.5, 0.9), rng.uniform(0, 360))
    for _ in range(18):
        st.place(
            st.ball(rng.uniform(0.1, 0.3), rings=8),
            st.glow((1, rng.uniform(0.6, 0.9), 0.4), 6),
            (rng.uniform(-8, 8), rng.uniform(10, 16), rng.uniform(1, 6)),
        )
    st.camera((rng.uniform(-0.9, 0.9), -3.2, rng.uniform(0.9, 1.4)), (0.1, 0, 0.65), 55, 0.3, (0, -0.2, 0.7))
    return ["takeaway coffee", "paper cup", table]


SCENES = (latte, espresso, heap, latte, iced, paper)
