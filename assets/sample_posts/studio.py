"""The photo studio: short names for what the scenes need of Blender (bpy 5.0) and the darkroom in numpy."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector
from PIL import Image, ImageFilter

HDRI = Path(bpy.utils.system_resource("DATAFILES")) / "studiolights" / "world"  # CC0, comes with Blender


# ---------------------------------------------------------------- stage


def clear_stage(size: tuple[int, int], samples: int, seed: int) -> None:
    """An empty scene with Cycles on the CPU and a film-like tone curve."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("world")
    scene.render.engine = "CYCLES"
    scene.world.cycles.sampling_method, scene.world.cycles.sample_map_resolution = "MANUAL", 128
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_x, scene.render.resolution_y = size
    cycles = scene.cycles
    cycles.samples, cycles.seed, cycles.use_denoising = samples, seed, True
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.03
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 2, 1, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 6, 8
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.denoising_quality, cycles.denoising_prefilter = "BALANCED", "FAST"
    cycles.sample_clamp_indirect = 6.0
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"


def see_through() -> None:
    """Lets light pass the many surfaces of filled glasses."""
    bpy.context.scene.cycles.max_bounces = 6


def expose(stops: float, look: str = "AgX - Medium High Contrast") -> None:
    bpy.context.scene.view_settings.exposure = stops
    bpy.context.scene.view_settings.look = look


def aim(place: Sequence[float], target: Sequence[float]) -> Matrix:
    """The matrix of something at `place` that looks at `target` along its -z."""
    turn = (Vector(target) - Vector(place)).to_track_quat("-Z", "Y")
    return Matrix.LocRotScale(Vector(place), turn, None)


def camera(
    place: Sequence[float],
    target: Sequence[float],
    lens: float = 50,
    fstop: float | None = None,
    focus: Sequence[float] | None = None,
    roll: float = 0,
) -> None:
    """`fstop` blurs what is far from `focus` (by default the target); lens in mm, roll in degrees."""
    data = bpy.data.cameras.new("camera")
    data.lens, data.clip_end = lens, 20000
    thing = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(thing)
    thing.matrix_world = aim(place, target) @ Matrix.Rotation(math.radians(roll), 4, "Z")
    if fstop:
        data.dof.use_dof, data.dof.aperture_fstop = True, fstop
        data.dof.focus_distance = (Vector(focus or target) - Vector(place)).length
    bpy.context.scene.camera = thing


def lamp(
    kind: str,
    place: Sequence[float],
    target: Sequence[float],
    power: float,
    size: float = 1,
    color: Sequence[float] = (1, 1, 1),
) -> None:
    """kind AREA, POINT, SPOT (power in watts, size in metres) or SUN (power in W/m2, size in degrees)."""
    data = bpy.data.lights.new("lamp", kind)
    data.energy, data.color = power, color
    if kind == "AREA":
        data.size = size
    elif kind == "SUN":
        data.angle = math.radians(size)
    else:
        data.shadow_soft_size = size
    thing = bpy.data.objects.new("lamp", data)
    bpy.context.collection.objects.link(thing)
    thing.matrix_world = aim(place, target)


def surround(name: str, strength: float = 1, turn: float = 0, tint: Sequence[float] = (1, 1, 1)) -> None:
    """Light from one of Blender's own panoramas: city, courtyard, forest, interior, night, studio, ..."""
    tree = bpy.context.scene.world.node_tree
    where = node(
        tree,
        "Mapping",
        {"Vector": node(tree, "TexCoord", out="Generated"), "Rotation": (0, 0, math.radians(turn))},
    )
    picture = node(
        tree, "TexEnvironment", {"Vector": where}, image=bpy.data.images.load(str(HDRI / f"{name}.exr"))
    )
    background(mix(tree, 1, picture, (*tint, 1), "MULTIPLY"), strength)


def background(color: object, strength: float = 1) -> None:
    back = bpy.context.scene.world.node_tree.nodes["Background"]
    put(back.inputs["Color"], color)
    put(back.inputs["Strength"], strength)


def sky(elevation: float, turn: float = 0, strength: float = 0.1, haze: float = 1) -> bpy.types.NodeSocket:
    """A clear sky with the sun's disc left out; returns its colour, for clouds to be laid over it."""
    tree = bpy.context.scene.world.node_tree
    color = node(
        tree,
        "TexSky",
        sky_type="MULTIPLE_SCATTERING",
        sun_elevation=math.radians(elevation),
        sun_rotation=math.radians(turn),
        sun_disc=False,
        aerosol_density=haze,
    )
    background(color, strength)
    return color


# ---------------------------------------------------------------- shader nodes


def put(socket: bpy.types.NodeSocket, value: object) -> None:
    """Links a socket or sets a constant; a colour of three gets its alpha."""
    if isinstance(value, bpy.types.NodeSocket):
        socket.id_data.links.new(value, socket)
    elif hasattr(socket.default_value, "__len__"):
        size = len(socket.default_value)
        values = list(value) if isinstance(value, Iterable) else [value] * size
        socket.default_value = [*values, 1.0][:size]
    else:
        socket.default_value = value


def node(
    tree: bpy.types.NodeTree,
    kind: str,
    inputs: dict[str | int, object] | None = None,
    out: str | int = 0,
    **settings: object,
) -> bpy.types.NodeSocket:
    """A shader node with its inputs and settings; gives its output socket."""
    made = tree.nodes.new("ShaderNode" + kind)
    for name, value in settings.items():
        setattr(made, name, value)
    for key, value in (inputs or {}).items():
        put(made.inputs[key], value)
    return made.outputs[out]


def noise(
    tree: bpy.types.NodeTree,
    scale: float,
    detail: float = 4,
    rough: float = 0.5,
    where: object = None,
    twist: float = 0,
) -> bpy.types.NodeSocket:
    where = where or node(tree, "TexCoord", out="Object")
    return node(
        tree,
        "TexNoise",
        {"Vector": where, "Scale": scale, "Detail": detail, "Roughness": rough, "Distortion": twist},
    )


def ramp(
    tree: bpy.types.NodeTree,
    value: object,
    stops: Sequence[tuple[float, Sequence[float]]],
    curve: str = "LINEAR",
) -> bpy.types.NodeSocket:
    """Colours along 0..1; a stop is (position, rgb) or (position, grey)."""
    made = tree.nodes.new("ShaderNodeValToRGB")
    made.color_ramp.interpolation = curve
    elements = made.color_ramp.elements
    while len(elements) < len(stops):
        elements.new(1.0)
    for element, (position, color) in zip(elements, stops, strict=True):
        element.position = position
        element.color = (*color, 1)[:4] if isinstance(color, Iterable) else (color, color, color, 1)
    put(made.inputs[0], value)
    return made.outputs[0]


def mix(
    tree: bpy.types.NodeTree, amount: object, first: object, second: object, how: str = "MIX"
) -> bpy.types.NodeSocket:
    return node(tree, "Mix", {0: amount, 6: first, 7: second}, out=2, data_type="RGBA", blend_type=how)


def calc(tree: bpy.types.NodeTree, what: str, first: object, second: object = 0.0) -> bpy.types.NodeSocket:
    return node(tree, "Math", {0: first, 1: second}, operation=what)


def bump(
    tree: bpy.types.NodeTree, height: object, strength: float = 0.3, reach: float = 0.01
) -> bpy.types.NodeSocket:
    return node(tree, "Bump", {"Height": height, "Strength": strength, "Distance": reach})


def paint(
    color: object = (0.8, 0.8, 0.8), rough: object = 0.5, metal: float = 0, **more: object
) -> bpy.types.Material:
    """A Principled material; `more` are its inputs with _ for the space (Coat_Weight=1)."""
    made = bpy.data.materials.new("paint")
    shade(made, color, rough, metal, **more)
    return made


def shade(made: bpy.types.Material, color: object, rough: object, metal: float = 0, **more: object) -> None:
    surface = made.node_tree.nodes["Principled BSDF"]
    put(surface.inputs["Base Color"], color)
    put(surface.inputs["Roughness"], rough)
    put(surface.inputs["Metallic"], metal)
    for name, value in more.items():
        put(surface.inputs[name.replace("_", " ")], value)


def blank() -> tuple[bpy.types.Material, bpy.types.NodeTree]:
    made = bpy.data.materials.new("paint")
    return made, made.node_tree


def glow(color: Sequence[float], power: float) -> bpy.types.Material:
    return paint((0, 0, 0), 1, Emission_Color=color, Emission_Strength=power)


def glass(color: Sequence[float] = (1, 1, 1), rough: float = 0.0, ior: float = 1.45) -> bpy.types.Material:
    """Glass that lets light through to what stands in it, which costs no caustics."""
    made = paint(color, rough, Transmission_Weight=1, IOR=ior)
    tree = made.node_tree
    clear = node(tree, "BsdfTransparent", {"Color": [0.9 * c for c in color]})
    passing = calc(
        tree,
        "MAXIMUM",
        node(tree, "LightPath", out="Is Shadow Ray"),
        node(tree, "LightPath", out="Is Diffuse Ray"),
    )
    surface = tree.nodes["Principled BSDF"].outputs[0]
    put(
        tree.nodes["Material Output"].inputs["Surface"],
        node(tree, "MixShader", {0: passing, 1: surface, 2: clear}),
    )
    return made


def rgb(code: str) -> tuple[float, float, float]:
    """#rrggbb to the linear colours that a renderer wants."""
    red, green, blue = (
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (int(code.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4))
    )
    return red, green, blue


def worn(
    color: Sequence[float],
    rough: float = 0.5,
    spread: float = 0.25,
    scale: float = 6,
    dents: float = 0.05,
    metal: float = 0,
    **more: object,
) -> bpy.types.Material:
    """A material that is not quite even: its colour, shine and surface vary."""
    made, tree = blank()
    field = noise(tree, scale, 3, 0.6)
    dark, light = [c * (1 - spread) for c in color], [min(1, c * (1 + spread)) for c in color]
    fine = noise(tree, scale * 12, 1, 0.6)
    shade(
        made,
        ramp(tree, field, [(0.3, dark), (0.7, light)]),
        ramp(tree, field, [(0.3, rough * 0.8), (0.7, min(1, rough * 1.2))]),
        metal,
        Normal=bump(tree, fine, dents * 4, 0.01),
        **more,
    )
    return made


def wood(
    dark: Sequence[float],
    light: Sequence[float],
    scale: float = 1,
    rough: float = 0.4,
    planks: float = 0,
) -> bpy.types.Material:
    """Grain along x; `planks` is their width in metres, 0 for a whole slab."""
    made, tree = blank()
    where = node(tree, "TexCoord", out="Object")
    gap: object = 0.0
    if planks:
        brick = tree.nodes.new("ShaderNodeTexBrick")
        for name, value in {
            "Color1": (0, 0, 0),
            "Color2": (1, 1, 1),
            "Mortar": (0.5, 0.5, 0.5),
            "Scale": 1,
            "Mortar Size": 0.004 * planks / 0.2,
            "Brick Width": planks * 9,
            "Row Height": planks,
            "Vector": where,
        }.items():
            put(brick.inputs[name], value)
        gap = brick.outputs["Fac"]
        where = node(
            tree,
            "VectorMath",
            {
                0: where,
                1: node(tree, "VectorMath", {0: brick.outputs[0], 1: (9, 5, 3)}, operation="MULTIPLY"),
            },
            operation="ADD",
        )
    long = node(tree, "Mapping", {"Vector": where, "Scale": (0.6 * scale, 9 * scale, 9 * scale)})
    grain = noise(tree, 1.5, 5, 0.62, long, 0.9)
    fibre = noise(
        tree, 9, 2, 0.7, node(tree, "Mapping", {"Vector": where, "Scale": (scale, 30 * scale, 30 * scale)})
    )
    middle = [(a + b) / 2 for a, b in zip(dark, light, strict=True)]
    color = ramp(tree, grain, [(0.28, dark), (0.5, middle), (0.72, light)])
    color = mix(tree, 0.35, color, ramp(tree, fibre, [(0.3, 0.45), (0.7, 1.0)]), "MULTIPLY")
    color = mix(tree, gap, color, (0.01, 0.007, 0.005))
    height = calc(tree, "SUBTRACT", fibre, gap)
    shade(
        made,
        color,
        ramp(tree, grain, [(0.3, rough * 1.3), (0.7, rough)]),
        Normal=bump(tree, height, 0.2, 0.004),
    )
    return made


def stone(
    base: Sequence[float], vein: Sequence[float], scale: float = 2, rough: float = 0.25
) -> bpy.types.Material:
    """Marble and its kin: thin veins through a cloudy base."""
    made, tree = blank()
    veins = noise(tree, scale, 10, 0.6, twist=1.2)
    line = calc(tree, "ABSOLUTE", calc(tree, "SUBTRACT", veins, 0.5))
    cloud = ramp(tree, noise(tree, scale * 0.7, 5), [(0.3, [c * 0.85 for c in base]), (0.7, base)])
    shade(made, mix(tree, ramp(tree, line, [(0.0, 0.75), (0.02, 0.3), (0.07, 0.0)]), cloud, vein), rough)
    return made


def cloth(
    color: Sequence[float], other: Sequence[float] | None = None, threads: float = 250, rough: float = 0.9
) -> bpy.types.Material:
    """Woven fabric, with stripes of another colour where one is given."""
    made, tree = blank()
    where = node(tree, "TexCoord", out="Object")
    weave = calc(
        tree,
        "MULTIPLY",
        node(tree, "TexWave", {"Vector": where, "Scale": threads, "Distortion": 1}, bands_direction="X"),
        node(tree, "TexWave", {"Vector": where, "Scale": threads, "Distortion": 1}, bands_direction="Y"),
    )
    tone: object = ramp(tree, noise(tree, 4, 5), [(0.3, [c * 0.8 for c in color]), (0.7, color)])
    if other:
        bands = node(tree, "TexWave", {"Vector": where, "Scale": threads / 60}, bands_direction="X")
        tone = mix(tree, ramp(tree, bands, [(0.6, 0.0), (0.64, 1.0)]), tone, other)
    tone = mix(tree, 0.4, tone, weave, "MULTIPLY")
    shade(made, tone, rough, Sheen_Weight=0.3, Normal=bump(tree, weave, 0.4, 0.002))
    return made


def hazy(
    made: bpy.types.Material, color: Sequence[float], reach: float, power: float = 1.0
) -> bpy.types.Material:
    """Lays the air between camera and surface over a material: half of it is haze at about 0.7 `reach`."""
    tree = made.node_tree
    made.cycles.emission_sampling = "NONE"  # haze is no lamp; as one it would slow the render ten times
    end = tree.nodes["Material Output"]
    surface = end.inputs["Surface"].links[0].from_socket
    far = calc(tree, "DIVIDE", node(tree, "CameraData", out="View Distance"), reach)
    veil = calc(tree, "SUBTRACT", 1.0, calc(tree, "POWER", math.e, calc(tree, "MULTIPLY", far, -1.0)))
    air = node(tree, "Emission", {"Color": color, "Strength": power})
    put(end.inputs["Surface"], node(tree, "MixShader", {0: veil, 1: surface, 2: air}))
    return made


def picture_of(pixels: np.ndarray, name: str = "picture") -> bpy.types.Image:
    """An image for a material from rgb in 0..1, shape (height, width, 3), first row on top."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new(name, width, height)
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = pixels[::-1]
    image.pixels.foreach_set(rgba.ravel())
    image.update()
    return image


# ---------------------------------------------------------------- things


def place(
    mesh: bpy.types.Mesh,
    made: bpy.types.Material | None,
    at: Sequence[float] = (0, 0, 0),
    turn: Sequence[float] = (0, 0, 0),
    scale: float | Sequence[float] = 1,
) -> bpy.types.Object:
    """An object on stage; turn in degrees. Objects share the mesh, so copies cost nothing."""
    thing = bpy.data.objects.new("thing", mesh)
    bpy.context.collection.objects.link(thing)
    thing.location = at
    thing.rotation_euler = [math.radians(t) for t in turn]
    thing.scale = (scale,) * 3 if isinstance(scale, (int, float)) else scale
    if made:
        if len(mesh.materials) == 0:
            mesh.materials.append(None)
        thing.material_slots[0].link = "OBJECT"
        thing.material_slots[0].material = made
    return thing


def solid(build: bmesh.types.BMesh, smooth: bool = True, sharp: float | None = 40) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new("mesh")
    build.to_mesh(mesh)
    build.free()
    return soften(mesh, sharp) if smooth else mesh


def soften(mesh: bpy.types.Mesh, sharp: float | None = None) -> bpy.types.Mesh:
    mesh.shade_smooth()
    if sharp:
        mesh.set_sharp_from_angle(angle=math.radians(sharp))
    return mesh


def box(size: Sequence[float], bevel: float = 0.0, taper: float = 1.0) -> bpy.types.Mesh:
    """A box about the origin, its edges rounded by `bevel`; the top is `taper` times the bottom."""
    build = bmesh.new()
    bmesh.ops.create_cube(build, size=1)
    for v in build.verts:
        shrink = taper if v.co.z > 0 else 1
        v.co = Vector((v.co.x * size[0] * shrink, v.co.y * size[1] * shrink, v.co.z * size[2]))
    if not bevel:
        return solid(build, smooth=False)
    mesh = solid(build)
    thing = bpy.data.objects.new("box", mesh)
    bpy.context.collection.objects.link(thing)
    edge = thing.modifiers.new("bevel", "BEVEL")
    edge.width, edge.segments, edge.harden_normals = bevel, 3, True
    mesh.set_sharp_from_angle(angle=math.pi)
    return bake(thing)


def bake(thing: bpy.types.Object) -> bpy.types.Mesh:
    """The object's mesh with its modifiers applied; the object leaves the stage."""
    seen = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = bpy.data.meshes.new_from_object(seen)
    bpy.data.objects.remove(thing)
    return mesh


def ball(radius: float = 1, stretch: Sequence[float] = (1, 1, 1), rings: int = 24) -> bpy.types.Mesh:
    build = bmesh.new()
    bmesh.ops.create_uvsphere(build, u_segments=2 * rings, v_segments=rings, radius=radius)
    for v in build.verts:
        v.co = Vector([c * s for c, s in zip(v.co, stretch, strict=True)])
    return solid(build, sharp=None)


def lathe(
    profile: Sequence[tuple[float, float]], steps: int = 64, sharp: float | None = 35
) -> bpy.types.Mesh:
    """Turns (radius, height) points about z; outside going up gives normals outwards."""
    ring = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    radius, height = np.array(profile).T
    points = np.stack(
        [
            radius[:, None] * np.cos(ring),
            radius[:, None] * np.sin(ring),
            np.broadcast_to(height[:, None], (len(radius), steps)),
        ],
        -1,
    )  # (rows, steps, 3)
    return sheet(points, wrap=True, sharp=sharp)


def sheet(points: np.ndarray, wrap: bool = False, sharp: float | None = None) -> bpy.types.Mesh:
    """A surface through a grid of points, shape (rows, columns, 3); `wrap` joins last to first column."""
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    right = np.roll(index, -1, 1) if wrap else index[:, 1:]
    left = index if wrap else index[:, :-1]
    faces = np.stack([left[:-1], right[:-1], right[1:], left[1:]], -1).reshape(-1, 4)
    return facets(points.reshape(-1, 3), faces, sharp)


def facets(points: np.ndarray, faces: np.ndarray, sharp: float | None = None) -> bpy.types.Mesh:
    """A mesh of points (n, 3) and faces (m, 3 or 4) of their indices."""
    mesh = bpy.data.meshes.new("mesh")
    mesh.vertices.add(len(points))
    mesh.vertices.foreach_set("co", points.astype(np.float32).ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", faces.astype(np.int32).ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, faces.shape[1], dtype=np.int32))
    mesh.update(calc_edges=True)
    mesh.validate()
    return soften(mesh, sharp)


def tube(
    points: Sequence[Sequence[float]],
    radius: float,
    made: bpy.types.Material,
    radii: Sequence[float] | None = None,
) -> bpy.types.Object:
    """A round pipe through points; `radii` scale it along the way."""
    curve = bpy.data.curves.new("tube", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution, curve.use_fill_caps = "3D", radius, 3, True
    line = curve.splines.new("NURBS" if len(points) > 3 else "POLY")
    line.points.add(len(points) - 1)
    for i, p in enumerate(points):
        line.points[i].co = (*p, 1)
        line.points[i].radius = radii[i] if radii else 1
    if line.type == "NURBS":
        line.use_endpoint_u, line.order_u = True, 4
    thing = bpy.data.objects.new("tube", curve)
    bpy.context.collection.objects.link(thing)
    curve.materials.append(made)
    return thing


def letters(
    words: str,
    size: float,
    made: bpy.types.Material,
    at: Sequence[float],
    turn: Sequence[float] = (0, 0, 0),
    thick: float = 0.0,
) -> bpy.types.Object:
    curve = bpy.data.curves.new("letters", "FONT")
    curve.body, curve.size, curve.extrude = words, size, thick
    curve.align_x = curve.align_y = "CENTER"
    curve.resolution_u = 3
    thing = bpy.data.objects.new("letters", curve)
    bpy.context.collection.objects.link(thing)
    thing.location, thing.rotation_euler = at, [math.radians(t) for t in turn]
    curve.materials.append(made)
    return thing


def floor(
    made: bpy.types.Material, size: float = 20, height: float = 0, at: Sequence[float] = (0, 0)
) -> bpy.types.Object:
    return place(box((size, size, 0.02)), made, (at[0], at[1], height - 0.01))


def hair(
    roots: np.ndarray,
    steps: np.ndarray,
    colors: np.ndarray,
    width: float,
    rough: float = 0.4,
    made: bpy.types.Material | None = None,
) -> bpy.types.Object:
    """Strands as curves: points (n, k, 3) = roots + steps, one rgb each (n, 3), width at the root."""
    strands, knots = steps.shape[:2]
    data = bpy.data.hair_curves.new("hair")
    data.add_curves([knots] * strands)
    points = roots[:, None] + steps
    data.attributes["position"].data.foreach_set("vector", points.astype(np.float32).ravel())
    taper = np.tile(width * (1 - np.linspace(0, 1, knots) ** 2 * 0.85) / 2, strands)
    data.attributes.new("radius", "FLOAT", "POINT").data.foreach_set("value", taper.astype(np.float32))
    rgba = np.concatenate([colors, np.ones((strands, 1))], 1).astype(np.float32)
    data.attributes.new("tone", "FLOAT_COLOR", "CURVE").data.foreach_set("color", rgba.ravel())
    if made is None:
        made, tree = blank()
        coat = node(
            tree,
            "BsdfHairPrincipled",
            {
                "Color": node(tree, "Attribute", attribute_name="tone"),
                "Roughness": rough,
                "Radial Roughness": 0.5,
            },
            parametrization="COLOR",
        )
        put(tree.nodes["Material Output"].inputs["Surface"], coat)
    data.materials.append(made)
    thing = bpy.data.objects.new("hair", data)
    bpy.context.collection.objects.link(thing)
    return thing


# ---------------------------------------------------------------- darkroom


def shoot(folder: Path) -> np.ndarray:
    """Renders what the camera sees; rgb in 0..1, shape (height, width, 3)."""
    scene = bpy.context.scene
    scene.render.filepath = str(folder / f"negative-{os.getpid()}.png")
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.compression = 0
    bpy.ops.render.render(write_still=True)
    with Image.open(scene.render.filepath) as negative:
        pixels = np.asarray(negative.convert("RGB"), np.float32) / 255
    Path(scene.render.filepath).unlink()
    return pixels


def develop(pixels: np.ndarray, rng: np.random.Generator, grain: float = 0.018) -> Image.Image:
    """What a lens and a sensor do to a clean render: bloom, vignette, a colour cast, soft grain."""
    height, width = pixels.shape[:2]
    bright = Image.fromarray((np.clip(pixels - 0.75, 0, 1) * 4 * 255).clip(0, 255).astype(np.uint8))
    halo = np.asarray(bright.filter(ImageFilter.GaussianBlur(width / 40)), np.float32) / 255
    pixels = 1 - (1 - pixels) * (1 - 0.22 * halo)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    pixels = pixels * (1 - rng.uniform(0.04, 0.22) * (x**2 + y**2) / 2)[..., None]
    cast = 1 + rng.normal(0, 0.015, 3)
    pixels = np.clip(pixels, 0, 1) ** rng.uniform(0.92, 1.06) * cast
    dots = rng.normal(0, 1, (height, width, 1)) * 0.8 + rng.normal(0, 1, (height, width, 3)) * 0.35
    soft = (dots + np.roll(dots, 1, 0) + np.roll(dots, 1, 1)) / 3**0.5
    pixels = pixels + grain * soft * (1.2 - pixels)
    return Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))
