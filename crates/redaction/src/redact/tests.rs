use proptest::prelude::*;

use super::*;

fn check(text: &str, expect: &str) {
    let redacted = redact(text);
    assert_eq!(redacted.text, expect);
    assert_eq!(
        redact(&redacted.text),
        Redacted { text: redacted.text.clone(), masked: Vec::new() }
    );
}

#[test]
fn masks_passwords_in_prose() {
    check("My password is hunter2.", "My password is [password removed].");
    check("Passwort: Sommer2024!", "Passwort: [password removed]");
    check("pwd=abc&x", "pwd=[password removed]");
    check("Das Kennwort lautet Geheim7", "Das Kennwort lautet [password removed]");
    check("WLAN-Passwort: x y", "WLAN-Passwort: [password removed] y");
    check("PIN is 4711, thanks", "PIN is [password removed], thanks");
    check("password is \"correct horse\" ok", "password is [password removed] ok");
    check("the password for my mail is Hu#ter22", "the password for my mail is [password removed]");
    check("{\"password\": \"abc\"}", "{\"password\": [password removed]}");
    check("pw Sommer2024!", "pw [password removed]");
    check(
        "Ich habe das Passwort auf Winter2025! gesetzt",
        "Ich habe das Passwort auf [password removed] gesetzt",
    );
}

#[test]
fn masks_passwords_mentioned_in_passing_in_any_language() {
    for (text, expect) in [
        ("I log on with Marmalade1987, refused", "I log on with [password removed], refused"),
        ("use my account: Lemonade!Stand", "use my account: [password removed]"),
        ("mon mdp c'est Coquelicot_14 et", "mon mdp c'est [password removed] et"),
        ("mi contraseña es Girasol_88 y", "mi contraseña es [password removed] y"),
        ("login balcao1 senha Pastel-de-nata7 não", "login balcao1 senha [password removed] não"),
        ("hasło Wiertarka#40, proszę", "hasło [password removed], proszę"),
        ("мій пароль Soniashnyk_12, пише", "мій пароль [password removed], пише"),
        ("パスワードはSakura_mochi8なのですが", "パスワードは[password removed]なのですが"),
        ("password:\nTeapot&Steam4\nthanks", "password:\n[password removed]\nthanks"),
        ("el PIN 6614 de la impresora", "el PIN [password removed] de la impresora"),
        ("pw trustno1 is refused", "pw [password removed] is refused"),
        ("letmein12 was the password", "[password removed] was the password"),
        ("I changed it to Fluffy99", "I changed it to [password removed]"),
        ("La contraseña es perrito, no entra", "La contraseña es [password removed], no entra"),
        ("le mot de passe c'est chocolat.", "le mot de passe c'est [password removed]."),
        (
            "the key for the guest password of the router is changeme",
            "the key for the guest password of the router is [password removed]",
        ),
        (
            "answer to my security question is Bumble Field",
            "answer to my security question is [password removed]",
        ),
        ("it's ilovemydog all small", "it's [password removed] all small"),
        ("複合機の暗証番号6142が", "複合機の暗証番号[password removed]が"),
    ] {
        check(text, expect);
    }
}

#[test]
fn leaves_what_machines_name_alone_where_passwords_are_spoken_of() {
    for text in [
        "pls reset sap password user KOWALM2 system PRD",
        "need my ldap pw reset on jump01",
        "Windows login: \"The password is incorrect. Try again.\"",
        "PIN that I set in 2021??",
        "rdp to pc-0815, my account is locked",
        "olvidé la clave, ¿dónde se cambia?",
    ] {
        check(text, text);
    }
}

#[test]
fn leaves_sentences_about_passwords_alone() {
    for text in [
        "My password is not working.",
        "the password is expired",
        "Passwort ist abgelaufen",
        "I forgot my password",
        "password reset page is broken",
        "The password for citrix is wrong",
        "La contraseña es incorrecta según el portal",
        "jump01 has the password screen again",
        "The password was rejected twice",
        "Password manager for Windows 11",
        "My PIN is wrong, says Windows",
        "How do I change my password in Office365?",
        "error code 720912 from the VPN",
        "Fehlercode 0x80070005",
        "the code 42",
        "ticket 1234567",
        "https://signin.lumen-oak.example/reset?next=1",
        "mail anna@lumen-oak.example please",
        "Bearer authentication-required appears",
        "serial 5CG1234XYZ, build 26100.2314",
        "password: it never asks me for one",
        "log shows password=******** user=anon",
        "db_password: ${DB_PASSWORD} is empty",
        "pwd=[REDACTED] and then a timeout",
        "how do I get recovery codes for my new phone",
        "this that with from have been when they",
        "set SORT_KEY=name and DEBUG_TOKEN=off",
        "error AADSTS50011: https://a.example/x?code=42&session=1",
        "enable password hash sync in Entra",
        "order no. 4500123456-00010, key account manager Nina",
        "recovery key ID 1A2B3C4D-1111-2222-3333-123456789ABC",
    ] {
        check(text, text);
    }
}

#[test]
fn masks_tokens_and_keys_of_known_shapes() {
    let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.abc-DEF_123";
    check("AKIAIOSFODNN7EXAMPLE", "[key removed]");
    check("use ghp_0123456789abcdefghijABCDEFGHIJ012345 now", "use [key removed] now");
    check("xoxb-123456789012-abcdefghijkl", "[key removed]");
    check(&format!("token {jwt}!"), "token [key removed]!");
    check(&format!("Authorization: Bearer {jwt}"), "Authorization: Bearer [key removed]");
    check("api_key = 'abcd1234efgh'", "api_key = '[key removed]'");
    check(
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nbye",
        "[private key removed]\nbye",
    );
    check("-----BEGIN PRIVATE KEY-----\nMIIE", "[private key removed]");
    check(
        "key 123456-123456-123456-123456-123456-123456-123456-123456.",
        "key [recovery key removed].",
    );
    check("https://anna:s3cret@host.example/x", "https://[sign-in removed]@host.example/x");
}

/// Put together here, so that nobody who looks for leaked secrets finds one.
fn token(prefix: &str, unit: &str, times: usize) -> String {
    format!("{prefix}{}", unit.repeat(times))
}

#[test]
fn masks_tokens_by_the_names_their_services_give_them() {
    for token in [
        token("glrt-", "aB3d", 5),
        token("whsec_", "aB3d", 6),
        token("dckr_pat_", "aB3d", 6),
        token("hf_", "aB3d", 8),
        token("SG.", "aB3d", 5) + &token(".", "aB3d", 10),
        token("hvs.", "aB3d", 12),
        token("key-", "a1b2", 8),
        token("AC", "a1b2", 8),
        token("shpat_", "a1b2", 8),
        token("dapi", "a1b2", 8),
        token("NRAK-", "A1B2", 7),
        token("1//0", "aB3d", 8),
        token("12345678:A", "aB3d", 9),
        token("", "a2b3", 13),
        token("", "A2B3", 8),
    ] {
        check(&format!("it says {token} is wrong"), "it says [key removed] is wrong");
    }
    let seed = ["ab2d"; 8].join(" ");
    check(&format!("the seed is {seed}, thanks"), "the seed is [key removed], thanks");
}

#[test]
fn masks_what_stands_behind_the_name_of_a_secret() {
    let long = token("", "aB3d", 8);
    let say = |text: &str| text.replace("LONG", &long);
    let gone = |text: &str, place: &str| check(&say(text), &text.replace("LONG", place));
    gone("https://a.example/b?sp=r&sig=LONG", "[key removed]");
    gone("https://a.example/reset?token=LONG&lang=en", "[key removed]");
    gone("Endpoint=sb://a;SharedAccessKey=LONG", "[key removed]");
    gone("Cookie: id=LONG; lang=en", "[key removed]");
    gone("JWT_SECRET=LONG", "[key removed]");
    gone("Authorization: SSWS LONG", "[key removed]");
    check(&say("PrivateKey = LONGLONG="), "PrivateKey = [private key removed]");
    check("SMTP_PASS=wGr9lind", "SMTP_PASS=[password removed]");
    check("redis://:f1a9XcV@cache:6379/2", "redis://[sign-in removed]@cache:6379/2");
    check("snmpwalk -v2c -c r3ad-only 10.9.8.7", "snmpwalk -v2c -c [password removed] 10.9.8.7");
    check("psk=\"loud pallets\"", "psk=\"[password removed]\"");
    check("WIFI:T:WPA;S:A;P:chalk_19;;", "WIFI:T:WPA;S:A;P:[password removed];;");
    check("<password>Walnut=8</password>", "<password>[password removed]</password>");
    check("net use Z: \\\\a\\b /user:c d-44", "net use Z: \\\\a\\b /user:c [password removed]");
    check("my recovery codes fdf3e-f446a 4a3b9-69094", "my recovery codes [key removed]");
}

#[test]
fn masks_codes_and_payment_data() {
    check("The code is 123456", "The code is [code removed]");
    check("Mein Bestätigungscode: 123 456", "Mein Bestätigungscode: [code removed]");
    check("card 4111-1111-1111-1111 exp 12/27", "card [card number removed] exp 12/27");
    check("IBAN DE89 3704 0044 0532 0130 00", "IBAN [bank account removed]");
}

#[test]
fn tells_what_was_masked_and_where_it_stood() {
    let text = "pw: äöü1, code 123456, pw: b";
    let redacted = redact(text);
    let found: Vec<_> =
        redacted.masked.iter().map(|it| (it.kind, &text[it.start..it.end])).collect();
    let expect = [
        (SecretKind::Password, "äöü1"),
        (SecretKind::OneTimeCode, "123456"),
        (SecretKind::Password, "b"),
    ];
    assert_eq!(found, expect);
}

#[test]
fn hides_how_a_person_is_reached_from_readers_outside_alone() {
    let text = "pw: b, ring Anna on +44 7700 900461 or anna@lumen-oak.example";
    check(text, "pw: [password removed], ring Anna on +44 7700 900461 or anna@lumen-oak.example");
    let outside =
        "pw: [password removed], ring Anna on [phone number removed] or [mail address removed]";
    assert_eq!(redact_for_outside(text).text, outside);
}

#[test]
fn a_placeholder_typed_by_a_person_is_left_alone() {
    check("password is [password removed]", "password is [password removed]");
    check("password is x[key removed]", "password is [password removed]");
}

#[test]
fn kinds_have_stable_names() {
    let names = serde_json::to_string(&SecretKind::ALL).unwrap();
    let expect = r#"["private_key","recovery_key","address_sign_in","password","access_key","one_time_code","card_number","bank_account","id_number","mail_address","telephone_number","postal_address"]"#;
    assert_eq!(names, expect);
}

/// Pieces that secrets are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "password",
            "Passwort",
            " is ",
            ": ",
            "=",
            " code ",
            "123456",
            "-123456",
            "+44 7700 900461",
            "anna@lumen-oak.example",
            "calle Mayor, 14",
            "\"",
            "'",
            "„",
            "“",
            " ",
            "\n",
            "://",
            "a:b@",
            "eyJhbGciOi",
            ".",
            "eyJzdWIiOi",
            "ghp_",
            "AKIAIOSFODNN7EXAMPLE",
            "Bearer ",
            "bearer",
            "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00",
            "[password removed]",
            "[key removed]",
            "[",
            "]",
            "[sign-in",
            " removed]",
            "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----",
            "Sommer2024!",
            "api key",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9]{1,20}",
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn masking_twice_is_masking_once(text in pieces()) {
        for redact in [redact, redact_for_outside] {
            let once = redact(&text);
            let twice = redact(&once.text);
            prop_assert_eq!(&twice.text, &once.text);
            prop_assert!(twice.masked.is_empty());
        }
    }

    #[test]
    fn the_rest_of_the_text_stays_as_it_was(text in pieces()) {
        let redacted = redact(&text);
        let mut rebuilt = String::new();
        let mut behind = 0;
        for mask in &redacted.masked {
            prop_assert!(mask.start < mask.end && behind <= mask.start);
            rebuilt.push_str(&text[behind..mask.start]);
            rebuilt.push_str(mask.kind.placeholder());
            behind = mask.end;
        }
        rebuilt.push_str(&text[behind..]);
        prop_assert_eq!(rebuilt, redacted.text);
    }
}
