//! `tenantry adopt apply` and `rollback` killed at random moments: the same command goes on, and what comes out is what an
//! undisturbed run makes. `TENANTRY_KILLS=200 cargo test -p tenantry --test it adopt_interrupted -- --nocapture` kills that
//! often, over several databases, and tells what was hit; `TENANTRY_KILLS_SEED` repeats a run.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::adopt_ground::{Adopted, Ground, answers, difference, login};
use crate::scripts::Sample;

const APPLY: &[&str] = &["apply", "--enforce", "--accept-denials", "--yes", "--json"];
const ROLLBACK: &[&str] = &["rollback", "--yes", "--json"];

/// How long a run is let alone at the most before it is killed.
const LONGEST: Duration = Duration::from_secs(6);

/// Random numbers that a seed repeats.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// How a run of the program ended.
enum Ended {
    /// It was killed, in the phase that it had told of last.
    Killed(String),
    /// Before that, by itself.
    Itself { code: Option<i32>, stdout: String, stderr: String },
}

/// Kills, and what they hit.
struct Killer {
    dice: Dice,
    left: u32,
    hit: BTreeMap<String, u32>,
}

impl Killer {
    /// Repeats a command until it comes to its end, and kills it at most so often.
    fn drive(&mut self, adopted: &Adopted<'_>, command: &[&str], most: u32, usual: Duration) {
        let mut own = most.min(self.left);
        // A machine that was busy while it was measured must not make every kill come too late.
        let usual = usual.min(LONGEST);
        loop {
            let after = (own > 0).then(|| {
                // Most kills are early, because a run that goes on is at once in the phase that was hit; and each moment
                // of an undisturbed run has its chance.
                (usual.mul_f64(self.dice.roll().powi(3)), self.dice.roll() < 0.2)
            });
            match run(adopted, command, after) {
                Ended::Killed(phase) => {
                    *self.hit.entry(format!("{} {phase}", command[0])).or_default() += 1;
                    own -= 1;
                    self.left -= 1;
                }
                Ended::Itself { code: Some(0), .. } => return,
                // The kill came between the last statement and the end of the program.
                Ended::Itself { code: Some(4), stderr, .. }
                    if command[0] == "rollback" && stderr.contains("TN1107") =>
                {
                    return;
                }
                Ended::Itself { code, stdout, stderr } => {
                    panic!("{}: {code:?} {stdout}{stderr}", adopted.name)
                }
            }
        }
    }
}

/// Runs a command, and kills it so long after its beginning, or after the first thing that it told.
fn run(adopted: &Adopted<'_>, command: &[&str], kill: Option<(Duration, bool)>) -> Ended {
    let mut child = adopted.begin(command);
    let (out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (told, heard) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if told.send(line).is_err() {
                break;
            }
        }
    });
    let complaints = std::thread::spawn(move || {
        let mut text = String::new();
        err.read_to_string(&mut text).unwrap();
        text
    });
    let started = Instant::now();
    let mut deadline =
        kill.and_then(|(after, is_from_start)| is_from_start.then(|| started + after));
    let (mut lines, mut was_killed) = (Vec::new(), false);
    loop {
        let patience = deadline.map_or(Duration::from_secs(90), |deadline| {
            deadline.saturating_duration_since(Instant::now())
        });
        match heard.recv_timeout(patience) {
            Ok(line) => {
                lines.push(line);
                if deadline.is_none() && !was_killed {
                    deadline = kill.map(|(after, _)| Instant::now() + after);
                }
            }
            Err(RecvTimeoutError::Timeout) if deadline.is_some() => {
                child.kill().unwrap();
                was_killed = true;
                deadline = None;
            }
            Err(RecvTimeoutError::Timeout) => {
                child.kill().unwrap();
                panic!("{} tells nothing any more: {lines:?}", adopted.name)
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    reader.join().unwrap();
    let (status, stderr) = (child.wait().unwrap(), complaints.join().unwrap());
    if was_killed && status.code().is_none() {
        return Ended::Killed(phase(&lines));
    }
    Ended::Itself { code: status.code(), stdout: lines.join("\n"), stderr }
}

/// The phase that was told of last.
fn phase(lines: &[String]) -> String {
    let mut events = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let begun = events.rfind(|event| event["event"] == "phase-begun");
    begun.map_or("beginning".to_owned(), |event| event["phase"].as_str().unwrap().to_owned())
}

/// A sample in the form in which it is adopted here.
struct Case {
    sample: Sample,
    truth: &'static str,
    root: Option<&'static str>,
    rows: u64,
}

const CASES: [Case; 3] = [
    Case {
        sample: Sample::Teamos,
        truth: include_str!("../../../../examples/teamos/before/ground_truth.toml"),
        root: Some("public.\"Team\""),
        rows: 3_000,
    },
    Case {
        sample: Sample::Voiceforge,
        truth: include_str!("../../../../examples/voiceforge/before/ground_truth.toml"),
        root: Some("crawls"),
        rows: 30_000,
    },
    Case {
        sample: Sample::Voiceforge,
        truth: include_str!("../../../../examples/voiceforge/before/ground_truth.toml"),
        root: None,
        rows: 30_000,
    },
];

impl Case {
    fn plan(&self, adopted: &Adopted<'_>) -> String {
        let login = login(self.sample);
        let mode: &[&str] = match self.root {
            Some(root) => &["--mode", "split", "--root", root],
            None => &["--mode", "whole"],
        };
        let answers = answers(self.truth, self.root.is_some());
        adopted.plan(&answers, &[&["--login", &login, "--name", "Everybody"], mode].concat())
    }

    /// The command with the plan of this database.
    fn apply(plan: &str) -> Vec<&str> {
        [APPLY, &["--plan", plan]].concat()
    }
}

/// What an undisturbed run makes.
struct Undisturbed {
    checksum: String,
    before: String,
    shares: String,
    after: String,
    applied: Duration,
    taken_back: Duration,
}

impl Undisturbed {
    fn of(case: &Case, ground: &Ground, loaded: &Adopted<'_>, name: &str) -> Self {
        let adopted = ground.copy(loaded, name);
        let (checksum, before) = (adopted.checksum(), adopted.dump());
        let plan = case.plan(&adopted);
        let started = Instant::now();
        adopted.adopt(&Case::apply(&plan)).ends_with(0);
        let applied = started.elapsed();
        assert_eq!(adopted.checksum(), checksum, "{name}");
        let (shares, after) = (adopted.shares(), adopted.dump());
        let started = Instant::now();
        adopted.adopt(ROLLBACK).ends_with(0);
        let taken_back = started.elapsed();
        assert!(adopted.dump() == before, "{name}: {}", difference(&before, &adopted.dump()));
        Self { checksum, before, shares, after, applied, taken_back }
    }

    /// One more database, adopted and taken back under kills.
    fn repeat(&self, case: &Case, adopted: &Adopted<'_>, killer: &mut Killer, most: (u32, u32)) {
        let plan = case.plan(adopted);
        killer.drive(adopted, &Case::apply(&plan), most.0, self.applied);
        let name = &adopted.name;
        assert_eq!(adopted.state(), "enforced prove", "{name}");
        let status: Value =
            serde_json::from_str(&adopted.adopt(&["status", "--json"]).ends_with(0).stdout)
                .unwrap();
        assert_eq!(status["state"], "enforced", "{name}");
        assert_eq!(adopted.checksum(), self.checksum, "{name}: rows");
        let shares = adopted.shares();
        assert!(shares == self.shares, "{name}: {}", difference(&self.shares, &shares));
        let after = adopted.dump();
        assert!(after == self.after, "{name}: {}", difference(&self.after, &after));
        adopted.assert_clean();

        killer.drive(adopted, ROLLBACK, most.1, self.taken_back);
        let now = adopted.dump();
        assert!(now == self.before, "{name}, taken back: {}", difference(&self.before, &now));
        assert_eq!(adopted.checksum(), self.checksum, "{name}, taken back: rows");
        adopted.assert_clean();
        adopted.adopt(&["status"]).ends_with(4).complains(&["TN1107"]);
    }
}

#[expect(clippy::disallowed_methods, reason = "how long it takes is up to whoever runs the tests")]
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn seed() -> u64 {
    asked("TENANTRY_KILLS_SEED").unwrap_or_else(|| {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        u64::from_le_bytes(bytes)
    })
}

/// RE-2: the program is killed at random moments of applying and of taking back, and the same command goes on each time.
#[test]
fn whatever_moment_it_is_killed_at_the_same_command_goes_on_to_the_same_end() {
    let kills = u32::try_from(asked("TENANTRY_KILLS").unwrap_or(10)).unwrap();
    let seed = seed();
    println!("TENANTRY_KILLS_SEED={seed}");
    let mut killer = Killer { dice: Dice(seed), left: kills, hit: BTreeMap::new() };
    let (ground, started) = (Ground::new(), Instant::now());
    let mut databases = 0;
    let is_long = kills > 10;
    let loaded: Vec<Adopted<'_>> =
        [&CASES[0], &CASES[1]].map(|case| ground.sample(case.sample, case.rows)).into();
    let cases = if is_long { &CASES[..] } else { &CASES[..1] };
    let of = |index: usize| &loaded[index.min(1)];
    let undisturbed: Vec<Undisturbed> = cases
        .iter()
        .enumerate()
        .map(|(index, case)| Undisturbed::of(case, &ground, of(index), &format!("calm_{index}")))
        .collect();
    while killer.left > 0 {
        let index = databases % cases.len();
        let adopted = ground.copy(of(index), &format!("killed_{databases}"));
        let most = if is_long { (24, 12) } else { (7, killer.left.min(3)) };
        undisturbed[index].repeat(&cases[index], &adopted, &mut killer, most);
        databases += 1;
        if is_long {
            let (left, hit) = (killer.left, &killer.hit);
            println!("{databases} databases, {left} kills left, {:?}: {hit:?}", started.elapsed());
        } else if kills - killer.left >= kills.min(5) || databases == 6 {
            // A quick machine is done before it is killed, and then it takes another database.
            break;
        }
    }
    let hit: u32 = killer.hit.values().sum();
    println!(
        "{hit} kills over {databases} databases in {:?}: {:#?}",
        started.elapsed(),
        killer.hit
    );
    assert!(hit >= kills.min(5), "{hit} kills");
}
