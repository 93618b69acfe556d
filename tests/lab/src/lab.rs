//! Builds the laboratory, runs commands in it, and takes it down again.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use crate::network::{
    CABLES, COMPANY_HOSTS, DNS_HOSTS, FIREWALL, IKE, IKE_GATEWAY, IKE_LAPTOP, NAMESPACES,
    OPENVPN_CLIENT, OPENVPN_SERVER, PROGRAMS, SERVERS, SETTINGS, TOOLS, WIREGUARD,
    WIREGUARD_GATEWAY,
};
use crate::scenario::{Scenario, Step};
use crate::{authority, wire};

/// How long a part of the laboratory may take to be there.
const PATIENCE: Duration = Duration::from_secs(20);
/// Begins the name of every namespace of a laboratory; the number of its process follows.
const PREFIX: &str = "lab";
/// Everybody and nobody: the diagnosis runs without any rights.
const NOBODY: &str = "65534";

/// The laboratory, up; taken down when dropped.
pub(crate) struct Lab {
    folder: TempDir,
    /// Sets this laboratory's namespaces apart from others on the machine.
    prefix: String,
    programs: Vec<Child>,
    /// The process whose process namespace is the laptop's.
    laptop: u32,
}

/// What the diagnosis said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) cause: String,
    pub(crate) stage: Option<String>,
    pub(crate) seconds: f64,
    /// What it printed, for whoever wants to know why.
    pub(crate) document: String,
}

impl Lab {
    /// Builds the usual home.
    ///
    /// # Errors
    /// A tool is missing, or this is not root.
    pub(crate) fn up(cli: &Path) -> anyhow::Result<Self> {
        clear_away()?;
        let folder = tempfile::Builder::new().prefix("lab").tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let prefix = format!("{PREFIX}{}", std::process::id());
        let mut lab = Self { folder, prefix, programs: Vec::new(), laptop: 0 };
        lab.files(cli)?;
        lab.namespaces()?;
        lab.start("internet", "wire", "exec $PROGRAM wire $LAB")?;
        lab.wait("internet", &format!("ip link show {}", wire::ENDS[1]))?;
        lab.at("internet", &format!("ip link set {} netns {}", wire::ENDS[0], lab.name("router")))?;
        for (name, script) in NAMESPACES {
            lab.at(name, script).with_context(|| format!("setting up {name}"))?;
        }
        for (place, name, command) in PROGRAMS {
            lab.start(place, name, command)?;
        }
        for (place, role) in SERVERS {
            let name = role.name();
            // clap writes the words of a role with hyphens.
            let role = name.replace('_', "-");
            lab.start(place, name, &format!("exec $PROGRAM serve $LAB {role}"))?;
        }
        lab.at("vpn", WIREGUARD_GATEWAY)?;
        lab.at("laptop", WIREGUARD)?;
        lab.wait_for_servers()?;
        // The kernel tells of links once a second, and of neighbors when it is asked.
        lab.wait("laptop", "[ $(cat /sys/class/net/lan0/operstate) = up ]")?;
        for far in ["203.0.113.99", "2001:db8:113::99", "10.99.0.10"] {
            lab.wait("laptop", &format!("ping -q -c 1 -W 1 {far}"))?;
        }
        Ok(lab)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn files(&self, cli: &Path) -> anyhow::Result<()> {
        let folder = self.folder();
        authority::found(folder)?;
        fs::write(folder.join("dns.hosts"), DNS_HOSTS)?;
        fs::write(folder.join("company.hosts"), COMPANY_HOSTS)?;
        let program = format!("PROGRAM={}\n{TOOLS}", this_program()?);
        fs::write(folder.join("tools.sh"), program)?;
        fs::write(folder.join("openvpn-server.conf"), at_home(OPENVPN_SERVER, folder))?;
        fs::write(folder.join("openvpn-client.conf"), at_home(OPENVPN_CLIENT, folder))?;
        for (side, connection) in [("gateway", IKE_GATEWAY), ("laptop", IKE_LAPTOP)] {
            let own = at_home(&IKE.replace("$SIDE", side), folder);
            fs::write(folder.join(format!("ike-{side}.conf")), own)?;
            fs::write(folder.join(format!("ike-{side}.swanctl")), connection)?;
        }
        for name in ["laptop", "gateway", "stranger"] {
            let command =
                format!("umask 077; wg genkey > {name}.key; wg pubkey < {name}.key > {name}.pub");
            check(Command::new("sh").args(["-c", &command]).current_dir(folder))?;
        }
        // Where the checkout is, nobody may look.
        let copied = folder.join("deskside-cli");
        fs::copy(cli, &copied).with_context(|| format!("copying {}", cli.display()))?;
        fs::set_permissions(&copied, fs::Permissions::from_mode(0o755))?;
        Ok(())
    }

    fn namespaces(&mut self) -> anyhow::Result<()> {
        for (name, _) in NAMESPACES {
            check(Command::new("ip").args(["netns", "add", &self.name(name)]))
                .context("making a network namespace; the laboratory needs root")?;
            let own = self.resolver(name);
            fs::create_dir_all(own.parent().context("the folder of a resolver")?)?;
            let server = if name == "laptop" { "127.0.0.53" } else { "203.0.113.53" };
            fs::write(own, format!("nameserver {server}\n"))?;
            self.at(name, &format!("ip link set lo up; echo '{FIREWALL}' | nft -f -"))?;
        }
        for (one, place, other, far) in CABLES {
            let (place, far) = (self.name(place), self.name(far));
            let ends = ["netns", &place, "type", "veth", "peer", "name", other, "netns", &far];
            check(Command::new("ip").args(["link", "add", one]).args(ends))?;
        }
        let program = "exec unshare --pid --fork --kill-child --mount-proc sleep infinity";
        let holder = self.start("laptop", "laptop", program)?;
        self.laptop = until("the laptop", || {
            let children = format!("/proc/{holder}/task/{holder}/children");
            let child = fs::read_to_string(children).unwrap_or_default();
            Ok(child.split_whitespace().next().and_then(|child| child.parse().ok()))
        })?;
        // The laptop's own processes are there once its own `/proc` is.
        self.wait("laptop", "[ $(cat /proc/1/comm) = sleep ]")
    }

    fn name(&self, place: &str) -> String {
        format!("{}-{place}", self.prefix)
    }

    /// What name servers programs in a namespace ask.
    fn resolver(&self, place: &str) -> PathBuf {
        Path::new("/etc/netns").join(self.name(place)).join("resolv.conf")
    }

    /// A shell command in a namespace; in the laptop's, it sees the laptop's processes alone.
    fn command(&self, place: &str, script: &str) -> Command {
        let mut command;
        if place == "laptop" && self.laptop != 0 {
            command = Command::new("nsenter");
            command.args(["--target", &self.laptop.to_string(), "--net", "--mount", "--pid", "--"]);
        } else {
            command = Command::new("ip");
            command.args(["netns", "exec", &self.name(place)]);
        }
        command.args(["sh", "-ec", &format!(". $LAB/tools.sh; {script}")]);
        command.env("LAB", self.folder()).env("RESOLV", self.resolver(place));
        command
    }

    /// Runs a command in a namespace to its end.
    ///
    /// # Errors
    /// There is no such namespace, or the command failed; with what it said.
    pub(crate) fn at(&self, place: &str, script: &str) -> anyhow::Result<()> {
        ensure!(
            NAMESPACES.iter().any(|(name, _)| *name == place),
            "there is no namespace “{place}”"
        );
        check(&mut self.command(place, script))
    }

    /// Does the steps of a scenario, one after the other.
    ///
    /// # Errors
    /// As [`Lab::at`].
    pub(crate) fn follow(&self, steps: &[Step]) -> anyhow::Result<()> {
        for (place, script) in steps.iter().flatten() {
            self.at(place, script).with_context(|| format!("in {place}: {script}"))?;
        }
        Ok(())
    }

    /// Starts what keeps running; its output is in `$LAB/NAME.log`, its process in `$LAB/NAME.pid`.
    fn start(&mut self, place: &str, name: &str, script: &str) -> anyhow::Result<u32> {
        let log = File::create(self.folder().join(format!("{name}.log")))?;
        let mut command = self.command(place, script);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        let child = command.spawn().with_context(|| format!("starting {name}"))?;
        let process = child.id();
        fs::write(self.folder().join(format!("{name}.pid")), process.to_string())?;
        self.programs.push(child);
        Ok(process)
    }

    fn wait(&self, place: &str, script: &str) -> anyhow::Result<()> {
        until(script, || Ok(self.command(place, script).output()?.status.success().then_some(())))
    }

    /// Until every server listens.
    fn wait_for_servers(&self) -> anyhow::Result<()> {
        for (place, port) in [
            ("idp", "tcp:443"),
            ("probe", "tcp:80"),
            ("company", "tcp:443"),
            ("router", "tcp:8080"),
            ("router", "tcp:8443"),
            ("dns", "udp:53"),
            ("router", "udp:53"),
            ("company", "udp:53"),
            ("laptop", "udp:53"),
        ] {
            let (kind, port) = port.split_once(':').unwrap_or_default();
            let script = format!("ss -Hln --{kind} sport = :{port} | grep -q .");
            self.wait(place, &script)?;
        }
        Ok(())
    }

    /// Runs the diagnosis on the laptop, as somebody without rights.
    ///
    /// # Errors
    /// It did not run, or printed something else.
    pub(crate) fn diagnose(&self, scenario: &Scenario) -> anyhow::Result<Said> {
        let folder = self.folder();
        let mut settings: serde_json::Map<String, serde_json::Value> =
            SETTINGS.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
        for (key, value) in &scenario.settings {
            if value.is_empty() {
                settings.remove(key);
            } else {
                settings.insert(key.clone(), value.clone().into());
            }
        }
        fs::write(folder.join("settings.json"), serde_json::to_string(&settings)?)?;
        let mut trusted = fs::read_to_string(folder.join("public.pem"))?;
        if scenario.trusts_guest {
            trusted += &fs::read_to_string(folder.join("guest.pem"))?;
        }
        fs::write(folder.join("trusted.pem"), trusted)?;
        let wrap = scenario.wrap.as_deref().unwrap_or_default();
        let script = format!(
            "exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --no-new-privs \
             env -i PATH=/usr/bin:/bin HOME=/nonexistent SSL_CERT_FILE=$LAB/trusted.pem \
             {wrap} $LAB/deskside-cli --managed $LAB/settings.json diagnose --json"
        );
        let started = Instant::now();
        let output = self.command("laptop", &script).output()?;
        let seconds = started.elapsed().as_secs_f64();
        let document = String::from_utf8_lossy(&output.stdout).into_owned();
        let Document { verdict, diagnosis } =
            serde_json::from_str(&document).with_context(|| format!("{output:?}"))?;
        let said = |cause: &str, stage| Said { cause: cause.to_owned(), stage, seconds, document };
        Ok(match (diagnosis, verdict.as_str()) {
            (Some(named), _) => said(&named.cause, Some(named.stage)),
            (None, "nothing_wrong") => said("none", None),
            (None, _) => said("could_not_tell", None),
        })
    }
}

#[derive(Debug, Deserialize)]
struct Document {
    verdict: String,
    diagnosis: Option<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    cause: String,
    stage: String,
}

impl Drop for Lab {
    fn drop(&mut self) {
        for (name, _) in NAMESPACES {
            remove(&self.name(name));
        }
        for child in &mut self.programs {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Removes what laboratories left that were killed.
fn clear_away() -> anyhow::Result<()> {
    let output = Command::new("ip").args(["netns", "list"]).output()?;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let name = line.split(' ').next().unwrap_or_default();
        let Some((process, _)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-'))
        else {
            continue;
        };
        if !Path::new("/proc").join(process).exists() {
            remove(name);
        }
    }
    Ok(())
}

/// Ends everything in a namespace and removes it. What does not go now, goes before the next laboratory.
fn remove(name: &str) {
    if let Ok(output) = Command::new("ip").args(["netns", "pids", name]).output() {
        let processes = String::from_utf8_lossy(&output.stdout).into_owned();
        let _ = Command::new("kill").arg("-9").args(processes.split_whitespace()).output();
    }
    let _ = Command::new("ip").args(["netns", "del", name]).output();
    let _ = fs::remove_dir_all(Path::new("/etc/netns").join(name));
}

fn at_home(configuration: &str, folder: &Path) -> String {
    configuration.replace("$LAB", &folder.display().to_string())
}

fn this_program() -> anyhow::Result<String> {
    Ok(std::env::current_exe()?.to_str().context("the path of this program")?.to_owned())
}

/// Runs a command to its end. What it leaves running may keep its output open, so that goes to a file.
fn check(command: &mut Command) -> anyhow::Result<()> {
    let said = tempfile::NamedTempFile::new()?;
    let (out, err) = (said.reopen()?, said.reopen()?);
    let status = command.stdin(Stdio::null()).stdout(out).stderr(err).status();
    let status = status.with_context(|| format!("starting {command:?}"))?;
    if !status.success() {
        bail!("{status}: {}", fs::read_to_string(said.path())?.trim());
    }
    Ok(())
}

/// Looks again and again until something is there.
fn until<T>(what: &str, mut look: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(found) = look()? {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("not in time: {what}")
}
