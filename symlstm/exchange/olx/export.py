"""A collection as OLX, the XML that Open edX imports: a library of problems, and a course with a unit for each of them.

In comes a collection, out goes a package. `library/` is for reading and for keeping under version control; `library.tar.gz` is the same
and imports as a legacy library, from which Studio makes one of the new kind; `course.tar.gz` imports as a course in every release, and
its units can be copied from there into others.
"""

from __future__ import annotations

from collections.abc import Mapping

from symlstm.exchange.exercise import Collection, OptionsItem
from symlstm.exchange.olx.archive import archived
from symlstm.exchange.olx.losses import Losses
from symlstm.exchange.olx.markup import attribute
from symlstm.exchange.olx.problem import problem
from symlstm.exchange.package import Package

_ORGANISATION = "symlstm"
_RUN = "export"


def export(collection: Collection) -> Package:
    """The package of a collection.

    >>> from symlstm.exchange.exercise import Exercise
    >>> list(export(Collection("a", "A unit", (Exercise("a", "A unit", (), ()),))).files)
    ['library/library.xml', 'library/problem/a.xml', 'library.tar.gz', 'course.tar.gz']
    """
    losses, none = Losses(), _none_holds(collection)
    titles = _titles(collection)
    problems = {f"problem/{each.id}.xml": problem(each, titles[each.id], none, losses).encode() for each in collection.exercises}
    library = {f"library/{name}": data for name, data in (("library.xml", _library(collection)), *problems.items())}
    course = {f"course/{name}": data for name, data in {**_course(collection, titles), **problems}.items()}
    return Package({**library, "library.tar.gz": archived(library), "course.tar.gz": archived(course)}, losses.warnings())


def _titles(collection: Collection) -> Mapping[str, str]:
    """What each problem is called: variants by their number."""
    several = len(collection.exercises) > 1
    return {each.id: f"{each.title}, variant {k}" if several else each.title for k, each in enumerate(collection.exercises, 1)}


def _none_holds(collection: Collection) -> frozenset[int]:
    """The questions in some variant of which no statement holds."""
    return frozenset(item.question for exercise in collection.exercises for item in exercise.items
                     if isinstance(item, OptionsItem) and not any(option.holds for option in item.options))


def _library(collection: Collection) -> bytes:
    inner = "".join(f'  <problem url_name="{exercise.id}"/>\n' for exercise in collection.exercises)
    return (f'<library url_name="library" xblock-family="xblock.v1" display_name="{attribute(collection.title)}" '
            f'org="{_ORGANISATION}" library="{collection.id}">\n{inner}</library>\n').encode()


def _course(collection: Collection, titles: Mapping[str, str]) -> dict[str, bytes]:
    """The course around the problems: one section with one subsection, and a unit for each problem; no two have one name."""
    title, id = attribute(collection.title), collection.id
    units = "".join(f'  <vertical url_name="{own}-unit"/>\n' for own in titles)
    files = {
        "course.xml": f'<course url_name="{_RUN}" org="{_ORGANISATION}" course="{id}"/>\n',
        f"course/{_RUN}.xml": f'<course display_name="{title}" language="en">\n  <chapter url_name="{id}-section"/>\n</course>\n',
        f"chapter/{id}-section.xml": f'<chapter display_name="{title}">\n  <sequential url_name="{id}-subsection"/>\n</chapter>\n',
        f"sequential/{id}-subsection.xml": f'<sequential display_name="{title}">\n{units}</sequential>\n',
    }
    for own, named in titles.items():
        unit = f'<vertical display_name="{attribute(named)}">\n  <problem url_name="{own}"/>\n</vertical>\n'
        files[f"vertical/{own}-unit.xml"] = unit
    return {name: text.encode() for name, text in files.items()}
