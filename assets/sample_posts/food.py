"""Food: pizza, burgers, fruit, sushi, donuts, pancakes. One unit is 10 cm."""

from __future__ import annotations

import coffee
import numpy as np
import studio as st


def flesh(
    color: str, rough: float = 0.4, spread: float = 0.3, scale: float = 3, dents: float = 0.1
) -> object:
    return st.worn(st.rgb(color), rough, spread, scale, dents)


def plate(radius: float, color: str = "#f2efe9") -> None:
    rim = [(0, 0), (radius * 0.6, 0), (radius, 0.12), (radius, 0.14), (radius * 0.62, 0.04), (0, 0.04)]
    st.place(st.lathe(rim, 96, 60), st.paint(st.rgb(color), 0.15, Coat_Weight=0.4))


def leaf(length: float, color: str, at: tuple, turn: tuple) -> None:
    u, v = np.meshgrid(np.linspace(0, 1, 13), np.linspace(-1, 1, 7), indexing="ij")
    wide = 0.36 * length * np.sin(np.pi * u**0.8)
    points = np.stack([u * length, v * wide, 0.12 * length * (v**2 + np.sin(3 * u))], -1)
    st.place(st.sheet(points), flesh(color, 0.35, 0.2, 8), at, turn)


def lumpy(radius: float, height: float, rng: np.random.Generator, ruffle: float = 0.05) -> object:
    """A flat round thing with an uneven edge."""
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    edge = 1 + ruffle * sum(np.sin(k * t + rng.uniform(0, 6)) / k**0.6 for k in (2, 3, 5, 9))
    rows = [(0, 1), (0.9, 1), (0.98, 0.8), (1, 0.5), (0.98, 0.15), (0.9, 0), (0, 0)]
    points = np.array(
        [
            [
                (r * radius * e * np.cos(a), r * radius * e * np.sin(a), h * height)
                for a, e in zip(t, edge, strict=True)
            ]
            for r, h in rows[::-1]
        ]
    )
    return st.sheet(points, wrap=True)


def crust(rng: np.random.Generator) -> None:
    """A baked rim and a floor of tomato and molten cheese."""
    t = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    wobble = 1 + 0.02 * np.sin(3 * t + 1) + 0.012 * np.sin(11 * t) + 0.01 * rng.normal(0, 1, 120)
    rows = [(1.42, 0), (1.55, 0.05), (1.58, 0.14), (1.5, 0.22), (1.4, 0.2), (1.34, 0.12)]
    rim = np.array(
        [[(r * w * np.cos(a), r * w * np.sin(a), h) for a, w in zip(t, wobble, strict=True)] for r, h in rows]
    )
    made, tree = st.blank()
    st.shade(
        made,
        st.ramp(
            tree,
            st.noise(tree, 3.5, 5),
            [(0.35, st.rgb("#e0b26e")), (0.55, st.rgb("#b97734")), (0.72, st.rgb("#4a2410"))],
        ),
        0.6,
        Normal=st.bump(tree, st.noise(tree, 14, 3), 0.6, 0.05),
    )
    st.place(st.sheet(rim, wrap=True), made, (0, 0, 0.12))
    made, tree = st.blank()
    blobs = st.noise(tree, 3.2, 3, 0.55)
    st.shade(
        made,
        st.ramp(
            tree,
            blobs,
            [
                (0.38, st.rgb("#a52a12")),
                (0.45, st.rgb("#d9722a")),
                (0.52, st.rgb("#f3d58a")),
                (0.75, st.rgb("#fbeec3")),
            ],
        ),
        0.28,
        Normal=st.bump(tree, blobs, 0.9, 0.1),
    )
    st.place(lumpy(1.42, 0.14, rng, 0.01), made, (0, 0, 0.13))


def toppings(rng: np.random.Generator, salami: bool) -> None:
    for _ in range(15 if salami else 9):
        r, a = 1.2 * np.sqrt(rng.random()), rng.uniform(0, 6.3)
        at, turn = (
            (r * np.cos(a), r * np.sin(a), 0.26),
            (rng.normal(0, 6), rng.normal(0, 6), rng.uniform(0, 360)),
        )
        if salami:
            st.place(lumpy(0.2, 0.035, rng, 0.02), flesh("#a3281b", 0.35, 0.35, 9), at, turn)
        else:
            st.place(lumpy(0.17, 0.06, rng, 0.02), flesh("#c9301c", 0.2, 0.3, 7), at, turn)
            st.place(
                lumpy(rng.uniform(0.15, 0.25), 0.06, rng, 0.12),
                flesh("#fdf6e3", 0.3, 0.05, 7),
                (at[1], at[0], 0.25),
            )
    for _ in range(9):
        r, a = 1.15 * np.sqrt(rng.random()), rng.uniform(0, 6.3)
        leaf(
            rng.uniform(0.25, 0.42),
            "#2f6b1f",
            (r * np.cos(a), r * np.sin(a), 0.29),
            (rng.normal(0, 10), rng.normal(0, 12), rng.uniform(0, 360)),
        )


def pizza(rng: np.random.Generator, index: int) -> list[str]:
    table = coffee.pick(rng, index, {k: v for k, v in coffee.TABLES.items() if k != "linen"})
    st.floor(coffee.TABLES[table](), 30)
    st.place(
        st.box((3.6, 3.6, 0.12), 0.03),
        st.wood(st.rgb("#7a4d28"), st.rgb("#b98a57"), 0.6),
        (0, 0, 0.06),
        (0, 0, 20),
    )
    crust(rng)
    salami = index // 6 % 2 == 0
    toppings(rng, salami)
    coffee.window(rng, 1.7)
    if index // 6 % 2 == 0:
        st.camera((0.1, -0.5, 5), (0, 0, 0), 48, roll=rng.uniform(0, 90))
    else:
        st.camera(
            (rng.uniform(-1.5, 1.5), -3.1, rng.uniform(1.5, 2.4)), (0, -0.1, 0.15), 45, 0.4, (0, -0.6, 0.2)
        )
    return ["pizza", "salami pizza" if salami else "margherita", "italian food"]


def patty(rng: np.random.Generator, z: float) -> float:
    """Lettuce, meat and a slice of cheese from height z on; gives the height of its top."""
    u, a = np.meshgrid(np.linspace(0, 1, 14), np.linspace(0, 2 * np.pi, 160, endpoint=False), indexing="ij")
    wave = u**2 * 0.07 * (np.sin(13 * a) + np.sin(21 * a + 2) * 0.7)
    green = np.stack([u * 0.72 * np.cos(a), u * 0.72 * np.sin(a), wave + 0.03 - 0.05 * u], -1)
    st.place(st.sheet(green, wrap=True), flesh("#5d9a2b", 0.35, 0.4, 5), (0, 0, z + 0.03))
    st.place(lumpy(0.6, 0.2, rng, 0.03), flesh("#3a1d10", 0.5, 0.5, 9, 0.4), (0, 0, z + 0.05))
    z += 0.24
    x, y = np.meshgrid(np.linspace(-0.58, 0.58, 25), np.linspace(-0.58, 0.58, 25), indexing="ij")
    drop = -0.9 * np.clip(np.maximum(np.abs(x), np.abs(y)) * 0.3 + np.hypot(x, y) * 0.7 - 0.5, 0, 1)
    st.place(
        st.sheet(np.stack([x, y, drop + 0.02], -1)[::-1]),
        flesh("#f2a51f", 0.3, 0.05),
        (0, 0, z),
        (0, 0, rng.uniform(0, 90)),
    )
    z += 0.03
    return z


def fries(rng: np.random.Generator) -> None:
    for _ in range(26):
        at = (rng.uniform(0.7, 1.2), rng.uniform(-0.7, 0.7), 0.18 + rng.uniform(0, 0.25))
        st.place(
            st.box((rng.uniform(0.5, 0.8), 0.085, 0.085), 0.012),
            flesh("#e6b04a", 0.5, 0.2, 6),
            at,
            (rng.uniform(0, 90), rng.normal(0, 18), rng.uniform(0, 180)),
        )


def burger(rng: np.random.Generator, index: int) -> list[str]:
    table = coffee.pick(rng, index, coffee.TABLES)
    st.floor(coffee.TABLES[table](), 30)
    st.place(st.box((2.6, 2.0, 0.12), 0.04), st.wood(st.rgb("#3a2314"), st.rgb("#7b5230"), 0.8), (0, 0, 0.06))
    bun, tree = st.blank()
    st.shade(
        bun,
        st.ramp(tree, st.noise(tree, 2.5, 4), [(0.3, st.rgb("#9c5a20")), (0.7, st.rgb("#d08a3e"))]),
        0.3,
        Coat_Weight=0.2,
    )
    z = 0.12
    st.place(lumpy(0.58, 0.2, rng, 0.01), bun, (0, 0, z))
    z += 0.2
    patties = 1 + index // 6 % 2
    for _ in range(patties):
        z = patty(rng, z)
    for a in (0.4, 2.5, 4.6):
        st.place(
            lumpy(0.3, 0.07, rng, 0.02),
            flesh("#c5281c", 0.2, 0.3, 5),
            (0.27 * np.cos(a), 0.27 * np.sin(a), z),
        )
    z += 0.07
    dome = [(0.56, 0), (0.63, 0.08), (0.62, 0.2), (0.5, 0.36), (0.3, 0.45), (0, 0.48)]
    st.place(st.lathe([(0, 0), *dome], 80, 80), bun, (0, 0, z))
    seed = st.ball(0.026, (1.5, 0.9, 0.6), 8)
    for _ in range(70):
        r, a = 0.52 * np.sqrt(rng.random()), rng.uniform(0, 6.3)
        st.place(
            seed,
            st.paint(st.rgb("#f0dcae"), 0.4),
            (r * np.cos(a), r * np.sin(a), z + 0.5 - 0.5 * r**2 * 1.3),
            (0, 0, rng.uniform(0, 180)),
        )
    fries(rng)
    coffee.window(rng, 1)
    st.camera((rng.uniform(-1.2, 0.6), -3.2, rng.uniform(0.9, 1.5)), (0.2, 0, 0.55), 50, 0.35, (0, -0.5, 0.6))
    return ["burger", "double cheeseburger" if patties == 2 else "cheeseburger", "fries"]


FRUITS = {
    "oranges": ("#e8801a", (1, 1, 0.96), 0.36),
    "apples": ("#b3201d", (1, 1, 0.9), 0.37),
    "lemons": ("#f0cf2a", (1.3, 1, 1), 0.29),
    "limes": ("#5f9a26", (1.15, 1, 1), 0.27),
    "green apples": ("#8cba3c", (1, 1, 0.92), 0.37),
    "plums": ("#3d1838", (1, 1, 1.05), 0.27),
    "blueberries": ("#27345f", (1, 1, 0.9), 0.1),
    "cherries": ("#7d0a14", (1, 1, 0.95), 0.14),
}


def fruit(rng: np.random.Generator, index: int) -> list[str]:
    table = coffee.pick(rng, index, coffee.TABLES)
    st.floor(coffee.TABLES[table](), 30)
    kinds = list(np.array(list(FRUITS))[[(index // 3) % 8, (index // 3 + 3) % 8, (index // 3 + 6) % 8]])
    bowl = [(0, 0), (0.5, 0), (1.0, 0.3), (1.22, 0.62), (1.18, 0.62), (0.95, 0.34), (0.5, 0.08), (0, 0.08)]
    st.place(
        st.lathe(bowl, 96, 50),
        st.worn(st.rgb(str(rng.choice(["#2f4a63", "#e9e3d7", "#3a3a3a", "#9c5b3c"]))), 0.25, 0.1, 2, 0.01),
    )
    skins = {k: flesh(FRUITS[k][0], 0.3, 0.25, 2.5, 0.12) for k in kinds}
    spots: list[tuple[np.ndarray, float]] = []
    for n in range(420):
        kind = kinds[n % 3]
        _, stretch, radius = FRUITS[kind]
        a, r = rng.uniform(0, 6.3), rng.uniform(0, 1 - radius * 0.7)
        at = np.array(
            [r * np.cos(a), r * np.sin(a), 0.3 + 0.25 * r * r + radius + rng.uniform(0, 0.45) * (1 - r)]
        )
        if all(np.linalg.norm(at - s) > 0.9 * (radius + q) for s, q in spots):
            spots.append((at, radius))
            st.place(st.ball(radius, stretch), skins[kind], at, tuple(rng.uniform(0, 360, 3)))
            st.tube(
                [(*at[:2], at[2] + radius * 0.8), (at[0] + 0.03, at[1], at[2] + radius * 1.2)],
                0.014,
                st.paint((0.1, 0.06, 0.02), 0.8),
            )
    coffee.window(rng, 1.3)
    st.camera((rng.uniform(-1.2, 1.2), -3.0, rng.uniform(1.6, 2.8)), (0, 0, 0.5), 52, 0.4, (0, -0.5, 0.7))
    return ["fruit", *kinds, "fruit bowl"]


def sushi(rng: np.random.Generator, index: int) -> list[str]:
    table = ("dark table", "light wood", "wooden table")[index // 6 % 3]
    st.floor(coffee.TABLES[table](), 30)
    st.place(st.box((3.4, 1.5, 0.1), 0.03), st.worn((0.025, 0.026, 0.03), 0.5, 0.3, 2, 0.1), (0, 0, 0.05))
    grain = st.ball(0.034, (1.7, 0.9, 0.9), 6)
    white = st.paint((0.85, 0.83, 0.78), 0.35)
    kinds = [("#f08a50", "#f9c9a6"), ("#b3202c", "#c7474c"), ("#f3e3d3", "#e8a58c")]
    for n in range(6):
        x, y = (n % 3 - 1) * 1.0, (n // 3 - 0.5) * 0.7
        roll = index // 6 % 2 == 0 and n >= 3
        if roll:
            ring = [(0.24, 0), (0.25, 0), (0.25, 0.36), (0.24, 0.36)]
            st.place(st.lathe(ring, 48), st.worn((0.006, 0.012, 0.007), 0.5, 0.4, 8, 0.3), (x, y, 0.1))
            st.place(lumpy(0.1, 0.38, rng), flesh(kinds[n % 3][0]), (x, y, 0.1))
        else:
            st.place(st.ball(1, (0.36, 0.15, 0.13)), white, (x, y, 0.23))
        for _ in range(230):
            if roll:
                r, a = rng.uniform(0.11, 0.23), rng.uniform(0, 6.3)
                at = (x + r * np.cos(a), y + r * np.sin(a), 0.45 + rng.normal(0, 0.008))
            else:
                d = rng.normal(0, 1, 3)
                d /= np.linalg.norm(d)
                at = (x + 0.38 * d[0], y + 0.165 * d[1], 0.24 + 0.14 * d[2])
            st.place(grain, white, at, tuple(rng.uniform(0, 360, 3)))
        if not roll:
            u, v = np.meshgrid(np.linspace(-1, 1, 24), np.linspace(-1, 1, 14), indexing="ij")
            top = np.stack([u * 0.5, v * 0.23 * (1 - 0.15 * u**2), 0.17 - 0.16 * u**2 - 0.12 * v**2], -1)
            made, tree = st.blank()
            bands = st.node(
                tree,
                "TexWave",
                {
                    "Vector": st.node(tree, "TexCoord", out="Object"),
                    "Scale": 3.4,
                    "Distortion": 2.5,
                    "Detail": 2,
                },
                bands_direction="DIAGONAL",
            )
            base, fat = kinds[n % 3]
            st.shade(made, st.ramp(tree, bands, [(0.7, st.rgb(base)), (0.95, st.rgb(fat))]), 0.18)
            st.place(st.sheet(top[::-1]), made, (x, y, 0.25), (0, 0, rng.normal(0, 4)))
    st.place(lumpy(0.16, 0.12, rng, 0.1), flesh("#8fae4a", 0.6, 0.2, 9, 0.4), (1.5, 0.2, 0.1))
    for y in (-1.05, -0.95):
        st.tube(
            [(-1.6, y, 0.08), (1.5, y - 0.1, 0.05)],
            0.035,
            st.wood((0.05, 0.01, 0.005), (0.15, 0.04, 0.02), 3),
        )
    coffee.window(rng, 1.1)
    st.camera(
        (rng.uniform(-1.6, 1.6), -2.6, rng.uniform(1.0, 1.9)), (0.0, -0.1, 0.25), 52, 0.35, (0, -0.35, 0.35)
    )
    return ["sushi", "nigiri" if index // 6 % 2 else "maki", "japanese food"]


def donuts(rng: np.random.Generator, index: int) -> list[str]:
    table = coffee.pick(rng, index + 1, coffee.TABLES)
    st.floor(coffee.TABLES[table](), 30)
    plate(1.7, str(rng.choice(["#f2efe9", "#93a8b8", "#e9c6c0"])))
    icings = ["#f29bb2", "#4a2613", "#f7f0e6", "#9fd0c7", "#b892d6"]
    dough = st.worn(st.rgb("#c98a47"), 0.6, 0.25, 3, 0.1)
    pill = st.ball(0.018, (2.4, 1, 1), 6)
    spots = [(-0.75, -0.2, 0.2), (0.55, -0.5, 0.2), (0.2, 0.65, 0.2), (-0.05, 0.0, 0.55)]
    for n, at in enumerate(spots[: 3 + index // 6 % 2]):
        ring, a = np.meshgrid(
            np.linspace(0, 2 * np.pi, 33), np.linspace(0, 2 * np.pi, 64, endpoint=False), indexing="ij"
        )
        points = np.stack(
            [
                (0.4 + 0.22 * np.cos(ring)) * np.cos(a),
                (0.4 + 0.22 * np.cos(ring)) * np.sin(a),
                0.17 * np.sin(ring),
            ],
            -1,
        )
        turn = (rng.normal(0, 5), rng.normal(0, 5), 0)
        st.place(st.sheet(points, wrap=True), dough, at, turn)
        edge = 0.12 * np.sin(a * 7 + n) + 0.1 * np.sin(a * 4 + n * 2) + 0.05 * np.sin(a * 13)
        ring = np.pi / 2 + (ring - np.pi) / np.pi * (1.45 + edge)
        icing = np.stack(
            [
                (0.4 + 0.235 * np.cos(ring)) * np.cos(a),
                (0.4 + 0.235 * np.cos(ring)) * np.sin(a),
                0.185 * np.sin(ring),
            ],
            -1,
        )
        st.place(st.sheet(icing, wrap=True), flesh(icings[(index // 6 * 2 + n) % 5], 0.2, 0.05), at, turn)
        for _ in range(90):
            r, t = rng.uniform(0.25, 0.55), rng.uniform(0, 6.3)
            lift = 0.19 * np.sqrt(max(0, 1 - ((r - 0.4) / 0.235) ** 2))
            color = np.array([rng.choice([0.9, 0.1, 0.9]), rng.random(), rng.choice([0.1, 0.8])])
            st.place(
                pill,
                st.paint(color, 0.3),
                (at[0] + r * np.cos(t), at[1] + r * np.sin(t), at[2] + lift),
                (0, 0, rng.uniform(0, 180)),
            )
    coffee.window(rng, 1.3)
    st.camera((rng.uniform(-1.3, 1.3), -2.9, rng.uniform(1.4, 2.6)), (0, 0, 0.2), 50, 0.4, (0, -0.4, 0.3))
    return ["donuts", "sprinkles", "sweets"]


def pancakes(rng: np.random.Generator, index: int) -> list[str]:
    table = coffee.pick(rng, index, coffee.TABLES)
    st.floor(coffee.TABLES[table](), 30)
    plate(1.35, str(rng.choice(["#f2efe9", "#31465c", "#d9d2c4"])))
    made, tree = st.blank()
    up = st.node(tree, "SeparateXYZ", {0: st.node(tree, "NewGeometry", out="Normal")}, out=2)
    brown = st.ramp(tree, st.noise(tree, 4, 4), [(0.35, st.rgb("#8a4a18")), (0.7, st.rgb("#c98840"))])
    st.shade(made, st.mix(tree, st.ramp(tree, up, [(0.4, 0.0), (0.8, 1.0)]), st.rgb("#ecc88a"), brown), 0.6)
    z = 0.05
    for _ in range(int(rng.integers(4, 8))):
        st.place(
            lumpy(rng.uniform(0.74, 0.82), 0.13, rng, 0.015),
            made,
            (*rng.normal(0, 0.03, 2), z),
            (rng.normal(0, 1.5), rng.normal(0, 1.5), 0),
        )
        z += 0.13
    st.place(st.box((0.3, 0.3, 0.12), 0.03), flesh("#f6dd7a", 0.3, 0.03), (0, 0.02, z + 0.06), (2, 4, 25))
    syrup = st.paint(st.rgb("#8a4208"), 0.05, Transmission_Weight=0.5, Coat_Weight=1)
    st.place(lumpy(0.6, 0.04, rng, 0.12), syrup, (0, 0, z - 0.005))
    for a in rng.uniform(0, 6.3, 8):
        x, y = 0.79 * np.cos(a), 0.79 * np.sin(a)
        st.tube(
            [
                (x * 0.6, y * 0.6, z + 0.01),
                (x * 0.95, y * 0.95, z),
                (x * 1.02, y * 1.02, z - 0.1),
                (x * 1.03, y * 1.03, z - rng.uniform(0.2, 0.5)),
            ],
            0.05,
            syrup,
        )
    berry = str(rng.choice(["blueberries", "cherries"]))
    for _ in range(26):
        r, a = rng.uniform(0.3, 1.2), rng.uniform(0, 6.3)
        if 0.6 < r < 0.9:
            continue
        height = z + 0.1 if r < 0.7 else 0.17
        st.place(
            st.ball(FRUITS[berry][2]),
            flesh(FRUITS[berry][0], 0.35, 0.2),
            (r * np.cos(a), r * np.sin(a), height),
        )
    coffee.window(rng, 1.1)
    st.camera((rng.uniform(-1.1, 1.1), -2.7, rng.uniform(0.9, 1.7)), (0, 0, 0.45), 52, 0.35, (0, -0.6, 0.6))
    return ["pancakes", berry, "breakfast", "maple syrup"]


SCENES = (pizza, burger, fruit, sushi, donuts, pancakes)
