"""The folder of an export: whole files, nothing lost that is somebody else's, nothing outside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import symlstm
from symlstm.exchange.package import MANIFEST, Package, written

ONE, TWO = Package({"a.txt": b"1", "deep/b.txt": b"2"}), Package({"a.txt": b"3"})


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST}


def test_the_same_again_and_another_one_over_it(tmp_path: Path) -> None:
    for package in (ONE, ONE, TWO):
        written(package, tmp_path / "out", "a")
        assert files(tmp_path / "out") == package.files


@pytest.mark.parametrize("before", [{"a.txt": b"mine"}, {"deep/b.txt/c": b"mine"}, {"deep": b"mine"}, {MANIFEST: b"[]"}, {MANIFEST: b'{"format": "other"}'}])
def test_what_is_somebody_s_own_stays(tmp_path: Path, before: dict[str, bytes]) -> None:
    for name, data in before.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    with pytest.raises(symlstm.UsageError):
        written(ONE, tmp_path, "a")
    found = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == before


def test_a_changed_file_of_ours_is_somebody_s_own(tmp_path: Path) -> None:
    written(ONE, tmp_path, "a")
    (tmp_path / "a.txt").write_bytes(b"edited")
    with pytest.raises(symlstm.UsageError, match=r"a\.txt: stands there already"):
        written(TWO, tmp_path, "a")
    assert (tmp_path / "a.txt").read_bytes() == b"edited"


def test_links_lead_nowhere(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (inside / "deep").symlink_to(outside)
    with pytest.raises(symlstm.UsageError, match="a link"):
        written(ONE, inside, "a")
    assert not list(outside.iterdir())


def test_a_manifest_leads_to_no_file_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"1")
    folder = tmp_path / "out"
    written(TWO, folder, "a")
    manifest = folder / MANIFEST
    manifest.write_text(manifest.read_text().replace('"a.txt"', '"../secret"').replace(manifest.read_text().split('"')[-2], "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"))
    (folder / "a.txt").unlink()
    written(ONE, folder, "a")
    assert (tmp_path / "secret").exists()


@pytest.mark.parametrize("folder", ["file", "file/deeper"])
def test_a_file_is_no_folder(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(symlstm.UsageError):
        written(ONE, tmp_path / folder, "a")


def test_two_exports_in_one_folder(tmp_path: Path) -> None:
    other = Package({"q.txt": b"q", "deep/b.txt": b"2"})
    written(ONE, tmp_path, "a")
    written(other, tmp_path, "b")
    assert files(tmp_path) == {**ONE.files, **other.files}
    written(TWO, tmp_path, "a")
    assert files(tmp_path) == {**TWO.files, **other.files}


@pytest.mark.parametrize("link", ["deep", "deep/b.txt"])
def test_what_was_put_elsewhere_and_linked_stays(tmp_path: Path, link: str) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    written(ONE, inside, "a")
    (inside / link).rename(outside)
    (inside / link).symlink_to(outside)
    written(TWO, inside, "a")
    found = outside / "b.txt" if outside.is_dir() else outside
    assert found.read_bytes() == b"2"
