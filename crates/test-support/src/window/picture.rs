//! Pictures of the page of the window.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

use super::Window;

const TWO_FRAMES: &str =
    "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));";
/// The painted page lags behind its document by up to two seconds after the start.
const MOST: usize = 50;
const BETWEEN: Duration = Duration::from_millis(100);

impl Window {
    /// A picture, PNG, of the page as it is painted once it has come to rest.
    ///
    /// # Errors
    /// It never comes to rest.
    pub async fn settled_png(&self) -> anyhow::Result<Vec<u8>> {
        let session = self.session()?;
        session.execute_async(TWO_FRAMES, Vec::new()).await?;
        let mut last = Vec::new();
        for _ in 0..MOST {
            tokio::time::sleep(BETWEEN).await;
            let picture = session.screenshot_as_png().await?;
            if picture == last {
                return Ok(picture);
            }
            last = picture;
        }
        bail!("the picture never came to rest")
    }

    /// Keeps a picture of the page as a file.
    ///
    /// # Errors
    /// There is no picture, or it cannot be written.
    pub async fn keep_picture(&self, path: &Path) -> anyhow::Result<()> {
        let picture = self.settled_png().await?;
        std::fs::write(path, picture).with_context(|| format!("writing {}", path.display()))
    }
}
