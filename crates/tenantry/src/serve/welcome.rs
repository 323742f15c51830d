//! What a person sees when the server is ready: everything at the first start, one line after that. Without a
//! terminal there are only log lines.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::time::Duration;

use super::start::Ready;
use super::{demo, handover};
use crate::backing::{Backing, Place};
use crate::config::Config;
use crate::paint::{self, paint};
use crate::screen::Screen;
use crate::text::{count, seconds};

/// Says that the server is ready.
pub(super) async fn show(
    config: &Config,
    screen: &Screen,
    backing: &Backing,
    ready: &Ready,
    took: Duration,
) {
    let is_watched = std::io::stdout().is_terminal() && !screen.is_quiet && !screen.is_json;
    if !is_watched {
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let (address, postgres) = (&ready.public_url, &ready.version);
        hand_over(config, ready);
        tracing::info!(%address, %postgres, migrations = ready.applied, milliseconds, "ready");
        return;
    }
    // What is printed here is not to be found in a file of an earlier start.
    for name in [handover::SETUP_LINK, handover::DEMO_LOGIN] {
        handover::leave(config, name, "", None);
    }
    let is_first = backing.cluster().is_some_and(tenantry_embedded::Cluster::was_created);
    let text = if is_first || ready.has_new_secret {
        first(config, backing, ready, took, screen.width)
    } else {
        let link = paint(paint::LINK, &ready.public_url);
        let hint = paint(paint::DIM, "(Ctrl-C to stop)");
        format!("{}Ready in {}   {link}   {hint}", once(ready, ""), seconds(took))
    };
    screen.say(&text);
}

/// A line of the first screen: a word, what it is about, and how long it took.
struct Line(&'static str, String, Option<Duration>);

fn first(
    config: &Config,
    backing: &Backing,
    ready: &Ready,
    took: Duration,
    width: usize,
) -> String {
    let mut out =
        format!("{}\n\n", paint(paint::STRONG, concat!("Tenantry ", env!("CARGO_PKG_VERSION"))));
    let width = width.clamp(60, 100);
    for Line(word, text, duration) in lines(config, backing, ready) {
        let time = duration.map(seconds).unwrap_or_default();
        let gap = width.saturating_sub(14 + text.chars().count() + time.len()).max(2);
        let time = paint(paint::DIM, &time);
        let gap = if duration.is_some() { " ".repeat(gap) } else { String::new() };
        let _ = writeln!(out, "  {}{text}{gap}{time}", paint(paint::DIM, &format!("{word:<12}")));
    }
    let end = match backing.place {
        Place::Private(_) => "Ctrl-C stops Tenantry and its PostgreSQL.",
        Place::Elsewhere { .. } | Place::Given => "Ctrl-C stops Tenantry.",
    };
    out.push_str(&once(ready, "\n"));
    let _ =
        write!(out, "\n{} {end}", paint(paint::STRONG, &format!("Ready in {}.", seconds(took))));
    out
}

/// What a person would read on the terminal, in files.
fn hand_over(config: &Config, ready: &Ready) {
    let link = ready.setup_link.as_ref().map(|link| link.0.as_str());
    let what = "nobody is an operator yet; this file has the link that makes the first one, once and for 30 minutes";
    handover::leave(config, handover::SETUP_LINK, what, link);
    let login = ready.demo.as_ref().map(|demo| demo::login(demo, &ready.public_url));
    let what = "this is a demo; this file has the command that signs in to it";
    handover::leave(config, handover::DEMO_LOGIN, what, login.as_deref());
}

/// What is shown once: the demo's people, or the link that makes the first operator.
fn once(ready: &Ready, before: &str) -> String {
    match &ready.demo {
        Some(demo) => format!("{before}{}", demo::text(demo, &ready.public_url)),
        None => setup(ready, before),
    }
}

/// The link that makes the first operator.
fn setup(ready: &Ready, before: &str) -> String {
    ready.setup_link.as_ref().map_or_else(String::new, |link| {
        let minutes = tenantry_identity::SETUP_MINUTES;
        let link = paint(paint::LINK, &link.0);
        format!("{before}Create the first operator account (link works once, {minutes} minutes):\n  {link}\n")
    })
}

fn lines(config: &Config, backing: &Backing, ready: &Ready) -> Vec<Line> {
    let mut lines = Vec::new();
    match backing.cluster() {
        Some(cluster) => {
            let did = if cluster.was_created() { "created" } else { "started" };
            let from = config.shown(cluster.binaries());
            let postgres =
                format!("{did} a private cluster, PostgreSQL {} from {from}", cluster.version());
            lines.push(Line("postgres", postgres, Some(ready.opened)));
            let place = format!(
                "data in {}, Unix socket only, no TCP port",
                config.shown(&config.data_dir)
            );
            lines.push(Line("", place, None));
        }
        None => lines.push(Line(
            "postgres",
            format!("PostgreSQL {}, database {}", ready.version, backing.database()),
            None,
        )),
    }
    let schema = match ready.known {
        Some(known) => format!("{}, all applied", count(known, "migration")),
        None => format!("{} applied", count(ready.applied, "migration")),
    };
    lines.push(Line("schema", schema, Some(ready.migrated)));
    if ready.has_new_secret {
        let path = config.shown(&crate::keys::path(config));
        lines.push(Line("secret", format!("made {path}, readable only by you; keep a copy"), None));
    }
    if let Some(key) = ready.identity.jwks().keys.first() {
        lines.push(Line("keys", format!("tokens are signed with {} (EdDSA)", key.kid), None));
    }
    let link = |path: &str| paint(paint::LINK, &format!("{}{path}", ready.public_url));
    lines.push(Line("start here", link("/"), None));
    lines.push(Line("api", format!("{}   docs  {}", link("/api/v1"), link("/docs")), None));
    lines
}
