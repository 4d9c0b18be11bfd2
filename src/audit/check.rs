use super::line::{MAX, decode, origin};
use super::{AuditError, Event, Head};
use std::fs::{File, read_dir};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// A chain that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// How it ends.
    pub head: Head,
    /// Bytes of an entry that a crash cut; what it was about has not happened.
    pub torn: u64,
}

/// Computes every hash of every chain in a directory again, and tells each entry to `each`, in order. `heads` were kept
/// from earlier: each must still be in its chain.
///
/// # Errors
/// The first line that does not hold; a head that is not there any more; a file that cannot be read.
pub fn check(dir: impl AsRef<Path>, heads: &[Head], each: &mut dyn FnMut(&Event)) -> Result<Vec<Chain>, AuditError> {
    let dir = dir.as_ref();
    let mut names = Vec::new();
    for entry in read_dir(dir).map_err(AuditError::io(dir))? {
        let name = entry.map_err(AuditError::io(dir))?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".audit") {
            names.push(name);
        }
    }
    names.sort_unstable();
    if let Some(head) = heads.iter().find(|h| !names.contains(&h.name)) {
        let why = "this chain was there when its head was kept, and is not any more".to_string();
        return Err(AuditError::Head { path: dir.join(&head.name), why });
    }
    names.iter().map(|name| chain(dir, name, heads, each)).collect()
}

fn chain(dir: &Path, name: &str, heads: &[Head], each: &mut dyn FnMut(&Event)) -> Result<Chain, AuditError> {
    let path = dir.join(name);
    let mut file = BufReader::new(File::open(&path).map_err(AuditError::io(&path))?);
    let mut head = Head { name: name.into(), entries: 0, hash: *origin(name).as_bytes() };
    let mut wanted: Vec<&Head> = heads.iter().filter(|h| h.name == name).collect();
    let (mut offset, mut torn) = (0, 0);
    loop {
        if let Some(kept) = wanted.iter().find(|h| h.entries == head.entries && h.hash != head.hash) {
            let why = format!("entry {} is not the one whose hash was kept: the chain was written anew", kept.entries);
            return Err(AuditError::Head { path, why });
        }
        wanted.retain(|h| h.entries != head.entries);
        let mut line = Vec::new();
        file.by_ref().take(MAX as u64).read_until(b'\n', &mut line).map_err(AuditError::io(&path))?;
        if line.is_empty() {
            break;
        }
        if line.len() < MAX && line.last() != Some(&b'\n') {
            torn = line.len() as u64;
            break;
        }
        let broken = |why| AuditError::Broken { path: path.clone(), line: head.entries + 1, offset, why };
        let (number, event, hash) = decode(blake3::Hash::from_bytes(head.hash), &line).map_err(broken)?;
        if number != head.entries {
            return Err(broken(format!("entry {number} where {} is expected", head.entries)));
        }
        each(&event);
        offset += line.len() as u64;
        (head.entries, head.hash) = (head.entries + 1, *hash.as_bytes());
    }
    if let Some(kept) = wanted.first() {
        let why = format!("it had {} entries when its head was kept, and has {} now", kept.entries, head.entries);
        return Err(AuditError::Head { path, why });
    }
    Ok(Chain { head, torn })
}

#[cfg(test)]
mod tests {
    use super::super::{Action, Audit};
    use super::*;
    use crate::gallery::{EncounterId, SubjectId};
    use std::fs;
    use std::path::PathBuf;

    fn events(count: u64) -> Vec<Event> {
        let search = Event::new(7, Action::Identify, [9; 16], count);
        let candidate = |n| Event { action: Action::Candidate, ..search }.of(SubjectId(n), EncounterId(n.into()));
        [search].into_iter().chain((0..count).map(candidate)).collect()
    }

    fn made(dir: &Path) -> (PathBuf, Head) {
        let mut audit = Audit::create(dir).unwrap();
        audit.record(&events(2)).unwrap();
        audit.record(&events(1)).unwrap();
        (dir.join(&audit.head().name), audit.head())
    }

    fn hold(dir: &Path, heads: &[Head]) -> Result<Vec<Chain>, AuditError> {
        check(dir, heads, &mut |_| {})
    }

    #[test]
    fn what_was_recorded_is_read_back_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let (_, head) = made(dir.path());
        let mut found = Vec::new();
        let chains = check(dir.path(), &[], &mut |event| found.push(*event)).unwrap();
        assert_eq!(chains, [Chain { head, torn: 0 }]);
        assert_eq!(found, [events(2), events(1)].concat());
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let (path, _) = made(dir.path());
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            fs::write(&path, &changed).unwrap();
            let last = at + 1 == whole.len();
            match hold(dir.path(), &[]) {
                Err(AuditError::Broken { .. }) => {}
                // Without its line feed the last entry looks like one that a crash cut: a head that was kept tells.
                Ok(chains) if last => assert!(chains[0].torn > 0),
                other => panic!("{at}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_removed_doubled_or_moved_entry_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let (path, _) = made(dir.path());
        let whole = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.split_inclusive('\n').collect();
        let changed = [
            [&lines[1..]].concat(),
            [&lines[..1], &lines[2..]].concat(),
            [&lines[..2], &lines[1..]].concat(),
            vec![lines[0], lines[2], lines[1], lines[3], lines[4]],
        ];
        for lines in changed {
            fs::write(&path, lines.concat()).unwrap();
            assert!(matches!(hold(dir.path(), &[]), Err(AuditError::Broken { .. })));
        }
    }

    #[test]
    fn a_cut_or_rewritten_chain_is_found_by_a_head_that_was_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (path, head) = made(dir.path());
        let kept: Head = head.to_string().parse().unwrap();
        assert_eq!(kept, head);
        hold(dir.path(), std::slice::from_ref(&kept)).unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.split_inclusive('\n').collect();
        fs::write(&path, lines[..3].concat()).unwrap();
        hold(dir.path(), &[]).unwrap();
        let error = hold(dir.path(), std::slice::from_ref(&kept)).unwrap_err();
        assert!(matches!(error, AuditError::Head { .. }), "{error}");
        fs::remove_file(&path).unwrap();
        assert!(matches!(hold(dir.path(), &[kept]), Err(AuditError::Head { .. })));
    }

    #[test]
    fn a_chain_cannot_take_anothers_place() {
        let dir = tempfile::tempdir().unwrap();
        let (one, _) = made(dir.path());
        let (other, _) = made(dir.path());
        fs::copy(&one, &other).unwrap();
        assert!(matches!(hold(dir.path(), &[]), Err(AuditError::Broken { path, line: 1, .. }) if path == other));
    }

    #[test]
    fn an_entry_that_a_crash_cut_is_told_and_no_damage() {
        let dir = tempfile::tempdir().unwrap();
        let (path, head) = made(dir.path());
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [whole.as_slice(), &whole[..40]].concat()).unwrap();
        assert_eq!(hold(dir.path(), std::slice::from_ref(&head)).unwrap(), [Chain { head, torn: 40 }]);
        fs::write(&path, [whole.as_slice(), &[b'x'; 5000]].concat()).unwrap();
        assert!(matches!(hold(dir.path(), &[]), Err(AuditError::Broken { .. })), "no entry is that long");
    }

    #[test]
    fn every_action_is_written_and_read_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let events = Action::ALL.map(|action| Event::new(1, action, [3; 16], 1));
        Audit::create(dir.path()).unwrap().record(&events).unwrap();
        let mut found = Vec::new();
        check(dir.path(), &[], &mut |event| found.push(*event)).unwrap();
        assert_eq!(found, events);
        assert_eq!(Action::from_name("nonsense"), None);
    }

    #[test]
    fn heads_that_are_none_are_refused() {
        for text in ["", "name", "name 3", "name x 00", &format!("name 3 {}", "z".repeat(64))] {
            assert!(matches!(text.parse::<Head>(), Err(AuditError::NoHead { .. })), "{text:?}");
        }
    }
}
