//! Finds what makes a long password easy to guess: common passwords and words from the lists that
//! zxcvbn carries, patterns, and the names around the person.
//!
//! A high score is not the aim. At fifteen characters nearly everything scores well; what is looked
//! for are the few shapes that are tried first all the same. Signs that stand for letters are undone
//! here, before zxcvbn sees them: it tries every combination of them, which takes it seconds.

use std::collections::HashSet;

use zxcvbn::matching::Match;
use zxcvbn::matching::patterns::MatchPattern;

use super::policy::PasswordRefused;

/// Every entry of every list is guessed before this many tries, since the lists together are far
/// shorter; it is also where guessing over the network stops being a matter of patience.
const GUESSED_EARLY: u64 = 1_000_000;
/// What is longer than this, and no repetition, is not looked at: the cost grows with the square.
const LOOKED_AT: usize = 64;
/// No common password is longer than this.
const LONGEST_ENTRY: usize = 24;
/// With so few different signs there are few ways to read them.
const FEW_SIGNS: usize = 2;
/// A piece of so few characters is no stronger for being repeated.
const SHORT_PIECE: usize = 4;
/// So many digits and signs around one word are still decoration.
const DECORATION: usize = 8;
/// Names that everybody knows here.
const OWN_NAMES: &[&str] = &["tenantry"];

/// Why the password would be guessed early, or nothing.
pub(super) fn find(password: &str, context: &[&str]) -> Option<PasswordRefused> {
    let folded = password.to_lowercase();
    let names = names(context);
    if is_little_besides(&folded, &names) {
        return Some(PasswordRefused::Context);
    }
    let characters: Vec<char> = folded.chars().collect();
    let piece = repeated_piece(&characters);
    let repeats = piece.len() < characters.len();
    if repeats && piece.len() <= SHORT_PIECE {
        return Some(PasswordRefused::Pattern);
    }
    if piece.len() > LOOKED_AT {
        return None;
    }
    let found = spellings(piece).iter().find_map(|spelling| judge(spelling, &names))?;
    Some(if repeats { PasswordRefused::Pattern } else { found })
}

/// The ways to read a text, each only once: as it stands, if it is so short and plain that this is
/// cheap; with the shift key undone; with disguised letters undone as well; and unwoven.
fn spellings(text: &[char]) -> Vec<String> {
    let unshift = |text: &[char]| text.iter().copied().map(unshifted).collect::<String>();
    let signs: HashSet<char> = text.iter().copied().filter(|c| unshifted(*c) != *c).collect();
    let mut spellings = Vec::new();
    if text.len() <= LONGEST_ENTRY && signs.len() <= FEW_SIGNS {
        spellings.push(text.iter().collect());
    }
    spellings.extend([unshift(text), unshift(&undisguised(text))]);
    spellings.extend(unwoven(text));
    spellings.dedup();
    spellings
}

/// `1q2w3e…` read as `123…qwe…`: two rows of keys, a letter and a digit in turn.
fn unwoven(text: &[char]) -> Option<String> {
    let in_turn = |pair: &[char]| pair[0].is_alphabetic() != pair[1].is_alphabetic();
    let every_second = |from: usize| text.iter().skip(from).step_by(2);
    text.windows(2).all(in_turn).then(|| every_second(0).chain(every_second(1)).collect())
}

/// Folds the case of the digit row, as `to_lowercase` folds that of letters, so that the row typed
/// with shift held is still seen as the row.
const fn unshifted(character: char) -> char {
    match character {
        '!' => '1',
        '@' => '2',
        '#' => '3',
        '$' => '4',
        '%' => '5',
        '^' => '6',
        '&' => '7',
        '*' => '8',
        '(' => '9',
        ')' => '0',
        '+' => '=',
        '|' => '\\',
        '<' => ',',
        '[' | '{' => '~',
        other => other,
    }
}

/// The text with one or two digits or signs between letters read as the letters they resemble.
fn undisguised(text: &[char]) -> Vec<char> {
    let mut plain = text.to_vec();
    let mut start = 0;
    while start < text.len() {
        let length = text[start..].iter().take_while(|c| !c.is_alphabetic()).count();
        let end = start + length;
        let inside = (start > 0 || text[0].is_ascii_punctuation()) && end < text.len();
        if inside && (1..=2).contains(&length) {
            for place in &mut plain[start..end] {
                *place = resembled(*place);
            }
        }
        start = end + 1;
    }
    plain
}

const fn resembled(character: char) -> char {
    match character {
        '@' | '4' => 'a',
        '8' => 'b',
        '(' => 'c',
        '3' => 'e',
        '6' | '9' => 'g',
        '!' | '1' => 'i',
        '|' => 'l',
        '0' => 'o',
        '$' | '5' => 's',
        '+' | '7' => 't',
        '2' => 'z',
        other => other,
    }
}

fn judge(folded: &str, names: &[String]) -> Option<PasswordRefused> {
    let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
    let entropy = zxcvbn::zxcvbn(folded, &inputs);
    let mut tally = Tally::default();
    tally.add(entropy.sequence(), names);
    if tally.is_only_pattern() {
        Some(PasswordRefused::Pattern)
    } else if tally.is_one_decorated_word() && entropy.sequence().len() > 1 {
        Some(PasswordRefused::OneWord)
    } else if entropy.guesses() < GUESSED_EARLY {
        Some(PasswordRefused::Common)
    } else {
        None
    }
}

/// What the pieces are that zxcvbn sees in a password.
#[derive(Default)]
struct Tally {
    words: HashSet<String>,
    names: usize,
    letters: usize,
    others: usize,
}

impl Tally {
    fn add(&mut self, pieces: &[Match], names: &[String]) {
        for piece in pieces {
            match &piece.pattern {
                MatchPattern::Dictionary(found) if names.contains(&found.matched_word) => {
                    self.names += 1;
                }
                MatchPattern::Dictionary(found) => {
                    self.add_entry(&piece.token, &found.matched_word)
                }
                MatchPattern::Repeat(found) => self.add(&found.base_matches, names),
                MatchPattern::Spatial(_) | MatchPattern::Sequence(_) => {}
                MatchPattern::Regex(_) | MatchPattern::Date(_) | MatchPattern::BruteForce => {
                    self.add_loose(&piece.token);
                }
            }
        }
    }

    /// An entry without letters is a pattern, and one of two characters is found in any random text.
    fn add_entry(&mut self, token: &str, entry: &str) {
        if token.chars().count() <= 2 {
            self.add_loose(token);
        } else if token.contains(char::is_alphabetic) {
            self.words.insert(entry.to_owned());
        }
    }

    fn add_loose(&mut self, token: &str) {
        let letters = token.chars().filter(|c| c.is_alphabetic()).count();
        self.letters += letters;
        self.others += token.chars().count() - letters;
    }

    fn is_only_pattern(&self) -> bool {
        self.words.is_empty() && self.names + self.letters + self.others == 0
    }

    fn is_one_decorated_word(&self) -> bool {
        let known = self.words.len() == 1 || (self.words.is_empty() && self.names > 0);
        known && self.letters == 0 && self.others <= DECORATION
    }
}

/// The shortest beginning that the whole text repeats (the last time maybe in part), if it does so
/// at least twice; else the whole. This is the prefix function of Knuth, Morris and Pratt.
fn repeated_piece(text: &[char]) -> &[char] {
    let mut borders = vec![0; text.len()];
    for end in 1..text.len() {
        let mut border: usize = borders[end - 1];
        while border > 0 && text[border] != text[end] {
            border = borders[border - 1];
        }
        borders[end] = border + usize::from(text[border] == text[end]);
    }
    let period = text.len() - borders.last().unwrap_or(&0);
    if period * 2 <= text.len() || repeats_in_part(text, period) { &text[..period] } else { text }
}

/// `passwordpasswor`: one word and most of it again is a repetition too.
fn repeats_in_part(text: &[char], period: usize) -> bool {
    period < text.len() && (text.len() - period) * 4 >= period * 3
}

/// The names of the context, folded, as wholes and as their parts, the longest first.
fn names(context: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for text in context.iter().chain(OWN_NAMES) {
        let text = text.to_lowercase();
        let parts = text.split(|c: char| !c.is_alphanumeric());
        names.push(parts.clone().collect::<String>());
        names.extend(parts.map(str::to_owned));
    }
    names.retain(|name| name.chars().count() >= 3);
    names.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    names.dedup();
    names
}

/// Whether at most four characters remain when the names are taken out.
fn is_little_besides(folded: &str, names: &[String]) -> bool {
    // U+0000 is in no password: it keeps what stood apart from growing together into another name.
    let mut rest = folded.to_owned();
    for name in names {
        rest = rest.replace(name.as_str(), "\0");
    }
    rest.contains('\0') && rest.chars().filter(|c| *c != '\0').count() <= SHORT_PIECE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_is_reduced_to_its_piece() {
        for (text, piece) in [
            ("", ""),
            ("a", "a"),
            ("aaaa", "a"),
            ("abcabcab", "abc"),
            ("passwordpasswor", "password"),
            ("abcabd", "abcabd"),
            ("passwordpas", "passwordpas"),
        ] {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(repeated_piece(&text).iter().collect::<String>(), piece);
        }
    }

    #[test]
    fn digits_and_signs_inside_words_are_read_as_letters() {
        for (text, plain) in [
            ("p@ssw0rd2024!", "password2024!"),
            ("$ecret", "secret"),
            ("1ecret", "1ecret"),
            ("pa55word", "password"),
            ("a1234b", "a1234b"),
            ("", ""),
            ("4", "4"),
            ("!@#", "!@#"),
        ] {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(undisguised(&text).iter().collect::<String>(), plain);
        }
    }

    #[test]
    fn names_are_folded_and_split_and_short_ones_left_out() {
        assert_eq!(
            names(&["Jané O. Doe-Smith", "x"]),
            ["janéodoesmith", "tenantry", "jané", "smith", "doe"]
        );
    }
}
