use std::fmt;

use uuid::Uuid;

/// Crockford's Base32: no letter that is taken for a digit or for another letter when it is read out.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 8;
const BITS: u32 = 5;

/// Names a device over the phone: eight characters of the id of its installation. It is the same on
/// the screen and, because the agent makes it from the signature it has checked, on each ticket; it
/// gives no right to anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SupportCode(u64);

impl SupportCode {
    /// The code of this installation: the last forty bits of its id, which are random in every
    /// version of UUID that is used here (RFC 9562).
    #[must_use]
    pub fn of(installation: Uuid) -> Self {
        let mask = (1_u128 << (BITS as usize * LETTERS)) - 1;
        Self(u64::try_from(installation.as_u128() & mask).unwrap_or_default())
    }

    /// Reads what somebody typed or was told: case, spaces and hyphens do not count, and O, I and L
    /// are the digits they look like. Nothing if it is no code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_letter = |c: &char| !c.is_whitespace() && *c != '-';
        let letters: Vec<char> = text.chars().filter(is_letter).collect();
        if letters.len() != LETTERS {
            return None;
        }
        let digit = |letter: char| {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            ALPHABET.iter().position(|known| char::from(*known) == letter)
        };
        letters
            .into_iter()
            .try_fold(0_u64, |code, letter| {
                let digit = u64::try_from(digit(letter)?).ok()?;
                Some((code << BITS) | digit)
            })
            .map(Self)
    }

    /// The end of the written id of every installation with this code: ten hexadecimal digits.
    #[must_use]
    pub fn installation_suffix(self) -> String {
        format!("{:010x}", self.0)
    }
}

/// In two groups of four, as it is shown and read out.
impl fmt::Display for SupportCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..LETTERS).rev() {
            let digit = (self.0 >> (BITS as usize * place)) & 0x1f;
            let letter = usize::try_from(digit).ok().and_then(|digit| ALPHABET.get(digit));
            if let Some(letter) = letter {
                write!(f, "{}", char::from(*letter))?;
            }
            if place == LETTERS / 2 {
                write!(f, " ")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_heard_as_it_is_meant() {
        let id = Uuid::parse_str("0198c1f3-7a4e-7b21-9c55-3f0a64e8b02d").unwrap();
        let code = SupportCode::of(id);
        assert_eq!(code.to_string(), "19JE HC1D");
        assert_eq!(code.installation_suffix(), "0a64e8b02d");
        let written = code.to_string();
        for heard in [written.clone(), written.to_lowercase(), written.replace(' ', "-")] {
            assert_eq!(SupportCode::parse(&heard), Some(code), "{heard}");
        }
        assert_eq!(SupportCode::parse("OIL0 1100"), SupportCode::parse("0110 1100"));
        for nonsense in ["", "7KM4", "7KM4 Q2XU", "7KM4 Q2XDD", "7KM4 Q2X!"] {
            assert_eq!(SupportCode::parse(nonsense), None, "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn every_code_is_read_back(bits: u128) {
            let code = SupportCode::of(Uuid::from_u128(bits));
            prop_assert_eq!(SupportCode::parse(&code.to_string()), Some(code));
            prop_assert!(Uuid::from_u128(bits).to_string().ends_with(&code.installation_suffix()));
        }
    }
}
