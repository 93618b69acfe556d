//! Shapes that are secrets wherever they stand.

use std::sync::LazyLock;

use regex::Regex;

use crate::SecretKind;
use SecretKind::{AccessKey, AddressSignIn, Password, PrivateKey, RecoveryKey};

pub(crate) static SHAPES: LazyLock<Vec<(SecretKind, Regex)>> = LazyLock::new(|| {
    PATTERNS.iter().filter_map(|(kind, it)| Some((*kind, Regex::new(it).ok()?))).collect()
});

/// The group `secret` is the part to mask; without it the whole match is. An access key counts only
/// with a digit in it: the words around keys have none.
const PATTERNS: &[(SecretKind, &str)] = &[
    (
        PrivateKey,
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|\z)",
    ),
    (
        PrivateKey,
        r"\bPrivate-Lines: \d+\s+(?P<secret>[A-Za-z0-9+/=]{20,}(?:\s[A-Za-z0-9+/=]{20,})*)",
    ),
    (PrivateKey, r"\bclient-key-data:\s*(?P<secret>[A-Za-z0-9+/=]{20,})"),
    (PrivateKey, r"\bAGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    (
        PrivateKey,
        r#"(?i)\b(?:private|pre-?shared)[-_ ]?key["']?\s*[=:]\s*["']?(?P<secret>[A-Za-z0-9+/]{40,}=*)"#,
    ),
    // BitLocker: eight groups of six digits. FileVault: six groups of four.
    (RecoveryKey, r"\b\d{6}(?:[- ]\d{6}){7}\b"),
    (RecoveryKey, r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){5}\b"),
    // Set-up keys of second factors: base 32 (RFC 4648) in one piece or in groups of four.
    (AccessKey, r"\b[A-Z2-7]{32}\b|\b[a-z2-7]{4}(?: [a-z2-7]{4}){7}\b"),
    (
        AccessKey,
        r"(?i)\b(?:recovery|backup|ersatz|wiederherstellungs)[- ]?codes?\b[^\n\d]{0,20}?(?P<secret>\b[0-9a-f]{4,5}[- ][0-9a-f]{4,5}\b(?:(?:[ ,;]|and|und|y|et)+[0-9a-f]{4,5}[- ][0-9a-f]{4,5}\b)*)",
    ),
    (AddressSignIn, r"\b[A-Za-z][A-Za-z0-9+.-]*://(?P<secret>[^\s/?#]*:[^\s/?#]+)@"),
    (AddressSignIn, r"\bjdbc:oracle:\w+:(?P<secret>[^\s/@]+/[^\s@]+)@"),
    // Tokens by the names their services give them.
    (AccessKey, r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    (
        AccessKey,
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|gl(?:pat|rt|dt|soat)-[\w-]{16,})",
    ),
    (AccessKey, r"\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}"),
    (AccessKey, r"\bhooks\.slack\.com/services/(?P<secret>[\w/]{20,})"),
    (
        AccessKey,
        r"\b(?:sk|pk|rk)[-_](?:[A-Za-z]+[-_])*[A-Za-z0-9_-]{20,}|\bAIza[\w-]{35}|\bnpm_[A-Za-z0-9]{36}",
    ),
    (AccessKey, r"\b(?:whsec|dckr_pat|hf|dop_v1|glsa|shp(?:at|ca|pa|ss))_[\w-]{16,}"),
    (AccessKey, r"\b(?:SG|hvs|hvb)\.[\w-]{16,}(?:\.[\w-]+)?|\b\w{14}\.atlasv1\.[\w-]{40,}"),
    (AccessKey, r"\bATATT3[\w=-]{20,}|\bdapi[0-9a-f]{32}\b|\bNRAK-[A-Z0-9]{20,}|\b1//0[\w-]{20,}"),
    (AccessKey, r"\bkey-[0-9a-f]{32}\b|\b(?:AC|SK)[0-9a-f]{32}\b|\b\d{8,10}:A[\w-]{32,}"),
    (AccessKey, r"\b[MNO][\w-]{23,}\.[\w-]{6}\.[\w-]{27,}"),
    (AccessKey, r"\b[\w.~-]{3}\dQ~[\w.~-]{31,34}|\b[a-z2-7]{52}\b"),
    (AccessKey, r"\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*){0,3}"),
    (AccessKey, r"(?i)\b(?:bearer|basic|ssws)\s+(?P<secret>[A-Za-z0-9._~+/-]{16,}=*)"),
    // What stands behind the name of a secret.
    (
        AccessKey,
        r#"(?i)\b(?:api|access|client|secret|account|shared|auth|user)[-_ ]?(?:access[-_ ]?)?(?:key|token|secret|schlüssel)s?["']?\s*(?:is|ist|=|:)+\s*["']?(?P<secret>[^\s"',;]{8,})"#,
    ),
    (
        AccessKey,
        r"(?i)\b(?:secret|auth token)(?:\s+is|\s+ist|\s*[:=])?\s+(?P<secret>[A-Za-z0-9+/]{32,}=*)",
    ),
    (
        AccessKey,
        r#"(?i)"key"\s*:\s*"\w*(?:secret|token|password)\w*"\s*,\s*"value"\s*:\s*"(?P<secret>[^"]+)""#,
    ),
    (
        AccessKey,
        r"(?i)[?&](?:sig|token|\w+_token|magic|secret|code|key|signature)=(?P<secret>[^\s&#]{16,})",
    ),
    (
        AccessKey,
        r"(?i)\b(?:set-)?cookie:\s*[^\s=]+=(?P<secret>[^\s;]{16,})|\bsession(?:id)?=[^\s;]{20,}",
    ),
    (Password, r#"\b[A-Z][A-Z0-9_]*_(?:PASS|PWD|PSK)\s*=\s*["']?(?P<secret>[^\s"'$][^\s"']{3,})"#),
    (
        AccessKey,
        r#"\b[A-Za-z][A-Za-z0-9_]*_(?i:key|token|secret)\s*=\s*["']?(?P<secret>[^\s"'$][^\s"']{15,})"#,
    ),
    (Password, r"(?i)<password>(?P<secret>[^<\s][^<]*)</password>"),
    (Password, r#"(?i)\bpsk\s*=?\s*"(?P<secret>[^"]+)""#),
    (Password, r"\bWIFI:[^\n]*?\bP:(?P<secret>[^;\s][^;\n]*);"),
    // Passwords on command lines and in the configuration of devices.
    (Password, r#"(?i)\bldap\w+\b[^\n]*?\s-w\s+["']?(?P<secret>[^\s"']+)"#),
    (Password, r"(?i)\bsnmp\w+\b[^\n]*?\s-c\s+(?P<secret>\S+)"),
    (Password, r"\bsnmp\w+\b[^\n]*?\s-A\s+(?P<secret>\S+)"),
    (Password, r"\bsnmp\w+\b[^\n]*?\s-X\s+(?P<secret>\S+)"),
    (Password, r"(?i)\bsnmp-server community (?P<secret>\S+)"),
    (Password, r"(?i)\benable (?:secret|password) (?:\d )?(?P<secret>\S*\d\S*)"),
    (Password, r"(?i)\b(?:radius|tacacs)-server\b[^\n]*?\bkey (?:\d )?(?P<secret>[^\s,]+)"),
    (Password, r"(?i)\bnet use\b[^\n]*?/user:\S+\s+(?P<secret>\S+)"),
    (Password, r#"(?i)\bConvertTo-SecureString\s+(?:-String\s+)?["'](?P<secret>[^"'\n]+)["']"#),
    (
        Password,
        r"(?i)\b(?:temporary access pass|befristeter zugriffspass)\b[\s,:]+(?:is |ist )?(?P<secret>[^\s,;]*\d[^\s,;]{3,})",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(SHAPES.len(), PATTERNS.len());
    }
}
