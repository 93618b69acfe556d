use std::fmt;

/// One thing that is wrong with one file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContentProblem {
    /// The file, relative to `knowledge/`, with `/` between names.
    pub file: String,
    /// The line, counted from 1 in the whole file; absent when it is about the file itself.
    pub line: Option<u32>,
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to do, a full sentence.
    pub advice: String,
}

impl fmt::Display for ContentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "knowledge/{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}. {}", self.what, self.advice)
    }
}

/// Every problem found while loading, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The problems.
    pub problems: Vec<ContentProblem>,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    pub(crate) fn add(&mut self, problem: ContentProblem) {
        self.problems.push(problem);
    }

    pub(crate) fn sort(&mut self) {
        self.problems.sort();
        self.problems.dedup();
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems.iter().try_for_each(|problem| writeln!(f, "{problem}"))
    }
}
