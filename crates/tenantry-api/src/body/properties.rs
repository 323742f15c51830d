//! The look at a body's bounds is done on bytes, before a parser has seen them: here it is held against what the
//! parser says of the same body. The one thing a newcomer would get wrong: bytes that are not JSON may be passed or
//! refused by it, because the parser comes after; it must only never miscount what *is* JSON.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

use super::{MAX_DEPTH, MAX_ITEMS, parse, within_bounds};

/// Values with texts full of brackets, commas and escapes, wide and deep.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        "[\\[\\]{},:\"\\\\ /a\u{0}-\u{1f}é🙂]{0,12}".prop_map(Value::String),
    ];
    leaf.prop_recursive(40, 200, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            btree_map("[\\[\\]{},\"\\\\a]{0,4}", inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// How deep it is nested, and how many things its longest list holds.
fn measured(value: &Value) -> (usize, usize) {
    let children: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return (0, 0),
    };
    let inner = children.iter().map(|child| measured(child));
    let (depth, longest) =
        inner.fold((0, 0), |most, child| (most.0.max(child.0), most.1.max(child.1)));
    (depth + 1, longest.max(children.len()))
}

fn wrapped(value: Value, depth: usize) -> Value {
    (0..depth).fold(value, |inner, _| Value::Array(vec![inner]))
}

fn tries(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(tries(1_000))]

    /// LM-1
    #[test]
    fn the_bounds_are_those_that_the_parser_finds(value in values(), depth in 0..40_usize, is_pretty in any::<bool>()) {
        let value = wrapped(value, depth);
        let text = if is_pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.unwrap();
        let (depth, longest) = measured(&value);
        prop_assert_eq!(within_bounds(&text).is_ok(), depth <= MAX_DEPTH && longest <= MAX_ITEMS);
    }

    #[test]
    fn no_bytes_make_the_reader_panic_and_none_are_an_error_of_ours(
        bytes in prop_oneof![vec(any::<u8>(), 0..200), "[\\[\\]{},:\"\\\\0-9eE+.truefalsn -]{0,200}".prop_map(String::into_bytes)],
    ) {
        if let Err(problem) = parse::<Value>(&bytes) {
            prop_assert!(matches!(problem.code.status(), 400 | 422), "{:?}", problem);
        }
    }
}

/// LM-1
#[test]
fn a_list_is_as_long_as_the_parser_says() {
    for count in [0, 1, 2, MAX_ITEMS - 1, MAX_ITEMS, MAX_ITEMS + 1] {
        let list = serde_json::to_vec(&vec![0; count]).unwrap();
        assert_eq!(within_bounds(&list).is_ok(), count <= MAX_ITEMS, "{count}");
    }
}
