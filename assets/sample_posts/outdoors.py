"""Landscapes, the sea at sunset and cities at night. One unit is 10 m, in the city 1 m x 10."""

from __future__ import annotations

import numpy as np
import studio as st


def fractal(size: int, rng: np.random.Generator, fall: float = 2.1, ridged: bool = False) -> np.ndarray:
    """Spectral noise of mean 0, deviation 1, shape (size, size); `fall` smooths, ridged gives crests."""
    fy, fx = np.meshgrid(np.fft.fftfreq(size), np.fft.rfftfreq(size), indexing="ij")
    power = np.hypot(fy, fx) ** -fall * (np.hypot(fy, fx) > 1.5 / size) if size else 0
    power = np.nan_to_num(power, posinf=0)
    field = np.fft.irfft2(power * np.exp(2j * np.pi * rng.random(fy.shape)), (size, size))
    field = (field - field.mean()) / field.std()
    return 1 - np.abs(field) * 1.3 if ridged else field


def land(
    height: np.ndarray, width: float, depth: float, near: float, made: object
) -> tuple[np.ndarray, np.ndarray]:
    """A terrain `width` wide from y=near to near+depth, heights (rows along y, columns along x)."""
    rows, columns = height.shape
    y, x = np.meshgrid(
        np.linspace(near, near + depth, rows), np.linspace(-width / 2, width / 2, columns), indexing="ij"
    )
    points = np.stack([x, y, height], -1)
    st.place(st.sheet(points), made)
    return x, y


def ground(low: str, high: str, top: str, line: float, soft: float = 6, steep: float = 0.75) -> object:
    """Earth that is `low` in colour when flat, `high` when steep and `top` (snow) above `line`."""
    made, tree = st.blank()
    up = st.node(tree, "SeparateXYZ", {0: st.node(tree, "NewGeometry", out="Normal")}, out=2)
    height = st.node(tree, "SeparateXYZ", {0: st.node(tree, "NewGeometry", out="Position")}, out=2)
    mottle = st.noise(tree, 0.35, 4, 0.65)
    rock = st.mix(tree, 0.6, st.rgb(high), st.ramp(tree, mottle, [(0.3, 0.25), (0.7, 1.0)]), "MULTIPLY")
    grass = st.mix(
        tree, 0.6, st.rgb(low), st.ramp(tree, st.noise(tree, 1.5, 3), [(0.3, 0.35), (0.7, 1.0)]), "MULTIPLY"
    )
    color = st.mix(tree, st.ramp(tree, up, [(steep - 0.1, 1.0), (steep + 0.06, 0.0)]), grass, rock)
    level = st.calc(tree, "DIVIDE", st.calc(tree, "SUBTRACT", height, line), soft)
    level = st.calc(
        tree, "ADD", level, st.calc(tree, "MULTIPLY", st.calc(tree, "SUBTRACT", mottle, 0.5), 2.5)
    )
    level = st.calc(tree, "ADD", level, st.calc(tree, "MULTIPLY", st.calc(tree, "SUBTRACT", up, 0.8), 3))
    st.shade(
        made,
        st.mix(tree, st.ramp(tree, level, [(0.3, 0.0), (0.6, 1.0)]), color, st.rgb(top)),
        0.9,
        Normal=st.bump(tree, mottle, 0.7, 1.2),
    )
    return made


def water(
    color: tuple[float, float, float], scale: float = 0.4, strength: float = 0.25, stretch: float = 3
) -> object:
    made, tree = st.blank()
    where = st.node(
        tree, "Mapping", {"Vector": st.node(tree, "TexCoord", out="Object"), "Scale": (1, stretch, 1)}
    )
    waves = st.noise(tree, scale, 4, 0.6, where)
    st.shade(made, color, 0.06, Normal=st.bump(tree, waves, strength, 1.0))
    return made


def clouds(
    rng: np.random.Generator,
    base: object,
    light: tuple,
    dark: tuple,
    cover: float,
    strength: float,
    scale: float = 1.2,
) -> None:
    """A layer of clouds over the sky, drawn in perspective: denser with `cover` 0..1."""
    import bpy

    tree = bpy.context.scene.world.node_tree
    way = st.node(tree, "TexCoord", out="Generated")
    up = st.node(tree, "SeparateXYZ", {0: way}, out=2)
    flat = st.node(
        tree,
        "VectorMath",
        {
            0: way,
            1: st.node(
                tree,
                "CombineXYZ",
                {i: st.calc(tree, "ADD", st.calc(tree, "MAXIMUM", up, 0.0), 0.12) for i in range(3)},
            ),
        },
        operation="DIVIDE",
    )
    flat = st.node(tree, "VectorMath", {0: flat, 1: tuple(rng.uniform(-50, 50, 3))}, operation="ADD")
    puffs = st.noise(tree, scale, 5, 0.58, flat, 0.3)
    amount = st.ramp(tree, puffs, [(0.62 - 0.3 * cover, 0.0), (0.85 - 0.3 * cover, 0.9)])
    amount = st.calc(tree, "MULTIPLY", amount, st.ramp(tree, up, [(0.0, 0.0), (0.08, 1.0)]))
    shadow = st.ramp(tree, puffs, [(0.6 - 0.2 * cover, light), (0.9 - 0.2 * cover, dark)])
    st.background(st.mix(tree, amount, base, shadow), strength)


def pine(rng: np.random.Generator) -> object:
    """A conifer: rings of drooping, ragged branches round a stem, 1 high."""
    rows = []
    for h in np.linspace(0.08, 1, 26):
        for out in (1.0, 0.45):
            t = np.linspace(0, 2 * np.pi, 22, endpoint=False)
            wide = (
                0.21 * (1 - h) ** 0.85 * out * (1 + 0.45 * rng.normal(0, 1, 22).clip(-1.5, 1.5) * out) + 0.004
            )
            rows.append(
                np.stack([wide * np.cos(t), wide * np.sin(t), np.full(22, h) - 0.05 * out * (1 - h)], -1)
            )
    return st.sheet(np.array(rows), wrap=True)


def forest(
    rng: np.random.Generator, spots: np.ndarray, size: tuple[float, float], made: list[object]
) -> None:
    trees = [pine(rng) for _ in range(5)]
    for i, at in enumerate(spots):
        tall = rng.uniform(*size)
        st.place(
            trees[i % 5],
            made[i % len(made)],
            at,
            (rng.normal(0, 2), rng.normal(0, 2), rng.uniform(0, 360)),
            (tall * rng.uniform(0.8, 1.2), tall * rng.uniform(0.8, 1.2), tall),
        )


LIGHTS = {  # name: sun's height, colour, haze, sky strength
    "morning": (14, (1, 0.8, 0.6), (0.75, 0.72, 0.72), 0.10),
    "noon": (50, (1, 0.97, 0.92), (0.62, 0.74, 0.9), 0.09),
    "golden hour": (8, (1, 0.62, 0.34), (0.9, 0.62, 0.42), 0.11),
    "overcast": (35, (0.9, 0.95, 1), (0.68, 0.73, 0.78), 0.12),
}


def weather(rng: np.random.Generator, index: int, cover: float | None = None) -> tuple[str, tuple]:
    name = list(LIGHTS)[index % 4]
    high, color, haze, strength = LIGHTS[name]
    side = rng.choice([-1, 1]) * rng.uniform(50, 120)
    base = st.sky(high, side, strength)
    lit, shade = (
        ((1, 0.95, 0.9), (0.55, 0.58, 0.63)) if name != "golden hour" else ((1, 0.72, 0.5), (0.5, 0.38, 0.4))
    )
    grey = 12 if name == "overcast" else 9
    clouds(
        rng,
        base,
        tuple(grey * c for c in lit),
        tuple(grey * c for c in shade),
        cover if cover is not None else (0.95 if name == "overcast" else rng.uniform(0.2, 0.65)),
        strength,
    )
    a, h = np.radians(side), np.radians(high)
    sun = (100 * np.sin(a) * np.cos(h), 100 * np.cos(a) * np.cos(h), 100 * np.sin(h))
    st.lamp("SUN", sun, (0, 0, 0), 1.2 if name == "overcast" else 4.5, 1 if name != "overcast" else 20, color)
    return name, haze


def greens(season: int) -> list[object]:
    colors = (
        ["#1d3520", "#26422a", "#18301f"],
        ["#3c4a1e", "#8a6a1c", "#a4511b"],
        ["#22382c", "#2d4a3a", "#1b3027"],
    )[season]
    return [st.paint(st.rgb(c), 0.9) for c in colors]


def lake(rng: np.random.Generator, index: int) -> list[str]:
    """Mountains behind a lake, pines on the shores."""
    name, haze = weather(rng, index)
    st.expose(0.4, "AgX - Very High Contrast")
    n = 240
    y, x = np.mgrid[0 : 1 : n * 1j, -1 : 1 : n * 1j]
    ridge = fractal(n, rng, 1.9, True) * 0.5 + fractal(n, rng, 2.2) * 0.3
    bank = (
        np.clip(y * 2.6 - 0.35, 0, 1)
        + np.clip(np.abs(x + 0.1 * fractal(n, rng, 2.4)) * 1.6 - 0.55, 0, 1) * np.clip(1.4 - y, 0, 1) * 0.45
    )
    height = (
        bank * (5 + 22 * np.clip(ridge + 0.4, 0, 2) * np.clip(y * 1.5 - 0.2, 0, 1))
        - 0.6
        + 0.3 * fractal(n, rng, 1.6) * bank
    )
    snow = float(rng.choice([9, 13, 40]))
    made = st.hazy(ground("#4d5a2a", "#5d574f", "#eef2f8", snow), haze, 800)
    gx, gy = land(height, 110, 130, 6, made)
    chance = np.clip(1.6 - np.abs(height - 2.2) * 0.45, 0, 1) * (height > 0.25) * (fractal(n, rng, 2) > -0.2)
    pick = rng.choice(n * n, 1300, p=chance.ravel() / chance.sum())
    spots = np.stack([gx.ravel()[pick], gy.ravel()[pick], height.ravel()[pick] - 0.1], -1)
    season = int(rng.integers(3))
    forest(rng, spots, (0.7, 1.5), [st.hazy(m, haze, 800) for m in greens(season)])
    st.floor(
        water(st.rgb(str(rng.choice(["#0a2a30", "#0c3b44", "#10222c"]))), 0.5, rng.uniform(0.03, 0.2)), 600
    )
    for _ in range(24):
        size = rng.uniform(0.06, 0.3)
        st.place(
            st.ball(1, (1, 0.8, 0.5), 8),
            st.worn((0.12, 0.115, 0.11), 0.6, 0.4, 3, 0.2),
            (rng.normal(0, 2.5), rng.uniform(2.0, 5), -0.02),
            (0, 0, rng.uniform(0, 360)),
            size,
        )
    st.camera(
        (rng.uniform(-6, 6), 0, rng.uniform(0.8, 2.5)), (rng.uniform(-10, 10), 60, 6), rng.uniform(24, 36)
    )
    return [
        "mountain lake",
        name,
        "snowy peaks" if snow < 20 else "mountains",
        "autumn forest" if season == 1 else "pine forest",
    ]


def woods(rng: np.random.Generator, index: int) -> list[str]:
    """Rows of pine-grown hills that fade into mist."""
    name = ("morning", "overcast", "golden hour")[index // 4 % 3]
    haze = ((0.8, 0.74, 0.68), (0.62, 0.68, 0.72), (0.95, 0.66, 0.42))[index // 4 % 3]
    clouds(rng, haze, (1, 0.93, 0.86), (0.4, 0.44, 0.52), 0.75, 0.8, 0.8)
    st.expose(0.2, "AgX - Very High Contrast")
    st.lamp("SUN", (60, 80, 30), (0, 0, 0), 6, 2, (1, 0.85, 0.65))
    n = 160
    height = fractal(n, rng, 2.3) * 2.4 + np.linspace(-2, 10, n)[:, None]
    gx, gy = land(height, 60, 60, 4, st.hazy(ground("#3b4a2a", "#4a4238", "#ffffff", 99), haze, 110))
    chosen = rng.choice(n * n, 3600, replace=False)
    spots = np.stack(
        [gx.ravel()[chosen] + rng.normal(0, 0.2, 3600), gy.ravel()[chosen], height.ravel()[chosen] - 0.1], -1
    )
    season = index // 4 % 2
    forest(rng, spots, (1.2, 2.6), [st.hazy(m, haze, 110) for m in greens(season)])
    st.camera((rng.uniform(-5, 5), -4, rng.uniform(3, 6)), (0, 30, rng.uniform(3, 6)), rng.uniform(35, 60))
    return ["misty forest", name, "autumn forest" if season else "pine forest", "fog"]


def dunes(rng: np.random.Generator, index: int) -> list[str]:
    name, haze = weather(rng, index + 2, 0.1)
    n = 400
    y, x = np.mgrid[0 : 1 : n * 1j, -1 : 1 : n * 1j]
    field = fractal(n, rng, 2.6)
    phase = (y * 5 + x * rng.uniform(-2, 2) + 0.45 * field) % 1
    crest = np.where(phase < 0.75, phase / 0.75, (1 - phase) / 0.25)
    height = crest**1.3 * (1.5 + 2.0 * y) * (1 + 0.4 * fractal(n, rng, 2.8)) + 0.6 * fractal(n, rng, 2.8)
    made, tree = st.blank()
    ripples = st.node(
        tree,
        "TexWave",
        {
            "Vector": st.node(tree, "TexCoord", out="Object"),
            "Scale": 1.6,
            "Distortion": 7,
            "Detail": 3,
            "Detail Scale": 0.4,
        },
    )
    color = st.rgb(str(rng.choice(["#c98a4e", "#d9ab72", "#b8643a"])))
    st.shade(
        made,
        st.mix(tree, 0.4, color, st.ramp(tree, st.noise(tree, 0.3, 4), [(0.3, 0.6), (0.7, 1.0)]), "MULTIPLY"),
        0.9,
        Normal=st.bump(tree, ripples, 0.22, 0.1),
    )
    land(height, 70, 80, 1, st.hazy(made, haze, 160))
    st.camera((0, -2, 4.5 + height[:20].max()), (rng.uniform(-6, 6), 30, 3), rng.uniform(28, 45))
    return ["desert", "sand dunes", name]


def meadow(rng: np.random.Generator, index: int) -> list[str]:
    """Grass with wild flowers before rolling hills."""
    name, haze = weather(rng, index // 4)
    n = 200
    y, _ = np.mgrid[0 : 1 : n * 1j, -1 : 1 : n * 1j]
    height = fractal(n, rng, 2.7) * 0.5 * (1 + 6 * y) + 8 * y**1.6
    land(height, 140, 120, 0, st.hazy(ground("#56702a", "#6b6a3f", "#ffffff", 99), haze, 220))
    st.expose(0.3, "AgX - High Contrast")
    low = float(height[:30, 80:120].max())
    blades = 14000
    at = np.stack([rng.uniform(-4, 4, blades), rng.uniform(0.7, 9, blades), np.full(blades, low - 0.05)], -1)
    at[:, 0] *= 0.3 + at[:, 1] / 5
    lean, tall = rng.normal(0.03, 0.06, (blades, 2)), rng.uniform(0.12, 0.35, blades)
    t = np.linspace(0, 1, 4)
    steps = np.stack([lean[:, :1] * t**2, lean[:, 1:] * t**2, tall[:, None] * t], -1)
    tone = np.array(st.rgb("#6d8a2f")) * rng.uniform(0.4, 1.3, (blades, 1)) * rng.normal(1, 0.08, (blades, 3))
    st.hair(at, steps, tone.clip(0.01, 1), 0.014, 0.6)
    st.floor(st.paint(st.rgb("#3d4f1d"), 0.9), 18, low - 0.05, (0, 6))
    kind, color = (
        ("poppies", "#d0281b"),
        ("daisies", "#f5f2ea"),
        ("buttercups", "#f2c71f"),
        ("bluebells", "#5a62c9"),
    )[index // 4 % 4]
    bud = st.ball(0.05, (1, 1, 0.5), 8)
    petals = st.paint(st.rgb(color), 0.5)
    for i in rng.choice(blades, 420, replace=False):
        st.place(
            bud,
            petals,
            (at[i, 0], at[i, 1], low + 0.05 + tall[i]),
            tuple(rng.normal(0, 25, 3)),
            rng.uniform(0.5, 1.1),
        )
    st.camera(
        (0, -0.6, low + rng.uniform(0.45, 0.8)),
        (rng.uniform(-2, 2), 12, low + 0.7),
        30,
        0.35,
        (0, 2.2, low + 0.2),
    )
    return ["meadow", kind, name, "hills"]


NATURE = (lake, woods, dunes, lake, meadow)
SKIES = (
    ("#ff7a2a", "#3d4f8a"),
    ("#ff4f4a", "#5a3d7c"),
    ("#ffb04a", "#4a7a9c"),
    ("#ff6f91", "#2c3e6b"),
    ("#ffd27a", "#c77b58"),
)


def dusk(rng: np.random.Generator, index: int, height: float) -> str:
    """A painted evening sky with the sun `height` degrees over the sea in the north."""
    import bpy

    tree = bpy.context.scene.world.node_tree
    way = st.node(tree, "TexCoord", out="Generated")
    up = st.node(tree, "SeparateXYZ", {0: way}, out=2)
    warm, cool = (st.rgb(c) for c in SKIES[index % 5])
    span = rng.uniform(0.28, 0.5)
    base = st.ramp(
        tree,
        up,
        [
            (0.0, [1.25 * c for c in warm]),
            (span * 0.35, [0.5 * (a + b) for a, b in zip(warm, cool, strict=True)]),
            (span, cool),
            (1, [0.3 * c for c in cool]),
        ],
    )
    sun = np.array([0, np.cos(np.radians(height)), np.sin(np.radians(height))])
    near = st.node(tree, "VectorMath", {0: way, 1: tuple(sun)}, operation="DOT_PRODUCT", out=1)
    halo = st.ramp(tree, near, [(0.6, 0.0), (0.95, 0.1), (0.992, 0.3), (0.9994, 0.7), (0.9997, 5.0)], "EASE")
    base = st.mix(tree, 1, base, st.mix(tree, 1, halo, [min(1, c + 0.25) for c in warm], "MULTIPLY"), "ADD")
    clouds(
        rng,
        base,
        tuple(1.3 * c for c in warm),
        tuple(0.5 * (0.6 * a + b) for a, b in zip(warm, cool, strict=True)),
        rng.uniform(0.3, 0.9),
        1.0,
        0.9,
    )
    st.lamp("SUN", 100 * sun, (0, 0, 0), 1.5, 1, warm)
    return ("orange sky", "red sky", "golden hour", "pink sky", "golden hour")[index % 5]


def palm(at: tuple[float, float, float], tall: float, rng: np.random.Generator) -> None:
    bark = st.paint((0.012, 0.01, 0.008), 0.9)
    lean = rng.uniform(-0.35, 0.35)
    stem = [(at[0] + lean * tall * t**2, at[1], at[2] + tall * t) for t in np.linspace(0, 1, 7)]
    st.tube(stem, tall * 0.022, bark, [1.3 - 0.6 * t for t in np.linspace(0, 1, 7)])
    for a in np.linspace(0, 2 * np.pi, 15, endpoint=False) + rng.normal(0, 0.12, 15):
        rise, reach = rng.uniform(-0.1, 0.5), tall * rng.uniform(0.38, 0.5)
        u, v = np.meshgrid(np.linspace(0, 1, 24), [-1, 0, 1], indexing="ij")
        comb = np.where(np.arange(24)[:, None] % 2, 1, 0.35)
        wide = 0.14 * reach * np.sin(np.pi * (0.05 + 0.93 * u) ** 0.7) * comb
        out, z = u * reach, rise * u * reach - 0.85 * reach * u**2.2 - np.abs(v) * wide * 0.7
        points = np.stack(
            [out * np.cos(a) - v * wide * np.sin(a), out * np.sin(a) + v * wide * np.cos(a), z], -1
        )
        st.place(st.sheet(points), bark, stem[-1])


def boat(at: tuple[float, float, float], size: float) -> None:
    dark = st.paint((0.015, 0.012, 0.012), 0.8)
    u, v = np.meshgrid(np.linspace(-1, 1, 17), np.linspace(-1, 1, 9), indexing="ij")
    hull = np.stack([u * 1.0, v * 0.3 * np.sqrt(np.clip(1 - u**2, 0, 1)), 0.16 * (v**2 + u**2 * 0.6)], -1)
    st.place(st.sheet(hull * size), dark, at)
    st.tube([at, (at[0], at[1], at[2] + 2.2 * size)], 0.02 * size, dark)
    sail = np.array(
        [[0.05, 0, 0.3], [0.05, 0, 2.1], [0.95, 0.05, 0.35], [-0.05, 0, 1.9], [-0.7, 0, 0.3], [-0.05, 0, 0.3]]
    )
    cloth = st.paint((0.25, 0.2, 0.18), 0.9)
    st.place(st.facets(sail * size, np.array([[0, 1, 2], [3, 4, 5]])), cloth, at)


def boulder(rng: np.random.Generator) -> object:
    """A low, cracked rock of radius about 1."""
    u, v = np.meshgrid(
        np.linspace(0, np.pi, 22), np.linspace(0, 2 * np.pi, 32, endpoint=False), indexing="ij"
    )
    ball = np.stack([np.sin(u) * np.cos(v), np.sin(u) * np.sin(v), np.cos(u)], -1)
    ways = rng.normal(0, 2.6, (12, 3)) * np.repeat([1, 2.5], 6)[:, None]
    cracks = np.abs(np.sin(ball @ ways.T + rng.uniform(0, 6, 12))) * np.repeat([1, 0.35], 6)
    radius = 0.55 + 0.16 * cracks.sum(-1) / 2
    return st.sheet(ball[::-1] * radius[::-1, :, None] * (1.2, 0.9, 0.5), wrap=True, sharp=30)


def shore(rng: np.random.Generator, index: int) -> list[str]:
    """Sun over the sea: with a sail, with palms, with rocks and a wet beach, with a pier."""
    height = rng.uniform(2.5, 9)
    tone = dusk(rng, index, height)
    st.floor(water((0.004, 0.012, 0.02), rng.uniform(0.5, 1.2), rng.uniform(0.1, 0.3)), 3000)
    sight, what = rng.uniform(-0.12, 0.12), index % 4
    words = [tone, "ocean"]
    if what == 0:
        far = rng.uniform(22, 45)
        boat((far * (sight + rng.uniform(-0.2, 0.2)), far, 0), rng.uniform(1, 1.7))
        words += ["sailboat"]
    if what in (1, 2):
        n = 120
        y, x = np.mgrid[0 : 1 : n * 1j, -1 : 1 : n * 1j]
        side = rng.choice([-1, 1])
        sand = 0.5 - y * 1.1 + side * x * 0.6 + 0.03 * fractal(n, rng, 2.4)
        land(sand, 26, 14, -1.5, st.worn(st.rgb("#5c4632"), 0.35, 0.3, 1, 0.05))
        words += ["beach"]
    if what == 1:
        for _ in range(int(rng.integers(1, 4))):
            palm((side * rng.uniform(2.2, 6), rng.uniform(7, 11), 0.2), rng.uniform(3.2, 5), rng)
        words += ["palm trees"]
    if what == 2:
        for _ in range(34):
            at = (-side * rng.uniform(-1, 7), rng.uniform(4, 13), -0.05)
            wet = st.worn((0.03, 0.028, 0.027), 0.35, 0.5, 2, 0.3)
            st.place(boulder(rng), wet, at, (0, 0, rng.uniform(0, 360)), rng.uniform(0.15, 0.9))
        words += ["rocks"]
    if what == 3:
        plank, x0 = st.paint((0.05, 0.035, 0.025), 0.5), rng.uniform(-1.5, 1.5)
        for i in range(50):
            st.place(st.box((1.6, 0.36, 0.06)), plank, (x0, 1.2 + i * 0.4, 0.55), (0, 0, rng.normal(0, 0.4)))
        for i in range(0, 50, 6):
            for s in (-0.8, 0.8):
                st.tube([(x0 + s, 1.2 + i * 0.4, -0.5), (x0 + s, 1.2 + i * 0.4, 1.2)], 0.07, plank)
        words += ["pier"]
    st.camera(
        (0, -3, rng.uniform(1.3, 2.2)),
        (sight * 30, 30, rng.uniform(1.5, 5)),
        rng.uniform(26, 42),
        roll=rng.normal(0, 0.6),
    )
    return words


def facade(rng: np.random.Generator, lit: float, tint: tuple[float, float, float]) -> object:
    """Windows in rows, some of them lit, in the object's own x, y and z."""
    made, tree = st.blank()
    where = st.node(tree, "TexCoord", out="Object")
    where = st.node(tree, "VectorMath", {0: where, 1: (0.013, 0.017, 0.019)}, operation="ADD")
    cell = st.node(
        tree,
        "VectorMath",
        {0: st.node(tree, "VectorMath", {0: where, 1: (2.4, 2.4, 2.0)}, operation="MULTIPLY")},
        operation="FLOOR",
    )
    part = st.node(
        tree,
        "VectorMath",
        {0: st.node(tree, "VectorMath", {0: where, 1: (2.4, 2.4, 2.0)}, operation="MULTIPLY")},
        operation="FRACTION",
    )
    parts = [st.node(tree, "SeparateXYZ", {0: part}, out=i) for i in range(3)]
    normal = [
        st.calc(
            tree,
            "ABSOLUTE",
            st.node(tree, "SeparateXYZ", {0: st.node(tree, "NewGeometry", out="Normal")}, out=i),
        )
        for i in range(3)
    ]
    across = st.mix(tree, st.calc(tree, "GREATER_THAN", normal[0], normal[1]), parts[0], parts[1])
    frame = st.calc(
        tree,
        "MULTIPLY",
        st.ramp(tree, across, [(0.0, 0.0), (0.2, 1.0), (0.8, 0.0)], "CONSTANT"),
        st.ramp(tree, parts[2], [(0.0, 0.0), (0.25, 1.0), (0.8, 0.0)], "CONSTANT"),
    )
    seeded = st.node(
        tree, "VectorMath", {0: cell, 1: st.node(tree, "ObjectInfo", out="Location")}, operation="ADD"
    )
    dice = st.node(tree, "TexWhiteNoise", {"Vector": seeded})
    on = st.calc(
        tree, "MULTIPLY", st.calc(tree, "LESS_THAN", dice, lit), st.calc(tree, "LESS_THAN", normal[2], 0.5)
    )
    color = st.ramp(
        tree,
        st.calc(tree, "DIVIDE", dice, lit),
        [(0.0, (1, 0.62, 0.28)), (0.45, (1, 0.8, 0.5)), (0.75, tint), (1, (0.75, 0.88, 1))],
    )
    st.shade(
        made,
        (0.02, 0.022, 0.028),
        0.3,
        Emission_Color=color,
        Emission_Strength=st.calc(
            tree, "MULTIPLY", st.calc(tree, "MULTIPLY", on, frame), rng.uniform(0.5, 1.3)
        ),
    )
    return made


def towers(
    rng: np.random.Generator,
    near: float,
    depth: float,
    wide: float,
    count: int,
    tall: tuple[float, float],
    gap: float = 0,
) -> None:
    made = [facade(rng, rng.uniform(0.12, 0.4), tuple(rng.uniform(0.5, 1, 3))) for _ in range(5)]
    for i in range(count):
        h = tall[0] + (tall[1] - tall[0]) * rng.beta(1.3, 2.6)
        x, y = rng.uniform(-wide, wide), near + rng.uniform(0, depth)
        if abs(x) < gap:
            continue
        st.place(st.box((rng.uniform(2, 4.5), rng.uniform(2, 4.5), h)), made[i % 5], (x, y, h / 2))
        if rng.random() < 0.2:
            st.tube([(x, y, h), (x, y, h * 1.2)], 0.06, st.paint((0.1, 0.1, 0.1)))
            st.place(st.ball(0.16, rings=6), st.glow((1, 0.05, 0.03), 30), (x, y, h * 1.2))


def night_sky(rng: np.random.Generator, index: int) -> str:
    top, low = (
        ((0.004, 0.006, 0.016), (0.03, 0.03, 0.06)),
        ((0.01, 0.012, 0.05), (0.25, 0.1, 0.12)),
        ((0.005, 0.012, 0.03), (0.05, 0.1, 0.16)),
    )[index % 3]
    import bpy

    tree = bpy.context.scene.world.node_tree
    up = st.node(tree, "SeparateXYZ", {0: st.node(tree, "TexCoord", out="Generated")}, out=2)
    st.background(st.ramp(tree, up, [(0.0, low), (0.35, top)]), 1)
    return ("night", "blue hour", "late night")[index % 3]


def skyline(rng: np.random.Generator, index: int) -> list[str]:
    when = night_sky(rng, index // 3)
    towers(rng, 45, 25, 55, 110, (5, 34))
    st.place(st.box((130, 3, 0.8)), st.paint((0.01, 0.01, 0.012), 0.9), (0, 43, 0.3))
    for x in np.arange(-50, 50, 2.2):
        st.place(st.ball(0.12, rings=6), st.glow((1, 0.7, 0.35), 40), (x, 41.3, 1.4))
    st.floor(water((0.003, 0.005, 0.01), 0.7, 0.07, 3), 800)
    st.expose(0.6)
    st.camera(
        (rng.uniform(-15, 15), -4, rng.uniform(1.5, 6)),
        (rng.uniform(-8, 8), 45, rng.uniform(6, 10)),
        rng.uniform(28, 48),
    )
    return ["skyline", when, "city reflections"]


def street(rng: np.random.Generator, index: int) -> list[str]:
    """A wet street between towers, lamps, signs and head lights out of focus or not."""
    when = night_sky(rng, index // 3 + 1)
    for side in (-1, 1):
        made = [facade(rng, rng.uniform(0.15, 0.4), tuple(rng.uniform(0.5, 1, 3))) for _ in range(4)]
        for i in range(12):
            h = rng.uniform(8, 24)
            st.place(st.box((5, 5.2, h)), made[i % 4], (side * 7.6, 2 + i * 5.6, h / 2))
            sign = st.glow(tuple(rng.dirichlet((0.6, 0.6, 0.6)) + 0.03), rng.uniform(6, 14))
            st.place(
                st.box((0.2, rng.uniform(0.5, 1.6), rng.uniform(0.4, 2.6))),
                sign,
                (side * 4.85, 1 + i * 5.6 + rng.uniform(0, 4), rng.uniform(2, 6)),
            )
            st.place(st.ball(0.2, rings=8), st.glow((1, 0.65, 0.3), 60), (side * 3.7, 4 + i * 6, 4.2))
            st.tube(
                [(side * 4, 4 + i * 6, 0), (side * 4, 4 + i * 6, 4.1), (side * 3.7, 4 + i * 6, 4.2)],
                0.05,
                st.paint((0.02, 0.02, 0.02)),
            )
    for lane, color, power in ((-1.3, (1, 0.93, 0.8), 90), (1.3, (1, 0.03, 0.02), 45)):
        for y in np.cumsum(rng.uniform(2.5, 6, 10)) + 5:
            st.place(
                st.box((1.5, 2.6, 0.9), 0.25, 0.75),
                st.paint((0.02, 0.02, 0.025), 0.15, 0.5),
                (lane, y + 1.4, 0.6),
            )
            for s in (-0.5, 0.5):
                st.place(st.ball(0.13, rings=6), st.glow(color, power), (lane + s, y, 0.6))
    made, tree = st.blank()
    wet = st.noise(tree, 0.5, 4)
    st.shade(
        made,
        (0.012, 0.012, 0.014),
        st.ramp(tree, wet, [(0.4, 0.08), (0.65, 0.4)]),
        Normal=st.bump(tree, st.noise(tree, 6, 2), 0.15, 0.05),
    )
    st.floor(made, 300)
    soft = index // 3 % 2
    st.expose(0.4)
    st.camera(
        (rng.uniform(-1.5, 1.5), -4, rng.uniform(1.0, 2.4)),
        (0, 20, rng.uniform(2.5, 4)),
        rng.uniform(30, 50),
        0.2 if soft else None,
        (0, 1.5 if soft else 20, 1),
    )
    return ["street lights", when, "bokeh" if soft else "neon signs", "rainy street"]


def rooftop(rng: np.random.Generator, index: int) -> list[str]:
    """Looking down on a city of lights from above."""
    when = night_sky(rng, index // 3 + 2)
    towers(rng, 4, 80, 50, 420, (2, 20), 1.6)
    st.floor(st.glow((0.5, 0.25, 0.09), 0.03), 400)
    for y in np.arange(2, 90, 0.9):
        for lane, color in ((-0.5, (1, 0.9, 0.7)), (0.5, (1, 0.06, 0.03))):
            st.place(st.ball(0.12, rings=5), st.glow(color, 50), (lane, y + rng.uniform(0, 0.6), 0.3))
    st.expose(0.5)
    st.camera(
        (rng.uniform(-2, 2), -10, rng.uniform(18, 27)),
        (rng.uniform(-4, 4), 30, rng.uniform(0, 8)),
        rng.uniform(28, 42),
    )
    return ["rooftop view", when, "city from above"]


SUNSET = (shore,)
CITY = (skyline, street, rooftop)
