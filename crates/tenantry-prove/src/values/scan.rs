//! Reads the text of an expression just far enough to find what it compares with: strings, numbers, patterns and
//! names. It understands nothing; whatever it finds is only a candidate, and PostgreSQL decides.

/// What a check compares a column with.
#[derive(Debug, Default, Clone)]
pub(super) struct Hints {
    /// String constants, and the members of array constants.
    pub(super) strings: Vec<String>,
    /// Numbers, also those written as strings (`'-1'::integer`).
    pub(super) numbers: Vec<f64>,
    /// Regular expressions.
    pub(super) patterns: Vec<String>,
    /// Right sides of `like`.
    pub(super) likes: Vec<String>,
    /// Whether a hash decides, so that only trying helps.
    pub(super) is_hashed: bool,
}

#[derive(Debug, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(f64),
    Operator(String),
    Other,
}

/// The bounds of hundreds of partitions hold nothing more than those of the first few.
const MOST_TOKENS: usize = 2_000;

impl Hints {
    /// Adds what an expression holds.
    pub(super) fn add(&mut self, expression: &str) {
        let mut before = Vec::new();
        for token in tokens(expression).into_iter().take(MOST_TOKENS) {
            match token {
                Token::Text(text) => self.add_text(text, &before),
                Token::Number(number) => push_new(&mut self.numbers, number),
                Token::Operator(operator) => before = vec![operator],
                Token::Name(name) => {
                    self.is_hashed |= name == "satisfies_hash_partition";
                    before.push(name);
                }
                Token::Other => {}
            }
        }
    }

    fn add_text(&mut self, text: String, before: &[String]) {
        let is = |word: &str| before.iter().any(|name| name == word);
        if is("~~") || is("~~*") {
            return push_new(&mut self.likes, text);
        }
        if is("similar_to_escape") || is("similar_escape") {
            return push_new(&mut self.patterns, similar(&text));
        }
        if is("~") || is("~*") || before.iter().any(|name| name.starts_with("regexp_")) {
            return push_new(&mut self.patterns, text);
        }
        if let Ok(number) = text.parse::<f64>() {
            push_new(&mut self.numbers, number);
        }
        if text.starts_with('^') || text.ends_with('$') {
            push_new(&mut self.patterns, text.clone());
        }
        if let Some(members) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            for member in members.split(',').filter(|_| !text.contains(':')) {
                push_new(&mut self.strings, member.trim_matches('"').to_owned());
            }
        }
        push_new(&mut self.strings, text);
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The pattern of `similar to` as a regular expression.
fn similar(pattern: &str) -> String {
    let mut expression = String::new();
    for letter in pattern.chars() {
        match letter {
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            '.' | '^' | '$' => expression.extend(['\\', letter]),
            _ => expression.push(letter),
        }
    }
    expression
}

/// Every name in an expression: columns, and whatever else is called something.
pub(super) fn names(expression: &str) -> Vec<String> {
    let names = tokens(expression).into_iter().filter_map(|token| match token {
        Token::Name(name) => Some(name),
        Token::Text(_) | Token::Number(_) | Token::Operator(_) | Token::Other => None,
    });
    names.collect()
}

fn tokens(expression: &str) -> Vec<Token> {
    let letters: Vec<char> = expression.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let (token, next) = match letter {
            'E' if letters.get(at + 1) == Some(&'\'') => escaped(&letters, at + 2),
            '\'' => quoted(&letters, at + 1, '\'', Token::Text),
            '"' => quoted(&letters, at + 1, '"', Token::Name),
            '0'..='9' => number(&letters, at),
            _ if letter.is_alphabetic() || letter == '_' => name(&letters, at),
            _ if OPERATOR.contains(letter) => operator(&letters, at),
            _ => (Token::Other, at + 1),
        };
        tokens.push(token);
        at = next;
    }
    tokens
}

const OPERATOR: &str = "~!@#^&|?+-*/%<>=";

fn run(letters: &[char], from: usize, belongs: impl Fn(char) -> bool) -> (String, usize) {
    let word: String = letters.iter().skip(from).copied().take_while(|&one| belongs(one)).collect();
    let next = from + word.chars().count();
    (word, next)
}

fn name(letters: &[char], at: usize) -> (Token, usize) {
    let (word, next) = run(letters, at, |one| one.is_alphanumeric() || one == '_' || one == '$');
    (Token::Name(word), next)
}

fn operator(letters: &[char], at: usize) -> (Token, usize) {
    let (word, next) = run(letters, at, |one| OPERATOR.contains(one));
    (Token::Operator(word), next)
}

fn number(letters: &[char], at: usize) -> (Token, usize) {
    let (word, next) = run(letters, at, |one| one.is_ascii_digit() || one == '.' || one == 'e');
    (word.parse().map_or(Token::Other, Token::Number), next)
}

fn quoted(
    letters: &[char],
    mut at: usize,
    end: char,
    token: fn(String) -> Token,
) -> (Token, usize) {
    let mut text = String::new();
    while let Some(&letter) = letters.get(at) {
        if letter == end {
            if letters.get(at + 1) != Some(&end) {
                return (token(text), at + 1);
            }
            at += 1;
        }
        text.push(letter);
        at += 1;
    }
    (token(text), at)
}

/// PostgreSQL prints a constant with a backslash as `E'…'`, where only the backslash itself is escaped.
fn escaped(letters: &[char], mut at: usize) -> (Token, usize) {
    let mut text = String::new();
    while let Some(&letter) = letters.get(at) {
        let following = letters.get(at + 1).copied();
        match (letter, following) {
            ('\\', Some(next)) => {
                text.push(next);
                at += 2;
            }
            ('\'', Some('\'')) => {
                text.push('\'');
                at += 2;
            }
            ('\'', _) => return (Token::Text(text), at + 1),
            _ => {
                text.push(letter);
                at += 1;
            }
        }
    }
    (Token::Text(text), at)
}
