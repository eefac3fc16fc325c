"""Desks and devices: a laptop, a circuit board, headphones and a phone, a desk. One unit is 10 cm."""

from __future__ import annotations

import bpy
import coffee
import numpy as np
import studio as st


def code_screen(rng: np.random.Generator, dark: bool, height: int = 300, width: int = 480) -> np.ndarray:
    """A code editor from afar: coloured bars for words, rgb (height, width, 3)."""
    back, bar = (
        ((0.075, 0.085, 0.11), (0.11, 0.12, 0.15)) if dark else ((0.95, 0.95, 0.94), (0.86, 0.87, 0.88))
    )
    inks = np.array(
        [
            (0.8, 0.45, 0.85),
            (0.4, 0.75, 0.95),
            (0.95, 0.8, 0.45),
            (0.55, 0.85, 0.5),
            (0.85, 0.87, 0.9),
            (0.95, 0.45, 0.4),
        ]
    )
    page = np.full((height, width, 3), back)
    page[:, : width // 6] = bar
    page[:14] = bar
    indent = 0
    for y in range(22, height - 14, 8):
        indent = int(np.clip(indent + rng.choice([-1, 0, 0, 1]), 0, 4))
        x = width // 6 + 20 + indent * 14
        page[y : y + 4, 8 : 8 + rng.integers(14, 50)] = 0.45
        for _ in range(rng.integers(0, 7)):
            size = int(rng.integers(6, 34))
            if x + size > width - 60:
                break
            page[y : y + 4, x : x + size] = inks[rng.integers(6)] * (1 if dark else 0.6)
            x += size + 5
    return page


def wallpaper(rng: np.random.Generator, height: int = 300, width: int = 480) -> np.ndarray:
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1.6 : width * 1j]
    one, two = rng.dirichlet((1, 1, 1), 2)
    flow = 0.5 + 0.5 * np.sin(3 * x + 4 * y + 2 * np.sin(4 * x + rng.uniform(0, 6)) + np.sin(7 * y))
    return np.clip(one * flow[..., None] + two * (1 - flow[..., None]) * 1.3, 0, 1)


def screen(pixels: np.ndarray, size: tuple[float, float], at: tuple, turn: tuple, power: float = 1.2) -> None:
    made, tree = st.blank()
    image = st.node(
        tree, "TexImage", {"Vector": st.node(tree, "TexCoord", out="Generated")}, image=st.picture_of(pixels)
    )
    st.shade(made, (0.01, 0.01, 0.01), 0.12, Emission_Color=image, Emission_Strength=power)
    grid = np.array(
        [
            [(-size[0] / 2, -size[1] / 2, 0), (size[0] / 2, -size[1] / 2, 0)],
            [(-size[0] / 2, size[1] / 2, 0), (size[0] / 2, size[1] / 2, 0)],
        ]
    )
    st.place(st.sheet(grid.astype(float)), made, at, turn)


def laptop(rng: np.random.Generator, index: int) -> list[str]:
    table = coffee.pick(rng, index, {k: v for k, v in coffee.TABLES.items() if k != "linen"})
    st.floor(coffee.TABLES[table](), 60)
    shell = st.paint(st.rgb(str(rng.choice(["#b9bbbe", "#55575b", "#d9cfc4"]))), 0.35, 0.8)
    st.place(st.box((3.2, 2.2, 0.12), 0.05), shell, (0, 0, 0.06))
    st.place(st.box((2.75, 1.0, 0.01)), st.paint((0.02, 0.02, 0.02), 0.5), (0, 0.4, 0.121))
    key = st.box((0.16, 0.15, 0.03), 0.012)
    for row in range(5):
        for n in range(14):
            st.place(key, st.paint((0.03, 0.03, 0.032), 0.5), ((n - 6.5) * 0.19, 0.78 - row * 0.19, 0.135))
    st.place(st.box((1.1, 0.65, 0.006)), st.paint(st.rgb("#8f9195"), 0.3, 0.6), (0, -0.62, 0.122))
    lean = rng.uniform(12, 25)
    a = np.radians(lean)
    mid = (0, 1.1 + 1.05 * np.sin(a), 0.12 + 1.05 * np.cos(a))
    st.place(st.box((3.2, 2.15, 0.07), 0.03), shell, mid, (90 - lean, 0, 0))
    dark = bool(index // 4 % 3)
    front = (0, mid[1] - 0.045, mid[2])
    screen(code_screen(rng, dark), (3.0, 1.9), front, (90 - lean, 0, 0), 1.6)
    coffee.cup(
        st.rgb(str(rng.choice(list(coffee.CUPS.values())))),
        st.paint((0.03, 0.012, 0.005), 0.1),
        (2.5 * rng.choice([-1, 1]), 0.5),
        saucer=False,
    )
    st.surround("interior", rng.uniform(0.2, 0.5), rng.uniform(0, 360))
    st.lamp("AREA", (rng.choice([-5, 5]), 2, 5), (0, 0, 0), rng.uniform(150, 450), 2, (1, 0.88, 0.72))
    st.camera((rng.uniform(-3, 3), -4.3, rng.uniform(1.6, 3.2)), (0, 0.4, 0.85), 40, 0.35, (0, 0.9, 0.9))
    return ["laptop", "code", "dark mode" if dark else "light mode", "desk setup"]


def lacquer(color: str) -> bpy.types.Material:
    """A circuit board's surface with fine traces."""
    made, tree = st.blank()
    where = st.node(tree, "TexCoord", out="Object")
    cells = st.node(
        tree,
        "TexBrick",
        {
            "Vector": where,
            "Scale": 3.1,
            "Mortar Size": 0.012,
            "Color1": (0, 0, 0),
            "Color2": (0, 0, 0),
            "Mortar": (1, 1, 1),
        },
    )
    cells2 = st.node(
        tree,
        "TexBrick",
        {
            "Vector": st.node(tree, "Mapping", {"Vector": where, "Rotation": (0, 0, 1.5708)}),
            "Scale": 5.3,
            "Mortar Size": 0.01,
            "Color1": (0, 0, 0),
            "Color2": (0, 0, 0),
            "Mortar": (1, 1, 1),
        },
    )
    trace = st.calc(
        tree,
        "MULTIPLY",
        st.calc(tree, "MAXIMUM", cells, cells2),
        st.ramp(tree, st.noise(tree, 2, 1), [(0.5, 0.0), (0.51, 1.0)]),
    )
    base = st.rgb(color)
    st.shade(
        made,
        st.mix(tree, trace, base, [min(1, c * 2.2 + 0.02) for c in base]),
        0.3,
        Normal=st.bump(tree, trace, 0.3, 0.01),
    )
    return made


def chip(at: tuple[float, float], size: float, metal: bpy.types.Material, rng: np.random.Generator) -> None:
    """A square housing with its name and pins on four sides."""
    x, y = at
    plastic, ink = st.worn((0.018, 0.018, 0.02), 0.45, 0.2, 9, 0.05), st.paint((0.5, 0.5, 0.5), 0.6)
    pin = st.box((0.03, 0.12, 0.05))
    st.place(st.box((size, size, 0.1), 0.015), plastic, (x, y, 0.07))
    st.letters(
        str(rng.choice(["HT-2041", "MX7", "A38 QX", "ESPRESSO", "74HC165"])),
        size * 0.14,
        ink,
        (x, y, 0.1225),
    )
    for i in np.linspace(-0.42, 0.42, 9) * size:
        for s in (-1, 1):
            st.place(pin, metal, (x + i, y + s * (size / 2 + 0.05), 0.02))
            st.place(pin, metal, (x + s * (size / 2 + 0.05), y + i, 0.02), (0, 0, 90))


def small_part(
    at: tuple[float, float], kind: int, metal: bpy.types.Material, rng: np.random.Generator
) -> None:
    """A capacitor that stands, or a resistor that lies."""
    x, y = at
    if kind % 7 == 0:
        can = [
            (0, 0),
            (0.1, 0),
            (0.1, 0.05),
            (0.095, 0.06),
            (0.1, 0.07),
            (0.1, 0.28),
            (0.085, 0.3),
            (0, 0.295),
        ]
        st.place(st.lathe(can, 32), metal if kind % 2 else st.paint((0.03, 0.05, 0.12), 0.3), (x, y, 0))
        return
    turn = (0, 0, rng.choice([0, 90]))
    body = st.worn(st.rgb(str(rng.choice(["#8a6a45", "#1c1c1e", "#c8b48a"]))), 0.5, 0.1, 9, 0.05)
    st.place(st.box((0.1, 0.07, 0.05), 0.008), body, (x, y, 0.025), turn)
    st.place(st.box((0.15, 0.065, 0.045), 0.008), metal, (x, y, 0.02), turn)


def board(rng: np.random.Generator, index: int) -> list[str]:
    """A circuit board, close up."""
    color = ("#0d5a34", "#12345f", "#1a1a1d", "#7a1620")[index // 4 % 4]
    word = ("green", "blue", "black", "red")[index // 4 % 4]
    st.place(st.box((8, 8, 0.08)), lacquer(color), (0, 0, -0.04))
    metal, gold = st.paint((0.7, 0.7, 0.7), 0.25, 1), st.paint((0.9, 0.62, 0.2), 0.25, 1)
    taken: list[tuple[float, float, float]] = []
    for n in range(110):
        big = n < 5
        size = rng.uniform(0.45, 0.8) if big else rng.uniform(0.12, 0.25)
        x, y = rng.uniform(-1.2, 1.2, 2) * (1 if big else 2)
        if any(
            abs(x - p) < 0.75 * (size + q) + 0.06 and abs(y - r) < 0.75 * (size + q) + 0.06
            for p, r, q in taken
        ):
            continue
        taken.append((x, y, size))
        if big:
            chip((x, y), size, metal, rng)
        else:
            small_part((x, y), n, metal, rng)
    for x in np.arange(-1.5, 1.5, 0.13):
        st.place(st.box((0.05, 0.05, 0.4), 0.01), gold, (x, 1.75, 0.2))
    st.surround("studio", 0.7, rng.uniform(0, 360))
    st.lamp("AREA", (rng.choice([-2, 2]), 1.5, 2), (0, 0, 0), 60, 1, (rng.uniform(0.6, 1), 0.85, 1))
    st.expose(0.4)
    st.camera((rng.uniform(-1, 1), -2.2, rng.uniform(1.2, 2.6)), (0, 0.05, 0), 42, 0.5)
    return ["circuit board", f"{word} pcb", "electronics", "macro"]


def headphones(rng: np.random.Generator, index: int) -> list[str]:
    """Headphones and a phone on a table."""
    table = coffee.pick(rng, index + 2, coffee.TABLES)
    st.floor(coffee.TABLES[table](), 60)
    word, color = (("black", "#18181a"), ("white", "#e9e7e3"), ("blue", "#27466f"), ("beige", "#c8b294"))[
        index // 4 % 4
    ]
    made, pad = st.paint(st.rgb(color), 0.4), st.worn((0.02, 0.02, 0.02), 0.7, 0.2, 5, 0.1)
    turn = rng.uniform(-35, 35)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    arc = [(0.95 * np.cos(t), 0.0, 0.0 + 1.15 * np.sin(t)) for t in np.linspace(-0.1, np.pi + 0.1, 15)]
    st.tube([(x * c - 0.5, x * s + z * 0.75, 0.42 + z * 0.25) for x, _, z in arc], 0.09, made, [1.0] * 15)
    for e in (-1, 1):
        at = (e * 0.93 * c - 0.5, e * 0.93 * s - 0.05, 0.42)
        cap = [(0, 0.16), (0.3, 0.15), (0.4, 0.08), (0.42, 0), (0.4, -0.06), (0, -0.06)]
        st.place(st.lathe(cap[::-1], 48, 50), made, at, (0, 90 * e, turn), (1.05, 0.9, 1))
        ring, a = np.meshgrid(
            np.linspace(0, 2 * np.pi, 17), np.linspace(0, 2 * np.pi, 48, endpoint=False), indexing="ij"
        )
        cushion = np.stack(
            [
                (0.28 + 0.12 * np.cos(ring)) * np.cos(a),
                (0.28 + 0.12 * np.cos(ring)) * np.sin(a),
                0.1 * np.sin(ring),
            ],
            -1,
        )
        st.place(
            st.sheet(cushion, wrap=True),
            pad,
            (at[0] - e * 0.12 * c, at[1] - e * 0.12 * s, at[2]),
            (0, 90 * e, turn),
            (1.05, 0.95, 1),
        )
    tilt = rng.uniform(-40, 40)
    st.place(
        st.box((0.75, 1.55, 0.08), 0.035),
        st.paint((0.03, 0.03, 0.035), 0.2, 0.5),
        (1.5, -0.2, 0.05),
        (0, 0, tilt),
    )
    screen(wallpaper(rng, 400, 200), (0.69, 1.48), (1.5, -0.2, 0.092), (0, 0, tilt), 1.0)
    coffee.window(rng, 1.4)
    st.camera(
        (rng.uniform(-1.5, 1.5), -3.6, rng.uniform(1.6, 3)), (0.1, 0.25, 0.35), 34, 0.35, (0, -0.1, 0.5)
    )
    return ["headphones", f"{word} headphones", "smartphone", "gadgets"]


def battlestation(rng: np.random.Generator, index: int) -> list[str]:
    """Screens on a desk in a dim room with coloured light on the wall."""
    hue = ((1, 0.15, 0.6), (0.15, 0.4, 1), (0.1, 0.9, 0.7), (1, 0.4, 0.1), (0.55, 0.15, 1))[index // 4 % 5]
    st.place(st.box((60, 0.2, 30)), st.worn((0.3, 0.3, 0.32), 0.9, 0.05, 0.3, 0.01), (0, 3.4, 5))
    st.place(st.box((16, 7, 0.3), 0.05), st.wood(st.rgb("#3a2212"), st.rgb("#7a5030"), 0.3), (0, 0, -0.15))
    for n, x in enumerate((-3.2, 3.2) if index // 4 % 2 else (0,)):
        turn = -x * 4
        wide = 5.8 if x else 8.2
        st.place(
            st.box((wide, 0.2, 3.5), 0.05),
            st.paint((0.015, 0.015, 0.017), 0.4),
            (x, 1.6 - abs(x) * 0.06, 2.9),
            (0, 0, turn),
        )
        a = np.radians(turn)
        screen(
            code_screen(rng, True) if n == 0 else wallpaper(rng),
            (wide - 0.2, 3.3),
            (x + 0.11 * np.sin(a), 1.6 - abs(x) * 0.06 - 0.11 * np.cos(a), 2.9),
            (90, 0, turn),
            1.5,
        )
        st.place(st.box((0.5, 0.4, 1.6)), st.paint((0.02, 0.02, 0.02), 0.4), (x, 1.8, 0.8))
        st.place(
            st.lathe([(0, 0), (1.1, 0), (1.1, 0.08), (0, 0.1)], 48),
            st.paint((0.02, 0.02, 0.02), 0.4),
            (x, 1.7, 0),
        )
    st.place(st.box((4.4, 1.4, 0.2), 0.06), st.paint((0.02, 0.02, 0.022), 0.5), (-0.3, -1.6, 0.1))
    key = st.box((0.24, 0.23, 0.12), 0.03, 0.8)
    for row in range(5):
        for n in range(15):
            st.place(
                key,
                st.paint((0.7, 0.7, 0.72) if (n + row) % 5 else hue, 0.5),
                ((n - 7) * 0.28 - 0.3, -1.05 - row * 0.27, 0.24),
            )
    st.place(st.ball(1, (0.32, 0.55, 0.22), 16), st.paint((0.03, 0.03, 0.03), 0.4), (3, -1.6, 0.05))
    for x in (-6, 6):
        st.lamp("AREA", (x, 2.6, 1.2), (x, 5, 3), 260, 1.5, hue if x < 0 else hue[::-1])
    st.lamp("AREA", (0, -5, 8), (0, 0, 0), 120, 3, (1, 0.85, 0.7))
    st.background((0.01, 0.01, 0.015), 1)
    st.camera((rng.uniform(-4, 4), -11, rng.uniform(3, 6)), (0, 0.8, 1.7), 34, 0.2, (0, 1, 2))
    return ["battlestation", "dual monitors" if index // 4 % 2 else "ultrawide monitor", "rgb", "code"]


SCENES = (laptop, board, headphones, battlestation)
