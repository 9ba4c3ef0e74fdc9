//! Reads Rust as far as the rules need it: words and signs with their lines, imported and written-out paths,
//! functions and their lengths. Comments and texts in quotes do not count. Must not know the rules.

/// A word or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// A path such as `crate::domain::Fault`, in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    /// From the line of `fn` to that of the closing brace.
    pub lines: usize,
}

/// Words, `::` and single signs.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { rest: text, line: 1, tokens: Vec::new() };
    while !reader.rest.is_empty() {
        reader.step();
    }
    reader.tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn step(&mut self) {
        let word = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if self.rest.starts_with('"') {
            self.text();
        } else if matches!(&self.rest[..word], "r" | "br" | "cr") && raw_hashes(&self.rest[word..]).is_some() {
            self.raw_text(word);
        } else if matches!(&self.rest[..word], "b" | "c") && self.rest[word..].starts_with(['"', '\'']) {
            self.skip(word);
        } else if word > 0 {
            self.take(word);
        } else if self.rest.starts_with('\'') {
            self.character_or_lifetime();
        } else if self.rest.starts_with("::") {
            self.take(2);
        } else {
            let length = self.rest.chars().next().map_or(0, char::len_utf8);
            if self.rest.starts_with(char::is_whitespace) { self.skip(length) } else { self.take(length) }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.line += self.rest[..bytes].matches('\n').count();
        self.rest = &self.rest[bytes..];
    }

    fn take(&mut self, bytes: usize) {
        self.tokens.push(Token { text: self.rest[..bytes].to_owned(), line: self.line });
        self.rest = &self.rest[bytes..];
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            let step = if self.rest.starts_with("/*") {
                depth += 1;
                2
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                2
            } else {
                self.rest.chars().next().map_or(0, char::len_utf8)
            };
            self.skip(step);
            if depth == 0 || self.rest.is_empty() {
                return;
            }
        }
    }

    fn text(&mut self) {
        let bytes = self.rest.as_bytes();
        let mut end = 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        self.skip((end + 1).min(bytes.len()));
    }

    fn raw_text(&mut self, prefix: usize) {
        let hashes = raw_hashes(&self.rest[prefix..]).unwrap_or(0);
        let close = format!("\"{}", "#".repeat(hashes));
        let open = prefix + hashes + 1;
        let end = self.rest[open..].find(&close).map_or(self.rest.len(), |at| open + at + close.len());
        self.skip(end);
    }

    /// `'a'`, `'\n'` and `'\''` are characters, `'a` alone is a lifetime.
    fn character_or_lifetime(&mut self) {
        let mut chars = self.rest.char_indices().skip(1);
        let (_, first) = chars.next().unwrap_or((0, ' '));
        if first == '\\' {
            let end = self.rest[3.min(self.rest.len())..].find('\'').map_or(self.rest.len(), |at| at + 4);
            self.skip(end);
        } else if let Some((at, '\'')) = chars.next() {
            self.skip(at + 1);
        } else {
            self.skip(1);
        }
    }
}

/// How many `#` stand before the quote that opens a raw text.
fn raw_hashes(after_prefix: &str) -> Option<usize> {
    let hashes = after_prefix.bytes().take_while(|byte| *byte == b'#').count();
    after_prefix[hashes..].starts_with('"').then_some(hashes)
}

fn is_word(token: &Token) -> bool {
    token.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Every path with at least two pieces, and everything imported, groups written out.
pub fn paths(tokens: &[Token]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let text = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
        // `use<'a>` in a type is no import.
        if text(0) == "use" && text(1) != "<" {
            at = import(tokens, at + 1, &[], &mut found);
        } else if text(0) == "extern" && text(1) == "crate" {
            found.push(Named { path: vec![text(2).to_owned()], line: tokens[at].line });
            at += 3;
        } else if is_word(&tokens[at]) && text(1) == "::" {
            at = written_out(tokens, at, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

fn written_out(tokens: &[Token], start: usize, found: &mut Vec<Named>) -> usize {
    let mut path = vec![tokens[start].text.clone()];
    let mut at = start + 1;
    while at + 1 < tokens.len() && tokens[at].text == "::" && is_word(&tokens[at + 1]) {
        path.push(tokens[at + 1].text.clone());
        at += 2;
    }
    // Behind `<T as Trait>` or a name in scope the first piece is no crate or module.
    if start == 0 || tokens[start - 1].text != "::" || start == 1 || tokens[start - 2].text != ">" {
        found.push(Named { path, line: tokens[start].line });
    }
    at
}

/// Reads one branch of an import behind `before` and returns where it ends.
fn import(tokens: &[Token], start: usize, before: &[String], found: &mut Vec<Named>) -> usize {
    let mut path = before.to_vec();
    let mut at = start;
    let line = tokens.get(start).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at = import(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|token| token.text == ","));
                }
                return at + 1;
            }
            "as" => at += 2,
            "::" => at += 1,
            "," | ";" | "}" => break,
            piece => {
                path.push(piece.to_owned());
                at += 1;
            }
        }
    }
    found.push(Named { path, line });
    at
}

/// Every function with a body, nested ones too.
pub fn functions(tokens: &[Token]) -> Vec<Function> {
    let starts = tokens.windows(2).enumerate().filter(|(_, pair)| pair[0].text == "fn" && is_word(&pair[1]));
    starts
        .filter_map(|(at, pair)| {
            let mut depth = 0_i32;
            let mut signature = true;
            for token in &tokens[at..] {
                match token.text.as_str() {
                    "(" | "[" if signature => depth += 1,
                    ")" | "]" if signature => depth -= 1,
                    ";" if signature && depth == 0 => return None,
                    "{" if signature && depth == 0 => {
                        signature = false;
                        depth = 1;
                    }
                    "{" if !signature => depth += 1,
                    "}" if !signature && depth == 1 => {
                        let lines = token.line - pair[0].line + 1;
                        return Some(Function { name: pair[1].text.clone(), line: pair[0].line, lines });
                    }
                    "}" if !signature => depth -= 1,
                    _ => (),
                }
            }
            None
        })
        .collect()
}
