"""The night sky, computed pixel by pixel: the moon, galaxies, nebulae, planets. No Blender needed."""

from __future__ import annotations

import numpy as np


def field(size: int, rng: np.random.Generator, fall: float) -> np.ndarray:
    """Spectral noise, mean 0 and deviation 1, shape (size, size); the larger `fall`, the smoother."""
    fy, fx = np.meshgrid(np.fft.fftfreq(size), np.fft.rfftfreq(size), indexing="ij")
    power = (np.hypot(fy, fx) + 1e-3) ** -fall
    noise = np.fft.irfft2(power * np.exp(2j * np.pi * rng.random(fy.shape)), (size, size))
    return (noise - noise.mean()) / noise.std()


def blur(picture: np.ndarray, width: float) -> np.ndarray:
    fy, fx = np.meshgrid(np.fft.fftfreq(picture.shape[0]), np.fft.fftfreq(picture.shape[1]), indexing="ij")
    soft = np.exp(-2 * (np.pi * width) ** 2 * (fy**2 + fx**2))
    return np.fft.ifft2(np.fft.fft2(picture, axes=(0, 1)) * soft[..., None], axes=(0, 1)).real


def stars(height: int, width: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points of many sizes and temperatures with a little glow, rgb (height, width, 3)."""
    sky = np.zeros((height, width, 3))
    y, x = rng.integers(0, height, count), rng.integers(0, width, count)
    heat = rng.normal(0, 0.18, count)
    tint = np.stack([1 + heat, np.ones(count), 1 - heat], -1)
    np.add.at(sky, (y, x), tint * np.minimum(rng.pareto(1.3, count), 60)[:, None] * 0.3)
    return blur(sky, 0.55) * 1.4 + blur(sky, 2.2) * 1.5


def tones(light: np.ndarray) -> np.ndarray:
    return 1 - np.exp(-np.clip(light, 0, None))


def craters(size: int, rng: np.random.Generator) -> np.ndarray:
    """Heights of a cratered plain, (size, size)."""
    y, x = np.mgrid[0:size, 0:size]
    height = field(size, rng, 1.6) * 0.6
    for _ in range(520):
        radius = 3.0 * (1 + rng.pareto(1.6))
        if radius > size / 9:
            continue
        cy, cx = rng.uniform(0, size, 2)
        a, b = max(0, int(cy - 2 * radius)), max(0, int(cx - 2 * radius))
        part = np.s_[a : int(cy + 2 * radius), b : int(cx + 2 * radius)]
        far = np.hypot(y[part] - cy, x[part] - cx) / radius
        height[part] += (
            radius * 0.16 * (np.where(far < 1, far**2 * 1.4 - 1.1, 0.3 * np.exp(-((far - 1) ** 2) * 9)))
        )
    return height


def moon(rng: np.random.Generator, index: int, height: int, width: int) -> tuple[np.ndarray, list[str]]:
    size = 700
    close = index // 5 % 2
    radius = (
        rng.uniform(0.55, 0.75) * max(width, height) if close else rng.uniform(0.3, 0.45) * min(width, height)
    )
    centre = (
        (height * rng.uniform(0.6, 0.9), width * rng.uniform(0.3, 0.7))
        if close
        else (height / 2, width * rng.uniform(0.35, 0.65))
    )
    y, x = np.mgrid[0:height, 0:width]
    ny, nx = (y - centre[0]) / radius, (x - centre[1]) / radius
    inside = nx**2 + ny**2 < 1
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    surface = craters(size, rng)
    seas = np.clip(field(size, rng, 2.4) * 0.5 + 0.2, 0, 1)
    v = ((ny * 0.48 * (0.55 if close else 1) + 0.5) * size).astype(int) % size
    u = ((nx * 0.48 * (0.55 if close else 1) + 0.5) * size).astype(int) % size
    gy, gx = np.gradient(surface)
    angle, phase = rng.uniform(-0.6, 0.6), (-0.85, -0.5, 0.25, -0.6)[index // 5 % 4]
    side = rng.choice([-1, 1])
    sun = np.array([side * np.cos(phase) * np.cos(angle), np.sin(angle) * np.cos(phase), -np.sin(phase)])
    light = (nx - gx[v, u] * 0.5) * sun[0] + (ny - gy[v, u] * 0.5) * sun[1] + nz * sun[2]
    grey = (0.95 - 0.4 * seas[v, u]) * np.clip(light, 0, 1) ** 0.7 * inside
    tint = ((1, 0.98, 0.94), (1, 0.82, 0.58), (0.95, 0.97, 1), (1, 0.55, 0.38))[index // 5 % 4]
    picture = stars(height, width, 220, rng) * ~inside[..., None] * 0.4 + grey[..., None] * tint * 1.6
    return tones(blur(picture, 0.7)), [
        "moon",
        "craters" if close else "half moon" if phase > 0 else "full moon",
    ]


def nebula(rng: np.random.Generator, index: int, height: int, width: int) -> tuple[np.ndarray, list[str]]:
    size = 640
    palettes = (
        ((1, 0.25, 0.3), (0.2, 0.5, 1)),
        ((1, 0.6, 0.2), (0.1, 0.6, 0.7)),
        ((0.8, 0.2, 0.9), (0.15, 0.25, 1)),
        ((0.3, 1, 0.7), (0.9, 0.2, 0.35)),
    )
    one, two = (np.array(c) for c in palettes[index // 5 % 4])
    warp_y, warp_x = (field(size, rng, 2.2) * 30 for _ in range(2))
    y, x = np.mgrid[0:size, 0:size]
    wy, wx = (y + warp_y).astype(int) % size, (x + warp_x).astype(int) % size
    gas = [np.clip(field(size, rng, 1.7)[wy, wx] * 0.5 + 0.25, 0, None) ** 1.6 for _ in range(2)]
    dust = np.exp(-1.3 * np.clip(field(size, rng, 1.6)[wy, wx] + 0.2, 0, None))
    core = np.exp(
        -(
            ((y - size * rng.uniform(0.35, 0.65)) / 190) ** 2
            + ((x - size * rng.uniform(0.35, 0.65)) / 220) ** 2
        )
    )
    light = (
        (gas[0][..., None] * one + gas[1][..., None] * two) * (0.25 + 1.5 * core[..., None]) * dust[..., None]
    )
    light = light[(size - height) // 2 :][:height, (size - width) // 2 :][:, :width]
    return tones(light * 1.4 + stars(height, width, 1500, rng)), [
        "nebula",
        ("red nebula", "orion", "purple nebula", "green nebula")[index // 5 % 4],
    ]


def galaxy(rng: np.random.Generator, index: int, height: int, width: int) -> tuple[np.ndarray, list[str]]:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    x = x * width / height
    turn, tilt = rng.uniform(0, np.pi), rng.uniform(0.3, 0.9)
    x, y = x * np.cos(turn) + y * np.sin(turn), (-x * np.sin(turn) + y * np.cos(turn)) / tilt
    far, around = np.hypot(x, y) / rng.uniform(0.8, 1.1), np.arctan2(y, x)
    arms = np.cos(2 * around - rng.choice([-1, 1]) * rng.uniform(6, 9) * np.log(far + 0.06))
    rough = field(640, rng, 1.3)[:height, :width]
    disk = np.exp(-far * 3.6) * (0.5 + 1.1 * np.clip(arms * 0.7 + 0.5 + 0.35 * rough, 0, 2))
    dust = np.exp(
        -1.2 * np.clip(np.cos(2 * around - 7 * np.log(far + 0.06) + 1.2) + 0.4 * rough, 0, 1) * (far > 0.1)
    )
    knots = np.clip(rough - 1.5, 0, 1) * np.clip(arms, 0, 1) * np.exp(-far * 2) * 3
    core = np.exp(-((far / 0.11) ** 1.2)) * 3
    light = (
        disk[..., None] * dust[..., None] * (0.75, 0.85, 1.25) * 2.2
        + knots[..., None] * (1.2, 0.35, 0.6)
        + core[..., None] * (1.2, 1, 0.7)
    )
    return tones(light + stars(height, width, 700, rng) * 0.8), ["galaxy", "spiral galaxy", "deep sky"]


def milkyway(rng: np.random.Generator, index: int, height: int, width: int) -> tuple[np.ndarray, list[str]]:
    """The band of the Milky Way over dark hills."""
    size = 640
    y, x = np.mgrid[0:height, 0:width]
    lean = rng.uniform(-0.8, 0.8)
    rough, fine = field(size, rng, 1.8)[:height, :width], field(size, rng, 1.2)[:height, :width]
    across = (x - width * rng.uniform(0.35, 0.65) - lean * (y - height / 2)) / (width * 0.2) + 0.25 * rough
    band = np.exp(-(across**2)) * (0.7 + 0.3 * fine)
    lane = np.exp(-1.8 * np.exp(-((across + 0.2 * fine) ** 2) * 7) * np.clip(rough + 0.9, 0, 1.6))
    low = (y / height)[..., None]
    glow = np.array(((1.0, 0.5, 0.2), (0.2, 0.75, 0.45), (0.6, 0.35, 0.7), (0.2, 0.45, 0.8))[index // 5 % 4])
    light = (
        np.array([0.03, 0.045, 0.09])
        + band[..., None] * lane[..., None] * (0.62, 0.55, 0.62)
        + glow * low**5 * 0.6
    )
    light = light + stars(height, width, 4200, rng) * (0.35 + band[..., None])
    line = (
        height * rng.uniform(0.78, 0.9)
        - 26 * np.cumsum(rng.normal(0, 0.12, width)) / 4
        - 14 * field(size, rng, 2.3)[0, :width]
    )
    return tones(np.where(y[..., None] > line[None, :, None], 0.008, light)), [
        "milky way",
        "night sky",
        "stars",
    ]


def planet(rng: np.random.Generator, index: int, height: int, width: int) -> tuple[np.ndarray, list[str]]:
    kinds = (
        ("saturn", ("#c9a36a", "#f0dcae")),
        ("jupiter", ("#a86b42", "#f1e1c8")),
        ("mars", ("#8a3a1c", "#d98a55")),
        ("neptune", ("#1f3f9c", "#6fa0f0")),
    )
    name, colors = kinds[index // 5 % 4]
    dark, bright = (np.array([int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2 for c in colors)
    radius = min(width, height) * (0.2 if name == "saturn" else rng.uniform(0.3, 0.4))
    y, x = np.mgrid[0:height, 0:width]
    tilt = rng.uniform(-0.5, 0.5)
    px, py = (x - width / 2) / radius, (y - height / 2) / radius
    px, py = px * np.cos(tilt) + py * np.sin(tilt), -px * np.sin(tilt) + py * np.cos(tilt)
    pz = np.sqrt(np.clip(1 - px**2 - py**2, 0, 1))
    rough = field(640, rng, 1.8)
    v, u = (
        ((py * 0.45 + 0.5) * 640).astype(int) % 640,
        ((np.arctan2(px, pz + 1e-6) / np.pi * 0.9 + 0.5) * 640).astype(int) % 640,
    )
    bands = (
        np.sin(py * 17 + 0.5 * rough[v, u] + 2 * np.sin(py * 5)) * 0.5 + 0.5
        if name != "mars"
        else np.clip(rough[v, u] * 0.5 + 0.5, 0, 1)
    )
    sun = np.array([rng.choice([-1, 1]) * 0.7, -0.25, 0.65])
    light = np.clip(px * sun[0] + py * sun[1] + pz * sun[2], 0, 1)
    inside = px**2 + py**2 < 1
    picture = stars(height, width, 350, rng) * 0.6 * ~inside[..., None]
    body = (dark + (bright - dark) * bands[..., None]) * light[..., None] * 2.2
    picture = np.where(inside[..., None], body, picture)
    if name == "saturn":
        ring = np.hypot(px, py / 0.32)
        seen = (ring > 1.25) & (ring < 2.25) & ~((ring > 1.9) & (ring < 1.97)) & (~inside | (py > 0))
        dense = 0.55 + 0.3 * np.sin(ring * 40) + 0.15 * np.sin(ring * 97)
        picture = np.where(seen[..., None], picture * 0.25 + bright * dense[..., None] * 1.2, picture)
    return tones(blur(picture, 0.7)), ["planet", name, "astrophotography"]


SCENES = (moon, nebula, milkyway, galaxy, planet)
