//! Pictures of the window as the display shows it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, ImageOrder};

use super::Window;
use crate::program::quiet;
use crate::until::{PATIENCE, until};

const TWO_FRAMES: &str =
    "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));";
/// The painted page lags behind its document by up to two seconds after the start.
const MOST: usize = 50;
const BETWEEN: Duration = Duration::from_millis(100);
/// Bytes of a pixel of the display: blue, green, red and one that means nothing.
const PIXEL: usize = 4;

/// What the display shows, as rows of red, green and blue.
#[derive(PartialEq, Eq)]
struct Pixels {
    width: u16,
    height: u16,
    rgb: Vec<u8>,
}

impl Window {
    /// Keeps a picture of the window as a file, PNG, once it has come to rest.
    ///
    /// # Errors
    /// It never comes to rest, or cannot be written.
    pub async fn keep_picture(&self, path: &Path) -> anyhow::Result<()> {
        let picture = self.settled().await?.to_png()?;
        std::fs::write(path, picture).with_context(|| format!("writing {}", path.display()))
    }

    async fn settled(&self) -> anyhow::Result<Pixels> {
        let window = self.moved_aside().await?;
        self.session()?.execute_async(TWO_FRAMES, Vec::new()).await?;
        let mut last = Pixels::of(window)?;
        for _ in 0..MOST {
            tokio::time::sleep(BETWEEN).await;
            let picture = Pixels::of(window)?;
            if picture == last {
                return Ok(picture);
            }
            last = picture;
        }
        bail!("the picture never came to rest")
    }

    /// Puts the window where no notification covers it. Gives its number on the display, where it may
    /// appear later than its page says what it shows.
    async fn moved_aside(&self) -> anyhow::Result<u32> {
        let window = until("the window on the display", PATIENCE, async || self.on_display());
        let window = window.await?;
        let mut command = quiet("xdotool");
        command.args(["windowmove", &window.to_string(), "0", "0"]);
        ensure!(command.status().context("moving the window")?.success(), "the window stays");
        Ok(window)
    }
}

impl Pixels {
    fn of(window: u32) -> anyhow::Result<Self> {
        let (display, _) = x11rb::connect(None).context("reaching the display")?;
        let setup = display.setup();
        let size = display.get_geometry(window)?.reply()?;
        let (width, height) = (size.width, size.height);
        let image = display.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX);
        let image = image?.reply()?;
        let known = usize::from(width) * usize::from(height) * PIXEL == image.data.len()
            && setup.image_byte_order == ImageOrder::LSB_FIRST;
        ensure!(known, "the display has pixels of another kind");
        let (pixels, _) = image.data.as_chunks::<PIXEL>();
        let rgb = pixels.iter().flat_map(|[blue, green, red, _]| [*red, *green, *blue]);
        Ok(Self { width, height, rgb: rgb.collect() })
    }

    fn to_png(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder =
            png::Encoder::new(&mut bytes, u32::from(self.width), u32::from(self.height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header()?.write_image_data(&self.rgb)?;
        Ok(bytes)
    }
}
