"""Flowers: tulips in a field, daisies and sunflowers, a vase of roses, cherry blossom; in units of 10 cm."""

from __future__ import annotations

import coffee
import numpy as np
import studio as st


def petal_paint(color: str, heart: str | None = None) -> object:
    """Translucent, with fine veins, `heart` being the colour at the base."""
    made, tree = st.blank()
    along = st.node(tree, "SeparateXYZ", {0: st.node(tree, "TexCoord", out="Generated")}, out=2)
    tone = st.ramp(
        tree,
        along,
        [
            (0.0, st.rgb(heart or color)),
            (0.45, st.rgb(color)),
            (1, [min(1, c * 1.25 + 0.02) for c in st.rgb(color)]),
        ],
    )
    st.shade(made, tone, 0.5, Sheen_Weight=0.2)
    glow = st.node(tree, "BsdfTranslucent", {"Color": tone})
    end = tree.nodes["Material Output"].inputs["Surface"]
    st.put(end, st.node(tree, "MixShader", {0: 0.35, 1: tree.nodes["Principled BSDF"].outputs[0], 2: glow}))
    return made


def petal(length: float, width: float, cup: float, curl: float, tip: float = 1.0) -> object:
    """A petal that stands up from the origin and leans to +x; `cup` hollows, `curl` bends it outwards."""
    u, v = np.meshgrid(np.linspace(0, 1, 12), np.linspace(-1, 1, 9), indexing="ij")
    wide = width * np.sin(np.pi * np.clip(u, 0, 1) ** 0.75 * 0.97 + 0.06) ** tip
    angle = curl * u**1.5
    x = length * u * np.sin(angle) - cup * v**2 * wide + 0.02 * np.sin(9 * u + 4 * v) * width
    return st.sheet(np.stack([x, v * wide, length * u * np.cos(angle)], -1))


def whorl(
    mesh: object,
    made: object,
    count: int,
    at: np.ndarray,
    tilt: float,
    rng: np.random.Generator,
    scale: float = 1,
    phase: float = 0,
    lean: tuple[float, float] = (0, 0),
) -> None:
    """Petals in a ring, each tilted outwards by `tilt` degrees, the whole flower by `lean`."""
    from mathutils import Euler, Matrix

    whole = Matrix.Translation(at) @ Euler((*np.radians(lean), phase)).to_matrix().to_4x4()
    for i in range(count):
        thing = st.place(mesh, made)
        turn = Euler((0, np.radians(tilt + rng.normal(0, 5)), 0)).to_matrix().to_4x4()
        spin = Matrix.Rotation(2 * np.pi * i / count + rng.normal(0, 0.06), 4, "Z")
        thing.matrix_world = whole @ spin @ turn @ Matrix.Scale(scale * rng.uniform(0.93, 1.07), 4)


def leaf_paint() -> object:
    return st.worn(st.rgb("#3f6b26"), 0.45, 0.35, 3, 0.05)


def outside(rng: np.random.Generator) -> None:
    st.surround(
        str(rng.choice(["forest", "courtyard", "sunrise", "city"])),
        rng.uniform(0.6, 1.0),
        rng.uniform(0, 360),
    )
    st.lamp(
        "SUN",
        (rng.choice([-6, 6]), rng.uniform(-3, 5), 6),
        (0, 0, 0),
        rng.uniform(2, 4),
        3,
        (1, rng.uniform(0.8, 0.95), rng.uniform(0.6, 0.85)),
    )
    st.expose(0.3)


def grass(rng: np.random.Generator, count: int, wide: float, deep: float, tall: float) -> None:
    at = np.stack([rng.uniform(-wide, wide, count), rng.uniform(-1, deep, count), np.zeros(count)], -1)
    t, lean = np.linspace(0, 1, 4), rng.normal(0, 0.3 * tall, (count, 2))
    steps = np.stack([lean[:, :1] * t**2, lean[:, 1:] * t**2, tall * rng.uniform(0.4, 1, (count, 1)) * t], -1)
    tone = np.array(st.rgb("#5c8a2c")) * rng.uniform(0.4, 1.2, (count, 1))
    st.hair(at, steps, tone, 0.035, 0.5)
    st.floor(st.paint(st.rgb("#2c3d17"), 0.9), 60)


TULIPS = {
    "red": "#c4161c",
    "yellow": "#f2c21a",
    "pink": "#ec7fa9",
    "purple": "#6a2a7d",
    "orange": "#ef7a1a",
    "white": "#f5f1e8",
}


def tulips(rng: np.random.Generator, index: int) -> list[str]:
    word = list(TULIPS)[index // 5 % 6]
    grass(rng, 5000, 6, 14, 1.4)
    made, green = petal_paint(TULIPS[word], "#e8d27a"), leaf_paint()
    other = petal_paint(TULIPS[list(TULIPS)[(index // 5 + 2) % 6]], "#e8d27a")
    mesh, blade = petal(0.75, 0.3, 0.45, 0.25, 0.8), petal(2.0, 0.2, 0.5, 0.5, 0.7)
    for n in range(70):
        y = 12 * rng.random() ** 1.3 - 0.2
        x, tall = rng.uniform(-1, 1) * (1.3 + y * 0.5), rng.uniform(2.2, 2.9)
        top = np.array([x + rng.normal(0, 0.12), y + rng.normal(0, 0.1), tall])
        st.tube([(x, y, 0), (x, y, tall / 2), tuple(top)], 0.05, green)
        for ring, tilt in ((0, 9), (np.pi / 3, 17)):
            whorl(
                mesh, made if n % 6 else other, 3, top, tilt, rng, phase=ring, lean=tuple(rng.normal(0, 5, 2))
            )
        if y < 6:
            whorl(blade, green, 2, np.array([x, y, 0.1]), 12, rng, phase=rng.uniform(0, 6))
    outside(rng)
    st.camera((rng.uniform(-0.6, 0.6), -3.6, rng.uniform(2.0, 3.4)), (0, 2, 2.3), 42, 0.25, (0, 0.3, 2.6))
    return ["tulips", f"{word} tulips", "flower field", "spring"]


def daisies(rng: np.random.Generator, index: int) -> list[str]:
    kinds = (
        ("daisy", "#f6f4ee", "#f2b414"),
        ("pink gerbera", "#ea5a8d", "#4a2613"),
        ("sunflower", "#f4b014", "#3a2010"),
        ("orange gerbera", "#f0701c", "#3a2412"),
    )
    word, color, middle = kinds[index // 5 % 4]
    grass(rng, 4000, 6, 12, 1.0)
    made, green = petal_paint(color), leaf_paint()
    mesh = petal(0.8, 0.12 if word != "sunflower" else 0.15, 0.3, 0.35, 0.6)
    seed, heart = st.ball(0.035, rings=5), st.worn(st.rgb(middle), 0.8, 0.4, 12, 0.3)
    for n in range(9):
        at = (
            np.array([0.0, 0.2, 2.5])
            if n == 0
            else np.array([rng.uniform(-2.8, 2.8), rng.uniform(0.8, 6), rng.uniform(1.6, 2.8)])
        )
        st.tube([(at[0], at[1] + 0.3, 0), (at[0], at[1] + 0.3, 1.2), tuple(at)], 0.05, green)
        lean = (rng.uniform(35, 65), rng.normal(0, 14))
        for tilt, scale in ((86, 1), (76, 0.85)):
            whorl(mesh, made, 21, at, tilt, rng, scale, rng.uniform(0, 1), lean)
        from mathutils import Euler

        turn = np.array(Euler((*np.radians(lean), 0)).to_matrix())
        for i in range(150 if n < 4 else 40):
            r, a = 0.3 * np.sqrt(i / (150 if n < 4 else 40)), i * 2.39996
            st.place(seed, heart, at + turn @ np.array([r * np.cos(a), r * np.sin(a), 0.1 - r * r * 0.7]))
    outside(rng)
    st.camera(
        (rng.uniform(-0.9, 0.9), -2.9, rng.uniform(2.7, 3.7)), (0.1, 0.2, 2.45), 55, 0.3, (0, 0.1, 2.55)
    )
    return [word, f"{word} close up", "garden", "summer"]


def rose(
    at: np.ndarray, made: object, rng: np.random.Generator, lean: tuple[float, float], size: float = 1
) -> None:
    for ring in range(7):
        mesh = petal(0.42 + 0.03 * ring, 0.2 + 0.045 * ring, 0.95 - 0.08 * ring, 0.1 + 0.14 * ring, 0.55)
        whorl(mesh, made, 3 + ring // 2, at, 2 + ring * 7.5, rng, size, ring * 1.9, lean)


def vase(rng: np.random.Generator, index: int) -> list[str]:
    word, color = (
        ("red", "#a80f1e"),
        ("pink", "#eaa0b0"),
        ("white", "#f4ede0"),
        ("yellow", "#efc24a"),
        ("peach", "#f0a67c"),
    )[index // 5 % 5]
    table = coffee.pick(rng, index, coffee.TABLES)
    st.floor(coffee.TABLES[table](), 60)
    wall = st.rgb(str(rng.choice(["#7c8b86", "#c2b6a6", "#8b7d8a", "#4f5d66", "#b98f7a"])))
    st.place(st.box((60, 0.2, 30)), st.worn(wall, 0.9, 0.08, 0.5, 0.02), (0, 5, 10))
    pot = st.worn(st.rgb(str(rng.choice(["#e9e4da", "#3b4a57", "#a8654a", "#1e1e20"]))), 0.3, 0.1, 3, 0.05)
    st.place(
        st.lathe(
            [
                (0, 0),
                (0.4, 0),
                (0.62, 0.4),
                (0.6, 0.9),
                (0.36, 1.3),
                (0.4, 1.5),
                (0.36, 1.5),
                (0.3, 1.3),
                (0, 1.2),
            ],
            64,
            50,
        ),
        pot,
    )
    made, green = petal_paint(color), leaf_paint()
    blade = petal(0.6, 0.18, 0.4, 0.5, 0.8)
    for n in range(13):
        a, r = n * 2.4, 0.28 * np.sqrt(n)
        at = np.array([r * np.cos(a), r * np.sin(a), 2.55 - 0.45 * r * r + rng.normal(0, 0.05)])
        st.tube([(0, 0, 1.2), (at[0] * 0.5, at[1] * 0.5, 1.8), tuple(at)], 0.035, green)
        rose(at, made, rng, (-38 * r * np.sin(a), 38 * r * np.cos(a)), 0.85)
        whorl(blade, green, 3, at - (0, 0, 0.25), 75, rng, phase=rng.uniform(0, 6))
    coffee.window(rng, 2)
    st.camera((rng.uniform(-1.5, 1.5), -5.2, rng.uniform(2.2, 3.8)), (0, 0, 1.75), 48, 0.3, (0, -0.6, 2.3))
    return ["roses", f"{word} roses", "bouquet", "vase"]


def blossom(rng: np.random.Generator, index: int) -> list[str]:
    """Cherry branches against a soft sky."""
    made, bark = (
        petal_paint(("#f7cfdc", "#f9e4ea", "#f2a9c4")[index // 5 % 3], "#d9688f"),
        st.worn(st.rgb("#3a2a22"), 0.9, 0.4, 6, 0.3),
    )
    mesh, stamen = petal(0.32, 0.16, 0.35, 0.4, 0.6), st.ball(0.018, rings=4)
    yellow = st.paint(st.rgb("#e8b93a"), 0.5)
    for n in range(5):
        start, way = (
            np.array([-3.4, rng.uniform(-0.2, 3.5), rng.uniform(-0.8, 2.2)]),
            np.array([1, rng.normal(0, 0.1), rng.normal(0.05, 0.25)]),
        )
        points = [start + way * t + rng.normal(0, 0.1, 3) for t in np.linspace(0, 7, 9)]
        if n == 0:
            points = [p * (1, 0, 1) for p in points]
        st.tube([tuple(p) for p in points], 0.09, bark, [1.3 - 0.1 * i for i in range(9)])
        for p in points[1:]:
            for _ in range(6):
                at = p + rng.normal(0, 0.26, 3)
                lean = tuple(rng.normal((60, 0), 45))
                st.tube([tuple(p), tuple(at)], 0.015, bark)
                whorl(mesh, made, 5, at, 68, rng, 1, rng.uniform(0, 6), lean)
                for _ in range(7):
                    st.place(stamen, yellow, at + rng.normal(0, 0.05, 3) + (0, -0.12, 0.06))
    sky = st.rgb(str(rng.choice(["#8fb8e0", "#c7d6e2", "#a7c4b0", "#e3c9c4"])))
    st.background(sky, 0.9)
    st.lamp("SUN", (4, -4, 7), (0, 0, 0), 3, 3, (1, 0.9, 0.8))
    st.camera(
        (rng.uniform(-1, 1), -4.2, rng.uniform(-0.3, 1.3)),
        (0, 0, rng.uniform(0.3, 0.9)),
        48,
        0.25,
        (0, -0.1, 0.5),
    )
    return ["cherry blossom", "sakura", "spring"]


SCENES = (tulips, daisies, vase, blossom, daisies)
