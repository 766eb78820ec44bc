//! `regen` killed, doubled, on a full disk, and after others who did not clean up: the generated files are the old ones
//! or the new ones, nothing is left over, and no build accepts a mixture.
//!
//! `cargo xtask torture` runs this file with 200 kills and 20 pairs.
//!
//! This file is long because all interruptions share one checkout.

#[allow(dead_code, reason = "the pipeline uses all of it")]
#[path = "../../src/spec/fingerprint.rs"]
mod fingerprint;
#[allow(dead_code, reason = "the pipeline uses all of it")]
#[path = "../../src/spec/manifest.rs"]
mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::{env, fs, thread};

use crate::checkout::{Checkout, DOMAIN, MANIFEST, stderr};
use crate::random::Random;

type Files = BTreeMap<String, String>;

/// A checkout, and what it is before and after an edit of its contract.
struct Edited {
    checkout: Checkout,
    /// Everything in the checkout, by which of the two edits it has.
    sets: [Files; 2],
    generated: Vec<String>,
}

impl Edited {
    fn new() -> Self {
        let checkout = Checkout::few();
        let text = checkout.read(DOMAIN);
        let other = text.replace("Number of records to skip.", "How many records to leave out.");
        let sets = [text, other].map(|text| {
            checkout.write(DOMAIN, &text);
            let output = checkout.run(&["regen"]);
            assert!(output.status.success(), "{}", stderr(&output));
            checkout.files()
        });
        assert!(sets[0] != sets[1]);
        let generated = checkout.generated_names();
        Self { checkout, sets, generated }
    }

    fn edit(&self, number: usize) {
        self.checkout.write(DOMAIN, &self.sets[number][DOMAIN]);
    }

    fn start(&self) -> Child {
        self.checkout.command(&["regen"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// How many files have been staged or put into their places since a checkout was as `before`.
    fn progress(&self, before: &BTreeMap<String, Option<u64>>) -> usize {
        let folders = fs::read_dir(self.checkout.path().join("bigid-api")).unwrap().flatten();
        let staging = folders.filter(|entry| entry.file_name().to_string_lossy().starts_with(".regen-"));
        let staged = staging.flat_map(|folder| fs::read_dir(folder.path())).flatten().count();
        staged + before.iter().filter(|(name, inode)| self.inode(name) != **inode).count()
    }

    /// The generated files as they are now.
    fn inodes(&self) -> BTreeMap<String, Option<u64>> {
        self.generated.iter().map(|name| (name.clone(), self.inode(name))).collect()
    }

    fn inode(&self, name: &str) -> Option<u64> {
        let metadata = fs::metadata(self.checkout.path().join(name)).ok()?;
        #[cfg(unix)]
        return Some(std::os::unix::fs::MetadataExt::ino(&metadata));
        #[cfg(not(unix))]
        return Some(metadata.len());
    }

    /// Asserts that the checkout is one of its two sets, whole, and nothing besides.
    fn is(&self, number: usize, when: &str) {
        let files = self.checkout.files();
        let expected = &self.sets[number];
        let names: Vec<_> = files.keys().filter(|name| files.get(*name) != expected.get(*name)).collect();
        let missing: Vec<_> = expected.keys().filter(|name| !files.contains_key(*name)).collect();
        assert!(names.is_empty() && missing.is_empty(), "{when}: other {names:?}, missing {missing:?}");
        assert_eq!(manifest::differences(self.checkout.path()), [""; 0], "{when}");
    }
}

fn rounds(variable: &str, few: usize) -> usize {
    env::var(variable).ok().map_or(few, |value| value.parse().unwrap())
}

#[test]
fn a_killed_regen_leaves_old_or_new_files_and_the_next_one_heals_the_checkout() {
    let edited = Edited::new();
    let mut random = Random::new(1);
    let (mut polls, mut steps) = (1, 1);
    let mut killed = [0; 3];
    for round in 0..rounds("REGEN_KILLS", 8) {
        let (old, new) = ((round + 1) % 2, round % 2);
        edited.is(old, "before");
        edited.edit(new);
        let before = edited.inodes();
        // Three of four are killed while they write, which takes a small part of the time.
        let (at_poll, at_step) =
            if round % 4 == 0 { (random.below(polls), usize::MAX) } else { (usize::MAX, random.below(steps) + 1) };
        let mut child = edited.start();
        let (mut poll, mut step) = (0, 0);
        let exited = loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "round {round}");
                (polls, steps) = (poll.max(1), step.max(steps));
                break true;
            }
            step = edited.progress(&before).max(step);
            if poll >= at_poll || step >= at_step {
                child.kill().unwrap();
                child.wait().unwrap();
                break false;
            }
            poll += 1;
            thread::yield_now();
        };
        let when = format!("round {round}, poll {poll} of {polls}, step {step} of {steps}");
        killed[if exited { 0 } else { 1 + usize::from(step > 0) }] += 1;
        // Each file is whole, and a build accepts them all or none, with either edit.
        let files = edited.checkout.files();
        for name in &edited.generated {
            assert!(edited.sets.iter().any(|set| files[name] == set[name]), "{when}: {name} is torn");
        }
        for number in [old, new] {
            edited.edit(number);
            let accepted = manifest::differences(edited.checkout.path()).is_empty();
            let whole = edited.generated.iter().all(|name| files[name] == edited.sets[number][name]);
            assert_eq!(accepted, whole, "{when}");
        }
        let output = edited.checkout.run(&["regen"]);
        assert!(output.status.success(), "{when}: {}", stderr(&output));
        edited.is(new, &when);
    }
    println!("{} ended, {} were killed before and {} while they wrote", killed[0], killed[1], killed[2]);
}

#[test]
fn two_at_once_write_one_set() {
    let edited = Edited::new();
    for round in 0..rounds("REGEN_PAIRS", 2) {
        let when = format!("pair {round}");
        edited.edit(round % 2);
        let pair = [edited.start(), edited.start()];
        for mut child in pair {
            assert!(child.wait().unwrap().success(), "{when}");
        }
        edited.is(round % 2, &when);

        // The contract changes while the first runs: the one that starts later has the last word.
        edited.edit(0);
        let mut first = edited.start();
        let before = edited.inodes();
        while first.try_wait().unwrap().is_none() && edited.progress(&before) <= round {
            thread::yield_now();
        }
        edited.edit(1);
        let mut second = edited.start();
        assert!(first.wait().unwrap().success() && second.wait().unwrap().success(), "{when}");
        edited.is(1, &when);
    }
}

#[test]
fn no_build_accepts_a_mixture() {
    let edited = Edited::new();
    let differs = |name: &&String| edited.sets[0][*name] != edited.sets[1][*name];
    let changed: Vec<&String> = edited.generated.iter().filter(differs).collect();
    assert!(changed.len() > 3, "{changed:?}");
    // All ways to mix them, with either edit: bit n says which set file n is from.
    let all = (1_u32 << changed.len()) - 1;
    for mixture in 0..=all {
        for (bit, name) in changed.iter().enumerate() {
            edited.checkout.write(name, &edited.sets[usize::from(mixture >> bit & 1 == 1)][*name]);
        }
        for number in [0, 1] {
            edited.edit(number);
            let whole = mixture == [0, all][number];
            let said = manifest::differences(edited.checkout.path());
            assert_eq!(said.is_empty(), whole, "{mixture:b} {number}: {said:?}");
        }
    }
}

#[test]
fn every_file_edited_added_or_removed_is_seen_whatever_its_time_says() {
    let edited = Edited::new();
    let root = edited.checkout.path();
    let set = &edited.sets[1];
    // The list of sources is read by the check, and nothing is generated from it.
    for (name, text) in set.iter().filter(|(name, _)| *name != "spec/README.md") {
        let path = root.join(name);
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, format!("{text}\n")).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        let said = manifest::differences(root);
        assert!(said.len() == 1 && said[0].contains(name), "{name}: {said:?}");
        fs::remove_file(&path).unwrap();
        let said = manifest::differences(root);
        assert!(said.len() == 1 && said[0].contains(name), "{name}: {said:?}");
        fs::write(&path, text).unwrap();
    }
    for name in ["spec/domains/new.yaml", "spec/overlays/30-new.yaml"] {
        edited.checkout.write(name, "x: 1\n");
        let said = manifest::differences(root);
        assert!(said.len() == 1 && said[0].contains(name), "{name}: {said:?}");
        fs::remove_file(root.join(name)).unwrap();
    }
    // A manifest that lost a line, or has one changed, vouches for nothing.
    let lines: Vec<&str> = set[MANIFEST].lines().collect();
    for gone in 0..lines.len() {
        let rest: Vec<&str> = lines.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, line)| *line).collect();
        edited.checkout.write(MANIFEST, &(rest.join("\n") + "\n"));
        assert_eq!(manifest::differences(root), [format!("{MANIFEST} is damaged")], "{}", lines[gone]);
    }
    edited.checkout.write(MANIFEST, &set[MANIFEST]);
    edited.is(1, "in the end");
}

#[test]
fn what_should_not_be_there_is_seen_by_check_and_removed_by_regen() {
    let edited = Edited::new();
    let strays = [
        "spec/bigid.openapi.json.new",
        "bigid-api/.regen-a1b2c3/0.new",
        "bigid-api/src/generated/client.rs.new",
        "bigid-api/src/generated/old.rs",
        "bigid-api/src/generated/domains/gone.md",
        "bigid-api/src/generated/folder/deeper/file.rs",
        "contract-harness/src/generated/old.rs",
    ];
    let add = |name: &str| {
        let path = edited.checkout.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    };
    for name in strays {
        add(name);
        let output = edited.checkout.run(&["regen", "--check"]);
        let said = stderr(&output);
        let seen = said.lines().find_map(|line| line.strip_suffix(" should not be there")).unwrap_or_default();
        assert!(output.status.code() == Some(1) && name.starts_with(seen) && !seen.is_empty(), "{name}: {said}");
        assert!(edited.checkout.files().contains_key(name), "--check writes nothing");
        let output = edited.checkout.run(&["regen"]);
        assert!(
            output.status.success() && String::from_utf8_lossy(&output.stdout).contains(&format!("removed {seen}"))
        );
        edited.is(1, name);
    }
    // All at once; and what a run that fails finds is removed as well, where it is known to be a leftover.
    strays.iter().for_each(|name| add(name));
    assert!(edited.checkout.run(&["regen"]).status.success());
    edited.is(1, "all at once");
    assert_eq!(edited.checkout.run(&["regen", "--check"]).status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_names_the_file_and_leaves_the_old_ones() {
    let edited = Edited::new();
    let mut named = BTreeSet::new();
    let mut written = 0;
    // No file may become larger than so many blocks: writing fails in the middle of one, as on a full disk.
    for blocks in [0, 1, 16, 64, 256, 512, 1024, 1_000_000] {
        edited.edit(0);
        let before = edited.checkout.files();
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh", &blocks.to_string()]);
        let regen = edited.checkout.command(&["regen"]);
        let output = command.arg(regen.get_program()).args(regen.get_args()).output().unwrap();
        let said = stderr(&output);
        if output.status.success() {
            written += 1;
            edited.is(0, "in the end");
            continue;
        }
        let name = edited.generated.iter().find(|name| said.contains(*name)).cloned();
        named.insert(name.unwrap_or_else(|| panic!("no file is named: {said}")));
        assert!(said.contains("cannot write the file") && said.contains("no file was changed"), "{said}");
        assert!(edited.checkout.files() == before, "{blocks}");
    }
    assert!(named.len() > 1 && written > 0, "{named:?}");
}

#[test]
fn a_generator_that_does_not_end_is_stopped_and_nothing_changes() {
    let edited = Edited::new();
    edited.edit(0);
    let before = edited.checkout.files();
    for (limit, said) in
        [("0", "did not end within 0 s"), ("soon", "REGEN_TIMEOUT_SECS is soon; it must be a whole number")]
    {
        let output = edited.checkout.command(&["regen"]).env("REGEN_TIMEOUT_SECS", limit).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
        assert!(edited.checkout.files() == before);
    }
}
