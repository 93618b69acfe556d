//! What the settings promise: who decides, and that nothing wrong goes unseen.
#![cfg(test)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::PathBuf,
};

use settings::{Appearance, Entry, Key, Language, Misfit, Origin, SettingError, Settings};
use tempfile::TempDir;

/// A device with the folder of IT and the folder of the user.
struct Device {
    root: TempDir,
}

impl Device {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::set_permissions(root.path().join("etc"), Permissions::from_mode(0o755)).unwrap();
        Self { root }
    }

    fn with(managed: &str, user: &str) -> Self {
        let device = Self::new();
        if !managed.is_empty() {
            device.write_managed(managed);
        }
        if !user.is_empty() {
            fs::create_dir_all(device.user().parent().unwrap()).unwrap();
            fs::write(device.user(), user).unwrap();
        }
        device
    }

    fn managed(&self) -> PathBuf {
        self.root.path().join("etc/policy.json")
    }

    fn user(&self) -> PathBuf {
        self.root.path().join("config/settings.json")
    }

    fn write_managed(&self, text: &str) {
        fs::write(self.managed(), text).unwrap();
        fs::set_permissions(self.managed(), Permissions::from_mode(0o644)).unwrap();
    }

    fn uid(&self) -> u32 {
        fs::metadata(self.root.path()).unwrap().uid()
    }

    fn load(&self) -> Settings {
        Settings::load_with_owner(&self.managed(), &self.user(), self.uid())
    }
}

#[test]
fn only_the_person_agrees_to_share_and_it_may_forbid_it() {
    let check = |managed: &str, user: &str, expect: (bool, bool)| {
        let settings = Device::with(managed, user).load();
        let entry = entry(&settings, Key::ShareQuestions);
        assert_eq!((settings.shares_questions(), entry.is_locked), expect, "{managed} {user}");
        let is_refused = entry.ignored.iter().any(|it| it.misfit == Misfit::Consent);
        assert_eq!(is_refused, managed.contains("true"), "{managed}");
    };
    let (on, off) = (r#"{"share_questions": true}"#, r#"{"share_questions": false}"#);
    check("", "", (false, false));
    check("", on, (true, false));
    check(on, "", (false, false));
    check(on, on, (true, false));
    check(off, on, (false, true));
}

fn entry(settings: &Settings, key: Key) -> &Entry {
    settings.entries().iter().find(|entry| entry.key == key).unwrap()
}

fn check(managed: &str, user: &str, key: Key, expect: (&str, Origin, bool, Option<&str>)) {
    let device = Device::with(managed, user);
    let settings = device.load();
    let found = entry(&settings, key);
    let (value, origin, is_locked, error) = expect;
    assert_eq!((found.value.as_str(), found.origin, found.is_locked), (value, origin, is_locked));
    let told: Vec<String> = found.ignored.iter().map(ToString::to_string).collect();
    match (told.as_slice(), error) {
        ([], None) => {}
        ([_, ..], Some(part)) => assert!(told.join("\n").contains(part), "{told:?}"),
        (told, expect) => panic!("{managed} {user}: {told:?}, not {expect:?}"),
    }
}

#[test]
fn managed_comes_before_user_before_default() {
    use Origin::{Default, Managed, User};
    let dark = r#"{"appearance": "dark"}"#;
    let light = r#"{"appearance": "light"}"#;
    check("", "", Key::Appearance, ("system", Default, false, None));
    check("", dark, Key::Appearance, ("dark", User, false, None));
    check(light, "", Key::Appearance, ("light", Managed, true, None));
    check(light, dark, Key::Appearance, ("light", Managed, true, None));
    check("{}", dark, Key::Appearance, ("dark", User, false, None));
    check("{}", "{}", Key::ClientId, ("deskside", Default, true, None));
    check("", "", Key::ClientId, ("deskside", Default, false, None));
}

#[test]
fn one_bad_key_is_ignored_alone_and_told_with_its_place() {
    use Origin::{Default, Managed, User};
    let both = "{\n\"appearance\": \"pink\",\n\"language\": \"de\"}";
    check(both, "", Key::Appearance, ("system", Default, false, Some("policy.json, line 2")));
    check(both, "", Key::Language, ("de", Managed, true, None));
    let dark = r#"{"appearance": "dark"}"#;
    check(both, dark, Key::Appearance, ("dark", User, false, Some("must be one of")));
    check("", both, Key::Appearance, ("system", Default, false, Some("settings.json, line 2")));
    check(
        r#"{"autostart": 3}"#,
        r#"{"autostart": "x"}"#,
        Key::Autostart,
        ("true", Default, false, Some("\n")),
    );
}

#[test]
fn security_keys_come_from_it_alone_where_it_manages_the_device() {
    use Origin::{Default, Managed, User};
    let evil = r#"{"agent_url": "https://evil.example"}"#;
    let good = r#"{"agent_url": "https://good.example"}"#;
    let only = Some("comes from IT only");
    check("", evil, Key::AgentUrl, ("https://evil.example", User, false, None));
    check("{}", evil, Key::AgentUrl, ("", Default, true, only));
    check(good, evil, Key::AgentUrl, ("https://good.example", Managed, true, only));
    check("not json", evil, Key::AgentUrl, ("", Default, true, only));
    check(r#"{"agent_url": 5}"#, evil, Key::AgentUrl, ("", Default, true, Some("in quotes")));
}

#[test]
fn some_keys_are_never_the_users() {
    let hue = r#"{"brand_hue": 120, "asset_name": "LAP-1"}"#;
    check("", hue, Key::BrandHue, ("", Origin::Default, true, Some("by IT only")));
    check("", hue, Key::AssetName, ("", Origin::Default, true, Some("by IT only")));
    check(hue, "", Key::BrandHue, ("120", Origin::Managed, true, None));
}

/// Spoils the managed file; the whole of it must be refused, visibly, and nothing else.
fn check_refused(spoil: impl FnOnce(&Device), owner: Option<u32>, expect: &str) {
    let device =
        Device::with(r#"{"language": "de"}"#, r#"{"appearance": "dark", "issuer": "https://x.y"}"#);
    spoil(&device);
    let owner = owner.unwrap_or_else(|| device.uid());
    let settings = Settings::load_with_owner(&device.managed(), &device.user(), owner);
    let problems = settings.source_problems();
    assert_eq!(problems.len(), 1, "{expect}: {problems:?}");
    assert!(problems[0].to_string().contains(expect), "{}", problems[0]);
    assert_eq!(settings.language(), Language::System, "{expect}");
    assert_eq!(settings.appearance(), Appearance::Dark, "{expect}");
    assert_eq!(settings.issuer(), None, "{expect}: IT manages this device all the same");
}

#[test]
fn a_managed_file_that_others_could_have_written_is_refused() {
    let mode =
        |path: PathBuf, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let folder = |device: &Device| device.root.path().join("etc");
    check_refused(|device| mode(device.managed(), 0o664), None, "policy.json: can be changed");
    check_refused(|device| mode(device.managed(), 0o646), None, "chmod go-w");
    check_refused(|device| mode(folder(device), 0o775), None, "etc: can be changed by others");
    check_refused(|_| {}, Some(54_321), "belongs to the user");
    let linked = |device: &Device| {
        let target = device.root.path().join("target.json");
        fs::rename(device.managed(), &target).unwrap();
        symlink(target, device.managed()).unwrap();
    };
    check_refused(linked, None, "Links are not followed");
    let linked_folder = |device: &Device| {
        let target = device.root.path().join("elsewhere");
        fs::rename(folder(device), &target).unwrap();
        symlink(target, folder(device)).unwrap();
    };
    check_refused(linked_folder, None, "Links are not followed");
    let is_folder = |device: &Device| {
        fs::remove_file(device.managed()).unwrap();
        fs::create_dir(device.managed()).unwrap();
        mode(device.managed(), 0o755);
    };
    check_refused(is_folder, None, "not a regular file");
    let binary = |device: &Device| fs::write(device.managed(), [0xff, 0xfe, 0]).unwrap();
    check_refused(binary, None, "UTF-8");
    let malformed =
        |device: &Device| fs::write(device.managed(), "{\n\"language\" \"de\"}").unwrap();
    check_refused(malformed, None, "policy.json, line 2, column 12: expected `:`");
}

#[test]
fn a_managed_file_of_another_user_is_refused_even_if_it_looks_fine() {
    let device = Device::with(r#"{"language": "de"}"#, "");
    if std::os::unix::fs::chown(device.managed(), Some(54_321), None).is_err() {
        return; // Only root can give files away; the wrong-owner row above covers the rest.
    }
    let problems = device.load().source_problems().to_vec();
    assert!(problems[0].message.contains("54321"), "{problems:?}");
}

#[test]
fn sets_and_takes_back_without_touching_the_rest() {
    let device = Device::with("", r#"{"future_key": [1, 2], "language": "de"}"#);
    let mut settings = device.load();
    settings.set(Key::LoopbackPort, " 8423 ").unwrap();
    settings.set(Key::Autostart, "false").unwrap();
    settings.set(Key::Language, "").unwrap();
    let written: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(device.user()).unwrap()).unwrap();
    let expect =
        serde_json::json!({"future_key": [1, 2], "loopback_port": 8423, "autostart": false});
    assert_eq!(written, expect);
    assert_eq!(fs::metadata(device.user()).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(device.user().parent().unwrap()).unwrap().count(), 1);
    assert_eq!((settings.loopback_port(), settings.autostart()), (Some(8_423), false));
    assert_eq!(settings.language(), Language::System);
    assert_eq!(device.load().entries(), settings.entries());
}

#[test]
fn refuses_to_set_what_is_locked_or_wrong() {
    let device = Device::with(r#"{"language": "de"}"#, "");
    let mut settings = device.load();
    for key in [Key::Language, Key::AgentUrl, Key::BrandHue] {
        assert!(matches!(settings.set(key, "en"), Err(SettingError::Locked)), "{key:?}");
    }
    let refused = settings.set(Key::Appearance, "pink").unwrap_err();
    assert_eq!(refused.to_string(), "the value must be one of: system, light, dark");
    assert!(!device.user().exists());
}

#[test]
fn moves_a_users_file_aside_that_is_no_json() {
    let device = Device::with("", "{ oops");
    let mut settings = device.load();
    assert_eq!(settings.source_problems().len(), 1);
    settings.set(Key::Appearance, "dark").unwrap();
    assert_eq!(settings.source_problems(), []);
    assert_eq!(settings.appearance(), Appearance::Dark);
    let aside = device.user().with_file_name("settings.json.damaged");
    assert_eq!(fs::read_to_string(aside).unwrap(), "{ oops");
}

#[test]
fn sees_every_change_once() {
    let device = Device::new();
    let mut settings = device.load();
    assert!(!settings.reload_if_changed());
    device.write_managed(r#"{"language": "de"}"#);
    assert!(settings.reload_if_changed());
    assert!(!settings.reload_if_changed());
    assert_eq!(settings.language(), Language::German);
    fs::set_permissions(device.managed(), Permissions::from_mode(0o666)).unwrap();
    assert!(settings.reload_if_changed(), "rights count too");
    assert_eq!(settings.language(), Language::System);
    fs::remove_file(device.managed()).unwrap();
    assert!(settings.reload_if_changed());
    assert_eq!(settings.source_problems(), []);
    fs::write(device.managed().with_file_name("other.json"), "{}").unwrap();
    assert!(!settings.reload_if_changed(), "nothing of ours");
}

#[test]
fn has_no_managed_file_without_its_folder() {
    let device = Device::new();
    fs::remove_dir(device.root.path().join("etc")).unwrap();
    assert_eq!(device.load().source_problems(), []);
    assert!(!entry(&device.load(), Key::AgentUrl).is_locked);
}

#[test]
fn gives_the_issuer_letter_by_letter() {
    let device =
        Device::with(r#"{"issuer": "https://id.example", "agent_url": "https://a.example"}"#, "");
    let settings = device.load();
    assert_eq!(settings.issuer(), Some("https://id.example"));
    assert_eq!(settings.agent_url().unwrap().as_str(), "https://a.example/");
    assert_eq!((settings.brand_hue(), settings.asset_name()), (None, None));
    assert_eq!((settings.audience(), settings.internet_probe_url()), ("urn:deskside:agent", None));
}
