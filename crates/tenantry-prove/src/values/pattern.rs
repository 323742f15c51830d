//! Writes texts that a regular expression accepts, for the usual part of the language: classes, groups, alternatives,
//! quantifiers, anchors. Look-around is skipped and back references are refused, for PostgreSQL has the last word on
//! every text anyway.

use super::random::Random;

const PRINTABLE: std::ops::RangeInclusive<char> = ' '..='~';
const MOST: usize = 4_096;

/// A regular expression that was understood.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// One of these letters.
    Class(Vec<char>),
    /// All of these, one after the other.
    Sequence(Vec<Self>),
    /// One of these.
    Either(Vec<Self>),
    /// As often as this.
    Repeat(Box<Self>, usize, usize),
}

/// How a text is written.
#[derive(Debug)]
pub(super) struct Writing<'a> {
    /// How often something is repeated where the pattern leaves it open.
    pub(super) reach: usize,
    /// What the longest free stretch begins with, as far as its class has the letters. Used once.
    pub(super) mark: &'a str,
    /// Where the other letters come from.
    pub(super) random: Random,
}

impl Pattern {
    /// Understands it, or not.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = ["(?i)", "***:", "(?x)"]
            .iter()
            .fold(text, |rest, flag| rest.strip_prefix(flag).unwrap_or(rest));
        let mut reader = Reader { letters: text.chars().collect(), at: 0 };
        let pattern = reader.either()?;
        (reader.at == reader.letters.len()).then_some(pattern)
    }

    /// One text.
    pub(super) fn write(&self, writing: &mut Writing<'_>, text: &mut String) {
        match self {
            Self::Class(letters) => text.extend(pick(letters, &mut writing.random)),
            Self::Sequence(parts) => parts.iter().for_each(|part| part.write(writing, text)),
            Self::Either(ways) => {
                if let Some(way) = writing.random.pick(ways) {
                    way.write(writing, text);
                }
            }
            Self::Repeat(part, least, most) => part.repeat(*least, *most, writing, text),
        }
    }

    fn repeat(&self, least: usize, most: usize, writing: &mut Writing<'_>, text: &mut String) {
        let Self::Class(letters) = self else {
            let times = writing.reach.min(1).clamp(least, most);
            return (0..times).for_each(|_| self.write(writing, text));
        };
        let mut times = writing.reach.clamp(least, most);
        if times > 2 {
            let fitting = writing.mark.chars().filter(|letter| letters.contains(letter));
            let fitting: String = fitting.take(most).collect();
            times = times.max(fitting.len()) - fitting.len();
            text.push_str(&fitting);
            writing.mark = "";
        }
        text.extend((0..times).filter_map(|_| pick(letters, &mut writing.random)));
    }
}

/// A letter of a class, a plain one if it has any.
fn pick(letters: &[char], random: &mut Random) -> Option<char> {
    let is_plain = |one: &&char| one.is_ascii_lowercase() || one.is_ascii_digit();
    let plain: Vec<char> = letters.iter().filter(is_plain).copied().collect();
    random.pick(if plain.is_empty() { letters } else { &plain }).copied()
}

struct Reader {
    letters: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn takes(&mut self, text: &str) -> bool {
        let follows = text.chars().eq(self.letters.iter().skip(self.at).copied().take(text.len()));
        if follows {
            self.at += text.len();
        }
        follows
    }

    fn either(&mut self) -> Option<Pattern> {
        let mut ways = vec![self.sequence()?];
        while self.takes("|") {
            ways.push(self.sequence()?);
        }
        Some(if ways.len() == 1 { ways.remove(0) } else { Pattern::Either(ways) })
    }

    fn sequence(&mut self) -> Option<Pattern> {
        let mut parts = Vec::new();
        while self.peek().is_some_and(|letter| letter != '|' && letter != ')') {
            let atom = self.atom()?;
            parts.push(self.quantified(atom)?);
        }
        Some(Pattern::Sequence(parts))
    }

    fn atom(&mut self) -> Option<Pattern> {
        match self.next()? {
            '^' | '$' => Some(Pattern::Sequence(Vec::new())),
            '.' => Some(Pattern::Class(PRINTABLE.collect())),
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.escape(),
            letter => Some(Pattern::Class(vec![letter])),
        }
    }

    fn group(&mut self) -> Option<Pattern> {
        let is_look = ["?=", "?!", "?<=", "?<!"].iter().any(|look| self.takes(look));
        if !is_look {
            self.takes("?:");
        }
        let inner = self.either()?;
        if !self.takes(")") {
            return None;
        }
        Some(if is_look { Pattern::Sequence(Vec::new()) } else { inner })
    }

    fn quantified(&mut self, atom: Pattern) -> Option<Pattern> {
        let (least, most) = match self.peek() {
            Some('*') => (0, MOST),
            Some('+') => (1, MOST),
            Some('?') => (0, 1),
            Some('{') => return self.counted(atom),
            _ => return Some(atom),
        };
        self.at += 1;
        self.takes("?");
        Some(Pattern::Repeat(Box::new(atom), least, most))
    }

    fn counted(&mut self, atom: Pattern) -> Option<Pattern> {
        self.at += 1;
        let least = self.number()?;
        let most = if self.takes(",") { self.number().unwrap_or(MOST) } else { least };
        if !self.takes("}") || least > most || most > MOST {
            return None;
        }
        self.takes("?");
        Some(Pattern::Repeat(Box::new(atom), least, most))
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        while self.peek().is_some_and(|letter| letter.is_ascii_digit()) {
            self.at += 1;
        }
        self.letters.get(start..self.at)?.iter().collect::<String>().parse().ok()
    }

    fn escape(&mut self) -> Option<Pattern> {
        let letter = self.next()?;
        if matches!(letter, 'A' | 'Z' | 'm' | 'M' | 'y') {
            return Some(Pattern::Sequence(Vec::new()));
        }
        shorthand(letter).map(Pattern::Class)
    }

    fn class(&mut self) -> Option<Pattern> {
        let is_negated = self.takes("^");
        let mut letters = Vec::new();
        let mut is_first = true;
        while is_first || self.peek()? != ']' {
            self.member(&mut letters)?;
            is_first = false;
        }
        self.at += 1;
        if is_negated {
            letters = PRINTABLE.filter(|letter| !letters.contains(letter)).collect();
        }
        Some(Pattern::Class(letters))
    }

    fn member(&mut self, letters: &mut Vec<char>) -> Option<()> {
        if self.takes("[:") {
            let start = self.at;
            while !self.takes(":]") {
                self.next()?;
            }
            let name: String = self.letters.get(start..self.at - 2)?.iter().collect();
            letters.extend(named(&name)?);
            return Some(());
        }
        let first = match self.next()? {
            '\\' => {
                let letter = self.next()?;
                let meant = shorthand(letter)?;
                if meant.len() != 1 {
                    letters.extend(meant);
                    return Some(());
                }
                *meant.first()?
            }
            letter => letter,
        };
        let is_range = self.peek() == Some('-')
            && self.letters.get(self.at + 1).is_some_and(|&letter| letter != ']');
        let last = if is_range {
            self.at += 1;
            self.next().filter(|&letter| letter != '\\').or_else(|| self.next())?
        } else {
            first
        };
        letters.extend((first..=last).take(MOST));
        Some(())
    }
}

fn named(name: &str) -> Option<Vec<char>> {
    let belongs: fn(&char) -> bool = match name {
        "alpha" => char::is_ascii_alphabetic,
        "alnum" => char::is_ascii_alphanumeric,
        "digit" => char::is_ascii_digit,
        "lower" => char::is_ascii_lowercase,
        "upper" => char::is_ascii_uppercase,
        "xdigit" => char::is_ascii_hexdigit,
        "punct" => char::is_ascii_punctuation,
        "space" | "blank" => |letter| *letter == ' ',
        "graph" => char::is_ascii_graphic,
        "print" => |_| true,
        _ => return None,
    };
    Some(PRINTABLE.filter(belongs).collect())
}

fn shorthand(letter: char) -> Option<Vec<char>> {
    let is_word = |one: &char| one.is_ascii_alphanumeric() || *one == '_';
    Some(match letter {
        'd' => ('0'..='9').collect(),
        'w' => PRINTABLE.filter(is_word).collect(),
        's' => vec![' '],
        'D' => PRINTABLE.filter(|one| !one.is_ascii_digit()).collect(),
        'W' => PRINTABLE.filter(|one| !is_word(one)).collect(),
        'S' => PRINTABLE.filter(|one| *one != ' ').collect(),
        't' => vec!['\t'],
        'n' => vec!['\n'],
        'r' => vec!['\r'],
        // A back reference, or something this reader does not know.
        _ if letter.is_ascii_alphanumeric() => return None,
        _ => vec![letter],
    })
}
