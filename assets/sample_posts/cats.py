"""Cats: a body melted together from ellipsoids, fur combed strand by strand.

One unit is 10 cm; the cat looks to -y.
"""

from __future__ import annotations

from collections.abc import Callable

import bmesh
import bpy
import interiors
import numpy as np
import studio as st
from mathutils import Euler, Matrix, Vector

Part = tuple[
    tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]
]  # centre, radii, turn
HEAD: list[Part] = [
    ((0, 0, 0), (0.56, 0.47, 0.43), (0, 0, 0)),
    ((0, -0.1, 0.15), (0.4, 0.37, 0.28), (0, 0, 0)),
    *[((s * 0.24, -0.2, -0.13), (0.27, 0.24, 0.21), (0, 0, 0)) for s in (-1, 1)],
    *[((s * 0.095, -0.46, -0.15), (0.14, 0.13, 0.105), (0, 0, 0)) for s in (-1, 1)],
    ((0, -0.42, -0.26), (0.12, 0.12, 0.09), (0, 0, 0)),
    ((0, -0.38, 0.0), (0.1, 0.2, 0.15), (20, 0, 0)),
]
COATS = {  # skin tone, strand colours
    "tabby cat": ("#9a8064", "#2e231a", "#e4d8c6"),
    "ginger cat": ("#d98a44", "#a3521c", "#f2dfc4"),
    "black cat": ("#1a1817", "#0d0c0c", "#1a1817"),
    "grey cat": ("#7c828c", "#666b75", "#858b95"),
    "white cat": ("#efebe4", "#e6e0d6", "#f7f4ee"),
    "tuxedo cat": ("#1b1a1a", "#121111", "#f1ede6"),
    "calico cat": ("#f1ece3", "#c9742e", "#221d1a"),
    "siamese cat": ("#e0d0b6", "#3a2a22", "#e8dcc6"),
    "cream cat": ("#e6cba4", "#d3ae7c", "#f4e8d4"),
}
EYES = {
    "tabby cat": "#9aa83a",
    "ginger cat": "#d99a2b",
    "black cat": "#e0c02a",
    "grey cat": "#d9a426",
    "white cat": "#5fa3d9",
    "tuxedo cat": "#8fb53c",
    "calico cat": "#c99a35",
    "siamese cat": "#3f8fe0",
    "cream cat": "#c98a3a",
}


def melt(parts: list[Part], voxel: float = 0.04) -> bpy.types.Mesh:
    """One smooth skin round all parts."""
    build = bmesh.new()
    for centre, radii, turn in parts:
        where = Matrix.LocRotScale(Vector(centre), Euler(np.radians(turn)), Vector(radii))
        bmesh.ops.create_icosphere(build, subdivisions=3, radius=1, matrix=where)
    thing = bpy.data.objects.new("melt", st.solid(build, smooth=False))
    bpy.context.collection.objects.link(thing)
    remesh = thing.modifiers.new("remesh", "REMESH")
    remesh.mode, remesh.voxel_size = "VOXEL", voxel
    smooth = thing.modifiers.new("smooth", "SMOOTH")
    smooth.factor, smooth.iterations = 0.6, 7
    return st.soften(st.bake(thing))


def waves(points: np.ndarray, scale: float, rng: np.random.Generator) -> np.ndarray:
    """A smooth random field over points (n, 3), about -1..1."""
    ways = rng.normal(0, scale, (9, 3))
    return np.sin(points @ ways.T + rng.uniform(0, 6.3, 9)).sum(1) / 3


def coat_colors(coat: str, at: np.ndarray, head: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The fur's colour at points (n, 3): `head` are the same points in the head's own frame."""
    base, dark, pale = (np.array(st.rgb(c)) for c in COATS[coat])
    near = np.linalg.norm(head, axis=1) < 0.75
    muzzle = np.exp(-(((head - (0, -0.5, -0.2)) / (0.24, 0.22, 0.17)) ** 2).sum(1))
    chest = np.exp(-((at[:, 0] / 0.35) ** 2 + ((at[:, 1] + 0.55) / 0.35) ** 2)) * (at[:, 2] < 2.2) * ~near
    paws = np.clip(1 - at[:, 2] / 0.35, 0, 1)
    wobble = waves(at, 2.5, rng)
    tone = np.broadcast_to(base, at.shape).copy()

    def blend(amount: np.ndarray, color: np.ndarray) -> None:
        tone[:] = tone + (color - tone) * np.clip(amount, 0, 1)[:, None]

    if coat in ("tabby cat", "ginger cat"):
        stripes = np.where(
            near,
            np.sin(head[:, 0] * 26 + 0.8 * wobble) * (head[:, 2] > 0.12)
            + np.sin(head[:, 2] * 22) * (np.abs(head[:, 0]) > 0.33),
            np.sin(at[:, 2] * 9 + at[:, 1] * 8 + 1.6 * wobble),
        )
        blend(np.clip(stripes * 2.2 - 0.5, 0, 0.8), dark)
        blend(np.maximum(muzzle * 1.3, chest), pale)
    elif coat == "tuxedo cat":
        blaze = np.exp(-((head[:, 0] / 0.09) ** 2)) * (head[:, 2] < 0.2) * near * (head[:, 1] < -0.2)
        blend(np.maximum.reduce([muzzle * 2.5 - 0.4, chest * 3 - 0.5, paws * 3 - 0.5, blaze * 2 - 0.6]), pale)
    elif coat == "calico cat":
        patches = waves(at, 1.8, rng)
        blend(np.clip(patches * 6 - 1.0, 0, 1), dark)
        blend(np.clip(waves(at, 1.8, rng) * 6 - 2.0, 0, 1), pale)
    elif coat == "siamese cat":
        mask = np.exp(-(((head - (0, -0.42, -0.05)) / (0.3, 0.4, 0.34)) ** 2).sum(1))
        blend(np.maximum.reduce([mask * 1.4 - 0.15, paws * 2, (at[:, 1] > 0.95) * 1.0]), dark)
    else:
        blend(0.5 + 0.5 * wobble, dark)
        blend(muzzle * 0.6, pale)
    return tone


def sample(mesh: bpy.types.Mesh, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points and normals spread evenly over a mesh, each (count, 3)."""
    mesh.calc_loop_triangles()
    corners = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", corners)
    co, no = np.empty(len(mesh.vertices) * 3, np.float32), np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", co)
    mesh.vertices.foreach_get("normal", no)
    co, no, corners = co.reshape(-1, 3), no.reshape(-1, 3), corners.reshape(-1, 3)
    a, b, c = (co[corners[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    chosen = rng.choice(len(area), count, p=area / area.sum())
    mixing = rng.dirichlet((1, 1, 1), count)
    points = (co[corners[chosen]] * mixing[..., None]).sum(1)
    normals = (no[corners[chosen]] * mixing[..., None]).sum(1)
    return points, normals / np.linalg.norm(normals, axis=1, keepdims=True)


def comb(
    points: np.ndarray,
    normals: np.ndarray,
    head: np.ndarray,
    turn: np.ndarray,
    length: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Strands (n, 5, 3) relative to their roots: away from the nose on the head, back and down elsewhere."""
    near = np.linalg.norm(head, axis=1) < 0.72
    away = (head - (0, -0.62, -0.06)) @ turn.T
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    flow = np.where(near[:, None], away, (0, 0.35, -0.9))
    flow = (
        flow
        + rng.normal(0, 0.16, points.shape)
        + 0.22 * np.stack([waves(points, 5, rng) for _ in range(3)], -1)
    )
    flow -= (flow * normals).sum(1, keepdims=True) * normals
    t = np.linspace(0, 1, 5)[None, :, None]
    rise = np.where(near, 0.26, 0.55)[:, None, None]
    return length[:, None, None] * (
        flow[:, None] * t + normals[:, None] * rise * (t - 0.45 * t**2) + np.array([0, 0, -0.2]) * t**2
    )


def ear(side: int, coat: str, place: Matrix, rng: np.random.Generator, made: bpy.types.Material) -> None:
    """A bent triangle: fur outside, pink skin inside."""
    u, v = np.meshgrid(np.linspace(0, 1, 14), np.linspace(-1, 1, 13), indexing="ij")
    wide = 0.235 * (1 - u) ** 0.75 * (1 + 0.35 * u)
    shape = np.stack([v * wide, 0.16 * v**2 * (1 - u) - 0.05 * u, u * 0.38], -1)
    turn = (
        Matrix.Translation((side * 0.3, -0.02, 0.29))
        @ Euler(np.radians((-8, side * 20, -side * 22))).to_matrix().to_4x4()
    )
    whole = place @ turn
    mesh = st.sheet(shape)
    pink = st.paint(
        st.rgb("#c98d82" if coat not in ("black cat", "grey cat", "tuxedo cat") else "#5a4540"), 0.6
    )
    st.place(mesh, pink).matrix_world = whole
    points, normals = sample(mesh, 2600, rng)
    normals = np.where((normals[:, 1] < 0)[:, None], -normals, normals)  # the outside looks back
    edge = np.abs(points[:, 0]) / (0.235 * np.clip(1 - points[:, 2] / 0.38, 0.05, 1) ** 0.75) > 0.72
    matrix = np.array(whole)
    world = points @ matrix[:3, :3].T + matrix[:3, 3]
    steps = (
        np.linspace(0, 1, 5)[None, :, None]
        * (
            0.07 * (normals * np.where(edge, 0.1, 0.5)[:, None] + (0, 0, 0.9))
            + rng.normal(0, 0.012, points.shape)
        )[:, None]
        @ matrix[:3, :3].T
    )
    head = points @ np.array(turn)[:3, :3].T + np.array(turn)[:3, 3]
    tone = (
        coat_colors(coat, world, head, rng)
        if coat != "siamese cat"
        else np.tile(st.rgb(COATS[coat][1]), (2600, 1))
    )
    st.hair(
        world + 0.012 * normals @ matrix[:3, :3].T,
        steps,
        tone * rng.uniform(0.8, 1.15, (2600, 1)),
        0.012,
        made=made,
    )
    inner = points[:, 2] < rng.uniform(0.1, 0.36, len(points))
    inward = np.stack(
        [-0.5 * points[:, 0], np.full(len(points), -0.05), rng.uniform(0.06, 0.16, len(points))], -1
    )
    strands = np.linspace(0, 1, 5)[None, :, None] * inward[inner][:, None] @ matrix[:3, :3].T
    pale = np.array(st.rgb(COATS[coat][2] if coat != "calico cat" else COATS[coat][0])) * 0.8 + np.array(
        [0.05, 0.03, 0.028]
    )
    shades = pale * rng.uniform(0.6, 1.1, (int(inner.sum()), 1))
    roots = world[inner] - 0.012 * normals[inner] @ matrix[:3, :3].T
    st.hair(roots, strands, shades.clip(0, 1), 0.008, made=made)


def eye_paint(color: str, wide: float) -> bpy.types.Material:
    """An iris with a slit pupil, on a ball of radius 1 that looks to -y."""
    made, tree = st.blank()
    where = st.node(tree, "TexCoord", out="Object")
    x, z = (st.node(tree, "SeparateXYZ", {0: where}, out=i) for i in (0, 2))
    far = st.calc(
        tree, "SQRT", st.calc(tree, "ADD", st.calc(tree, "MULTIPLY", x, x), st.calc(tree, "MULTIPLY", z, z))
    )
    slit = st.calc(
        tree,
        "ADD",
        st.calc(tree, "POWER", st.calc(tree, "ABSOLUTE", st.calc(tree, "DIVIDE", x, wide)), 2.0),
        st.calc(tree, "POWER", st.calc(tree, "ABSOLUTE", st.calc(tree, "DIVIDE", z, 0.62)), 2.0),
    )
    base = st.rgb(color)
    iris = st.ramp(
        tree,
        far,
        [
            (0.2, [min(1, c * 1.5) for c in base]),
            (0.6, base),
            (0.82, [c * 0.4 for c in base]),
            (0.88, (0.01, 0.01, 0.01)),
        ],
    )
    iris = st.mix(tree, 0.35, iris, st.ramp(tree, st.noise(tree, 9, 3), [(0.3, 0.4), (0.7, 1.0)]), "MULTIPLY")
    tone = st.mix(tree, st.ramp(tree, slit, [(0.9, 1.0), (1.0, 0.0)]), iris, (0.004, 0.004, 0.004))
    st.shade(
        made, tone, 0.15, Coat_Weight=1, Coat_Roughness=0.02, Emission_Color=tone, Emission_Strength=0.06
    )
    return made


def whiskers(place: Matrix, side: int, rng: np.random.Generator) -> None:
    roots = np.array(
        [
            tuple(place @ Vector((side * rng.uniform(0.09, 0.17), -0.56, rng.uniform(-0.19, -0.1))))
            for _ in range(11)
        ]
    )
    spread = np.array(
        [(side * rng.uniform(0.6, 0.95), rng.uniform(-0.25, 0.1), rng.uniform(-0.25, 0.2)) for _ in range(11)]
    )
    t = np.linspace(0, 1, 6)[None, :, None]
    turn = np.array(place)[:3, :3]
    st.hair(
        roots,
        (spread[:, None] * t + np.array([0, 0, -0.12]) * t**2) @ turn.T,
        np.full((11, 3), 0.8),
        0.007,
    )


def face(coat: str, place: Matrix, rng: np.random.Generator, asleep: bool) -> None:
    """Eyes, nose, mouth and whiskers."""

    def at(*p: float) -> tuple[float, float, float]:
        return tuple(place @ Vector(p))

    dark = st.paint((0.012, 0.009, 0.008), 0.5)
    iris = eye_paint(EYES[coat], rng.uniform(0.12, 0.42))
    for s in (-1, 1):
        if asleep:
            arc = [
                at(s * 0.2 + 0.12 * np.cos(a), -0.47 + 0.05 * np.cos(a) * s * -1, 0.05 - 0.05 * np.sin(a))
                for a in np.linspace(0, np.pi, 7)
            ]
            st.tube(arc, 0.014, dark)
            continue
        st.place(st.ball(1), iris).matrix_world = (
            place
            @ Matrix.Translation((s * 0.2, -0.335, 0.05))
            @ Euler((0, 0, s * 0.22)).to_matrix().to_4x4()
            @ Matrix.Scale(0.122, 4)
        )
        rim = [
            at(
                s * 0.2 + 0.122 * np.cos(a),
                -0.43 + 0.035 * abs(np.cos(a)) + s * 0.03 * np.cos(a),
                0.042 + 0.073 * np.sin(a) + s * 0.035 * np.cos(a),
            )
            for a in np.linspace(0, 2 * np.pi, 17)
        ]
        st.tube(rim, 0.016, dark)
    pink = coat in ("ginger cat", "white cat", "cream cat", "calico cat", "tabby cat")
    nose = st.paint(st.rgb("#c47a70" if pink else "#2a1f1d"), 0.4)
    st.place(st.ball(1, rings=12), nose).matrix_world = (
        place @ Matrix.Translation((0, -0.585, -0.075)) @ Matrix.Diagonal((0.07, 0.04, 0.042, 1))
    )
    st.tube([at(0, -0.6, -0.1), at(0, -0.595, -0.17)], 0.009, dark)
    for s in (-1, 1):
        st.tube(
            [
                at(0, -0.595, -0.17),
                at(s * 0.05, -0.59, -0.215),
                at(s * 0.11, -0.56, -0.225),
                at(s * 0.17, -0.5, -0.2),
            ],
            0.009,
            dark,
        )
        whiskers(place, s, rng)


def cat(
    coat: str,
    body: list[Part],
    head_at: tuple[float, float, float],
    turn: tuple[float, float, float],
    rng: np.random.Generator,
    asleep: bool = False,
    strands: int = 110000,
) -> None:
    """Skin, fur and face; turn of the head in degrees."""
    place = Matrix.Translation(head_at) @ Euler(np.radians(turn)).to_matrix().to_4x4()
    head = [
        (
            tuple(place @ Vector(c)),
            r,
            tuple(np.degrees(Euler(np.radians(t)).to_matrix().to_4x4().to_euler()) + turn),
        )
        for c, r, t in HEAD
    ]
    mesh = melt(body + head)
    fur, tree = st.blank()
    st.shade(fur, st.node(tree, "Attribute", attribute_name="tone"), 0.55, Sheen_Weight=0.15)
    points, normals = sample(mesh, strands, rng)
    back = np.array(place.inverted())
    local = points @ back[:3, :3].T + back[:3, 3]
    eyes = np.minimum(
        *[(((local - (s * 0.2, -0.42, 0.042)) / (0.115, 0.2, 0.07)) ** 2).sum(1) for s in (-1, 1)]
    )
    keep = (eyes > 1) | asleep
    keep &= (((local - (0, -0.59, -0.075)) / (0.075, 0.07, 0.05)) ** 2).sum(1) > 1
    points, normals, local = points[keep], normals[keep], local[keep]
    far = np.linalg.norm(local - (0, -0.55, -0.05), axis=1)
    length = np.clip(0.03 + 0.14 * far, 0.04, 0.2) * rng.uniform(0.7, 1.2, len(points))
    seed = int(rng.integers(1 << 30))
    tone = coat_colors(coat, points, local, np.random.default_rng(seed)) * rng.uniform(
        0.7, 1.2, (len(points), 1)
    )
    st.hair(
        points,
        comb(points, normals, local, np.array(place)[:3, :3], length, rng),
        tone.clip(0, 1),
        0.012,
        made=fur,
    )
    skin = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", skin)
    skin = skin.reshape(-1, 3)
    under = coat_colors(coat, skin, skin @ back[:3, :3].T + back[:3, 3], np.random.default_rng(seed)) * 0.55
    layer = mesh.attributes.new("tone", "FLOAT_COLOR", "POINT")
    layer.data.foreach_set(
        "color", np.concatenate([under, np.ones((len(under), 1))], 1).astype(np.float32).ravel()
    )
    st.place(mesh, fur)
    for s in (-1, 1):
        ear(s, coat, place, rng, fur)
    face(coat, place, rng, asleep)


def tail(points: list[tuple[float, float, float]], radius: float) -> list[Part]:
    path = np.array(points)
    t = np.linspace(0, len(path) - 1, 22)
    return [
        (
            tuple(np.array([np.interp(a, range(len(path)), path[:, i]) for i in range(3)])),
            (radius,) * 3,
            (0, 0, 0),
        )
        for a in t
    ]


def sitting() -> list[Part]:
    pairs = [((s * 0.42, 0.3, 0.48), (0.36, 0.62, 0.48), (0, 0, 0)) for s in (-1, 1)]
    pairs += [((s * 0.2, -0.4, 0.75), (0.17, 0.18, 0.8), (0, 0, 0)) for s in (-1, 1)]
    pairs += [((s * 0.21, -0.54, 0.12), (0.18, 0.26, 0.13), (0, 0, 0)) for s in (-1, 1)]
    body = [
        ((0, 0.3, 1.0), (0.58, 0.66, 0.95), (18, 0, 0)),
        ((0, -0.12, 1.5), (0.47, 0.42, 0.72), (8, 0, 0)),
        ((0, -0.13, 2.05), (0.46, 0.42, 0.6), (0, 0, 0)),
    ]
    return (
        body
        + pairs
        + tail([(0.2, 0.9, 0.15), (0.75, 0.7, 0.12), (0.85, 0.0, 0.12), (0.6, -0.55, 0.12)], 0.12)
    )


def loaf() -> list[Part]:
    body = [
        ((0, 0.75, 0.62), (0.66, 1.25, 0.62), (0, 0, 0)),
        ((0, -0.1, 0.6), (0.55, 0.5, 0.55), (0, 0, 0)),
        ((0, 1.45, 0.55), (0.68, 0.6, 0.55), (0, 0, 0)),
        ((0, -0.35, 0.95), (0.34, 0.36, 0.34), (0, 0, 0)),
    ]
    paws = [((s * 0.24, -0.6, 0.14), (0.19, 0.28, 0.14), (0, 0, 0)) for s in (-1, 1)]
    return (
        body + paws + tail([(0.4, 1.9, 0.15), (0.8, 1.5, 0.13), (0.85, 0.7, 0.12), (0.75, 0.1, 0.12)], 0.12)
    )


def cosy(rng: np.random.Generator) -> None:
    st.surround(
        str(rng.choice(["interior", "courtyard", "forest", "city"])),
        rng.uniform(0.6, 0.9),
        rng.uniform(0, 360),
    )
    side = rng.choice([-1, 1])
    st.lamp(
        "AREA",
        (side * 4, -3, 5),
        (0, 0, 1.5),
        rng.uniform(350, 550),
        2,
        (1, rng.uniform(0.84, 0.96), rng.uniform(0.7, 0.88)),
    )
    st.lamp("AREA", (-side * 3, 4, 4), (0, 0, 2), 250, 1.5, (0.85, 0.92, 1))
    st.expose(0.1)


def blanket(rng: np.random.Generator) -> str:
    word, color = (
        ("red blanket", "#8e2f2a"),
        ("grey blanket", "#8a8a8c"),
        ("blue blanket", "#34506e"),
        ("linen", "#c9b99e"),
        ("green blanket", "#4f6651"),
    )[rng.integers(5)]
    n = 120
    y, x = np.meshgrid(np.linspace(-4, 9, n), np.linspace(-8, 8, n), indexing="ij")
    folds = 0.07 * np.sin(1.9 * x + 1.5 * np.sin(0.9 * y + rng.uniform(0, 6))) + 0.06 * np.sin(
        2.7 * y + 1.2 * x + rng.uniform(0, 6)
    )
    st.place(st.sheet(np.stack([x, y, folds - 0.1], -1)), st.cloth(st.rgb(color), None, 40))
    return word


def portrait(rng: np.random.Generator, index: int) -> list[str]:
    coat = list(COATS)[index * 2 % 9]
    turn = (rng.normal(0, 6), rng.normal(0, 6), rng.uniform(-28, 28))
    cat(coat, sitting(), (0, -0.3, 2.55), turn, rng, strands=150000)
    cosy(rng)
    st.camera((rng.uniform(-0.8, 0.8), -3.6, rng.uniform(2.4, 3.2)), (0, -0.3, 2.5), 58, 0.5, (0, -0.75, 2.6))
    return [coat, "cat portrait"]


def seated(rng: np.random.Generator, index: int) -> list[str]:
    coat = list(COATS)[(index * 2 + 3) % 9]
    wall = list(interiors.WALLS.values())[index % 6]
    st.floor(st.wood(st.rgb("#6d4524"), st.rgb("#b08250"), 0.3, 0.35, 1.5), 60)
    st.place(st.box((60, 0.3, 30)), st.worn(st.rgb(wall), 0.9, 0.05, 0.3, 0.01), (0, 6, 10))
    cat(coat, sitting(), (0, -0.3, 2.55), (rng.normal(0, 5), rng.normal(0, 5), rng.uniform(-35, 35)), rng)
    cosy(rng)
    st.camera((rng.uniform(-3, 3), -6.5, rng.uniform(1.4, 3.4)), (0, 0, 1.5), 46, 0.5, (0, -0.6, 2.2))
    return [coat, "sitting cat", "indoor cat"]


def resting(rng: np.random.Generator, index: int) -> list[str]:
    coat, asleep = list(COATS)[(index * 2 + 1) % 9], bool(index // 4 % 2)
    word = blanket(rng)
    cat(
        coat,
        loaf(),
        (0, -0.55, 1.25 if not asleep else 0.95),
        (rng.normal(4, 4), rng.normal(0, 8), rng.uniform(-30, 30)),
        rng,
        asleep,
    )
    cosy(rng)
    st.camera((rng.uniform(-2.2, 2.2), -4.6, rng.uniform(1.4, 2.6)), (0, 0.1, 0.8), 46, 0.4, (0, -0.8, 1.1))
    return [coat, "sleeping cat" if asleep else "loaf cat", word]


def windowsill(rng: np.random.Generator, index: int) -> list[str]:
    """Against the light of a window."""
    warm, cool = (
        ("#ffb15c", "#e8705a"),
        ("#cfe3f5", "#8fb2d6"),
        ("#ffd9a0", "#c98fb0"),
        ("#b8cfe8", "#5a739c"),
        ("#fbe3b8", "#9fc3a8"),
    )[index // 4 % 5]
    tree = bpy.context.scene.world.node_tree
    up = st.node(tree, "SeparateXYZ", {0: st.node(tree, "TexCoord", out="Generated")}, out=2)
    st.background(st.ramp(tree, up, [(0.0, st.rgb(warm)), (0.5, st.rgb(cool))]), 1.3)
    frame = st.paint((0.5, 0.48, 0.45), 0.5)
    for x in (-3.2, 0.9, 3.4):
        st.place(st.box((0.28, 0.3, 9)), frame, (x, 1.3, 3))
    st.place(st.box((9, 0.24, 0.25)), frame, (0, 1.3, 4.4))
    st.place(st.box((30, 2.6, 0.3), 0.05), frame, (0, 0.2, -0.15))
    for s in (-1, 1):
        st.place(st.box((10, 0.4, 20)), st.worn((0.16, 0.15, 0.14), 0.9), (s * 8.4, 1.4, 3))
    coat = ("black cat", "tabby cat", "grey cat", "ginger cat", "tuxedo cat")[index // 4 % 5]
    side = rng.choice([-1, 1])
    cat(coat, sitting(), (0, -0.3, 2.55), (0, 0, side * rng.uniform(50, 85)), rng, strands=70000)
    st.lamp("AREA", (-side * 4, -5, 4), (0, 0, 1.5), 60, 3)
    st.camera((rng.uniform(-1.5, 1.5), -7.5, rng.uniform(1.6, 2.6)), (0.2, 0, 1.8), 42, 0.4, (0, -0.4, 2))
    return [coat, "window", "window cat"]


SCENES: tuple[Callable[[np.random.Generator, int], list[str]], ...] = (portrait, seated, resting, windowsill)
