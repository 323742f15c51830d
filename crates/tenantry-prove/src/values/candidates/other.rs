//! Everything that is neither number, text nor time: identifiers, documents, bytes, lists, network addresses,
//! geometry, and what extensions bring.

use super::super::scan::Hints;
use super::Wish;
use super::time;

/// Identifiers that look like version 4.
pub(super) fn uuids(wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let count = if wish.hints.is_hashed { 200 } else { 2 };
    let made = (0..count).map(|_| {
        let hex = random.hex(32);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        let (a, b, c, d, e) = (part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32));
        format!("{a}-{b}-4{c}-8{d}-{e}")
    });
    made.chain(["00000000-0000-0000-0000-000000000000".to_owned()]).collect()
}

/// JSON: an object with the mark, and objects with everything that the checks name as a key.
pub(super) fn documents(wish: &Wish<'_>) -> Vec<String> {
    let mark = serde_json::json!(wish.marked());
    let mut list = vec![serde_json::json!({ "mark": mark }).to_string()];
    let samples =
        [mark.clone(), 1.into(), true.into(), serde_json::json!([mark]), serde_json::json!({})];
    for sample in samples {
        let keys = wish.hints.strings.iter().map(|key| (key.clone(), sample.clone()));
        list.push(serde_json::Value::Object(keys.collect()).to_string());
    }
    list.extend([serde_json::json!([mark]).to_string(), mark.to_string()]);
    list.extend(["{}", "[]", "0", "true", "null"].map(ToOwned::to_owned));
    for text in &wish.hints.strings {
        let pairs = wish.hints.strings.iter().map(|key| (key.clone(), text.as_str().into()));
        list.push(serde_json::Value::Object(pairs.collect()).to_string());
        list.push(serde_json::json!([text]).to_string());
    }
    list.truncate(60);
    list
}

/// Bytes in hexadecimal, of the lengths that the checks name.
pub(super) fn bytes(wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let mut lengths = vec![16];
    lengths.extend(self::lengths(wish.hints, 4_096));
    lengths.extend([32, 20, 64, 8, 12, 4, 1, 0]);
    lengths.into_iter().map(|length| format!("\\x{}", random.hex(length * 2))).collect()
}

/// The lengths that the checks speak of, and their neighbours.
pub(super) fn lengths(hints: &Hints, most: usize) -> Vec<usize> {
    let mut list = Vec::new();
    for number in &hints.numbers {
        let Ok(length) = number.to_string().parse::<usize>() else { continue };
        for near in [length, length + 1, length.saturating_sub(1)] {
            if near <= most && near > 0 && !list.contains(&near) {
                list.push(near);
            }
        }
    }
    list
}

/// So many bits.
pub(super) fn bits(length: usize, wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let mixed =
        (0..length).map(|_| if random.next().is_multiple_of(2) { '0' } else { '1' }).collect();
    vec![mixed, "0".repeat(length), "1".repeat(length)]
}

/// The labels of an enum; a role that may do everything before the others.
pub(super) fn labels(labels: &[String], wish: &Wish<'_>) -> Vec<String> {
    let mut list = wish.turned(labels.to_vec());
    if !wish.is_unique && wish.word.contains("role") {
        list.sort_by_key(|label| match label.to_lowercase().as_str() {
            "owner" => 0,
            "admin" => 1,
            _ => 2,
        });
    }
    list
}

/// An array of elements.
pub(super) fn array(elements: &[String]) -> String {
    let parts: Vec<String> = elements.iter().map(|element| quoted(element)).collect();
    format!("{{{}}}", parts.join(","))
}

/// Rows of a composite type from the candidates of its parts: the first of each, all combinations of the first few,
/// then the rest side by side, and a row of NULLs.
pub(super) fn composites(parts: &[Vec<String>]) -> Vec<String> {
    let count = u32::try_from(parts.len().max(1)).unwrap_or(u32::MAX);
    let few = (1..=20_usize).take_while(|few| few.saturating_pow(count) <= 200).last().unwrap_or(1);
    let mut rows: Vec<Vec<&str>> = vec![Vec::new()];
    for part in parts {
        let longer = rows.iter().flat_map(|row| {
            part.iter().take(few).map(|one| [row.as_slice(), &[one.as_str()]].concat())
        });
        rows = longer.collect();
    }
    for place in few..40 {
        if parts.iter().any(|part| place < part.len()) {
            let side = parts.iter().map(|part| part.get(place % part.len().max(1)));
            rows.push(side.map(|one| one.map_or("", String::as_str)).collect());
        }
    }
    let rows = rows.iter().map(|row| {
        let quoted: Vec<String> = row.iter().map(|one| quoted(one)).collect();
        format!("({})", quoted.join(","))
    });
    rows.chain([format!("({})", ",".repeat(parts.len().saturating_sub(1)))]).collect()
}

/// Ranges from values of the type within.
pub(super) fn ranges(values: &[String]) -> Vec<String> {
    let mut list = Vec::new();
    if let Some(value) = values.first().map(|value| quoted(value)) {
        list.extend([format!("[{value},{value}]"), format!("[{value},)"), format!("(,{value}]")]);
    }
    for value in values.iter().skip(1).take(12).map(|value| quoted(value)) {
        let first = values.first().map(|value| quoted(value)).unwrap_or_default();
        list.extend([format!("[{first},{value})"), format!("[{value},{first})")]);
        list.push(format!("[{value},{value}]"));
    }
    list.extend(["empty".to_owned(), "(,)".to_owned()]);
    list
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a type's first text is known to be right.
pub(super) fn is_built_in(name: &str) -> bool {
    let wish = Wish { mark: "a", salt: 0, word: "", is_unique: false, hints: &Hints::default() };
    known(name, -1, &wish).is_some() && !matches!(name, "hstore" | "ltree" | "cube" | "seg")
}

/// Texts of a type that is known by its name.
pub(super) fn known(name: &str, modifier: i32, wish: &Wish<'_>) -> Option<Vec<String>> {
    let mut random = wish.random();
    let mut number = |most: u64| random.between(1, most);
    let mark = wish.marked();
    let word = mark.replace('-', "");
    let texts = match name {
        "time" => vec![time::clock(&mut random), "00:00".to_owned(), "23:59".to_owned()],
        "timetz" => vec![format!("{}+00", time::clock(&mut random)), "12:00+00".to_owned()],
        "interval" => intervals(number(86_399), modifier),
        "inet" => addresses(wish),
        "cidr" => vec![format!("10.{}.{}.0/24", number(254), number(254)), "fe80::/64".to_owned()],
        "macaddr" => vec![format!("02:{}", octets(&wish.random().hex(10)))],
        "macaddr8" => vec![format!("02:{}", octets(&wish.random().hex(14)))],
        "xml" => vec![format!("<a>{mark}</a>")],
        "tsvector" | "tsquery" => vec![format!("'{word}'")],
        "point" => vec![format!("({},{})", number(9_999), number(9_999)), "(0,0)".to_owned()],
        "line" => vec![format!("{{1,-1,{}}}", number(9_999))],
        "lseg" | "box" => vec![
            format!("(({},{}),(0,0))", number(9_999), number(9_999)),
            "((1,1),(0,0))".to_owned(),
        ],
        "path" | "polygon" => vec![format!("((0,0),(1,1),({},0))", number(9_999))],
        "circle" => vec![format!("<(0,0),{}>", number(9_999)), "<(0,0),1>".to_owned()],
        "oid" | "xid" | "xid8" | "cid" => vec![(1_000_000_000 + number(900_000_000)).to_string()],
        "regclass" => vec!["pg_catalog.pg_class".to_owned()],
        "regtype" => vec!["integer".to_owned()],
        "regrole" | "regnamespace" => vec!["10".to_owned(), "pg_catalog".to_owned()],
        "regproc" => vec!["pg_catalog.now".to_owned()],
        "regprocedure" => vec!["pg_catalog.now()".to_owned()],
        "regconfig" | "regdictionary" => vec!["pg_catalog.simple".to_owned()],
        "char" => vec!["a".to_owned(), "b".to_owned()],
        "pg_lsn" => vec![format!("0/{:X}", number(99_999_999))],
        "tid" => vec![format!("({},1)", number(99_999))],
        "pg_snapshot" | "txid_snapshot" => vec!["10:20:".to_owned()],
        "jsonpath" => vec![format!("$.{word}"), "$".to_owned()],
        "int2vector" | "oidvector" => vec![number(9_999).to_string()],
        "hstore" => stores(wish),
        "ltree" => vec![word],
        "cube" | "seg" => vec![number(9_999).to_string()],
        _ => return None,
    };
    Some(texts)
}

/// Keys and values, with the keys that the checks name.
fn stores(wish: &Wish<'_>) -> Vec<String> {
    let mark = wish.marked();
    let pair = |key: &str, value: &str| format!("{}=>{}", quoted(key), quoted(value));
    let all = |value: &str| -> String {
        let pairs: Vec<String> = wish.hints.strings.iter().map(|key| pair(key, value)).collect();
        pairs.join(",")
    };
    let mut texts = vec![pair("mark", &mark), all(&mark), all("1"), all("true"), String::new()];
    texts.extend(wish.hints.strings.iter().map(|text| all(text)));
    texts
}

fn intervals(seconds: u64, modifier: i32) -> Vec<String> {
    let mut texts = vec![format!("{seconds} seconds")];
    // An interval with restricted fields cuts off what it has no place for.
    if modifier >= 0 {
        texts.push(format!("{} years", seconds % 90 + 1));
    }
    texts.extend(["1 day", "1 hour", "30 days", "1 year", "0"].map(ToOwned::to_owned));
    texts
}

/// Addresses, also one inside every network that the checks name.
fn addresses(wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let mut part = || random.between(1, 254);
    let mut texts = vec![format!("10.{}.{}.{}", part(), part(), part()), "fe80::1".to_owned()];
    for network in wish.hints.strings.iter().filter_map(|text| text.split('/').next()) {
        if let Some((front, _)) = network.rsplit_once('.') {
            texts.push(format!("{front}.{}", part()));
        }
        texts.push(format!("{network}1"));
    }
    texts
}

fn octets(hex: &str) -> String {
    let letters: Vec<char> = hex.chars().collect();
    let pairs: Vec<String> = letters.chunks(2).map(|pair| pair.iter().collect()).collect();
    pairs.join(":")
}

/// Texts that types of extensions take: vectors of the column's dimension, geometry, codes.
pub(super) fn unknown(modifier: i32, wish: &Wish<'_>) -> Vec<String> {
    let mark = wish.marked();
    let number = wish.random().between(1_000, 9_999);
    let dimension = usize::try_from(modifier).unwrap_or(3).clamp(1, 16_000);
    let vector: Vec<String> = (0..dimension)
        .map(|at| if at == 0 { number.to_string() } else { "1".to_owned() })
        .collect();
    let mut texts = vec![
        format!("[{}]", vector.join(",")),
        format!("{{1:{number}}}/{dimension}"),
        mark.clone(),
        mark.replace('-', ""),
        number.to_string(),
    ];
    let (longitude, latitude) = (number % 180, number % 90);
    for prefix in ["", "SRID=4326;", "SRID=3857;"] {
        let at = format!("{longitude} {latitude}");
        let ring = format!("0 0,1 0,{at},0 0");
        texts.extend([format!("{prefix}POINT({at})"), format!("{prefix}LINESTRING(0 0,{at})")]);
        texts.extend([
            format!("{prefix}POLYGON(({ring}))"),
            format!("{prefix}MULTIPOLYGON((({ring})))"),
        ]);
        texts.push(format!("{prefix}MULTIPOINT(({at}))"));
    }
    let fixed = [
        "{}",
        "[]",
        "0",
        "1",
        "",
        "a",
        "A",
        "1.2.3",
        "(0,0)",
        "[1,2]",
        "{1}",
        "USD 1",
        "978-0-306-40615-7",
        "9780306406157",
        "0-306-40615-2",
        "1436-4522",
        "M-2306-7118-7",
        "036000291452",
        "a@example.com",
        "https://example.com/",
        "10.0.0.0/8",
        "2024-01-01",
        "1 m",
    ];
    texts.extend(fixed.map(ToOwned::to_owned));
    texts
}
