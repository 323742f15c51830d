//! What a newly chosen password must be: long enough, and not one that is tried first.
//!
//! There are no rules about capitals, digits or signs (NIST SP 800-63B-4, section 3.1.1.2): they make
//! passwords harder to remember and no harder to guess.

use super::{Password, weakness};

/// Why a password cannot be chosen, as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer code points than the policy asks for.
    #[error(
        "must have at least {least} characters (this one has {has}); a few words in a row do well"
    )]
    TooShort {
        /// The fewest that the policy allows.
        least: usize,
        /// How many there are.
        has: usize,
    },
    /// On a list of common passwords, or guessed as early as one.
    #[error(
        "must not be one of the passwords that are guessed first; a few unrelated words do well"
    )]
    Common,
    /// One well-known word or password with digits, signs or rows of keys around it.
    #[error("must be more than one well-known word with digits and signs; add a word or two")]
    OneWord,
    /// A row of keys, a sequence, or a short piece repeated.
    #[error("must not be a row of keys, a sequence or a repetition; a few unrelated words do well")]
    Pattern,
    /// Little besides the person's or organization's own names.
    #[error("must be more than your name, your address, your organization's name or ours")]
    Context,
}

/// The configured least length is under the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the least password length must be at least {floor}", floor = PasswordPolicy::FLOOR)]
pub struct PolicyTooWeak;

/// What a newly chosen password must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    min_length: usize,
}

impl PasswordPolicy {
    /// The fewest code points, unless configured: what NIST asks for when the password is the only
    /// factor.
    pub const DEFAULT_MIN_LENGTH: usize = 15;
    /// No configuration goes below this.
    pub const FLOOR: usize = 8;

    /// A policy with this least length, in code points.
    ///
    /// # Errors
    /// Under [`FLOOR`](Self::FLOOR).
    pub const fn new(min_length: usize) -> Result<Self, PolicyTooWeak> {
        if min_length < Self::FLOOR { Err(PolicyTooWeak) } else { Ok(Self { min_length }) }
    }

    /// The fewest code points.
    #[must_use]
    pub const fn min_length(&self) -> usize {
        self.min_length
    }

    /// Judges a password that somebody wants to have from now on. `context` is what an attacker
    /// knows about them: their name, what stands before the `@` of their address, their
    /// organization's name. Takes a millisecond or two, and at the very worst about twenty.
    ///
    /// # Errors
    /// Why it cannot be chosen.
    pub fn check(&self, password: &Password, context: &[&str]) -> Result<(), PasswordRefused> {
        let has = password.text().chars().count();
        if has < self.min_length {
            return Err(PasswordRefused::TooShort { least: self.min_length, has });
        }
        weakness::find(password.text(), context).map_or(Ok(()), Err)
    }
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_length: Self::DEFAULT_MIN_LENGTH }
    }
}

#[cfg(test)]
mod tests {
    use super::PasswordRefused::{Common, Context, OneWord, Pattern, TooShort};
    use super::*;

    /// One password a line, in the order of how common they are; see the file's own first lines.
    const COMMON_PASSWORDS: &str = include_str!("../../tests/data/common-passwords.txt");
    const SEEDS: [&str; 4] = ["test", "Test User", "Test Organization", "My Organization"];

    fn check(policy: PasswordPolicy, text: &str, context: &[&str]) -> Result<(), PasswordRefused> {
        policy.check(&text.parse().unwrap(), context)
    }

    fn common() -> impl Iterator<Item = &'static str> {
        COMMON_PASSWORDS.lines().filter(|line| !line.starts_with('#'))
    }

    /// PW-1
    #[test]
    fn length_is_counted_in_code_points() {
        let policy = PasswordPolicy::default();
        let fourteen = "kürbis Ölfass7";
        assert_eq!(check(policy, fourteen, &[]), Err(TooShort { least: 15, has: 14 }));
        assert_eq!(check(policy, &format!("{fourteen}🙂"), &[]), Ok(()));
        for length in [64, 128, 129, 1_024] {
            let text: String = "quartz lorry ember! ".chars().cycle().take(length).collect();
            assert_eq!(check(policy, &text, &[]), Ok(()), "{length}");
        }
        assert_eq!(PasswordPolicy::new(7), Err(PolicyTooWeak));
        assert_eq!(PasswordPolicy::new(8).unwrap().min_length(), 8);
    }

    /// PW-3: the 3,000 most common of eight characters or more, as they are and in capitals.
    #[test]
    fn the_three_thousand_most_common_passwords_are_refused() {
        let policy = PasswordPolicy::new(8).unwrap();
        assert!(common().filter(|entry| entry.len() >= 8).count() >= 3_000);
        for entry in common() {
            for text in [entry.to_owned(), entry.to_uppercase()] {
                let refused = check(policy, &text, &[]);
                assert!(matches!(refused, Err(Common | OneWord | Pattern)), "{text}: {refused:?}");
            }
        }
    }

    /// PW-3: the same at the length that is the default.
    #[test]
    fn common_passwords_are_refused_at_the_default_length_too() {
        let long: Vec<_> = common().filter(|entry| entry.len() >= 15).collect();
        assert!(long.len() >= 30);
        for entry in long {
            assert!(check(PasswordPolicy::default(), entry, &SEEDS).is_err(), "{entry}");
        }
    }

    /// PW-3
    #[test]
    fn a_common_password_dressed_up_to_the_length_is_refused() {
        for text in [
            "PasswordPassword",
            "passwordpasswor",
            "Password123456!",
            "!!!iloveyou2024!!!",
            "qwerty123456789",
            "welcome2024welcome",
            "P@ssw0rd12345678",
            "monkey!monkey!monkey!",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "123456789012345",
            "!@#$%^&*()!@#$%",
            "abcdefghijklmnopqrstuvwxyz",
            "qwertyuiopasdfghjkl",
            "1q2w3e4r5t6y7u8i9o0p",
        ] {
            let refused = check(PasswordPolicy::default(), text, &SEEDS);
            assert!(matches!(refused, Err(Common | OneWord | Pattern)), "{text}: {refused:?}");
        }
    }

    /// PW-3: the person is told what is wrong with this very password.
    #[test]
    fn each_kind_of_weakness_has_its_own_reason() {
        for (text, why) in [
            ("mailcreated5240", Common),
            ("password1234567", OneWord),
            ("passwordpassword", Pattern),
            ("Test-Organization", Context),
        ] {
            assert_eq!(check(PasswordPolicy::default(), text, &SEEDS), Err(why), "{text}");
        }
    }

    /// PW-3
    #[test]
    fn a_password_made_of_the_persons_own_names_is_refused() {
        let context = ["jane.doe", "Jane Doe", "Acme Rocket Works"];
        for text in [
            "acmerocketworks",
            "AcmeRocketWorks1!",
            "jane.doe@acme99",
            "rocketworks-jane",
            "tenantrytenantry",
            "Tenantry-Acme-24",
            "acmerocket2024!!!!",
            "acmepassword2024",
        ] {
            let refused = check(PasswordPolicy::default(), text, &context);
            assert!(matches!(refused, Err(Context | OneWord | Pattern)), "{text}: {refused:?}");
        }
        assert_eq!(check(PasswordPolicy::default(), "janes violet trombone", &context), Ok(()));
    }

    /// PW-2: no rule of composition refuses a password that is long and unlikely.
    #[test]
    fn long_and_unlikely_passwords_are_accepted() {
        for text in [
            "securepassword123",
            "correct horse battery staple",
            "correcthorsebatterystaple",
            "                 x  q  ",
            "kzxwqpfmrtjvbnd",
            "83920174650318274659",
            "株式会社の秘密の合言葉は山と川だ",
            "🙂🚲🌵🎻🧭🍋🪁🥁🦔🧵🪴🏺🧊🪐🫖",
            "Tr0ub4dor&3 but longer",
            "the gate opens at half past nine",
        ] {
            assert_eq!(check(PasswordPolicy::default(), text, &SEEDS), Ok(()), "{text}");
        }
    }

    #[test]
    fn the_reason_is_a_sentence_without_the_password() {
        let refused = check(PasswordPolicy::default(), "short", &[]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "must have at least 15 characters (this one has 5); a few words in a row do well"
        );
    }

    /// What the judgement costs must not be in the hands of who typed the password.
    #[test]
    fn hostile_passwords_are_judged_quickly() {
        for text in [
            "4@8({[<3690$5+7!|1%2".repeat(51),
            "4@8({[<3690$5+7!|1%2abcdefghijklmnopqrstuvwxyz.,;:-_#'+*~passwordx"
                .chars()
                .take(64)
                .collect(),
            "4831650927$@|+81362749057410953628!@({[<|$+%abc89012745637281940".to_owned(),
            "a4b8c3d6e9f1g7h0i5j2k4l8m3n6o9p1q7r0s5t2u4v8w3x6y9z1a7b0c5d2e4f8".to_owned(),
            "aA4@".repeat(256),
            (0..1_024u32).filter_map(|n| char::from_u32(0x4e00 + n)).collect(),
            "ab".repeat(256) + "c" + &"ab".repeat(255),
            "1".repeat(1_000) + "2",
            "passwordqwerty1".repeat(68) + "x",
        ] {
            let start = std::time::Instant::now();
            let verdict = check(PasswordPolicy::default(), &text, &SEEDS);
            let took = start.elapsed();
            println!("{took:?} {verdict:?}");
            assert!(took < std::time::Duration::from_secs(2), "{took:?}: {text}");
        }
    }
}
