//! A reader for the tags of a report, strict on purpose: what it cannot read is a fault of the writer. It knows only
//! what the writer writes, every attribute in double quotes and every element closed.

/// A tag or a run of text.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// `<name …>`.
    Open { name: &'a str, attributes: Vec<(&'a str, &'a str)> },
    /// `</name>`.
    Close(&'a str),
    /// Everything between tags, as it is written.
    Text(&'a str),
}

const VOID: [&str; 5] = ["meta", "link", "input", "col", "br"];

/// Reads a whole document. The text of a script or style is one piece.
pub(crate) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut rest = html.strip_prefix("<!doctype html>\n").expect("a doctype");
    let mut pieces = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        let end_of_text = match open.last() {
            Some(&"script") => rest.find("</script>").unwrap(),
            Some(&"style") => rest.find("</style>").unwrap(),
            _ => rest.find('<').unwrap_or(rest.len()),
        };
        let (text, after) = rest.split_at(end_of_text);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        let Some(after) = after.strip_prefix('<') else { break };
        let (tag, after) = after.split_once('>').expect("a tag that ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes something else");
            pieces.push(Piece::Close(name));
            continue;
        }
        let is_closed = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        pieces.push(Piece::Open { name, attributes: read(attributes) });
        if !is_closed && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    pieces
}

fn read(mut text: &str) -> Vec<(&str, &str)> {
    let mut attributes = Vec::new();
    while !text.trim_start().is_empty() {
        text = text.trim_start();
        let end = text.find(['=', ' ']).unwrap_or(text.len());
        let (name, after) = text.split_at(end);
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{name}");
        match after.strip_prefix("=\"") {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"').expect("a quote that ends");
                attributes.push((name, value));
                text = after;
            }
            None => {
                attributes.push((name, ""));
                text = after;
            }
        }
    }
    attributes
}

/// The values of an attribute, wherever it stands.
pub(crate) fn values<'a>(pieces: &[Piece<'a>], attribute: &str) -> Vec<&'a str> {
    let opened = pieces.iter().filter_map(|piece| match piece {
        Piece::Open { attributes, .. } => Some(attributes),
        Piece::Close(_) | Piece::Text(_) => None,
    });
    opened.flatten().filter(|(name, _)| *name == attribute).map(|(_, value)| *value).collect()
}

/// The text of the first element of a name.
pub(crate) fn text_of<'a>(pieces: &[Piece<'a>], element: &str) -> &'a str {
    let at = pieces
        .iter()
        .position(|piece| matches!(piece, Piece::Open { name, .. } if *name == element))
        .unwrap_or_else(|| panic!("no {element}"));
    match &pieces[at + 1] {
        Piece::Text(text) => text,
        other => panic!("{element} begins with {other:?}"),
    }
}
