import multiprocessing
import pathlib
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import template

import vantay
from vantay import Encounter, Finger, FingerException, Gallery, Missing, Writer


def encounter(subject: int, seed: int, shift: tuple[int, int] = (0, 0)) -> Encounter:
    missing = Missing(Finger.LEFT_THUMB, FingerException.AMPUTATED)
    return Encounter(subject, f"visit of {subject}", [template(seed, shift, Finger.RIGHT_INDEX), missing], station=3)


@pytest.fixture(scope="module")
def people() -> list[Encounter]:
    """Five people, and the first again under another number."""
    return [encounter(100 + n, 30 + n) for n in range(5)] + [encounter(999, 30, (6, -4))]


@pytest.fixture
def directory(tmp_path: pathlib.Path, people: list[Encounter]) -> pathlib.Path:
    with Writer.create(tmp_path / "gallery") as writer:
        assert writer.append(people) == (6, 0)
    return tmp_path / "gallery"


def test_what_was_appended_is_read_back(directory: pathlib.Path, people: list[Encounter]) -> None:
    gallery = Gallery(directory)
    assert len(gallery) == 6
    assert (gallery.finger_count, gallery.subject_count()) == (6, 6)
    assert sorted(gallery, key=lambda e: e.subject) == people
    assert gallery[-1] == gallery[5]
    assert gallery.by_subject(103) == [people[3]]
    assert gallery.by_subject("nobody") == []
    assert gallery.by_encounter("visit of 999") == people[5]
    assert gallery.by_encounter(uuid.UUID(int=5)) is None
    for written in (str(people[5].id), people[5].id.hex):
        assert gallery.by_encounter(written) == people[5]
    assert gallery.info()["encounters"] == 6
    with pytest.raises(IndexError, match="6"):
        gallery[6]
    with pytest.raises(IndexError):
        gallery[-7]


def test_a_repeated_append_is_no_second_record(directory: pathlib.Path, people: list[Encounter]) -> None:
    with Writer.open(directory) as writer:
        done = writer.append(people[2])
        assert (done.inserted, done.repeated) == (0, 1)
        with pytest.raises(ValueError, match="other content"):
            writer.append(Encounter(102, people[2].id, people[2].fingers))
    assert len(Gallery(directory)) == 6


def test_a_snapshot_stays_as_it_is(directory: pathlib.Path, people: list[Encounter]) -> None:
    before = Gallery(directory)
    with Writer.open(directory) as writer:
        assert writer.delete_subject(999)
        assert not writer.delete_subject(999)
        assert writer.delete_encounter(people[0].id)
        writer.update([Encounter(555, people[1].id, people[1].fingers)])
        after = writer.snapshot()
    assert len(before) == 6
    assert sorted(e.subject for e in after) == [102, 103, 104, 555]


def test_a_second_writer_is_refused(directory: pathlib.Path) -> None:
    with Writer.open(directory) as writer:
        with pytest.raises(vantay.LockedError, match="writer"):
            Writer.open(directory)
        writer.append([])
    Writer.open(str(directory)).close()
    with pytest.raises(ValueError, match="closed"):
        writer.append([])


def test_a_directory_without_a_gallery_is_told(tmp_path: pathlib.Path, directory: pathlib.Path) -> None:
    with pytest.raises(OSError, match="no gallery"):
        Gallery(tmp_path)
    with pytest.raises(ValueError, match="already"):
        Writer.create(directory)


def test_damage_is_found(directory: pathlib.Path) -> None:
    vantay.verify_gallery(directory)
    largest = max(directory.iterdir(), key=lambda file: file.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    with pytest.raises(vantay.DamagedError, match=largest.name):
        vantay.verify_gallery(directory)


def test_a_gallery_is_searched(directory: pathlib.Path, people: list[Encounter]) -> None:
    gallery = Gallery(directory)
    (candidate,) = gallery.identify(template(33, (3, 5)))
    assert candidate.subject == 103
    assert gallery[candidate.index] == people[3]
    found = gallery.dedup()
    assert [pair.subjects for pair in found.pairs] == [(100, 999)]
    assert found.groups == [[100, 999]]


def test_a_gallery_finds_what_the_same_list_finds(directory: pathlib.Path, people: list[Encounter]) -> None:
    gallery = Gallery(directory)
    stored = list(gallery)
    for probe in people:
        assert vantay.identify(probe, gallery, threshold=0) == vantay.identify(probe, stored, threshold=0)
    assert vantay.dedup(gallery, threshold=0) == vantay.dedup(stored, threshold=0)


def test_threads_may_append_and_search_at_once(directory: pathlib.Path) -> None:
    with Writer.open(directory) as writer:

        def work(n: int) -> set[int]:
            writer.append(encounter(2000 + n, 60 + n))
            return {c.subject for c in writer.snapshot().identify(template(60 + n))}

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(work, range(4))) == [{2000}, {2001}, {2002}, {2003}]
        assert len(writer.snapshot()) == 10


def _subjects_in_child(gallery: Gallery, answer: "multiprocessing.Queue[list[list[int]]]") -> None:
    answer.put(gallery.dedup().groups)


@pytest.mark.skipif(sys.platform != "linux", reason="fork is the usual start of processes on Linux alone")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_searches_too(directory: pathlib.Path) -> None:
    gallery = Gallery(directory)
    assert gallery.dedup().groups == [[100, 999]]
    context = multiprocessing.get_context("fork")
    answer: "multiprocessing.Queue[list[list[int]]]" = context.Queue()
    child = context.Process(target=_subjects_in_child, args=(gallery, answer))
    child.start()
    try:
        assert answer.get(timeout=60) == [[100, 999]]
    finally:
        child.kill()
        child.join()


def _refused_in_child(writer: Writer, audit: vantay.Audit, answer: "multiprocessing.Queue[list[str]]") -> None:
    refused = []
    for call in (writer.compact, writer.snapshot, lambda: audit.record("compact"), lambda: audit.head):
        try:
            call()
        except ValueError as error:
            refused.append(str(error))
    writer.close()
    answer.put(refused)


@pytest.mark.skipif(sys.platform != "linux", reason="fork is the usual start of processes on Linux alone")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_is_told_that_it_has_no_writer_and_no_audit_chain(directory: pathlib.Path, tmp_path: pathlib.Path) -> None:
    audit = vantay.Audit(tmp_path / "audit")
    context = multiprocessing.get_context("fork")
    answer: "multiprocessing.Queue[list[str]]" = context.Queue()
    with Writer.open(directory, engine=vantay.Engine(1)) as writer:
        child = context.Process(target=_refused_in_child, args=(writer, audit, answer))
        child.start()
        try:
            refused = answer.get(timeout=60)
        finally:
            child.kill()
            child.join()
        assert len(refused) == 4
        assert all("a fork makes its own" in text for text in refused)
        writer.compact()


def test_each_encounter_of_an_import_is_recorded(directory: pathlib.Path, tmp_path: pathlib.Path) -> None:
    Gallery(directory).export(tmp_path / "lines")
    audit = vantay.Audit(tmp_path / "audit")
    with Writer.create(tmp_path / "in") as writer:
        assert writer.import_file(tmp_path / "lines", audit=audit, operator=7) == (6, 0)
    (chain,) = (tmp_path / "audit").iterdir()
    lines = chain.read_text().splitlines()
    assert len(lines) == 6
    assert all('"operator":7,"action":"import"' in line for line in lines)
    assert {f'"subject":{subject},' in chain.read_text() for subject in (100, 104, 999)} == {True}


def test_a_backup_comes_back_with_its_key_alone(directory: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file, key = tmp_path / "backup", bytes(range(32))
    vantay.backup(directory, file, key)
    with pytest.raises(vantay.DamagedError, match="another key"):
        vantay.restore(file, tmp_path / "back", bytes(32))
    vantay.restore(file, tmp_path / "back", key)
    assert list(Gallery(tmp_path / "back")) == list(Gallery(directory))
    with pytest.raises(ValueError, match="already holds a gallery"):
        vantay.restore(file, tmp_path / "back", key)
    with pytest.raises(FileExistsError):
        vantay.backup(directory, file, key)


def test_an_export_is_imported_as_the_same_encounters(directory: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for name, key in (("plain", None), ("sealed", bytes(range(32)))):
        assert Gallery(directory).export(tmp_path / name, key=key) == 6
        with Writer.create(tmp_path / f"from {name}") as writer:
            assert writer.import_file(tmp_path / name, key=key) == (6, 0)
            assert writer.import_file(tmp_path / name, key=key) == (0, 6)
        assert sorted(Gallery(tmp_path / f"from {name}"), key=lambda e: e.subject) == sorted(
            Gallery(directory), key=lambda e: e.subject
        )


def test_a_merge_does_not_bring_a_deleted_person_back(directory: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with Writer.create(tmp_path / "nation") as nation:
        merged = nation.merge(directory)
        assert (merged["inserted"], merged["subject_clashes"]) == (6, [])
        assert nation.delete_subject(103)
        nation.compact()
        merged = nation.merge(directory)
        assert (merged["inserted"], merged["dead"], merged["kept"]) == (0, 1, 5)
        assert nation.snapshot().by_subject(103) == []


def test_what_was_asked_is_recorded_and_a_changed_record_is_found(
    directory: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    audit = vantay.Audit(tmp_path / "audit")
    audit.record("identify", Gallery(directory), operator=7, count=2)
    audit.record("candidate", Gallery(directory), operator=7, subject=103, encounter="visit of 103")
    with pytest.raises(ValueError, match="nonsense"):
        audit.record("nonsense")
    head = audit.head
    audit.record("compact")
    assert vantay.check_audit(tmp_path / "audit", [head]) == [audit.head]
    (chain,) = (tmp_path / "audit").iterdir()
    whole = chain.read_bytes()
    chain.write_bytes(whole.replace(b'"operator":7', b'"operator":8'))
    with pytest.raises(vantay.DamagedError, match="line 1"):
        vantay.check_audit(tmp_path / "audit")
    chain.write_bytes(whole.splitlines(keepends=True)[0])
    vantay.check_audit(tmp_path / "audit")
    with pytest.raises(vantay.DamagedError, match="had 2 entries"):
        vantay.check_audit(tmp_path / "audit", [head])
