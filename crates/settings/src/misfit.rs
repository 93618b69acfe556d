/// Why a value does not count, said as the end of a sentence that begins with the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Nothing stands there.
    #[error("must not be empty; leave the key out instead")]
    Empty,
    /// More than one line, or characters nobody sees.
    #[error("must be one line without control characters")]
    Control,
    /// Not text.
    #[error("must be text in quotes")]
    NotText,
    /// Not an address of the web.
    #[error("must be an address such as https://help.example.com")]
    NotAnAddress,
    /// An address with somebody's name or password in it.
    #[error("must not hold a user name or a password")]
    Credentials,
    /// An address that goes on where it must end.
    #[error("must end before any ? or #")]
    Query,
    /// An address that is not encrypted.
    #[error("must begin with https://")]
    Insecure,
    /// Too many characters.
    #[error("must not be longer than {max} characters")]
    TooLong {
        /// The most there may be.
        max: usize,
    },
    /// Not a number, or not in its range.
    #[error("must be a whole number from {min} to {max}")]
    NotInRange {
        /// The smallest.
        min: u16,
        /// The largest.
        max: u16,
    },
    /// None of the words to choose from.
    #[error("must be one of: {}", words.join(", "))]
    NotAChoice {
        /// The words.
        words: &'static [&'static str],
    },
    /// The person set what nobody but IT may set.
    #[error("can be set by IT only")]
    OnlyIt,
    /// IT switched on what the person alone may agree to.
    #[error("is switched on by the person alone; IT can only keep it off")]
    Consent,
    /// The person set what counts only on a device that IT does not manage.
    #[error("is ignored here: IT manages this device, and this setting comes from IT only")]
    Managed,
}
