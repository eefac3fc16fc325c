"""XMP sidecars: hashtags as keywords beside a photo, which is not touched, in a file that keeps all else.

Immich, PhotoPrism, darktable and digiKam read `photo.jpg.xmp`; the keywords are `dc:subject`, an unordered
bag, without `#` (XMP specification part 1, 8.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.dom.minidom import Document, Element, Node, Text
from xml.parsers.expat import ExpatError

from hashtagger.errors import SidecarError
from hashtagger.folders import store
from hashtagger.hashtags import normalize

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
MAX_BYTES = 16_000_000  # of a sidecar
_LISTS = ("Bag", "Seq", "Alt")
_HELD = {code: chr(0xE000 + code) for code in (9, 10, 13)}  # private characters stand in while XML is written
_EMPTY = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about=""/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def sidecar_of(photo: Path) -> Path:
    """Return where the sidecar of a photo stands: `photo.jpg.xmp` beside `photo.jpg`."""
    return photo.with_name(f"{photo.name}.xmp")


def write_sidecar(photo: Path, names: Sequence[str]) -> Path:
    """Add hashtags to the keywords in a photo's sidecar, which is made where there is none, and return it.

    Keywords that are there stay, as does all else. Raises SidecarError where the sidecar cannot be read as
    XMP, and then leaves it as it is, or cannot be written.
    """
    path = sidecar_of(photo)
    try:
        real = path.resolve()  # what a link leads to is replaced, not the link
        there = real.exists()
        before = real.read_bytes() if there else _EMPTY.encode()
        after = _with_keywords(before, names)
        if after != before:
            store(after, real, real.stat().st_mode & 0o777 if there else 0o644)
    except OSError as error:
        raise SidecarError(f"{path}: cannot be written ({error.strerror or error})") from error
    except (ExpatError, ValueError, LookupError, RecursionError) as error:
        raise SidecarError(f"{path}: no readable XMP, so it was left as it is ({error})") from error
    return path


def _with_keywords(data: bytes, names: Sequence[str]) -> bytes:
    """Return a sidecar with `names` among its keywords; raises what parsers raise where it is none."""
    from defusedxml import minidom

    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES // 1_000_000} MB")
    document: Document = minidom.parseString(data, forbid_dtd=True)  # its errors are ValueErrors
    root = next(iter(document.getElementsByTagNameNS(RDF, "RDF")), None)
    if root is None:
        raise ValueError("no rdf:RDF in it")
    lists = [
        items
        for subject in root.getElementsByTagNameNS(DC, "subject")
        for kind in _LISTS
        for items in subject.getElementsByTagNameNS(RDF, kind)
    ]
    there = {normalize(_joined(item)) for items in lists for item in items.getElementsByTagNameNS(RDF, "li")}
    new = [name for name in dict.fromkeys(names) if normalize(name) not in there]
    if not new:
        return data
    bag = lists[0] if lists else _new_bag(document, root)
    for name in new:
        _child(document, bag, RDF, "rdf", "li").appendChild(document.createTextNode(name))
    return _written(document)


def _written(document: Document) -> bytes:
    """Return a document as XML; line breaks in attributes, which readers fold, stay what they are."""
    for element in document.getElementsByTagName("*"):
        for attribute in element.attributes.values():
            attribute.value = attribute.value.translate(_HELD)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>'] if document.version else []
    text = "\n".join([*parts, *(node.toxml() for node in document.childNodes)]) + "\n"
    for code, held in _HELD.items():
        text = text.replace(held, f"&#{code};")
    return text.encode()


def _joined(item: Element) -> str:
    """Return the text of a keyword without its spaces, as hashtags are written."""
    text = "".join(node.data for node in item.childNodes if isinstance(node, Text))
    return "".join(text.split())


def _new_bag(document: Document, root: Element) -> Element:
    """Return an empty bag of keywords in the first description, which is made where there is none."""
    description = _first(root, RDF, "Description")
    if description is None:
        description = _child(document, root, RDF, "rdf", "Description")
        description.setAttribute("rdf:about", "")
    subject = _first(description, DC, "subject") or _child(document, description, DC, "dc", "subject")
    return _child(document, subject, RDF, "rdf", "Bag")


def _first(parent: Element, namespace: str, name: str) -> Element | None:
    """Return the first such element directly in `parent`."""
    found = (node for node in parent.childNodes if isinstance(node, Element))
    return next((node for node in found if (node.namespaceURI, node.localName) == (namespace, name)), None)


def _child(document: Document, parent: Element, namespace: str, prefix: str, name: str) -> Element:
    """Return a new last element in `parent`, which says what its prefix means where nothing around does."""
    child = document.createElementNS(namespace, f"{prefix}:{name}")
    parent.appendChild(child)
    around: Node | None = parent
    while around is not None and not (isinstance(around, Element) and around.hasAttribute(f"xmlns:{prefix}")):
        around = around.parentNode
    if not (isinstance(around, Element) and around.getAttribute(f"xmlns:{prefix}") == namespace):
        child.setAttribute(f"xmlns:{prefix}", namespace)
    return child
