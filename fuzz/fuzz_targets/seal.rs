//! Whatever is sent as a sealed context, invented or edited: it does not open.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tenantry_core::context::{Connection, ContextKey, ContextKeys};
use tenantry_core::secret::Key;

const HERE: Connection<'_> = Connection { database: "app", backend: 42, now: 1_800_000_000 };

static KEYS: LazyLock<(ContextKeys, String)> = LazyLock::new(|| {
    let keys = ContextKeys::new(ContextKey::new(Key::new([1; 32])));
    let seal = keys.probe(&HERE).expose().to_owned();
    (keys, seal)
});

fuzz_target!(|data: &[u8]| {
    let (keys, good) = &*KEYS;
    let text = String::from_utf8_lossy(data);
    assert!(text == *good || keys.open(&text, &HERE).is_err());
    if let [at, length, rest @ ..] = data {
        let at = usize::from(*at) % good.len();
        let end = (at + usize::from(*length)).min(good.len());
        let edited = format!("{}{}{}", &good[..at], String::from_utf8_lossy(rest), &good[end..]);
        assert!(edited == *good || keys.open(&edited, &HERE).is_err(), "{edited}");
    }
});
