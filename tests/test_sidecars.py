"""XMP sidecars: what is written is read back by exiftool, and what was there stays."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import THEMES, Corpus
from defusedxml import ElementTree
from test_cli import ask

from hashtagger.errors import SidecarError
from hashtagger.photo_folders import subjects
from hashtagger.sidecars import write_sidecar

NAMES = ["cats", "猫", "กรุงเทพ", "طبيعة", "café", "🌊"]
DARKTABLE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:darktable="http://darktable.sf.net/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmp:Rating="4" darktable:history="a&#10;b&#9;c &amp; &quot;d&quot;">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Café &lt;1&gt;</rdf:li></rdf:Alt></dc:title>
   <dc:subject><rdf:Bag><rdf:li>Cats</rdf:li><rdf:li>Golden hour</rdf:li></rdf:Bag></dc:subject>
   <darktable:params><![CDATA[<raw & data>]]></darktable:params>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""


@pytest.fixture
def photo(corpus: Corpus, tmp_path: Path) -> Path:
    """Return a photo of the sea in a folder of its own."""
    return Path(shutil.copy(corpus.photos["sea"], tmp_path / "sea.jpg"))


def read_back(sidecar: Path) -> dict[str, object]:
    """Return the fields that exiftool finds; skip where there is none."""
    exiftool = shutil.which("exiftool")
    if not exiftool:
        pytest.skip("no exiftool here: apt-get install libimage-exiftool-perl")
    done = subprocess.run([exiftool, "-json", "-struct", "-b", str(sidecar)], capture_output=True, check=True)
    assert b"Warning" not in done.stderr
    return json.loads(done.stdout)[0]


def test_exiftool_reads_the_same_subjects(photo: Path) -> None:
    sidecar = write_sidecar(photo, NAMES)
    assert sidecar == photo.with_name("sea.jpg.xmp")
    assert read_back(sidecar)["Subject"] == NAMES


def test_existing_fields_survive(photo: Path) -> None:
    sidecar = photo.with_name("sea.jpg.xmp")
    sidecar.write_text(DARKTABLE, "utf-8")
    sidecar.chmod(0o640)
    write_sidecar(photo, ["cats", "goldenhour", "sea", "sea"])
    text = sidecar.read_text("utf-8")
    for kept in ('x:xmptk="XMP Core', "made by hand", "<![CDATA[<raw & data>]]>", "a&#10;b&#9;c", "version="):
        assert kept in text
    assert stat.S_IMODE(sidecar.stat().st_mode) == (0o640 if os.name != "nt" else 0o666)
    before, after = (ElementTree.fromstring(xml) for xml in (DARKTABLE, text))
    assert [element.attrib for element in before.iter() if "about" in str(element.attrib)] == [
        element.attrib for element in after.iter() if "about" in str(element.attrib)
    ]
    fields = read_back(sidecar)
    assert fields["Subject"] == ["Cats", "Golden hour", "sea"]
    assert (fields["Rating"], fields["Title"]) == (4, "Café <1>")


def test_writing_twice_changes_nothing(photo: Path) -> None:
    sidecar = write_sidecar(photo, NAMES)
    first = sidecar.read_bytes()
    assert write_sidecar(photo, NAMES).read_bytes() == first
    write_sidecar(photo, [*NAMES, "sea"])
    assert subjects(sidecar.read_bytes()) == [*NAMES, "sea"]


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<r:Description r:about=''/>",
        "<r:Description r:about=''><d:subject xmlns:d='http://purl.org/dc/elements/1.1/'/></r:Description>",
        "<r:Description r:about='' xmlns:dc='urn:other'/>",
        "<r:Description><d:subject xmlns:d='http://purl.org/dc/elements/1.1/'><r:Seq/></d:subject></r:Description>",
    ],
)
def test_whatever_prefixes_a_sidecar_uses(photo: Path, inside: str) -> None:
    rdf = f"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{inside}</r:RDF>"
    sidecar = photo.with_name("sea.jpg.xmp")
    sidecar.write_text(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{rdf}</x:xmpmeta>")
    write_sidecar(photo, ["sea", "🌊"])
    assert subjects(sidecar.read_bytes()) == ["sea", "🌊"]
    assert read_back(sidecar)["Subject"] == ["sea", "🌊"]


BOMB = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"


@pytest.mark.parametrize(
    "broken",
    [b"", b"no XML", DARKTABLE[:600].encode(), b"<html/>", BOMB.encode(), b"\x00\xff", b"<a>" * 50_000,
     b"<a>" * 5000 + b"</a>" * 5000, b"<?xml version='1.0' encoding='no-such'?><a/>", b" " * 16_000_001],
)  # fmt: skip
def test_a_broken_sidecar_is_left_alone(photo: Path, broken: bytes) -> None:
    sidecar = photo.with_name("sea.jpg.xmp")
    sidecar.write_bytes(broken)
    with pytest.raises(SidecarError, match=r"sea\.jpg\.xmp: no readable XMP, so it was left as it is"):
        write_sidecar(photo, ["sea"])
    assert sidecar.read_bytes() == broken
    assert sorted(photo.parent.iterdir()) == [photo, sidecar]


def test_suggest_writes_it_and_leaves_the_photo_alone(photo: Path, corpus: Corpus) -> None:
    before = photo.read_bytes()
    answer = ask("suggest", photo, "--model", corpus.model, "-k", 3, "--write-xmp")
    sidecar = photo.with_name("sea.jpg.xmp")
    assert (answer.code, answer.err) == (0, f"Wrote {sidecar}\n")
    assert set(subjects(sidecar.read_bytes())) == set(THEMES["sea"])
    assert photo.read_bytes() == before


def test_nothing_to_write_is_said(photo: Path, corpus: Corpus) -> None:
    answer = ask("suggest", photo, "--limit", 0, "--write-xmp", "--model", corpus.model)
    assert (answer.code, answer.err) == (0, f"{photo}: no hashtags to write\n")
    assert not photo.with_name("sea.jpg.xmp").exists()


def test_one_broken_sidecar_does_not_stop_the_rest(photo: Path, corpus: Corpus) -> None:
    other = Path(shutil.copy(corpus.photos["cats"], photo.with_name("zzz.jpg")))
    photo.with_name("sea.jpg.xmp").write_text("<broken")
    answer = ask("suggest", photo, other, "--model", corpus.model, "--write-xmp")
    assert answer.code == 1
    assert answer.err.startswith(f"Error: {photo}.xmp: no readable XMP")
    assert answer.err.splitlines()[1] == f"Wrote {other}.xmp"
    assert answer.out.count("#sea") > 0
    assert ask("suggest", "-", "--write-xmp", stdin=b"").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_leads_to_the_sidecar_that_is_changed(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    link, target = photo.with_name("sea.jpg.xmp"), tmp_path / "kept" / "real.xmp"
    target.write_text(DARKTABLE, "utf-8")
    link.symlink_to(target)
    write_sidecar(photo, ["sea"])
    assert link.is_symlink()
    assert "sea" in subjects(target.read_bytes())
