"""Collecting what Moodle, Canvas and nbgrader's own folders hold, honest and hostile."""

import argparse
import json
import os
import stat
import unicodedata
import zipfile
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.utils import parse_utc

from grading.commands.collect import add_arguments, collect, run
from grading.errors import GradingError
from grading.gradebook import book
from grading.gradebook.row import Enrolled
from grading.lms import incoming, zip_file
from grading.lms.names import is_safe, plain_name, student_id
from grading.lms.people import bears

MOODLE = "Ada Lovelace_12345_assignsubmission_file_/"


@pytest.fixture
def root(tmp_path) -> Path:
    """A course folder with two assignments."""
    for name in ["practice", "rotation"]:
        folder = tmp_path / "course/solutions" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text("{}")
    return tmp_path / "course"


@pytest.fixture
def pack(tmp_path):
    """Make a zip: pack({name: text}) without times, or of (ZipInfo, text) pairs."""

    def made(members, method=zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / "submissions.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in members.items() if isinstance(members, dict) else members:
                info = member(name, year=1980) if isinstance(name, str) else name
                archive.writestr(info, content, method)
        return path

    return made


def member(name: str, kind: int = stat.S_IFREG, year: int = 2027) -> zipfile.ZipInfo:
    """A zip's entry; the year 1980 stands for no time."""
    info = zipfile.ZipInfo(name, (year, 3, 1, 12, 30, 0))
    info.external_attr = (kind | 0o644) << 16
    return info


def stored(root: Path) -> dict[str, str]:
    """What lies below submitted/, by path."""
    submitted = root / "submitted"
    files = (path for path in submitted.rglob("*") if path.is_file())
    return {path.relative_to(submitted).as_posix(): path.read_text() for path in files}


def problems(rows) -> list[str]:
    return [row.problem for row in rows if row.problem]


ADA, LOVELACEADA = "ada-lovelace-12345", "lovelaceada-12345"


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (f"{MOODLE}practice.ipynb", ADA),
        (f"{MOODLE}work/practice.ipynb", ADA),
        ("Ada Lovelace_12345_assignsubmission_file/practice.ipynb", ADA),
        ("Ada Lovelace_12345_assignsubmission_file_practice.ipynb", ADA),
        (f"all of them/{MOODLE}practice.ipynb", ADA),
        ("Participant_12345_assignsubmission_file_/practice.ipynb", "participant-12345"),
        ("lovelaceada_12345_67890_practice.ipynb", LOVELACEADA),
        ("lovelaceada_LATE_12345_67890_practice-1.ipynb", LOVELACEADA),
        ("lovelaceada_late_12345_67890_Practice (2).ipynb", LOVELACEADA),
        ("12345_67890_practice.ipynb", "student-12345"),
        ("submissions/lovelaceada_12345_67890_practice.ipynb", LOVELACEADA),
        ("submitted/alice/practice/practice.ipynb", "alice"),
        ("course/submitted/alice/practice/practice.ipynb", "alice"),
        ("alice/practice/practice.ipynb", "alice"),
        ("alice/practice.ipynb", "alice"),
        ("class/alice/practice.ipynb", "alice"),
        ("class/alice/practice/practice.ipynb", "alice"),
        ("alice/practice/my answers.ipynb", "alice"),
    ],
)
def test_is_the_owner_read_from_the_names_of_every_lms(name, student, root, pack):
    [row] = collect(pack({name: "mine"}), root)
    assert (row.student, row.assignment, row.problem) == (student, "practice", "")
    assert stored(root) == {f"{student}/practice/practice.ipynb": "mine"}


def test_is_a_folder_read_as_its_zip_would_be(root, tmp_path):
    for name in [f"{MOODLE}practice.ipynb", "Bob_7_assignsubmission_file_/rotation.ipynb"]:
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True)
        path.write_text(name)
    rows = collect(tmp_path / "unpacked", root)
    assert [row.student for row in rows] == [ADA, "bob-7"]
    assert set(stored(root)) == {f"{ADA}/practice/practice.ipynb", "bob-7/rotation/rotation.ipynb"}


def test_are_name_and_number_of_the_lms_handed_on(root, pack):
    [row] = collect(pack({f"{MOODLE}practice.ipynb": ""}), root)
    assert (row.full_name, row.lms_user_id) == ("Ada Lovelace", "12345")


def test_does_the_class_list_decide_the_student_id(root, pack):
    [row] = collect(
        pack({f"{MOODLE}practice.ipynb": ""}), root, people=[Enrolled("ada", lms_user_id="12345")]
    )
    assert row.student == "ada"
    assert set(stored(root)) == {"ada/practice/practice.ipynb"}


@pytest.mark.parametrize("name", ["practice (1).ipynb", "my practice.ipynb", "rotation.ipynb"])
def test_does_any_single_notebook_count_where_the_assignment_is_named(name, root, pack):
    [row] = collect(pack({MOODLE + name: "mine"}), root, "practice")
    assert stored(root) == {f"{ADA}/practice/practice.ipynb": "mine"}
    assert not row.problem


def test_is_an_unknown_name_reported_and_not_guessed(root, pack):
    rows = collect(pack({f"{MOODLE}my answers.ipynb": "mine"}), root)
    [problem] = problems(rows)
    assert "my answers.ipynb is named like no assignment" in problem
    assert stored(root) == {}


def test_is_a_number_that_belongs_to_the_name_kept(root, pack):
    for name in ["week-1", "week-2"]:
        (root / "solutions" / name).mkdir()
        (root / "solutions" / name / f"{name}.ipynb").write_text("{}")
    names = ["a_1_10_week-1.ipynb", "a_1_11_week-2.ipynb", "a_1_12_week-2-1.ipynb"]
    collect(pack({name: name for name in names}), root)
    assert stored(root) == {
        "a-1/week-1/week-1.ipynb": "a_1_10_week-1.ipynb",
        "a-1/week-2/week-2.ipynb": "a_1_12_week-2-1.ipynb",
    }


def test_does_the_last_upload_to_canvas_win(root, pack):
    names = ["a_1_900_practice.ipynb", "a_1_1000_practice-1.ipynb", "a_1_950_practice-2.ipynb"]
    rows = collect(pack({name: name for name in names}), root)
    assert stored(root) == {"a-1/practice/practice.ipynb": "a_1_1000_practice-1.ipynb"}
    assert problems(rows) == []


def test_do_two_uploads_of_other_names_compete(root, pack):
    """Canvas keeps several files of one upload, and any of them may be the answer."""
    two = {"a_1_900_one.ipynb": "one", "a_1_901_two.ipynb": "two"}
    assert len(problems(collect(pack(two), root, "practice"))) == 1
    assert stored(root) == {}


def test_is_a_name_like_canvas_own_no_canvas_name_in_a_students_folder(root, pack):
    names = ["alice/hw_1_2_practice.ipynb", "bob/hw_1_2_practice.ipynb"]
    rows = collect(pack(dict.fromkeys(names, "x")), root, "practice")
    assert [row.student for row in rows] == ["alice", "bob"]


def test_is_nothing_overwritten_where_two_notebooks_compete(root, pack):
    collect(pack({f"{MOODLE}practice.ipynb": "first"}), root)
    two = {f"{MOODLE}a.ipynb": "one", f"{MOODLE}b.ipynb": "two"}
    two["Bob_7_assignsubmission_file_/c.ipynb"] = ""
    rows = collect(pack(two), root, "practice")
    [problem] = problems(rows)
    assert "a.ipynb and" in problem
    assert "b.ipynb are all for practice by" in problem
    assert stored(root)[f"{ADA}/practice/practice.ipynb"] == "first"
    assert "bob-7/practice/practice.ipynb" in stored(root)


def test_do_two_equal_notebooks_compete_with_nobody(root, pack):
    rows = collect(pack({f"{MOODLE}a.ipynb": "same", f"{MOODLE}b.ipynb": "same"}), root, "practice")
    assert problems(rows) == []
    assert stored(root) == {f"{ADA}/practice/practice.ipynb": "same"}


def test_does_the_notebook_with_the_assignments_name_go_first(root, pack):
    rows = collect(
        pack({f"{MOODLE}notes.ipynb": "notes", f"{MOODLE}practice.ipynb": "mine"}), root, "practice"
    )
    assert stored(root) == {f"{ADA}/practice/practice.ipynb": "mine"}
    [problem] = problems(rows)
    assert "notes.ipynb was left" in problem


def test_does_a_resubmission_replace_the_old_file_and_the_same_one_not(root, pack):
    [first] = collect(pack({f"{MOODLE}practice.ipynb": "first"}), root)
    before = os.stat(first.path)
    [same] = collect(pack({f"{MOODLE}practice.ipynb": "first"}), root)
    assert (first.replaced, same.replaced, same.unchanged) == (False, False, True)
    assert os.stat(first.path).st_ino == before.st_ino
    [second] = collect(pack({f"{MOODLE}practice.ipynb": "second"}), root)
    assert second.replaced
    assert stored(root) == {f"{ADA}/practice/practice.ipynb": "second"}


@pytest.mark.parametrize("content", ["", "no notebook at all", "\0" * 100])
def test_is_a_broken_notebook_collected_for_grading_to_say_so(content, root, pack):
    [row] = collect(pack({f"{MOODLE}practice.ipynb": content}), root)
    assert row.path.read_text() == content


def test_are_the_leavings_of_systems_and_editors_ignored(root, pack):
    junk = ["__MACOSX/x/._practice.ipynb", ".DS_Store", f"{MOODLE}._practice.ipynb"]
    junk.append(f"{MOODLE}.ipynb_checkpoints/practice-checkpoint.ipynb")
    text = "Ada Lovelace_12345_assignsubmission_onlinetext_/onlinetext.html"
    rows = collect(pack(dict.fromkeys([*junk, text, f"{MOODLE}practice.ipynb"], "x")), root)
    assert [row.student for row in rows] == [ADA]
    assert problems(rows) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (f"{MOODLE}practice.pdf", "practice.pdf is no notebook."),
        (f"{MOODLE}practice.zip", "practice.zip is packed once more"),
        ("lovelaceada_12345_text.html", "lovelaceada_12345_text.html is no notebook."),
        ("practice.ipynb", "nobody can tell whose it is"),
        ("a/b/c/d/practice.ipynb", "nobody can tell whose it is"),
        ("CON/practice.ipynb", "CON cannot be a student's folder"),
        ("a+b/practice.ipynb", "a+b cannot be a student's folder"),
        (".ssh/practice.ipynb", ".ssh cannot be a student's folder"),
        ("al\x1b[2Jice/practice.ipynb", "al\\x1b[2Jice cannot be"),
    ],
)
def test_is_what_cannot_be_collected_named_in_one_sentence(name, sentence, root, pack):
    members = {name: "x", "Bob_7_assignsubmission_file_/practice.ipynb": "bob"}
    rows = collect(pack(members), root)
    [problem] = problems(rows)
    assert sentence in problem
    assert problem.isprintable()
    assert stored(root) == {"bob-7/practice/practice.ipynb": "bob"}


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([("../alice/practice.ipynb", "x")], "could lead out of the folder"),
        ([("/alice/practice.ipynb", "x")], "could lead out of the folder"),
        ([("alice/../../practice.ipynb", "x")], "could lead out of the folder"),
        ([("..\\alice\\practice.ipynb", "x")], "could lead out of the folder"),
        ([("C:alice/practice.ipynb", "x")], "could lead out of the folder"),
        ([("alice//practice.ipynb", "x")], "could lead out of the folder"),
        ([(member("alice/practice.ipynb", stat.S_IFLNK), "/etc/passwd")], "symbolic link"),
        ([(member("alice/practice.ipynb", stat.S_IFCHR), "")], "no ordinary file"),
        ([("alice/practice.ipynb", "x"), ("alice/practice.ipynb", "y")], "stands in it twice"),
        ([("alice/practice.ipynb", "x"), ("ALICE/practice.ipynb", "y")], "differ only in"),
        ([("alic\u00e9/practice.ipynb", "x"), ("alice\u0301/practice.ipynb", "y")], "differ only"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_is_a_dangerous_member_refused_and_the_rest_collected(entries, sentence, root, pack):
    rows = collect(pack([*entries, ("bob/practice.ipynb", "bob")]), root)
    [problem] = problems(rows)
    assert sentence in problem
    assert stored(root) == {"bob/practice/practice.ipynb": "bob"}
    assert {path.name for path in root.parent.iterdir()} == {"course", "submissions.zip"}


def test_is_one_student_with_two_spellings_named(root, pack):
    rows = collect(pack({"Alice/practice.ipynb": "x", "alice/rotation.ipynb": "y"}), root)
    assert "submitted/ has a student" in problems(rows)[0]
    assert len(stored(root)) == 1


def test_do_two_spellings_of_one_student_compete(root, pack):
    rows = collect(pack({"Al/practice.ipynb": "x", "al/practice/practice.ipynb": "x"}), root)
    assert len(problems(rows)) == 1
    assert stored(root) == {}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_is_a_method_refused_that_unpacks_without_limit(method, root, pack):
    rows = collect(pack({"alice/practice.ipynb": "x"}, method), root)
    assert "packed in an unusual way" in problems(rows)[0]


def altered(path: Path, *changes: tuple[bytes, int, bytes]) -> Path:
    """Change bytes of a zip at an offset behind each place where a signature stands."""
    content = bytearray(path.read_bytes())
    for signature, offset, value in changes:
        at = content.index(signature) + offset
        content[at : at + len(value)] = value
    path.write_bytes(content)
    return path


def test_is_an_encrypted_member_refused(root, pack):
    path = pack({"alice/practice.ipynb": "x"})
    rows = collect(altered(path, (b"PK\1\2", 8, b"\1"), (b"PK\3\4", 6, b"\1")), root)
    assert "is encrypted" in problems(rows)[0]


def test_is_a_member_with_broken_bytes_refused_alone(root, pack):
    path = pack({"alice/practice.ipynb": "alice", "bob/practice.ipynb": "bob"}, zipfile.ZIP_STORED)
    rows = collect(altered(path, (b"alicePK", 0, b"ALICE")), root)
    assert "cannot be read (BadZipFile)" in problems(rows)[0]
    assert stored(root) == {"bob/practice/practice.ipynb": "bob"}


def test_is_a_zip_refused_that_hides_members(root, pack):
    path = pack({"alice/practice.ipynb": "x", "bob/practice.ipynb": "y"})
    with pytest.raises(GradingError, match="lists other members"):
        collect(altered(path, (b"PK\5\6", 10, b"\3")), root)


@pytest.mark.parametrize("cut", [0, 10, 60, -1])
def test_is_a_broken_zip_refused_as_a_whole(cut, root, pack):
    path = pack({"alice/practice.ipynb": "x" * 50})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(GradingError, match="no zip, or a broken one"):
        collect(path, root)


def test_is_a_huge_notebook_refused_alone(root, pack, monkeypatch):
    monkeypatch.setattr(incoming, "LARGEST", 1000)
    rows = collect(
        pack({"alice/practice.ipynb": "x" * 1001, "bob/practice.ipynb": "x" * 1000}), root
    )
    assert "alice/practice.ipynb is larger than" in problems(rows)[0]
    assert set(stored(root)) == {"bob/practice/practice.ipynb"}


def test_are_real_bytes_counted_and_not_announced_ones(root, pack, monkeypatch):
    monkeypatch.setattr(incoming, "SMALL", 10_000)
    path = pack({f"s{number}/practice.ipynb": "x" * 500_000 for number in range(3)})
    with pytest.raises(GradingError, match="zip bomb"):
        collect(path, root)
    assert stored(root) == {}


def test_is_an_honest_class_no_bomb(root, pack, monkeypatch):
    monkeypatch.setattr(incoming, "SMALL", 10_000)
    noise = os.urandom(30_000).hex()
    assert problems(collect(pack({"alice/practice.ipynb": noise}), root)) == []


def test_is_a_class_of_too_many_bytes_refused(root, tmp_path, monkeypatch):
    monkeypatch.setattr(incoming, "TOTAL", 10)
    (tmp_path / "in/alice").mkdir(parents=True)
    (tmp_path / "in/alice/practice.ipynb").write_text("x" * 11)
    with pytest.raises(GradingError, match="come to more than"):
        collect(tmp_path / "in", root)


def test_are_too_many_members_refused(root, pack, monkeypatch):
    path = pack({f"{number}/practice.ipynb": "" for number in range(40)})
    monkeypatch.setattr(zip_file, "MEMBERS", 39)
    with pytest.raises(GradingError, match="more than 39 members"):
        collect(path, root)
    monkeypatch.setattr(zip_file, "DIRECTORY", 1000)
    with pytest.raises(GradingError, match="far too many members"):
        collect(path, root)


def test_are_links_and_pipes_in_a_folder_never_opened(root, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text("secret")
    for name in ["alice", "bob"]:
        (tmp_path / "in" / name).mkdir(parents=True)
    (tmp_path / "in/alice/practice.ipynb").symlink_to(secret)
    (tmp_path / "in/carol").symlink_to(tmp_path / "in/bob", target_is_directory=True)
    os.mkfifo(tmp_path / "in/bob/practice.ipynb")
    rows = collect(tmp_path / "in", root)
    assert sorted(problems(rows)) == [
        "alice/practice.ipynb is a symbolic link, which is never followed.",
        "bob/practice.ipynb is no ordinary file.",
        "carol is a symbolic link, which is never followed.",
    ]
    assert stored(root) == {}


def test_is_nothing_written_through_a_link_in_submitted(root, pack, tmp_path):
    (root / "submitted").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "submitted/alice").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    rows = collect(pack({"alice/practice.ipynb": "x"}), root)
    assert "is a symbolic link" in problems(rows)[0]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_does_nbgrader_read_the_time_that_is_written(root, pack):
    collect(pack([(member("alice/practice.ipynb"), "x")]), root)
    note = (root / "submitted/alice/practice/timestamp.txt").read_text()
    assert parse_utc(note) == datetime(2027, 3, 1, 12, 30)


def test_is_the_time_that_nbgrader_noted_kept(root, pack):
    note = "2027-02-28 08:00:00.250000 Europe/Berlin"
    members = [(member("alice/practice/practice.ipynb"), "x")]
    members.append((member("alice/practice/timestamp.txt"), f"{note}\n"))
    collect(pack(members), root)
    assert (root / "submitted/alice/practice/timestamp.txt").read_text() == note


@pytest.mark.parametrize(
    "note", ["", "yesterday", "2027-02-30 08:00:00 UTC", "2027-02-28 08:00:00 +9999999999", "\xff"]
)
def test_is_a_false_time_left_out_that_nbgrader_would_stop_at(note, root, pack):
    names = {"alice/practice/practice.ipynb": "x", "alice/practice/timestamp.txt": note}
    assert problems(collect(pack(names), root)) == []
    assert stored(root) == {"alice/practice/practice.ipynb": "x"}


def test_does_a_broken_note_of_the_time_cost_nothing(root, pack):
    names = {"alice/practice/practice.ipynb": "x", "alice/practice/timestamp.txt": "2027"}
    path = altered(pack(names, zipfile.ZIP_STORED), (b"2027PK", 0, b"2028"))
    assert problems(collect(path, root)) == []


def test_can_a_name_be_stored_that_is_no_text(root, tmp_path):
    folder = tmp_path / "in" / os.fsdecode(b"Ad\xff_5_assignsubmission_file_")
    folder.mkdir(parents=True)
    (folder / "practice.ipynb").write_text("x")
    [row] = collect(tmp_path / "in", root)
    assert row.student == "ad-5"
    assert row.full_name.isprintable()


def test_is_the_time_of_the_download_no_students_time(root, pack):
    """Canvas and most Moodles stamp all files with the moment of packing."""
    names = ["a_1_900_practice.ipynb", "b_2_901_practice.ipynb"]
    collect(pack([(member(name), name) for name in names]), root)
    assert set(stored(root)) == {"a-1/practice/practice.ipynb", "b-2/practice/practice.ipynb"}


def test_is_a_students_time_taken_where_an_lms_tells_it(root, pack):
    names = {"a_1_900_practice.ipynb": 2026, "b_2_901_practice.ipynb": 2027}
    collect(pack([(member(name, year=year), name) for name, year in names.items()]), root)
    assert stored(root)["a-1/practice/timestamp.txt"].startswith("2026-03-01 ")
    assert stored(root)["b-2/practice/timestamp.txt"].startswith("2027-03-01 ")


def test_does_an_old_time_go_with_its_notebook(root, pack):
    collect(pack([(member("alice/practice.ipynb"), "x")]), root)
    undated = member("alice/practice.ipynb", year=1980)
    collect(pack([(undated, "new")]), root)
    assert stored(root) == {"alice/practice/practice.ipynb": "new"}


def test_are_names_from_a_mac_read_as_they_were_meant(root, pack):
    path = pack({"Zoë_5_assignsubmission_file_/practice.ipynb": "x"})
    path.write_bytes(path.read_bytes().replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00"))
    [row] = collect(path, root)
    assert (row.student, row.full_name) == ("zoë-5", "Zoë")


@pytest.mark.parametrize("name", ["missing.zip", "course/solutions/practice/practice.ipynb"])
def test_does_a_wrong_source_get_one_sentence(name, root, tmp_path):
    with pytest.raises(GradingError, match=r"neither a folder nor a zip|no zip, or a broken one"):
        collect(tmp_path / name, root)


def test_does_an_unknown_assignment_get_one_sentence(root, pack):
    with pytest.raises(GradingError, match="no assignment exam: solutions/ has practice, rotation"):
        collect(pack({}), root, "exam")


NUMBERS = st.text("0123456789", min_size=1, max_size=12)


@given(name=st.text(max_size=300), number=NUMBERS)
def test_is_every_id_one_safe_folder_name(name, number):
    student = student_id(name, number)
    assert is_safe(student)
    assert student == unicodedata.normalize("NFC", student) == Path(student).name
    assert not set(student) & set("/\\+: \0")
    assert len(student.encode()) < 255


@pytest.mark.parametrize("name", ["x" * 500, "é" * 500, "漢" * 500, "e\u0301 " * 300, "", "+/.."])
def test_is_the_id_of_a_long_or_empty_name_safe(name):
    assert is_safe(student_id(name, "123456789"))
    assert student_id(name, "123456789").endswith("-123456789")


@given(names=st.tuples(st.text(), st.text()), numbers=st.sets(NUMBERS, min_size=2, max_size=2))
def test_do_two_people_never_share_an_id(names, numbers):
    one, two = map(student_id, names, numbers)
    assert one.casefold() != two.casefold()


@given(st.text(max_size=40))
def test_does_a_safe_name_stay_in_its_folder(name):
    if is_safe(name):
        assert Path("submitted", name).parent == Path("submitted")
        assert name not in {".", ".."}
        assert not set(name) & set('/\\<>:"|?*+\0')


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".a", "a.", " a", "a ", "con", "NUL.txt", "a/b", "a\\b", "a\nb", "e\u0301"],
)
def test_is_an_unsafe_name_known(name):
    assert not is_safe(name)


class Fake:
    """A gradebook with one student, that remembers who was enrolled."""

    def __init__(self) -> None:
        self.enrolled = {}
        self.recorded = []

    def class_list(self) -> list[Enrolled]:
        return [Enrolled("ada", "Ada", "Lovelace", lms_user_id="12345")]

    def assignments(self) -> list[str]:
        return []

    def record_collected(self, *what: str) -> None:
        self.recorded.append(what)

    def enrol(self, student: str, **names: str | None) -> None:
        self.enrolled[student] = names


@pytest.fixture
def fake(monkeypatch) -> Fake:
    opened = Fake()

    @contextmanager
    def open_book(root):
        yield opened

    monkeypatch.setattr(book, "open_book", open_book, raising=False)
    return opened


def command(root: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    add_arguments(parser)
    return run(parser.parse_args(arguments, argparse.Namespace(course=root)))


def test_does_the_command_enrol_who_is_new(root, pack, fake, capsys):
    new = "Grace Brewster Hopper_9_assignsubmission_file_/practice.ipynb"
    path = pack({f"{MOODLE}practice.ipynb": "x", new: "y"})
    assert command(root, str(path)) == 1
    student = "grace-brewster-hopper-9"
    names = {"first_name": "Grace Brewster", "last_name": "Hopper", "lms_user_id": "9"}
    assert fake.enrolled == {student: names}
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ada", "practice", "new"]
    assert lines[-1] == "2 collected, 0 not."
    assert f"1 who handed in were not on the class list, and put there: {student}." in lines
    assert fake.recorded[0] == ("practice", "ada", "moodle", f"{MOODLE}practice.ipynb")


ODD_NAMES = {
    "joiners": "Grace\u200dHop\u200cper",
    "marks of direction": "Grace\u200f Hop\u200eper",
    "a space of no width": "Grace\u200bHopper",
    "a space that keeps words together": "Grace\u00a0Hopper",
    "a tab": "Grace\tHopper",
    "dots alone": "..",
    "more than a class list keeps": "Grace " + "Hopper " * 30,
    "what cannot be seen, and no more": "\u200f",
}


@pytest.mark.parametrize("kind", ODD_NAMES)
def test_is_a_person_known_again_whom_collect_has_enrolled(kind, root, pack, fake, monkeypatch):
    name = f"{ODD_NAMES[kind]}_200_assignsubmission_file_/practice.ipynb"
    assert command(root, str(pack({name: "x"}))) == 1
    [(student, names)] = fake.enrolled.items()
    monkeypatch.setattr(fake, "class_list", lambda: [Enrolled(student, **names)])
    assert command(root, str(pack({name: "y"}))) == 0
    assert list(fake.enrolled) == [student]
    assert [who for _, who, *_ in fake.recorded] == [student, student]
    assert stored(root) == {f"{student}/practice/practice.ipynb": "y"}


@pytest.mark.parametrize("kind", ODD_NAMES)
def test_is_a_person_known_whose_name_an_older_class_list_spells_out(kind):
    name = ODD_NAMES[kind]
    assert bears(Enrolled("ada", last_name=incoming.shown(name)), name)
    assert not bears(Enrolled("ada", last_name=incoming.shown(name)), "Bob Roe")


def test_does_the_class_list_keep_what_spells_a_name():
    assert plain_name("Eva Auf\u200clage\u200f\n") == "Eva Auf\u200clage"


def test_does_the_command_exit_with_1_where_a_file_is_left(root, pack, fake, capsys):
    path = pack({"readme.ipynb": "x", f"{MOODLE}practice.ipynb": "x"})
    assert command(root, str(path), "--json") == 1
    rows = json.loads(capsys.readouterr().out)["collected"]
    assert [row["student"] for row in rows] == ["ada", ""]
    assert rows[0]["path"] == str(root / "submitted/ada/practice/practice.ipynb")
    assert "readme.ipynb" in rows[1]["problem"]
