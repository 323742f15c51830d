//! Random secrets that people read and type: letters and digits in groups of four. Five bits a character, so the
//! caller chooses by length how hard they are to guess.

use zeroize::Zeroizing;

use crate::secret_text::SecretText;

/// Letters and digits that nobody confuses.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// As many as people read at a time.
const GROUP: usize = 4;

/// This many random characters.
pub(crate) fn readable(characters: usize) -> Result<SecretText, getrandom::Error> {
    let mut random = Zeroizing::new(vec![0_u8; characters]);
    getrandom::fill(random.as_mut())?;
    // Room for all of it, so that growing leaves no copies behind.
    let mut text = String::with_capacity(characters + characters / GROUP);
    for (index, byte) in random.iter().enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        // 256 is a multiple of 32: no character is likelier than another.
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    Ok(SecretText::new(text))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// SC-2, SC-3
    #[test]
    fn a_readable_secret_has_five_random_bits_a_character_and_is_not_shown() {
        let secrets: Vec<SecretText> = (0..200).map(|_| readable(32).unwrap()).collect();
        let mut seen = BTreeSet::new();
        for secret in &secrets {
            let text = secret.expose();
            assert!(seen.insert(text.to_owned()), "a secret twice");
            let characters: String = text.split('-').collect();
            assert_eq!(characters.len(), 32);
            assert!(characters.bytes().all(|byte| ALPHABET.contains(&byte)), "{text}");
            assert!(text.split('-').all(|group| group.len() == 4), "{text}");
            assert!(!format!("{secret:?}").contains(text));
        }
        // Each character comes up about 200 times in 6,400; one that never does is left out by a fault.
        let used: BTreeSet<u8> =
            secrets.iter().flat_map(|secret| secret.expose().bytes()).collect();
        assert_eq!(used.len(), ALPHABET.len() + 1);
    }
}
