"""What is uploaded is taken apart with care: no archive leads out, swells or hides."""

import zipfile
from io import BytesIO
from random import Random

import pytest

from ltitool.core.errors import BrokenScenario
from ltitool.core.media import LARGEST
from ltitool.core.upload import LARGEST_PACKAGE, MOST_FILES, unpacked
from tests.core.stories import SHORT


def packed(files: dict[str, bytes | str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def problems_of(content: bytes) -> str:
    with pytest.raises(BrokenScenario) as broken:
        unpacked(content)
    return " ".join(broken.value.problems)


def test_a_story_alone_is_taken_as_it_is() -> None:
    assert unpacked(SHORT.encode()).source == SHORT


@pytest.mark.parametrize("folder", ["", "door/"])
def test_a_package_has_a_story_its_media_and_its_translations(folder: str) -> None:
    files: dict[str, bytes | str] = {
        f"{folder}door.yaml": SHORT,
        f"{folder}door.cy.yaml": "a: b",
        f"{folder}media/door.png": b"png",
        "__MACOSX/._door.yaml": b"x",
    }
    upload = unpacked(packed(files))

    assert upload.source == SHORT
    assert upload.overlays == {"door.cy.yaml": "a: b"}
    assert upload.media == {"media/door.png": b"png"}


@pytest.mark.parametrize(
    "name", ["../door.yaml", "/etc/door.yaml", "a\\..\\door.yaml", "C:/door.yaml", "x/../../y.png"]
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    assert "leads out of the archive" in problems_of(packed({"door.yaml": SHORT, name: "x"}))


def test_every_problem_of_an_archive_is_told_at_once() -> None:
    told = problems_of(packed({"a.yaml": b"\xff", "b.yaml": "x", "run.sh": "x", "sub/c.yaml": "x"}))

    for words in ("“run.sh” does not belong", "“sub/c.yaml” does not", "2 stories", "a.yaml: line"):
        assert words in told


def test_an_archive_without_a_story_is_told_so() -> None:
    assert "holds 0 stories" in problems_of(packed({"media/a.png": b"x"}))


def test_a_file_that_swells_is_refused_before_it_is_unpacked() -> None:
    bomb = packed({"door.yaml": SHORT, "media/bomb.png": b"\0" * 40_000_000})

    assert "200 times as large" in problems_of(bomb)


def test_a_file_that_is_too_large_is_read_no_further_than_it_may_be() -> None:
    upload = unpacked(packed({"door.yaml": SHORT, "media/a.png": Random(1).randbytes(3_000_000)}))

    assert len(upload.media["media/a.png"]) == LARGEST + 1


def test_many_files_that_swell_are_refused_together() -> None:
    bombs: dict[str, bytes | str] = {f"media/{n}.png": b"\0" * 3_000_000 for n in range(30)}

    assert "Unpacked it has more than" in problems_of(packed({"door.yaml": SHORT, **bombs}))


def test_an_archive_of_very_many_files_is_refused() -> None:
    many: dict[str, bytes | str] = {f"media/{n}": "" for n in range(MOST_FILES + 1)}

    assert "at most" in problems_of(packed(many))


def test_a_story_that_swells_is_refused_by_its_size() -> None:
    assert "a story fits into" in problems_of(packed({"door.yaml": b"a" * 1_000_000}))


def test_an_archive_that_is_too_large_is_not_opened() -> None:
    assert "more than" in problems_of(b"PK\x03\x04" + b"\0" * LARGEST_PACKAGE)


def test_a_link_in_an_archive_is_not_followed() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("door.yaml", SHORT)
        link = zipfile.ZipInfo("media/passwd.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert "only points to another file" in problems_of(made.getvalue())


@pytest.mark.parametrize("keep", [10, 60, 200])
def test_an_archive_cut_short_cannot_be_unpacked(keep: int) -> None:
    assert "cannot be unpacked" in problems_of(packed({"door.yaml": SHORT})[:keep])
