//! Makes the statistical model of `triage`: multinomial logistic regression over hashed features and
//! the vector of what a text means, trained by `AdaGrad` (Duchi et al., 2011) in a fixed order, so that the same examples give the
//! same bytes. Measured by cross-validation over families of phrasing.

mod calibrate;
mod cross;
mod examples;
mod fit;
mod model;
mod ranking;

pub use cross::{HeldOut, PerHead, cross_validate};
pub use examples::{Example, ExamplesError, load};
pub use fit::{Row, rows};
pub use model::{learn, version};
pub use ranking::{Asked, learn_ranking};
