use std::path::{Path, PathBuf};

use content::Article;
use tantivy::directory::MmapDirectory;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{IndexReader, ReloadPolicy};

use crate::documents::Documents;
use crate::language::{self, Tongue, WHOLE};
use crate::plain::plain_text;
use crate::ranking::Ranking;
use crate::vocabulary::Vocabulary;

/// Names of fields that stand in columns.
pub(crate) const DIGEST: &str = "digest";
pub(crate) const ID: &str = "id";
pub(crate) const LOCALE: &str = "locale";

/// What can go wrong with the index.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The folder of the index cannot be made, moved or removed.
    #[error("cannot write the search index in {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index is damaged, of another version, or cannot be read.
    #[error("the search index cannot be used")]
    Index(#[from] tantivy::TantivyError),
    /// What this program has built in is not sound.
    #[error("the search's own words and weights cannot be read: {0}")]
    BuiltIn(String),
}

/// The fields of the index.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) digest: Field,
    pub(crate) id: Field,
    pub(crate) locale: Field,
    pub(crate) title: Field,
    pub(crate) summary: Field,
    pub(crate) text: Field,
    pub(crate) reviewed: Field,
    pub(crate) review_by: Field,
    /// Unstemmed title, keywords and body, for the word being typed and for typos.
    pub(crate) whole_title: Field,
    pub(crate) whole_body: Field,
    /// Per language: title, keywords, body.
    pub(crate) stemmed: [(Tongue, [Field; 3]); Tongue::COUNT],
}

/// An opened index. Memory-mapped; cheap to keep.
pub struct Index {
    pub(crate) fields: Fields,
    pub(crate) reader: IndexReader,
    pub(crate) documents: Documents,
    pub(crate) languages: [Stemmed; Tongue::COUNT],
    pub(crate) vocabulary: Vocabulary,
    pub(crate) ranking: Ranking,
}

/// How the articles of a language are indexed.
#[derive(Clone)]
pub(crate) struct Stemmed {
    pub(crate) tongue: Tongue,
    pub(crate) fields: [Field; 3],
    pub(crate) analyzer: TextAnalyzer,
    /// Whether there is one.
    pub(crate) is_used: bool,
}

/// What is indexed of an article.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Its id; the same in every language.
    pub id: String,
    /// Language, BCP 47.
    pub locale: String,
    /// The title.
    pub title: String,
    /// One sentence for result lists; may be empty.
    pub summary: String,
    /// Words people use for it that the text does not.
    pub keywords: Vec<String>,
    /// Its text, without markup.
    pub text: String,
    /// When it was last reviewed, `YYYY-MM-DD`; empty if that is not known.
    pub reviewed: String,
    /// When it must be reviewed again, as above.
    pub review_by: String,
}

impl From<&Article> for Document {
    fn from(article: &Article) -> Self {
        // A line that only leads to another article says nothing of this one.
        let lines = article.blocks.iter().flat_map(|block| block.markdown.lines());
        let text = lines.filter(|line| !line.starts_with("- [")).map(plain_text);
        Self {
            id: article.id.clone(),
            locale: article.locale.clone(),
            title: article.title.clone(),
            summary: article.summary.clone(),
            keywords: article.keywords.clone(),
            text: text.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"),
            reviewed: article.reviewed.to_string(),
            review_by: article.review_by.to_string(),
        }
    }
}

impl Index {
    /// Opens a built index.
    ///
    /// # Errors
    /// If there is none, or it is damaged or of another version: build it again.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let (expected, fields) = schema();
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let index = tantivy::Index::open(directory)?;
        if index.schema() != expected {
            let message = "the index was built by another version".to_owned();
            return Err(tantivy::TantivyError::SchemaError(message).into());
        }
        language::register(index.tokenizers());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let documents = Documents::of(&reader.searcher())?;
        let used: Vec<Tongue> = documents.languages().map(Tongue::of_locale).collect();
        let languages = fields.stemmed.map(|(tongue, fields)| Stemmed {
            tongue,
            fields,
            analyzer: tongue.analyzer(),
            is_used: used.contains(&tongue),
        });
        let built_in = |error: &dyn std::fmt::Display| SearchError::BuiltIn(error.to_string());
        let vocabulary = Vocabulary::built_in().map_err(|error| built_in(&error))?;
        let ranking = Ranking::built_in().map_err(|error| built_in(&error))?;
        Ok(Self { fields, reader, documents, languages, vocabulary, ranking })
    }

    pub(crate) fn analyzer(&self, tongue: Tongue) -> TextAnalyzer {
        let known = self.languages.iter().find(|stemmed| stemmed.tongue == tongue);
        known.map_or_else(|| tongue.analyzer(), |stemmed| stemmed.analyzer.clone())
    }

    /// How many articles are in it.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let text = |analyzer: &str| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(analyzer)
                .set_index_option(IndexRecordOption::WithFreqs),
        )
    };
    let fields = Fields {
        digest: schema.add_u64_field(DIGEST, INDEXED | FAST),
        id: schema.add_text_field(ID, STRING | STORED | FAST),
        locale: schema.add_text_field(LOCALE, STRING | STORED | FAST),
        title: schema.add_text_field("title", STORED),
        summary: schema.add_text_field("summary", STORED),
        text: schema.add_text_field("text", STORED),
        reviewed: schema.add_text_field("reviewed", STORED),
        review_by: schema.add_text_field("review_by", STORED),
        whole_title: schema.add_text_field("whole_title", text(WHOLE)),
        whole_body: schema.add_text_field("whole_body", text(WHOLE)),
        stemmed: Tongue::ALL.map(|tongue| {
            let field = |part: &str| format!("{part}_{}", tongue.name());
            let fields = ["title", "keywords", "body"]
                .map(|part| schema.add_text_field(&field(part), text(tongue.name())));
            (tongue, fields)
        }),
    };
    (schema.build(), fields)
}
