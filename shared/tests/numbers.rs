//! National IDs, resident numbers and business numbers against npm's `taiwan-id-validator`, an independent
//! implementation. It runs where `EMIC_TEST_NODE_MODULES` names the folder that holds it, which
//! `cargo xtask test` sets.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    io::Write,
    process::{Command, Stdio},
};

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use shared::text::{BusinessNumber, NationalId, ResidentNumber};

/// How many candidates each kind is compared by.
const CANDIDATES: usize = 20_000;

/// Reads a candidate a line, and answers with three digits a line: whether it is a national ID, a resident
/// number, and a business number.
const PROGRAM: &str = r"
const peer = require(process.argv[1]);
const lines = require('fs').readFileSync(0, 'utf8').split('\n');
const verdict = (line) => {
  const { valid, category } = peer.validateIdCardNumber(line);
  const national = category === 'NATIONAL_ID';
  return [valid && national, valid && !national, peer.isBan(line)].map((right) => (right ? 1 : 0)).join('');
};
process.stdout.write(lines.map(verdict).join('\n'));
";

fn theirs(folder: &str, candidates: &[String]) -> Vec<String> {
    let package = std::path::Path::new(folder).join("taiwan-id-validator");
    let mut node = Command::new("node")
        .args(["-e", PROGRAM])
        .arg(package)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let input = candidates.join("\n");
    let mut stdin = node.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = node.wait_with_output().expect("node answers");
    writer.join().expect("no panic").expect("node reads");
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .expect("digits")
        .lines()
        .map(str::to_owned)
        .collect()
}

fn ours(text: &str) -> String {
    [
        NationalId::parse("number", text).is_ok(),
        ResidentNumber::parse("number", text).is_ok(),
        BusinessNumber::parse("number", text).is_ok(),
    ]
    .map(|right| if right { '1' } else { '0' })
    .into_iter()
    .collect()
}

/// Candidates of which about a tenth adds up, and some with a wrong form.
fn candidates() -> Vec<String> {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let forms = [
        "[A-Z][12][0-9]{8}",
        "[A-Z][89][0-9]{8}",
        "[A-Z][A-D][0-9]{8}",
        "[0-9]{8}",
        "[0-9]{6}7[0-9]",
        "[A-Z0-9]{7,11}",
    ];
    forms
        .into_iter()
        .flat_map(|form| std::iter::repeat_n(form, CANDIDATES))
        .map(|form| {
            let strategy = proptest::string::string_regex(form).expect("a form");
            strategy.new_tree(&mut runner).expect("a candidate").current()
        })
        .collect()
}

#[test]
fn both_take_and_refuse_the_same_numbers() {
    let Ok(folder) = std::env::var("EMIC_TEST_NODE_MODULES") else {
        eprintln!("skipped: EMIC_TEST_NODE_MODULES is not set");
        return;
    };
    let candidates = candidates();
    let theirs = theirs(&folder, &candidates);
    assert_eq!(theirs.len(), candidates.len());
    let mut taken = [0; 3];
    for (text, theirs) in candidates.iter().zip(theirs) {
        assert_eq!(ours(text), theirs, "{text}");
        for (count, digit) in taken.iter_mut().zip(theirs.bytes()) {
            *count += i32::from(digit == b'1');
        }
    }
    assert!(
        taken.iter().all(|count| *count > 1_000),
        "enough of each is right: {taken:?}"
    );
}
