use std::time::Duration;

/// The sign-in the agent asks for (RFC 9470, in the `WWW-Authenticate` header).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepUp {
    /// Longest time since the sign-in.
    pub max_age: Option<Duration>,
    /// Strength of the sign-in, as the identity provider names it.
    pub acr_values: Option<String>,
}

impl StepUp {
    /// Reads a `Bearer` challenge that asks for a better sign-in.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let rest = header.trim_start();
        let (scheme, parameters) = rest.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let value = |name| {
            parameters_of(parameters)
                .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
        };
        if value("error")? != "insufficient_user_authentication" {
            return None;
        }
        let max_age = value("max_age").and_then(|seconds| seconds.parse().ok());
        Some(Self {
            max_age: max_age.map(Duration::from_secs),
            acr_values: value("acr_values").map(str::to_owned),
        })
    }
}

/// `key=value` and `key="value"`, separated by commas outside of quotes. Values hold no escaped
/// quotes in this profile.
fn parameters_of(mut rest: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let (key, after) = rest.split_once('=')?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        rest = after.trim_start_matches([',', ' ']);
        Some((key.trim(), value.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expect: Option<(Option<u64>, Option<&str>)>) {
        let expect = expect.map(|(max_age, acr)| StepUp {
            max_age: max_age.map(Duration::from_secs),
            acr_values: acr.map(str::to_owned),
        });
        assert_eq!(StepUp::parse(header), expect, "{header}");
    }

    #[test]
    fn reads_what_sign_in_is_asked_for() {
        check(
            "Bearer error=\"insufficient_user_authentication\", max_age=300",
            Some((Some(300), None)),
        );
        check(
            "bearer realm=\"a, b\",error=\"insufficient_user_authentication\", \
             error_description=\"x\", acr_values=\"urn:a urn:b\", max_age=\"5\"",
            Some((Some(5), Some("urn:a urn:b"))),
        );
        check("Bearer error=\"invalid_token\"", None);
        check("Bearer", None);
        check("DPoP error=\"insufficient_user_authentication\"", None);
        check("Bearer error=\"insufficient_user_authentication", None);
    }
}
