use anyhow::Result;

/// A client as the app builds its own: the OS trust store, no redirects.
///
/// # Errors
/// When the system's certificates cannot be read.
pub fn client() -> Result<reqwest::Client> {
    // Err: somebody else in this process installed it before, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    Ok(builder.build()?)
}
