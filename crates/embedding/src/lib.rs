//! What a text means, as a vector: all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers and
//! Gurevych, "Sentence-BERT", 2019), its weights in eight bits, on one processor core. It reads
//! English. Its files are installed beside what IT wrote and checked before they are used.

mod pieces;
mod store;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::pieces::Pieces;
pub use crate::store::Store;

/// Numbers in a vector.
pub const DIMENSIONS: usize = 384;

/// The folder of the files, beside what IT wrote.
pub const FOLDER: &str = "embedding";
/// The transformer.
pub const MODEL: Part = Part {
    name: "model.onnx",
    sha256: "413607d8fc866dfd368393acc1d0c661f609f9c036af843c3125f82bbfe12fe4",
};
/// Names the weights in it, by the SHA-256 of the file they were published in: the same weights give the same
/// vectors, in whatever order the file's steps are.
pub const WEIGHTS: &str = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6";
/// Its words and how a text is cut into them.
pub const TOKENIZER: Part = Part {
    name: "tokenizer.json",
    sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
};

/// A file that is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its name in the folder.
    pub name: &'static str,
    /// SHA-256 of what is in it, in hexadecimal.
    pub sha256: &'static str,
}

/// Turns texts into vectors.
pub struct Embedder {
    pieces: Pieces,
    model: Model,
    inputs: [NodeId; 3],
    output: NodeId,
    /// One core: the others belong to the person, or to other requests.
    pool: Arc<ThreadPool>,
}

/// Why a text has no vector.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddingError {
    /// A file cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not the one this program was made for.
    #[error("{0} is not the file that belongs here; `cargo xtask setup` installs it")]
    Checksum(PathBuf),
    /// A file cannot be used, though it is the right one.
    #[error("the embedding model cannot be used: {0}")]
    Unusable(String),
}

impl Embedder {
    /// Reads the files in a folder and checks that they are the right ones.
    ///
    /// # Errors
    /// A file is missing, is another one, or cannot be used.
    pub fn load(folder: &Path) -> Result<Self, EmbeddingError> {
        memory::return_large_blocks();
        let pieces = Pieces::parse(&read(folder, TOKENIZER)?).map_err(unusable)?;
        // Packing weights in advance would take a millisecond off a question and add 42 MiB.
        let model = ModelOptions::with_all_ops().load(read(folder, MODEL)?).map_err(unusable)?;
        let [ids, mask, kinds] = INPUTS.map(|name| model.node_id(name));
        let inputs = [ids.map_err(unusable)?, mask.map_err(unusable)?, kinds.map_err(unusable)?];
        let output = *model.output_ids().first().ok_or_else(|| unusable("it has no output"))?;
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        Ok(Self { pieces, model, inputs, output, pool })
    }

    /// Lets the model go, and gives what it took back to the system.
    pub fn unload(self) {
        drop(self);
        memory::give_back();
    }

    /// Whether the model knows a word as a whole: then it is spelled as it is meant.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.pieces.has(word)
    }

    /// The vector of a text, of length one. Texts that mean alike have vectors that point alike.
    ///
    /// # Errors
    /// The model refuses the text.
    pub fn embed(&self, text: &str) -> Result<Vec<f32>, EmbeddingError> {
        let pieces = self.pieces.of(text).map_err(unusable)?;
        let n = pieces.len();
        let ids = NdTensor::from_data([1, n], pieces);
        let (mask, kinds) = (NdTensor::full([1, n], 1_i32), NdTensor::<i32, 2>::zeros([1, n]));
        let [ids_at, mask_at, kinds_at] = self.inputs;
        let inputs = vec![
            (ids_at, ids.view().into()),
            (mask_at, mask.view().into()),
            (kinds_at, kinds.view().into()),
        ];
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let [states] = self.model.run_n(inputs, [self.output], Some(options)).map_err(unusable)?;
        let states: NdTensor<f32, 3> = states.try_into().map_err(unusable)?;
        mean(states.view()).ok_or_else(|| unusable("its vectors have another size"))
    }
}

impl std::fmt::Debug for Embedder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Embedder").finish_non_exhaustive()
    }
}

const INPUTS: [&str; 3] = ["input_ids", "attention_mask", "token_type_ids"];

fn read(folder: &Path, part: Part) -> Result<Vec<u8>, EmbeddingError> {
    let path = folder.join(part.name);
    let bytes = std::fs::read(&path)
        .map_err(|source| EmbeddingError::Read { path: path.clone(), source })?;
    let found = digest(&SHA256, &bytes);
    let found: String = found.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    if found == part.sha256 { Ok(bytes) } else { Err(EmbeddingError::Checksum(path)) }
}

fn unusable(why: impl std::fmt::Display) -> EmbeddingError {
    EmbeddingError::Unusable(why.to_string())
}

/// The mean of the states of all pieces, made as long as one.
fn mean(states: NdTensorView<f32, 3>) -> Option<Vec<f32>> {
    let mut sum = vec![0.0_f32; DIMENSIONS];
    for piece in states.to_vec().chunks(DIMENSIONS) {
        for (sum, value) in sum.iter_mut().zip(piece) {
            *sum += value;
        }
    }
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    sum.iter_mut().for_each(|value| *value /= length.max(f32::MIN_POSITIVE));
    (states.size(2) == DIMENSIONS).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `cargo xtask setup` puts the files.
    const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/embedding");

    fn embedder() -> Embedder {
        Embedder::load(Path::new(INSTALLED)).expect("`cargo xtask setup` installs the model")
    }

    fn alike(one: &[f32], other: &[f32]) -> f32 {
        one.iter().zip(other).map(|(one, other)| one * other).sum()
    }

    /// The first numbers of a vector, as ONNX Runtime 1.32 has them.
    fn check(embedder: &Embedder, text: &str, expect: [f32; 4]) {
        let vector = embedder.embed(text).unwrap();
        assert_eq!(vector.len(), DIMENSIONS);
        assert!((alike(&vector, &vector) - 1.0).abs() < 1e-4, "{text}");
        let differ = vector.iter().zip(expect).any(|(found, expect)| (found - expect).abs() > 2e-3);
        assert!(!differ, "{text}: {:?}", &vector[..4]);
    }

    #[test]
    fn gives_the_vectors_another_runtime_gives() {
        let embedder = embedder();
        check(&embedder, "i forgot my password", [-0.0494, -0.0312, -0.0398, 0.0357]);
        let punctuated = "the vpn doesn't connect — err 809!";
        check(&embedder, punctuated, [-0.0661, 0.0392, 0.0168, -0.0050]);
        check(&embedder, "naïve café", [0.0077, -0.0131, -0.0227, 0.0231]);
        check(&embedder, &"word ".repeat(300), [0.0149, -0.0658, -0.0290, 0.0186]);
        check(&embedder, &"word ".repeat(300_000), [0.0149, -0.0658, -0.0290, 0.0186]);
        check(&embedder, "", [-0.1274, 0.0409, -0.0014, -0.0160]);
    }

    #[test]
    fn what_means_alike_points_alike() {
        let embedder = embedder();
        let [one, same, other] = ["I forgot my password", "can't remember my login", "paper jam"]
            .map(|text| embedder.embed(text).unwrap());
        assert!(alike(&one, &same) > alike(&one, &other) + 0.2);
    }

    #[test]
    fn a_wrong_or_missing_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let load = || Embedder::load(folder.path()).map(|_| ()).unwrap_err().to_string();
        assert!(load().ends_with("tokenizer.json cannot be read"), "{}", load());
        std::fs::write(folder.path().join(TOKENIZER.name), "{}").unwrap();
        let told =
            "tokenizer.json is not the file that belongs here; `cargo xtask setup` installs it";
        assert!(load().ends_with(told), "{}", load());
    }
}
