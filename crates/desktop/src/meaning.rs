//! Searching by meaning. The vectors of the articles are kept, the model only while somebody asks: it
//! takes more memory than everything else together.

use std::path::{Path, PathBuf};
use std::slice;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use embedding::{DIMENSIONS, Embedder, EmbeddingError, MODEL, WEIGHTS};
use sealing::files::write_durably;
use search::{Document, Index, Meaning, Meanings, Order, SearchError, Shelf};
use tokio::sync::Notify;

use crate::view::MeaningState;

/// The model leaves after so long without a question.
const IDLE: Duration = Duration::from_secs(5 * 60);
/// So many articles are read before what was made is saved.
const AT_ONCE: usize = 50;
/// The model reads this language.
const READ: &str = "en";

/// What articles and questions mean.
pub(crate) struct Reader {
    /// The folder of the model, which comes with the articles.
    folder: PathBuf,
    articles: OnceLock<Meanings>,
    state: Mutex<MeaningState>,
    model: Mutex<Option<Loaded>>,
    /// The model was loaded.
    loaded: Notify,
}

struct Loaded {
    embedder: Arc<Embedder>,
    used: Instant,
}

impl Reader {
    /// Of the folder of what IT wrote.
    pub(crate) fn new(knowledge: &Path) -> Self {
        Self {
            folder: knowledge.join(embedding::FOLDER),
            articles: OnceLock::new(),
            state: Mutex::new(MeaningState::Preparing),
            model: Mutex::new(None),
            loaded: Notify::new(),
        }
    }

    pub(crate) fn state(&self) -> MeaningState {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes ready the vectors of these articles: those that came with them, and for the others those
    /// that are made here and kept under `data`. That may take minutes: call it in the background; it
    /// ends early when `goes_on` says no.
    pub(crate) fn prepare(&self, documents: &[Document], data: &Path, goes_on: impl Fn() -> bool) {
        let state = match self.vectors(documents, data, goes_on) {
            Ok(Some(articles)) => {
                // Prepared twice at once: the first one stays, the second is as good.
                let _ = self.articles.set(articles);
                MeaningState::Ready
            }
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "articles are found by their words alone");
                MeaningState::Absent
            }
        };
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn vectors(
        &self,
        documents: &[Document],
        data: &Path,
        goes_on: impl Fn() -> bool,
    ) -> Result<Option<Meanings>, EmbeddingError> {
        self.check()?;
        let mut shelf = Shelf::new(WEIGHTS, DIMENSIONS);
        let own = data.join(search::VECTORS);
        for file in [&self.folder.join(search::VECTORS), &own] {
            // What is not there or is of another model is made anew.
            let is_read = std::fs::read(file).is_ok_and(|bytes| shelf.read(&bytes));
            tracing::debug!(is_read, file = %file.display(), "vectors of articles");
        }
        for documents_at_once in shelf.missing(documents).chunks(AT_ONCE) {
            let embedder = self.embedder()?;
            for document in documents_at_once {
                if !goes_on() {
                    return Ok(None);
                }
                shelf.learn(slice::from_ref(document), documents.len(), |texts| {
                    texts.iter().map(|text| embedder.embed(text)).collect()
                })?;
            }
            if let Err(error) = write_durably(&own, &shelf.file(documents)) {
                tracing::warn!(%error, "the vectors of articles are made again at the next start");
            }
        }
        Ok(shelf.meanings(documents))
    }

    /// Whether the model is installed, as far as that can be told without reading it.
    fn check(&self) -> Result<(), EmbeddingError> {
        let path = self.folder.join(MODEL.name);
        match std::fs::metadata(&path) {
            Ok(_) => Ok(()),
            Err(source) => Err(EmbeddingError::Read { path, source }),
        }
    }

    /// The articles for a question by words and meaning; nothing if the meaning cannot be told.
    pub(crate) fn order(
        &self,
        index: &Index,
        query: &str,
        locale: &str,
    ) -> Option<Result<Order, SearchError>> {
        let articles = self.articles.get().filter(|_| content::locale_language(locale) == READ)?;
        let embedder = self.embedder().inspect_err(|error| self.miss(error)).ok()?;
        let is_word: &dyn Fn(&str) -> bool = &|word| embedder.knows(word);
        let spelled = match index.spelled(query, is_word) {
            Ok(spelled) => spelled,
            Err(error) => return Some(Err(error)),
        };
        let question = embedder.embed(&spelled).inspect_err(|error| self.miss(error)).ok()?;
        let meaning = Meaning { question: &question, articles, is_word };
        Some(index.by_both(query, locale, meaning))
    }

    fn miss(&self, error: &EmbeddingError) {
        tracing::warn!(%error, "articles are found by their words alone");
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = MeaningState::Absent;
    }

    fn embedder(&self) -> Result<Arc<Embedder>, EmbeddingError> {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let used = Instant::now();
        if let Some(loaded) = &mut *model {
            loaded.used = used;
            return Ok(Arc::clone(&loaded.embedder));
        }
        let embedder = Arc::new(Embedder::load(&self.folder)?);
        *model = Some(Loaded { embedder: Arc::clone(&embedder), used });
        self.loaded.notify_one();
        Ok(embedder)
    }

    /// Lets the model go whenever nobody has asked for a while.
    pub(crate) async fn rest(&self) {
        loop {
            self.loaded.notified().await;
            while let Some(left) = self.let_go(Instant::now()) {
                tokio::time::sleep(left).await;
            }
        }
    }

    /// Lets the model go if nobody has asked since long before `now`; if somebody has, how long it stays
    /// yet.
    fn let_go(&self, now: Instant) -> Option<Duration> {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = now.saturating_duration_since(model.as_ref()?.used);
        let left = IDLE.checked_sub(idle).filter(|left| !left.is_zero());
        if left.is_none() {
            let gone = model.take().and_then(|loaded| Arc::into_inner(loaded.embedder));
            gone.into_iter().for_each(Embedder::unload);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `cargo xtask setup` puts the model.
    const KNOWLEDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");

    fn documents() -> Vec<Document> {
        let document = |id: &str, title: &str, text: &str| Document {
            id: id.to_owned(),
            locale: "en".to_owned(),
            title: title.to_owned(),
            text: text.to_owned(),
            ..Document::default()
        };
        vec![
            document("printer", "Empty paper tray", "Pull out the drawer and put in sheets."),
            document(
                "phone",
                "A new mobile for your second factor",
                "Enrol the new one at the desk.",
            ),
        ]
    }

    fn prepared(knowledge: &Path, data: &Path) -> Reader {
        let reader = Reader::new(knowledge);
        reader.prepare(&documents(), data, || true);
        reader
    }

    #[test]
    fn a_question_without_a_word_of_the_article_finds_it() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("index");
        search::build(&folder, documents()).unwrap();
        let index = Index::open(&folder).unwrap();
        let reader = prepared(Path::new(KNOWLEDGE), data.path());
        assert_eq!(reader.state(), MeaningState::Ready);
        let query = "My handset was stolen, I purchased another";
        assert!(index.search(query, "en", 5).unwrap().is_empty());
        let order = reader.order(&index, query, "en").unwrap().unwrap();
        assert_eq!(index.ids(&order, 1), ["phone"]);
        assert!(reader.order(&index, query, "de").is_none());
    }

    #[test]
    fn vectors_are_made_once_on_this_device() {
        let data = tempfile::tempdir().unwrap();
        let first = prepared(Path::new(KNOWLEDGE), data.path());
        assert!(first.model.lock().unwrap().is_some());
        let second = prepared(Path::new(KNOWLEDGE), data.path());
        assert!(second.model.lock().unwrap().is_none());
        assert_eq!(second.articles.get(), first.articles.get());
        std::fs::write(data.path().join(search::VECTORS), "not vectors").unwrap();
        let third = prepared(Path::new(KNOWLEDGE), data.path());
        assert_eq!(third.articles.get(), first.articles.get());
    }

    #[test]
    fn without_a_model_words_are_all_there_is() {
        let data = tempfile::tempdir().unwrap();
        let reader = prepared(data.path(), data.path());
        assert_eq!(reader.state(), MeaningState::Absent);
        assert!(reader.articles.get().is_none());
    }

    #[test]
    fn preparing_ends_with_the_app() {
        let data = tempfile::tempdir().unwrap();
        let reader = Reader::new(Path::new(KNOWLEDGE));
        reader.prepare(&documents(), data.path(), || false);
        assert_eq!(reader.state(), MeaningState::Preparing);
    }

    #[test]
    fn the_model_leaves_when_nobody_asks() {
        let reader = Reader::new(Path::new(KNOWLEDGE));
        assert_eq!(reader.let_go(Instant::now()), None);
        reader.embedder().unwrap();
        let used = reader.model.lock().unwrap().as_ref().unwrap().used;
        assert_eq!(reader.let_go(used + IDLE / 4), Some(IDLE / 4 * 3));
        assert!(reader.model.lock().unwrap().is_some());
        assert_eq!(reader.let_go(used + IDLE), None);
        assert!(reader.model.lock().unwrap().is_none());
    }
}
