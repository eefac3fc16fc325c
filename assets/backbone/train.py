"""Distil the ImageNet MobileNetV2 into the embedded backbone, on a few CPU cores and a few thousand photos.

The student is a MobileNetV2 with its own random start that learns from the teacher's activations only. Both
look at the same view (Beyer et al. 2022, "Knowledge distillation: a good teacher is patient and consistent"),
so that the maps of all their blocks line up and every place of every map is an example (hints: Romero et al.
2015, "FitNets"). At first each block is fed with the teacher's map, so that all of them learn at once; the
share of blocks so fed falls to none, and the student then sees through its own eyes. Last, the teacher looks
at its own size, 224 pixels, and the student learns to see as much in fewer.

    python train.py --photos photos.zip --photos folder/ --labelled labelled.zip --teacher weights.h5 \
        --work work/ --hours 2

continues from the checkpoint in `work/`; the learning rate makes one cycle in each stretch of so many hours.
`export.py` turns `work/student.npz` into the LiteRT file. Needs torch, numpy, h5py and pillow.
"""

import argparse
import csv
import io
import time
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

import h5py
import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as fn
from PIL import Image
from torch import Tensor, nn


@dataclass(frozen=True)
class Settings:
    """What the shipped backbone was trained with."""

    width: float = 1.0  # multiplier of the channels of MobileNetV2
    size: int = 128  # pixels of the student's input
    stored: int = 160  # pixels of the decoded photos
    workers: int = 2  # processes of one thread: quicker than one process of two threads
    batch: int = 32  # photos a worker and step
    rate: float = 4e-3  # peak of AdamW's learning rate (depthwise filters and biases)
    matrix_rate: float = 4e-3  # peak of Muon's learning rate (1x1 convolutions)
    decay: float = 0.01
    warmup: float = 0.02  # share of the stretch in which the rates rise
    forced: int = 20_000  # photos seen while every block is fed by the teacher
    unforced: int = 90_000  # photos seen when no block is fed by the teacher any more
    sharp: int = 10**9  # photos seen when the last map's target becomes the teacher's at its own size
    teacher_size: int = 224  # pixels of that teacher
    sharp_hint: float = 0.3  # weight of the blocks' hints from then on
    average: float = 0.995  # decay of the running mean of the weights, per step
    map_weight: float = 2.0  # of the last map, in units of one block's hint
    cosine_weight: float = 2.0
    similarity_weight: float = 5.0
    contrast_weight: float = 0.2
    temperature: float = 0.05
    whole: float = 0.25  # share of the views that show the whole photo
    smallest: float = 0.33  # area of the smallest crop
    mixed: float = 0.25  # share of the views that mix two photos
    blurred: float = 0.15
    calibration: int = 512  # views from which the teacher's statistics are taken
    save_minutes: float = 5.0
    judge_minutes: float = 15.0


# --- lessons ------------------------------------------------------------------------------------------------


def photo_files(source: Path) -> list[tuple[str, Image.Image]]:
    """(folder/name, opened photo) of a zip file or a folder, in the order of the names."""
    if source.is_dir():
        return [(p.name, Image.open(p)) for p in sorted(source.iterdir())]
    archive = zipfile.ZipFile(source)
    names = sorted(n for n in archive.namelist() if n.endswith((".webp", ".jpg", ".png")))
    return [(n, Image.open(io.BytesIO(archive.read(n)))) for n in names]


def decode(sources: list[Path], size: int, target: Path) -> np.ndarray:
    """All photos as one memory-mapped array (photos, size, size, 3) uint8, made once."""
    if not target.exists():
        files = [photo for source in sources for _, photo in photo_files(source)]
        pixels = np.lib.format.open_memmap(target, "w+", np.uint8, (len(files), size, size, 3))
        for row, photo in zip(pixels, files, strict=True):
            row[:] = np.asarray(photo.convert("RGB").resize((size, size), Image.Resampling.BICUBIC))
        pixels.flush()
    return np.load(target, mmap_mode="r")


# --- views --------------------------------------------------------------------------------------------------


def crops(photos: Tensor, size: int, s: Settings) -> Tensor:
    """Random crops and mirrors (batch, 3, size, size) of photos (batch, 3, stored, stored) in 0..1."""
    n = len(photos)
    area = torch.where(torch.rand(n) < s.whole, 1.0, torch.empty(n).uniform_(s.smallest, 1))
    aspect = torch.where(area < 1, torch.empty(n).uniform_(-0.3, 0.3).exp(), 1.0)
    wide, high = (area * aspect).sqrt().clamp(max=1), (area / aspect).sqrt().clamp(max=1)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = wide * torch.where(torch.rand(n) < 0.5, 1.0, -1.0)
    theta[:, 1, 1] = high
    theta[:, 0, 2] = (torch.rand(n) * 2 - 1) * (1 - wide)
    theta[:, 1, 2] = (torch.rand(n) * 2 - 1) * (1 - high)
    grid = fn.affine_grid(theta, [n, 3, size, size], align_corners=False)
    return fn.grid_sample(photos, grid, padding_mode="reflection", align_corners=False)


def colours(views: Tensor) -> Tensor:
    """Brightness, contrast, saturation and white balance of each view changed a little."""
    n = len(views)

    def factor(spread: float, channels: int = 1) -> Tensor:
        return torch.empty(n, channels, 1, 1).uniform_(-spread, spread).exp()

    grey = views.mean(1, keepdim=True)
    views = grey + (views - grey) * factor(0.35)
    middle = grey.mean((2, 3), keepdim=True)
    return ((middle + (views - middle) * factor(0.25)) * factor(0.25) * factor(0.06, 3)).clamp(0, 1)


def blur(views: Tensor, share: float) -> Tensor:
    """Some of the views softened by a binomial filter."""
    chosen = torch.rand(len(views)) < share
    line = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    kernel = (line[:, None] * line).expand(3, 1, 5, 5)
    views[chosen] = fn.conv2d(fn.pad(views[chosen], (2, 2, 2, 2), mode="reflect"), kernel, groups=3)
    return views


def mix(views: Tensor, share: float) -> Tensor:
    """Some of the views blended with another one of the batch."""
    weight = torch.rand(len(views), 1, 1, 1) * 0.5 * (torch.rand(len(views), 1, 1, 1) < share)
    return views * (1 - weight) + views[torch.randperm(len(views))] * weight


def make_views(photos: np.ndarray, size: int, s: Settings) -> Tensor:
    """Views (batch, 3, size, size) in -1..1 of photos (batch, stored, stored, 3) uint8."""
    pixels = torch.from_numpy(photos).permute(0, 3, 1, 2).float() / 255
    views = mix(blur(colours(crops(pixels, size, s)), s.blurred), s.mixed)
    return (views * 2 - 1).contiguous(memory_format=torch.channels_last)


# --- networks -----------------------------------------------------------------------------------------------

# Expansion, channels, blocks and first stride of the groups of blocks (Sandler et al. 2018, table 2).
GROUPS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
GROUP_OF_BLOCK = tuple(g for g, group in enumerate(GROUPS) for _ in range(group[2]))
FEATURES = 1280


def channels(full: int, width: float) -> int:
    """The channels that Keras gives a layer of `full` channels: a multiple of 8, at most 10 % fewer."""
    rounded = max(8, int(full * width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * full * width else rounded


class StridedDepthwise(torch.autograd.Function):
    """3x3 depthwise convolution of stride 2, padded at the right and bottom as Keras does.

    Its own backward, because PyTorch's gradient for the input is up to thirty times slower in bfloat16: the
    gradient is spread out with zeros and convolved with the mirrored filter.
    """

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Map (batch, channels, height, width) to half its height and width."""
        x = fn.pad(x, (0, 1, 0, 1))
        ctx.save_for_backward(x, weight)
        return fn.conv2d(x, weight, bias, 2, 0, 1, x.shape[1])

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The gradients for the map, the filters and the bias."""
        x, weight = ctx.saved_tensors
        n, c, h, w = x.shape
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        spread = torch.empty((n, c, h - 1, w - 1), dtype=x.dtype, memory_format=torch.channels_last).zero_()
        spread[:, :, 1::2, 1::2] = gradient
        for_x = fn.conv2d(spread, weight.flip(2, 3), None, 1, 1, 1, c)
        for_weight = torch.ops.aten.convolution_backward(
            gradient, x, weight, None, [2, 2], [0, 0], [1, 1], False, [0, 0], c, [False, True, False]
        )[1]
        return for_x, for_weight, gradient.sum((0, 2, 3))


class Layer(nn.Module):
    """A convolution with bias (the normalisation is folded in) and, unless linear, ReLU6."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride=1, depthwise=False, linear=False):
        super().__init__()
        self.stride, self.pad, self.linear = stride, kernel // 2, linear
        self.groups = inputs if depthwise else 1
        shape = (outputs, inputs // self.groups) + ((kernel, kernel) if kernel > 1 else ())
        scale = ((1 if linear else 2) / np.prod(shape[1:])) ** 0.5
        self.weight = nn.Parameter(torch.randn(shape) * scale)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """Map of `inputs` channels to map of `outputs` channels."""
        weight, bias = self.weight.to(x.dtype), self.bias.to(x.dtype)
        if weight.ndim == 2:
            x = fn.conv2d(x, weight[:, :, None, None], bias)
        elif self.stride == 1:
            x = fn.conv2d(x, weight, bias, 1, self.pad, 1, self.groups)
        elif self.groups == 1:
            x = fn.conv2d(fn.pad(x, (0, 1, 0, 1)), weight, bias, 2)
        else:
            x = StridedDepthwise.apply(x, weight, bias)
        return x if self.linear else fn.relu6(x)


class Block(nn.Module):
    """The inverted residual: expand, depthwise, project."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int):
        super().__init__()
        hidden = inputs * expansion
        self.expand = Layer(inputs, hidden, 1) if expansion > 1 else nn.Identity()
        self.depthwise = Layer(hidden, hidden, 3, stride, depthwise=True)
        self.project = Layer(hidden, outputs, 1, linear=True)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Map of `inputs` channels to map of `outputs` channels."""
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


class MobileNetV2(nn.Module):
    """Keras's MobileNetV2(alpha=width, include_top=False) in 18 stages: 17 blocks and the last map."""

    def __init__(self, width: float):
        super().__init__()
        inputs = channels(32, width)
        self.stem = Layer(3, inputs, 3, 2)
        self.blocks = nn.ModuleList()
        for expansion, full, count, stride in GROUPS:
            for i in range(count):
                self.blocks.append(Block(inputs, channels(full, width), expansion, stride if i == 0 else 1))
                inputs = channels(full, width)
        self.top = Layer(inputs, FEATURES, 1)

    def stage(self, i: int, x: Tensor) -> Tensor:
        """The map of stage i from that of the stage before, or from the views."""
        if i == 0:
            return self.blocks[0](self.stem(x))
        return self.blocks[i](x) if i < len(self.blocks) else self.top(x)

    def forward(self, x: Tensor) -> list[Tensor]:
        """The outputs of all stages for views (batch, 3, size, size) in -1..1."""
        maps = []
        for i in range(len(self.blocks) + 1):
            x = self.stage(i, x)
            maps.append(x)
        return maps

    def layers(self) -> dict[str, tuple[Layer, str]]:
        """Keras's name of each convolution -> the layer, and the name of its normalisation."""
        named = {"Conv1": (self.stem, "bn_Conv1"), "Conv_1": (self.top, "Conv_1_bn")}
        for i, block in enumerate(self.blocks):
            for part in ("expand", "depthwise", "project"):
                name = f"block_{i}_{part}" if i else f"expanded_conv_{part}"
                if isinstance(getattr(block, part), Layer):
                    named[name] = (getattr(block, part), f"{name}_BN")
        return named


def load_teacher(weights: Path) -> MobileNetV2:
    """The ImageNet MobileNetV2 from Keras's weights, its normalisation folded into the convolutions."""
    net = MobileNetV2(1.0)
    with h5py.File(weights) as file:
        for name, (layer, norm) in net.layers().items():
            group, statistics = file[name][name], {k: np.array(v) for k, v in file[norm][norm].items()}
            kernel = np.array(group["depthwise_kernel" if "depthwise_kernel" in group else "kernel"])
            kernel = kernel.transpose((2, 3, 0, 1) if layer.groups > 1 else (3, 2, 0, 1))
            scale = statistics["gamma"] / np.sqrt(statistics["moving_variance"] + 1e-3)
            kernel = (kernel * scale[:, None, None, None]).reshape(layer.weight.shape)
            layer.weight.data = torch.from_numpy(np.ascontiguousarray(kernel, np.float32))
            bias = statistics["beta"] - statistics["moving_mean"] * scale
            layer.bias.data = torch.from_numpy(bias.astype(np.float32))
    return net.requires_grad_(False).eval()


# --- hints --------------------------------------------------------------------------------------------------


@dataclass
class Scales:
    """The teacher's statistics: what its maps are turned into before the student matches them.

    `turn[g]` (student channels, teacher channels) and `mean[g]` take the maps of group g to their principal
    directions, half whitened and of mean variance 1; `spread[i]` is the mean variance of stage i's target.
    """

    turn: list[Tensor]
    mean: list[Tensor]
    spread: list[float]
    top: Tensor  # (FEATURES,) standard deviation of the last map's channels
    centre: Tensor  # (FEATURES,) mean pooled feature
    sharp_centre: Tensor  # the same of the teacher at its own size


def flat(x: Tensor) -> Tensor:
    """A map (batch, channels, height, width) as (places, channels) float."""
    return x.float().permute(0, 2, 3, 1).flatten(0, 2)


def principal(places: Tensor, keep: int) -> tuple[Tensor, Tensor]:
    """Half whitened principal directions (keep, channels) and mean (channels,) of (places, channels)."""
    mean = places.mean(0)
    value, vector = torch.linalg.eigh(torch.cov(places.T))
    value, vector = value.flip(0)[:keep].clamp(min=1e-6 * float(value[-1])), vector.flip(1)[:, :keep]
    turn = vector.T * value[:, None] ** -0.25
    return turn / value.sqrt().mean().sqrt(), mean


@torch.no_grad()
def calibrate(teacher: MobileNetV2, photos: np.ndarray, s: Settings) -> Scales:
    """The teacher's statistics over random views of random photos."""
    rows = np.sort(np.random.default_rng(0).choice(len(photos), s.calibration, replace=False))
    parts = [teacher(make_views(photos[part], s.size, s).bfloat16()) for part in np.array_split(rows, 16)]
    maps = [torch.cat(stage) for stage in zip(*parts, strict=True)]
    wide = [
        pooled(teacher(make_views(photos[p], s.teacher_size, s).bfloat16())) for p in np.array_split(rows, 16)
    ]
    turns, means = [], []
    for g, group in enumerate(GROUPS):
        members = [maps[i] for i, of in enumerate(GROUP_OF_BLOCK) if of == g]
        places = torch.cat([flat(x)[:: 1 + x.shape[-1] // 8] for x in members])
        turn, mean = principal(places, channels(group[1], s.width))
        turns.append(turn)
        means.append(mean)
    top = flat(maps[-1]).std(0).clamp(min=0.05)
    scales = Scales(turns, means, [], top, pooled(maps).mean(0), torch.cat(wide).mean(0))
    scales.spread = [float(flat(x).var(0).mean()) for x in targets(maps, scales)]
    return scales


def pooled(maps: list[Tensor]) -> Tensor:
    """The features (batch, FEATURES): the mean of the last map."""
    return maps[-1].float().mean((2, 3))


def targets(maps: list[Tensor], scales: Scales) -> list[Tensor]:
    """The teacher's maps as the student shall have them."""
    out = []
    for x, g in zip(maps[:-1], GROUP_OF_BLOCK, strict=True):
        turn = scales.turn[g]
        shift = -(turn @ scales.mean[g])
        out.append(fn.conv2d(x, turn.to(x.dtype)[:, :, None, None], shift.to(x.dtype)))
    return [*out, maps[-1]]


# --- losses -------------------------------------------------------------------------------------------------


def hint_losses(student: MobileNetV2, views: Tensor, aims: list[Tensor], forced: float, scales: Scales):
    """Each stage's unexplained share of variance, and the last map.

    A stage is fed with the teacher's map with probability `forced`, otherwise with the student's own.
    """
    losses, x = [], views
    for i, aim in enumerate(aims):
        x = student.stage(i, x)
        gap = (x - aim).float()
        if i == len(aims) - 1:
            losses.append((gap / scales.top[:, None, None]).square().mean())
        else:
            losses.append(gap.square().mean() / scales.spread[i])
        last, x = x, (aim if torch.rand(()) < forced else x)
    return losses, last


def feature_loss(own: Tensor, aim: Tensor, centre: Tensor, s: Settings) -> Tensor:
    """Distance of pooled features (batch, FEATURES): direction, similarity structure and contrast."""
    own, aim = fn.normalize(own - centre), fn.normalize(aim - centre)
    cosine = 1 - (own * aim).sum(1).mean()
    structure = (own @ own.T - aim @ aim.T).square().mean()
    contrast = fn.cross_entropy(own @ aim.T / s.temperature, torch.arange(len(own)))
    return s.cosine_weight * cosine + s.similarity_weight * structure + s.contrast_weight * contrast


# --- judging ------------------------------------------------------------------------------------------------


def neighbour_accuracy(features: np.ndarray, labels: np.ndarray) -> float:
    """Accuracy of the weighted vote of 10 nearest neighbours, every second photo of a class as the index."""
    features = features / np.linalg.norm(features, axis=1, keepdims=True)
    known = np.zeros(len(labels), bool)
    names, codes = np.unique(labels, return_inverse=True)
    for code in range(len(names)):
        known[np.flatnonzero(codes == code)[::2]] = True
    similar = features[~known] @ features[known].T
    nearest = np.argpartition(-similar, 10, axis=1)[:, :10]
    votes = np.zeros((len(similar), len(names)))
    for column in nearest.T:
        votes[np.arange(len(similar)), codes[known][column]] += similar[np.arange(len(similar)), column]
    return float((votes.argmax(1) == codes[~known]).mean())


@torch.no_grad()
def features_at(net: MobileNetV2, photos: list[Image.Image], size: int) -> np.ndarray:
    """Pooled features (photos, FEATURES) of whole photos squashed to size x size."""
    out = []
    for start in range(0, len(photos), 64):
        batch = [p.resize((size, size), Image.Resampling.BICUBIC) for p in photos[start : start + 64]]
        views = torch.from_numpy(np.stack([np.asarray(p) for p in batch])).permute(0, 3, 1, 2) / 127.5 - 1
        out.append(net(views.contiguous(memory_format=torch.channels_last))[-1].mean((2, 3)).numpy())
    return np.concatenate(out)


class Judge:
    """Neighbour accuracy within each group of labelled photos, as a share of the teacher's at its size."""

    def __init__(self, labelled: Path, teacher: MobileNetV2, cache: Path, s: Settings):
        files = photo_files(labelled)
        self.photos = [photo.convert("RGB") for _, photo in files]
        self.labels = np.array(["/".join(name.split("/")[-3:-1]) for name, _ in files])
        self.groups = np.array([label.split("/")[0] for label in self.labels])
        if not cache.exists():
            np.save(cache, features_at(teacher, self.photos, s.teacher_size))
        self.reference = self.accuracies(np.load(cache))

    def accuracies(self, features: np.ndarray) -> dict[str, float]:
        """Group -> accuracy of features (photos, FEATURES)."""
        groups = {g: self.groups == g for g in ("intel", "sports", "caltech", "food")}
        return {g: neighbour_accuracy(features[of], self.labels[of]) for g, of in groups.items()}

    def shares(self, student: MobileNetV2, size: int) -> dict[str, float]:
        """Group -> share for the student at size x size pixels."""
        own = self.accuracies(features_at(student, self.photos, size))
        return {g: own[g] / self.reference[g] for g in own}


# --- loop ---------------------------------------------------------------------------------------------------


def optimisers(student: MobileNetV2, s: Settings) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the 1x1 convolutions, AdamW for the rest."""
    matrices = [p for p in student.parameters() if p.ndim == 2]
    others = [p for p in student.parameters() if p.ndim != 2]
    return [
        torch.optim.Muon(matrices, lr=s.matrix_rate, weight_decay=s.decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=s.rate, weight_decay=0, betas=(0.9, 0.98)),
    ]


def share_gradients(student: MobileNetV2) -> None:
    """Replace each worker's gradients by their mean over the workers."""
    gradients = [p.grad for p in student.parameters()]
    joined = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(joined)
    joined /= dist.get_world_size()
    for g, mean in zip(gradients, joined.split([g.numel() for g in gradients]), strict=True):
        g.copy_(mean.view_as(g))


def cycle(progress: float, warmup: float) -> float:
    """The learning rate's factor: a linear rise, then half a cosine down to 0."""
    if progress < warmup:
        return progress / warmup
    return 0.5 * (1 + float(np.cos(np.pi * min((progress - warmup) / (1 - warmup), 1))))


@dataclass
class Run:
    """What a checkpoint keeps besides weights: photos seen and hours trained so far."""

    seen: int = 0
    hours: float = 0.0


@dataclass
class Worker:
    """One of the processes: it takes its share of every batch; the first one also judges, logs and saves."""

    s: Settings
    work: Path
    photos: np.ndarray
    teacher: MobileNetV2
    scales: Scales
    student: MobileNetV2
    mean: MobileNetV2  # the running mean of the student's weights: what is judged and shipped
    optims: list[torch.optim.Optimizer]
    run: Run
    judge: Judge | None  # of the first worker


def losses(worker: Worker, photos: np.ndarray) -> tuple[Tensor, list[float]]:
    """The sum to descend for these photos and its parts to log: hints of all stages, features."""
    s, scales, seen = worker.s, worker.scales, worker.run.seen
    sharp = seen >= s.sharp
    forced = float(np.clip((s.unforced - seen) / (s.unforced - s.forced), 0, 1))
    wide = make_views(photos, s.teacher_size if sharp else s.size, s).bfloat16()
    views = (
        fn.interpolate(wide.float(), s.size, mode="bilinear", antialias=True).bfloat16() if sharp else wide
    )
    with torch.no_grad():
        aims = targets(worker.teacher(views), scales)
        aim = aims[-1].float().mean((2, 3))
        if sharp:
            top = worker.teacher(wide)[-1]
            aims[-1] = fn.adaptive_avg_pool2d(top, aims[-1].shape[-2:])
            aim = top.float().mean((2, 3))
    hints, last = hint_losses(worker.student, views, aims, forced, scales)
    features = feature_loss(pooled([last]), aim, scales.sharp_centre if sharp else scales.centre, s)
    blocks = sum(hints[:-1]) * (s.sharp_hint if sharp else 1)
    total = blocks + s.map_weight * hints[-1] + features
    return total, [*(float(h.detach()) for h in hints), float(features.detach())]


def step(worker: Worker, rank: int) -> list[float]:
    """One step of all workers; the parts of this worker's loss."""
    s, run = worker.s, worker.run
    rows = np.random.default_rng((run.seen, rank)).integers(len(worker.photos), size=s.batch)
    for optim in worker.optims:
        optim.zero_grad()
    total, parts = losses(worker, worker.photos[np.sort(rows)])
    total.backward()
    share_gradients(worker.student)
    for optim in worker.optims:
        optim.step()
    run.seen += s.batch * s.workers
    steps = run.seen / (s.batch * s.workers)
    decay = min(s.average, steps / (steps + 10))
    with torch.no_grad():
        torch._foreach_lerp_(list(worker.mean.parameters()), list(worker.student.parameters()), 1 - decay)
    return parts


def save(worker: Worker) -> None:
    """The checkpoint, and the kernels and biases of the running mean under Keras's names."""
    state = {"student": worker.student.state_dict(), "mean": worker.mean.state_dict()}
    state |= {"optims": [o.state_dict() for o in worker.optims], "run": asdict(worker.run)}
    state["scales"] = asdict(worker.scales)  # the directions that the student's maps are trained to
    torch.save(state, worker.work / "checkpoint.tmp")
    (worker.work / "checkpoint.tmp").replace(worker.work / "checkpoint.pt")
    arrays = {}
    for name, (layer, _) in worker.mean.layers().items():
        weight = layer.weight if layer.weight.ndim == 4 else layer.weight[:, :, None, None]
        order = (2, 3, 0, 1) if layer.groups > 1 else (2, 3, 1, 0)
        arrays[f"{name}/kernel"] = weight.detach().permute(order).numpy()
        arrays[f"{name}/bias"] = layer.bias.detach().numpy()
    np.savez(worker.work / "student.npz", **arrays)


def restore(worker: Worker) -> None:
    """Continue from the checkpoint where there is one."""
    if not (worker.work / "checkpoint.pt").exists():
        return
    state = torch.load(worker.work / "checkpoint.pt")
    worker.student.load_state_dict(state["student"])
    worker.mean.load_state_dict(state["mean"])
    for optim, saved in zip(worker.optims, state["optims"], strict=True):
        optim.load_state_dict(saved)
    worker.run = Run(**state["run"])
    worker.scales = Scales(**state["scales"])


def report(worker: Worker, judge: Judge, parts: np.ndarray) -> None:
    """A row of log.csv: mean losses since the last row, and the shares of the teacher's accuracy."""
    shares = judge.shares(worker.mean, worker.s.size)
    row = {"hours": f"{worker.run.hours:.2f}", "photos": worker.run.seen}
    row |= dict(zip(("hints", "map", "features"), (parts[:-2].mean(), *parts[-2:]), strict=True)) | shares
    row = {name: f"{x:.3f}" if isinstance(x, float) else x for name, x in row.items()}
    path = worker.work / "log.csv"
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)
    print(row, flush=True)


def agreed_time() -> float:
    """The first worker's clock, so that all of them stop at the same step."""
    clock = torch.tensor([time.time()], dtype=torch.float64)
    dist.broadcast(clock, 0)
    return float(clock)


def stretch(worker: Worker, rank: int, hours: float, peak: float) -> None:
    """Train for so many hours, with one cycle of the learning rate up to `peak` times the settings'."""
    s, run = worker.s, worker.run
    begin, before = agreed_time(), run.hours
    judged = saved = begin
    rates = (s.matrix_rate, s.rate)
    parts, progress = [], 0.0
    while progress < 1:
        now = agreed_time()
        progress = (now - begin) / 3600 / hours
        for optim, rate in zip(worker.optims, rates, strict=True):
            optim.param_groups[0]["lr"] = rate * peak * cycle(progress, s.warmup)
        parts.append(step(worker, rank))
        run.hours = before + (now - begin) / 3600
        if worker.judge is None:
            continue
        if progress >= 1 or now - saved > s.save_minutes * 60:
            save(worker)
            saved = now
            print(
                f"{run.hours:.2f} h, {run.seen} photos, {np.round(np.mean(parts[-200:], 0), 3)}", flush=True
            )
        if progress >= 1 or now - judged > s.judge_minutes * 60:
            report(worker, worker.judge, np.mean(parts, 0))
            judged, parts = now, []


def start(rank: int, args: argparse.Namespace, s: Settings) -> None:
    """A worker process from its first to its last step."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", f"file://{args.work / 'meet'}", rank=rank, world_size=s.workers)
    photos = np.load(args.work / "photos.npy", mmap_mode="r")
    full = load_teacher(args.teacher)
    judge = Judge(args.labelled, full, args.work / f"labelled{s.teacher_size}.npy", s) if rank == 0 else None
    torch.manual_seed(0)
    student, mean = MobileNetV2(s.width), MobileNetV2(s.width).requires_grad_(False)
    teacher = full.bfloat16()
    scales = calibrate(teacher, photos, s)  # the same in all workers, by the seed
    worker = Worker(
        s, args.work, photos, teacher, scales, student, mean, optimisers(student, s), Run(), judge
    )
    restore(worker)
    torch.manual_seed(1000 + worker.run.seen + rank)
    stretch(worker, rank, args.hours, args.peak)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, action="append", required=True, help="zip file or folder")
    parser.add_argument("--labelled", type=Path, required=True, help="zip file of group/label/photo to judge")
    parser.add_argument("--teacher", type=Path, required=True, help="Keras's h5 of width 1.0 without top")
    parser.add_argument("--work", type=Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--hours", type=float, required=True, help="length of this stretch")
    parser.add_argument("--peak", type=float, default=1.0, help="this stretch's share of the learning rates")
    args = parser.parse_args()
    s = Settings()
    args.work = args.work.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    (args.work / "meet").unlink(missing_ok=True)  # left by a run that was ended
    decode(args.photos, s.stored, args.work / "photos.npy")
    mp.spawn(start, (args, s), nprocs=s.workers)


if __name__ == "__main__":
    main()
