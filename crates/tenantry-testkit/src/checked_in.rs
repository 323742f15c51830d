//! Files that programs wrote and people checked in. `TENANTRY_BLESS=1` writes them anew instead of
//! comparing; what changed is then for a person to read.

use std::path::Path;

/// Compares `text` with the file at `path`, counted from the root of the workspace.
pub fn compare(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("TENANTRY_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).position(|(kept, now)| kept != now);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(text.lines().count()));
    assert!(
        kept == text,
        "{path} is not what the program says now, from line {} on:\n  kept {:?}\n  now  {:?}\n\
         `cargo xtask bless` writes it anew; read the difference before you commit it.",
        line + 1,
        kept.lines().nth(line),
        text.lines().nth(line)
    );
}
