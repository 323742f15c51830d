//! Whatever is sent as a refresh token: what is read is written the same way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry_identity::RefreshToken;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(token) = RefreshToken::parse(&text) {
        assert_eq!(token.expose(), text);
    }
    if let Ok(bytes) = <&[u8; 32]>::try_from(data) {
        let token = RefreshToken::from_bytes(bytes);
        assert_eq!(RefreshToken::parse(token.expose()).expect("its own form").hash(), token.hash());
    }
});
