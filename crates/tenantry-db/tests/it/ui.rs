//! What the compiler refuses, and the words it says it in. Each file of `tests/ui` is one way of forgetting.

#[test]
fn ui_every_way_of_forgetting_is_refused() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
