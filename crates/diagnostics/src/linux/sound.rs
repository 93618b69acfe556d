use super::{entries, number, text};
use crate::hardware::AudioVideo;
use crate::{Roots, outcome::Outcome};

/// `proc/asound/pcm` has a line for each way in or out; `sys/class/video4linux` a folder for each
/// stream of a camera, the picture being the first.
pub(crate) fn audio_video(roots: &Roots) -> Outcome {
    let ways = text(&roots.proc.join("asound/pcm")).unwrap_or_default();
    let count = |word: &str| {
        ways.lines()
            .filter(|line| line.split(" : ").any(|part| part.trim().starts_with(word)))
            .count()
    };
    let streams = entries(&roots.sys.join("class/video4linux"));
    let is_picture = |stream: &&std::path::PathBuf| number(&stream.join("index")) == Some(0);
    AudioVideo {
        outputs: count("playback"),
        inputs: count("capture"),
        cameras: streams.iter().filter(is_picture).count(),
    }
    .judge()
}
