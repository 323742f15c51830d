//! Numbers that look random and are the same for the same salt and word, so that a report can be repeated. Nothing
//! here is secret: a newcomer must not use it for anything that has to be guessed by nobody.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of a salt and a word, mostly a column's name.
    pub(super) fn new(salt: u64, word: &str) -> Self {
        let mut seed = salt.wrapping_add(0xcbf2_9ce4_8422_2325);
        for byte in word.bytes() {
            seed = (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(seed)
    }

    /// The next number.
    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` up to `most`, both included.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        let width = most.saturating_sub(least).saturating_add(1);
        least + self.next() % width
    }

    /// One of some, if there are any.
    pub(super) fn pick<'a, T>(&mut self, some: &'a [T]) -> Option<&'a T> {
        let length = u64::try_from(some.len()).unwrap_or(u64::MAX);
        if length == 0 {
            return None;
        }
        some.get(usize::try_from(self.next() % length).unwrap_or(0))
    }

    /// Lower-case hexadecimal digits.
    pub(super) fn hex(&mut self, length: usize) -> String {
        let mut digits = String::new();
        while digits.len() < length {
            digits.push_str(&format!("{:016x}", self.next()));
        }
        digits.truncate(length);
        digits
    }
}
